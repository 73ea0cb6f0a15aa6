"""What the generator cannot carry into a connector is refused, never dropped: shapes, operations, events and names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sigillo.connectorgen.build import build
from sigillo.connectorgen.findings import Refused
from tests.connectors.small import Json, action, as_bytes, document, entry, overlay

_POST = "$.paths['/v1/notes'].post"
_STRING = {"type": "string"}


def _refusals(changed: Json, laid: Json) -> list[str]:
    with pytest.raises(Refused) as refused:
        build(as_bytes(changed), as_bytes(laid))
    return [str(finding) for finding in refused.value.findings]


def _notes_in(changed: Json) -> Json:
    found: Json = changed["components"]["schemas"]["NoteIn"]
    return found


def _post(changed: Json) -> Json:
    found: Json = changed["paths"]["/v1/notes"]["post"]
    return found


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda d: _notes_in(d).update(oneOf=[{"properties": {"size": _STRING}}, {"properties": {"day": _STRING}}]),
            "an alternative brings 'size'",
        ),
        (
            lambda d: _notes_in(d).update({"if": {}, "then": {"properties": {"size": _STRING}}}),
            "an alternative brings 'size'",
        ),
        (
            lambda d: _notes_in(d).update(
                allOf=[{"properties": {"author": {"type": "object", "properties": {"size": _STRING}}}}]
            ),
            "'size' is told twice in different ways",
        ),
        (lambda d: _notes_in(d).update(additionalProperties=_STRING), "additionalProperties of such an object"),
        (lambda d: _notes_in(d).update(patternProperties={"^x": _STRING}), "patternProperties of such an object"),
        (lambda d: _notes_in(d)["properties"]["words"].update(type=["string", "integer"]), "a value of several types"),
        (
            lambda d: _notes_in(d)["properties"].update(words={"type": "number", "exclusiveMinimum": 0}),
            "exclusiveMinimum is understood of an integer only",
        ),
        (
            lambda d: _post(d)["parameters"].append({"name": "words", "in": "query", "schema": _STRING}),
            "the operation takes 'words' at two places",
        ),
        (lambda d: _post(d)["responses"].update({"202": {"description": "Later."}}), "not 200, 202"),
        (lambda d: _post(d)["responses"].pop("200"), "one answer of success is understood, not none"),
        (lambda d: d.update(openapi="3.0.3"), "OpenAPI '3.0.3' is not understood, only 3.1"),
        (
            lambda d: d["webhooks"]["note.added"]["post"]["requestBody"]["content"]["application/json"].pop("examples"),
            "the event 'note.added' has no example",
        ),
        (lambda d: _post(d).update(security=[{"oauth": []}]), "a call with 'key' alone is understood"),
        (lambda d: _post(d).update(operationId="getMe"), "the operationId of another operation already"),
        (lambda d: _post(d).update(operationId="add note"), "an operationId is letters and digits"),
        (lambda d: d["paths"]["/v1/hooks/{hook_id}"]["get"].pop("parameters"), "the path needs 'hook_id' in braces"),
        (
            lambda d: d["paths"].update({"/v1/new": {"get": {**d["paths"]["/v1/me"]["get"], "operationId": "getNew"}}}),
            "nothing is said about the operation 'getNew'",
        ),
    ],
)
def test_what_would_be_lost_of_the_document_is_refused(change: Callable[[Json], object], says: str) -> None:
    """Members, types, bounds, inputs, answers, operations and samples."""
    changed = document()
    change(changed)
    found = _refusals(changed, overlay())
    assert any(says in finding for finding in found), found


def test_a_bound_that_excludes_is_the_next_whole_number() -> None:
    """Of an integer, from both sides."""
    changed = document()
    _notes_in(changed)["properties"]["words"] = {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 9.5}
    (add,) = build(as_bytes(changed), as_bytes(overlay())).operations
    assert (add.fields[0].limits.minimum, add.fields[0].limits.maximum) == (1, 9)


def test_a_type_or_null_is_that_type() -> None:
    """OpenAPI 3.1 writes it as a list of types."""
    changed = document()
    _notes_in(changed)["properties"]["words"]["type"] = ["string", "null"]
    (add,) = build(as_bytes(changed), as_bytes(overlay())).operations
    assert add.fields[0].kind == "text"


def test_scopes_are_read_of_the_scheme_that_the_overlay_names() -> None:
    """Whatever it is called, and of the whole document where an operation says nothing."""
    changed = document()
    changed["security"] = [{"key": ["sandbox"]}]
    (add,) = build(as_bytes(changed), as_bytes(overlay())).operations
    assert add.sandbox_only


def test_a_shared_answer_is_followed() -> None:
    """A response that refers to one of the components is that one."""
    changed = document()
    changed["components"]["responses"] = {"Good": _post(changed)["responses"]["200"]}
    _post(changed)["responses"]["200"] = {"$ref": "#/components/responses/Good"}
    (add,) = build(as_bytes(changed), as_bytes(overlay())).operations
    assert add.answer.columns == (("id",), ("author", "email"))


def _root(laid: Json) -> Json:
    found: Json = laid["actions"][0]["update"]["x-connector"]
    return found


def test_an_operation_is_left_out_by_a_word_and_its_reason() -> None:
    """Without a reason, or with omit: false, it is not."""
    laid = overlay(
        action("$.paths['/v1/me'].get", {"reason": None}), action("$.paths['/v1/hooks'].get", {"omit": False})
    )
    last = len(laid["actions"]) - 1
    assert _refusals(document(), laid) == [
        f"overlay /actions/{last - 1}/update/x-connector/reason: text is expected here",
        f"overlay /actions/{last}/update/x-connector/omit: a list of entries is expected here, "
        "or omit: true with its reason",
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda r: r["triggers"].append(r["triggers"][0]), "one trigger is understood, not 2"),
        (lambda r: r["resources"].append(r["resources"][0]), "two resources have the key 'note'"),
        (lambda r: r["resources"][0].update(key="a-b/../../x"), "'a-b/../../x' cannot be"),
        (lambda r: r["app"].update(key="../x"), "'../x' cannot be"),
        (lambda r: r["app"].update(name="Sma'll"), "cannot be"),
        (lambda r: r["app"].update(name="Small\nexport"), "cannot be"),
        (lambda r: r["app"].update(homepage="javascript:alert(1)"), "'javascript:alert(1)' cannot be"),
        (lambda r: r["app"].update(version="1"), "'1' cannot be"),
        (lambda r: r["app"].update(email="nobody"), "'nobody' cannot be"),
        (lambda r: r["app"].update(colour="red"), "'red' cannot be"),
        (lambda r: r["app"].update(license="Apache-2.0"), "packages are published under MIT"),
        (lambda r: r["app"].pop("license"), "app/license: text is expected here"),
        (lambda r: r["app"]["servers"][0].update(url="https://a' + x + '"), "cannot be"),
        (lambda r: r["app"]["servers"][0].update(url="https://a/v1"), "cannot be"),
        (lambda r: r["app"]["servers"][0].update(key="li'ive"), "cannot be"),
        (lambda r: r["app"]["failures"].update(retry=["429"]), "a list of whole numbers is expected here"),
        (lambda r: r["triggers"][0]["signature"].update(id="a\r\nb"), "cannot be"),
        (lambda r: r["triggers"][0]["subscription"].update(url="adress"), "'adress' is nothing that addHook has there"),
        (lambda r: r["triggers"][0]["subscription"].update(enabled="on"), "'on' is nothing that getHook has there"),
    ],
)
def test_what_is_said_of_the_whole_is_judged(change: Callable[[Json], object], says: str) -> None:
    """Names go into paths, classes and literals: each has a grammar."""
    laid = overlay()
    change(_root(laid))
    found = _refusals(document(), laid)
    assert any(says in finding and finding.startswith("overlay /actions/0/") for finding in found), found


@pytest.mark.parametrize(
    "changes",
    [
        {"verb": "../../../../tmp/pwn"},
        {"key": "a b"},
        {"texts": {"words": {"key": "a'b"}}},
        {"texts": {"words": {"lookup": {"operation": "listNotes", "value": "id", "label": ["id"], "key": "a)"}}}},
    ],
)
def test_the_names_of_an_entry_are_judged(changes: Json) -> None:
    """Verbs become files, keys identifiers."""
    laid = overlay()
    laid["actions"][-1] = action(_POST, [entry(**changes)])
    at = f"overlay /actions/{len(laid['actions']) - 1}/update/x-connector/0/"
    assert any(finding.startswith(at) and "cannot be" in finding for finding in _refusals(document(), laid))


def test_an_event_about_nothing_that_there_is_is_refused() -> None:
    """Its resource is one of those at the root."""
    laid = overlay(action("$.webhooks['note.added'].post", {"resource": "letter"}))
    (found,) = _refusals(document(), laid)
    assert found.endswith("/update/x-connector/resource: 'letter' is none of the resources at the root")


def test_the_package_s_licence_is_its_own() -> None:
    """The document's is that of the API: here Apache-2.0."""
    made = build(as_bytes(document()), as_bytes(overlay()))
    assert made.app.license == "MIT"
