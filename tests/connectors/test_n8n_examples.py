"""The example workflows against what the nodes have: names at their levels, shown where they are given, and values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from sigillo.connectorgen.emit import n8n
from sigillo.connectorgen.emit.n8n.nodes import trigger_properties
from sigillo.connectorgen.emit.n8n.properties import Properties
from sigillo.connectorgen.emit.n8n.wording import Wording, camel
from tests.connectors.project import model

Json = dict[str, Any]

_NODE, _TRIGGER = "n8n-nodes-sigillo.sigillo", "n8n-nodes-sigillo.sigilloTrigger"


@cache
def _examples() -> dict[str, Json]:
    files = n8n.emit(model())
    return {path: json.loads(text) for path, text in files.items() if path.startswith("examples/")}


def test_every_link_leads_to_a_node() -> None:
    """From a node that there is to one that there is."""
    assert len(_examples()) == 4
    for workflow in _examples().values():
        names = {node["name"] for node in workflow["nodes"]}
        assert names.issuperset(workflow["connections"])
        links = [link for outputs in workflow["connections"].values() for output in outputs["main"] for link in output]
        assert {link["node"] for link in links} <= names


def test_every_parameter_is_one_that_the_node_shows() -> None:
    """In none of the examples is a parameter that the node would leave unread."""
    nodes = [(path, node) for path, workflow in _examples().items() for node in workflow["nodes"]]
    own = [(path, node) for path, node in nodes if node["type"] in (_NODE, _TRIGGER)]
    assert {node["type"] for _, node in own} == {_NODE, _TRIGGER}
    assert [(path, node["name"], wrong) for path, node in own for wrong in _wrong(node)] == []


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"format": "pdf"}, "format"),
        ({"options": {"formats": "pdf"}}, "options.formats"),
        ({"options": {"format": "docx"}}, "options.format"),
        ({"kind": "receipt"}, "kind"),
        ({"letterId": "ltr_1"}, "letterId"),
        ({"operation": "burn"}, "operation"),
    ],
)
def test_a_parameter_that_is_none_is_found(given: Json, wrong: str) -> None:
    """At the wrong level, of another name, with a value that is no choice."""
    asked = {"resource": "proof", "operation": "download", **given}
    assert next(_wrong({"type": _NODE, "parameters": asked})) == wrong


def test_the_archive_is_no_empty_step() -> None:
    """What the examples promise to do they do: nothing ends in a node that does nothing, but for the battery."""
    for path, workflow in _examples().items():
        kinds = {node["type"] for node in workflow["nodes"]}
        assert ("n8n-nodes-base.noOp" in kinds) == path.endswith("sandbox-battery.json")


def _wrong(node: Json) -> Iterator[str]:
    """The parameters of a node that its description does not have, or does not show."""
    given = node["parameters"]
    if node["type"] == _TRIGGER:
        yield from _unlike(given, list(trigger_properties(model().triggers[0], Wording("en"))), given)
        return
    asked = (given["resource"], given["operation"])
    found = [one for one in model().operations if (camel(one.resource), one.verb) == asked]
    if not found:
        yield "operation"
        return
    properties = Properties(Wording("en"))
    named = {name: value for name, value in given.items() if name not in ("resource", "operation")}
    yield from _unlike(named, [*properties.of(found[0]), *properties.standard(found[0])], given)


def _unlike(values: Json, properties: list[Json], given: Json, at: str = "") -> Iterator[str]:
    for name, value in values.items():
        shown = [one for one in properties if one["name"] == name and _shows(one, properties, given)]
        if not shown or not _fits(value, shown[0]):
            yield at + name
        elif shown[0]["type"] == "collection":
            yield from _unlike(value, list(shown[0]["options"]), given, f"{name}.")


def _shows(prop: Json, properties: list[Json], given: Json) -> bool:
    defaults = {one["name"]: one.get("default") for one in properties}
    conditions = prop.get("displayOptions", {}).get("show", {})
    return all(given.get(name, defaults.get(name)) in allowed for name, allowed in conditions.items())


def _fits(value: Any, prop: Json) -> bool:
    if prop["type"] == "resourceLocator":
        return isinstance(value, dict) and value["mode"] in {mode["name"] for mode in prop["modes"]}
    if isinstance(value, str) and value.startswith("="):
        return True
    if prop["type"] == "options" and "options" in prop:
        return value in {option["value"] for option in prop["options"]}
    if prop["type"] == "multiOptions":
        return set(value) <= {option["value"] for option in prop["options"]}
    kinds = {"string": str, "boolean": bool, "number": (int, float), "collection": dict}
    return isinstance(value, kinds.get(prop["type"], object))
