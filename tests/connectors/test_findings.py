"""All that is wrong with the two files is told in one run, where it comes from, and never as anything but findings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sigillo.connectorgen.build import build
from sigillo.connectorgen.findings import Refused
from tests.connectors.small import Json, action, as_bytes, document, entry, overlay

_POST = "$.paths['/v1/notes'].post"
_WORDS = "$.components.schemas.NoteIn.properties.words"


def _refusals(changed: Json, laid: Json) -> list[str]:
    with pytest.raises(Refused) as refused:
        build(as_bytes(changed), as_bytes(laid))
    return [str(finding) for finding in refused.value.findings]


def test_every_step_s_findings_are_told_in_one_run() -> None:
    """A format, a target that selects nothing, and a text without French: one step each, three findings."""
    changed = document()
    changed["components"]["schemas"]["Me"]["properties"]["name"]["format"] = "uuid"
    laid = overlay(action("$.paths['/v1/nothing'].get", []))
    words = laid["actions"][2]["update"]["x-connector"]["label"]
    del words["fr"]
    assert _refusals(changed, laid) == [
        "document /components/schemas/Me/properties/name/format: the format 'uuid' is not understood",
        "overlay /actions/2/update/x-connector/label/fr: this language is missing: write the text",
        f"overlay /actions/{len(laid['actions']) - 1}/target: "
        "\"$.paths['/v1/nothing'].get\" selects nothing in the document",
    ]


def test_both_files_are_read_before_one_is_refused() -> None:
    """Neither is YAML: two findings."""
    with pytest.raises(Refused) as refused:
        build(b"a: [", b"- a")
    assert [finding.file for finding in refused.value.findings] == ["document", "overlay"]


def test_a_document_is_judged_although_the_overlay_cannot_be_read() -> None:
    """What is wrong with it is no reason to keep the rest back."""
    with pytest.raises(Refused) as refused:
        build(as_bytes({**document(), "x-other": 1}), b"a: [")
    assert [finding.file for finding in refused.value.findings] == ["document", "overlay"]


def test_the_tenth_action_stands_behind_the_second() -> None:
    """Findings are in the order of their places."""
    laid = overlay(*(action("$.nothing", {}) for _ in range(3)))
    laid["actions"].insert(2, {"target": "$.nothing", "update": {}})
    told = [int(finding.split("/")[2]) for finding in _refusals(document(), laid)]
    assert told == sorted(told)
    assert told[0] == 2


def _self(changed: Json, laid: Json) -> None:
    changed["components"]["schemas"]["Note"]["properties"]["author"] = {"$ref": "#/components/schemas/Note"}


def _circle(changed: Json, laid: Json) -> None:
    schemas = changed["components"]["schemas"]
    schemas["A"], schemas["B"] = {"$ref": "#/components/schemas/B"}, {"$ref": "#/components/schemas/A"}
    schemas["Note"]["properties"]["words"] = {"$ref": "#/components/schemas/A"}


def _self_in_input(changed: Json, laid: Json) -> None:
    changed["components"]["schemas"]["NoteIn"]["properties"]["author"] = {"$ref": "#/components/schemas/NoteIn"}


def _unquoted(changed: Json, laid: Json) -> None:
    answers = changed["paths"]["/v1/me"]["get"]["responses"]
    answers[200] = answers.pop("200")


def _unknown_twice(changed: Json, laid: Json) -> None:
    laid["actions"][-1] = action(_POST, [entry(fields=["words", "size"], advanced=["colour", "author.email", "size"])])


def _constants(changed: Json, laid: Json) -> None:
    laid["actions"][-1] = action(_POST, [entry(constants=["colour"])])


def _no_root(changed: Json, laid: Json) -> None:
    del laid["actions"][0]


def _pages(changed: Json, laid: Json) -> None:
    laid["actions"][0]["update"]["x-connector"]["pages"] = "data"


def _no_items(changed: Json, laid: Json) -> None:
    listed = changed["paths"]["/v1/notes"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    del listed["properties"]["data"]["items"]


def _download(changed: Json, laid: Json) -> None:
    changed["paths"]["/v1/me"]["get"]["responses"]["200"]["content"] = {"application/pdf": {}}


def _nameless(changed: Json, laid: Json) -> None:
    del changed["paths"]["/v1/events"]["get"]["parameters"][0]["name"]


def _no_body(changed: Json, laid: Json) -> None:
    del changed["webhooks"]["note.added"]["post"]["requestBody"]


def _no_triggers(changed: Json, laid: Json) -> None:
    del laid["actions"][0]["update"]["x-connector"]["triggers"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_self, "document /components/schemas/Note/properties/author/$ref: 'Note' holds itself"),
        (_circle, "document /components/schemas/B/$ref: 'A' holds itself"),
        (_self_in_input, "document /components/schemas/NoteIn/properties/author/$ref: 'NoteIn' holds itself"),
        (_unquoted, "document /paths/~1v1~1me/get/responses/200: the key 200 is no text: put it in quotes"),
        (_unknown_twice, "overlay /actions/13/update/x-connector/0/fields: 'size' is named twice"),
        (_constants, "overlay /actions/13/update/x-connector/0/constants: a mapping is expected here"),
        (_no_root, "document /: x-connector: nothing is said of the whole"),
        (_pages, "overlay /actions/0/update/x-connector/pages: a mapping is expected here"),
        (_no_items, "/properties/data: 'items' of an array is missing"),
        (_download, "overlay /actions/0/update/x-connector/app/auth/test: getMe answers with no JSON"),
        (_nameless, "document /paths/~1v1~1events/get/parameters/0: 'name' of a parameter is missing"),
        (_no_body, "document /webhooks/note.added/post"),
        (_no_triggers, "overlay /actions/0/update/x-connector/triggers: one trigger is understood, not 0"),
    ],
)
def test_what_broke_the_generator_is_a_finding(change: Callable[[Json, Json], None], says: str) -> None:
    """At its place, and without a hundred others in its train."""
    changed, laid = document(), overlay()
    change(changed, laid)
    found = _refusals(changed, laid)
    assert any(says in finding for finding in found), found
    assert len(found) < 12


def test_a_schema_that_holds_itself_is_one_finding() -> None:
    """However often it is used."""
    changed = document()
    changed["components"]["schemas"]["Note"]["properties"]["author"] = {"$ref": "#/components/schemas/Note"}
    found = _refusals(changed, overlay())
    assert len([finding for finding in found if "holds itself" in finding]) == 1


def test_a_schema_that_becomes_too_large_is_refused() -> None:
    """Each holds the one before ten times: written out, the last would be a hundred million."""
    changed = document()
    schemas = changed["components"]["schemas"]
    for level in range(1, 9):
        inner = {"$ref": f"#/components/schemas/L{level - 1}"} if level > 1 else {"type": "string"}
        schemas[f"L{level}"] = {"type": "object", "properties": {f"m{one}": inner for one in range(10)}}
    assert any("too large" in finding for finding in _refusals(changed, overlay()))


@pytest.mark.parametrize(
    "yaml",
    [
        b"&a {b: *a}",
        b"a: &a [*a]",
        b"a: .nan",
        b"a: !!binary aGk=",
        b"a: !!set {b}",
        b"a: 0x" + b"f" * 5000 + b"\nb: " + b"9" * 5000,
        b"[" * 5000,
        b"a: " + b"[" * 200 + b"]" * 200,
        b'a: "\\ud800"',
        b"? [a]\n: b",
        b"true: 1",
        b"\xff\xfe\x00",
    ],
)
def test_yaml_that_json_cannot_say_is_refused(yaml: bytes) -> None:
    """Aliases that hold themselves, numbers without end, bytes, keys that are no texts, too many levels."""
    with pytest.raises(Refused):
        build(yaml, as_bytes(overlay()))


def test_what_an_alias_shares_is_two_values() -> None:
    """An update of one place leaves the other alone."""
    changed = as_bytes(document()).replace(b"    Id:\n", b"    Other: {type: object}\n    Id:\n")
    made = build(changed, as_bytes(overlay()))
    assert [operation.key for operation in made.operations] == ["addNote"]


def test_a_finding_names_the_action_that_brought_it() -> None:
    """Also after another action changed the same place, and through a schema that refers to another."""
    laid = overlay(action(_WORDS, {"kind": "poem"}))
    last = len(laid["actions"]) - 1
    found = _refusals(document(), laid)
    assert found == [f"overlay /actions/{last}/update/x-connector/kind: 'poem' is no kind of field"]


def test_what_the_overlay_does_not_say_is_told_where_it_belongs() -> None:
    """A field without a label: the place of the field in the document, and what is missing there."""
    laid = overlay()
    del laid["actions"][2]
    (found,) = _refusals(document(), laid)
    assert found == (
        "document /components/schemas/NoteIn/properties/words: x-connector/label: "
        "the text is missing: write it in en, fr, it"
    )


def test_an_item_keeps_its_place_after_another_was_removed() -> None:
    """A parameter that was the second in the document is told as the second."""
    changed = document()
    listing = changed["paths"]["/v1/notes"]["get"]
    listing["parameters"] = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("a", "b")]
    listing["parameters"][1]["schema"]["format"] = "uuid"
    laid = overlay({"target": "$.paths['/v1/notes'].get.parameters[0]", "remove": True})
    assert _refusals(changed, laid) == [
        "document /paths/~1v1~1notes/get/parameters/1/schema/format: the format 'uuid' is not understood"
    ]


def test_what_an_overlay_removes_need_not_be_understood() -> None:
    """That is the way to a connector from somebody else's document."""
    changed = document()
    changed["x-other"] = {"a": 1}
    laid = overlay({"target": "$['x-other']", "remove": True})
    assert build(as_bytes(changed), as_bytes(laid)).operations
