"""OpenAPI Overlay 1.0.0: updates merge, lists grow, removals remove, and what selects nothing is refused."""

from __future__ import annotations

import pytest

from sigillo.connectorgen.findings import Findings, Refused
from sigillo.connectorgen.overlay import lay
from tests.connectors.small import Json

_DOCUMENT: Json = {"a": {"b": {"c": 1, "list": [1]}}, "items": [{"n": 1}, {"n": 2}, {"n": 3}]}


def _overlay(*actions: Json) -> Json:
    return {"overlay": "1.0.0", "info": {"title": "T", "version": "1"}, "actions": list(actions)}


def _laid(overlay: Json) -> Json:
    findings = Findings()
    laid = lay(overlay, _DOCUMENT, findings)
    assert not findings.found
    return laid.document


def _refusals(overlay: Json) -> list[str]:
    findings = Findings()
    lay(overlay, _DOCUMENT, findings)
    with pytest.raises(Refused) as refused:
        findings.raise_if_any()
    return [f"{finding.file} {finding.pointer}" for finding in refused.value.findings]


def test_an_update_merges_members_and_adds_to_lists() -> None:
    """Mappings are merged at every depth, lists grow, the rest is replaced; the inputs stay as they are."""
    update = {"b": {"c": 2, "d": 3, "list": [2]}}
    laid = _laid(_overlay({"target": "$.a", "update": update}))
    assert laid["a"] == {"b": {"c": 2, "list": [1, 2], "d": 3}}
    assert _DOCUMENT["a"] == {"b": {"c": 1, "list": [1]}}
    assert update == {"b": {"c": 2, "d": 3, "list": [2]}}


def test_an_update_of_a_list_appends_an_item() -> None:
    """The update is the item itself."""
    laid = _laid(_overlay({"target": "$.items", "update": {"n": 4}}))
    assert [item["n"] for item in laid["items"]] == [1, 2, 3, 4]


def test_one_target_can_select_several_nodes() -> None:
    """Each gets a copy of its own."""
    laid = _laid(_overlay({"target": "$.items[?@.n > 1]", "update": {"x": []}}))
    assert laid["items"] == [{"n": 1}, {"n": 2, "x": []}, {"n": 3, "x": []}]
    assert laid["items"][1]["x"] is not laid["items"][2]["x"]


def test_removals_take_away_all_that_is_selected() -> None:
    """From lists too, whose indices do not shift meanwhile; later actions see what is left."""
    laid = _laid(
        _overlay(
            {"target": "$.items[?@.n < 3]", "remove": True},
            {"target": "$.a.b.c", "remove": True},
            {"target": "$.items[0]", "update": {"first": True}},
        )
    )
    assert laid == {"a": {"b": {"list": [1]}}, "items": [{"n": 3, "first": True}]}


@pytest.mark.parametrize(
    "action",
    [
        {"target": "$.nothing", "update": {}},
        {"target": "$.a[", "update": {}},
        {"target": "$.a.b.c", "update": {"x": 1}},
        {"target": "$.a"},
        {"target": "$.a", "update": {}, "remove": True},
        {"target": "$", "remove": True},
        {"target": 1, "update": {}},
        {"target": "$.a", "update": {}, "when": 1},
        "text",
    ],
)
def test_an_action_that_cannot_be_carried_out_is_refused(action: Json) -> None:
    """A target that selects nothing is a mistake, and so is an action with two minds."""
    assert all(finding.startswith("overlay /actions/0") for finding in _refusals(_overlay(action)))


def test_everything_wrong_is_told_at_once() -> None:
    """Each action has its finding."""
    wrong = [{"target": "$.x", "update": {}}, {"target": "$.y", "update": {}}]
    assert _refusals(_overlay(*wrong)) == ["overlay /actions/0/target", "overlay /actions/1/target"]


def test_another_version_and_no_info_are_refused() -> None:
    """Only 1.0.0 is understood."""
    assert _refusals({"overlay": "2.0.0", "actions": [], "extra": 1}) == [
        "overlay /actions",
        "overlay /extra",
        "overlay /info",
        "overlay /overlay",
    ]
