"""The model: one entry makes an operation, everything that is named is checked, no platform has a word in it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sigillo.connectorgen.brand import Brand
from sigillo.connectorgen.build import build
from sigillo.connectorgen.fields import LANGUAGES, Encoding, Kind, Place
from sigillo.connectorgen.findings import Refused
from sigillo.connectorgen.model import Effect, Role
from tests.connectors.project import OVERLAY, ROOT, model
from tests.connectors.small import Json, action, as_bytes, document, entry, overlay, text

_PLATFORMS = re.compile(r"n8n|zapier|integromat|\bmake\.com|makecom|\bImlJson\b", re.IGNORECASE)
_POST = "$.paths['/v1/notes'].post"


def _refusals(laid: Json, of: Json | None = None) -> list[str]:
    with pytest.raises(Refused) as refused:
        build(as_bytes(of or document()), as_bytes(laid))
    return [str(finding) for finding in refused.value.findings]


def _with_entry(**changes: Any) -> Json:
    laid = overlay()
    laid["actions"][-1] = action(_POST, [entry(**changes)])
    return laid


def test_the_small_api_becomes_a_connector() -> None:
    """Parameters, members, groups, choices, columns, idempotency and the trigger are what the two files say."""
    made = build(as_bytes(document()), as_bytes(overlay()))
    (add,) = made.operations
    assert (add.key, add.verb, add.role, add.effect) == ("addNote", "add", Role.ACTION, Effect.CREATE)
    assert [(field.key, field.kind, field.required, field.advanced, field.group) for field in add.fields] == [
        ("words", Kind.TEXT, True, False, None),
        ("colour", Kind.CHOICE, False, True, None),
        ("author_email", Kind.EMAIL, True, True, "author"),
    ]
    assert {field.place for field in add.fields} == {Place.BODY}
    assert [(group.key, group.required) for group in add.groups] == [("author", False)]
    assert add.answer.columns == (("id",), ("author", "email"))
    assert add.idempotency == "Idempotency-Key"
    assert [event.type for event in made.triggers[0].events] == ["note.added"]


def test_another_operation_needs_one_entry_and_no_code() -> None:
    """An operation that the connector does not have yet is there after one action of the overlay."""
    before = build(as_bytes(document()), as_bytes(overlay()))
    words = entry(verb="getAll", fields=[], advanced=[], columns=["id"], title=text("Get many notes"))
    after = build(as_bytes(document()), as_bytes(overlay(action("$.paths['/v1/notes'].get", [words]))))
    (new,) = [operation for operation in after.operations if operation not in before.operations]
    assert (new.key, new.role, new.pagination is not None) == ("listNotes", Role.SEARCH, True)


def test_two_entries_on_one_operation_make_two() -> None:
    """With another key, verb and constants."""
    more = entry(key="addRedNote", verb="addRed", constants={"colour": "red"}, advanced=["author.email"])
    made = build(as_bytes(document()), as_bytes(overlay(action(_POST, [more]))))
    assert [(one.key, [c.value for c in one.constants]) for one in made.operations] == [
        ("addNote", []),
        ("addRedNote", ["red"]),
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"advanced": ["colour"]}, "nothing is said about 'author.email'"),
        ({"fields": [], "omit": ["words"]}, "'words' must be sent"),
        ({"fields": ["words", "size"]}, "'size' is nothing that the operation takes"),
        ({"omit": ["size"]}, "'size' is nothing that the operation takes"),
        ({"fields": ["words", "colour"]}, "'colour' is named twice"),
        ({"columns": ["author.name"]}, "'author.name' is nothing that the answer has"),
        ({"resource": "letter"}, "'letter' is none of the resources"),
        ({"verb": "create"}, "'note' has no operation 'add'"),
        ({"role": "trigger"}, "'trigger' is none of action, search"),
        ({"title": {"en": "Add", "fr": "Ajouter"}}, "this language is missing"),
        ({"title": {**text("Add"), "de": "Neu"}}, "'de' is no language"),
        ({"shortcut": True}, "'shortcut' is not understood here"),
        ({"texts": {"colour": {"only": ["green"]}}}, "'green' is none of the values"),
        ({"texts": {"colour": {"default": "green"}}}, "'green' is none of the values"),
        (
            {"texts": {"words": {"lookup": {"operation": "listNotes", "value": "id", "arguments": {"limit": "no"}}}}},
            "the list of 'words' depends on 'no', which is no field here",
        ),
        ({"texts": {"words": {"kind": "poem"}}}, "'poem' is no kind of field"),
        ({"texts": {"words": {"lookup": {"operation": "getMe", "value": "id"}}}}, "getMe answers with no list"),
        ({"texts": {"words": {"lookup": {"operation": "no", "value": "id"}}}}, "there is no operation 'no'"),
        ({"texts": {"words": {"lookup": {"operation": "listNotes", "value": "no"}}}}, "'no' is nothing that an item"),
        ({"body": "multipart/form-data"}, "there is no body 'multipart/form-data'"),
    ],
)
def test_an_entry_that_says_too_little_or_what_is_not_there_is_refused(changes: Json, says: str) -> None:
    """Whatever an entry names must be there, and whatever the operation takes must be named."""
    found = _refusals(_with_entry(**changes))
    assert any(says in finding for finding in found), found


def test_a_text_that_is_missing_is_refused() -> None:
    """Where it belongs, and in which languages."""
    laid = overlay()
    del laid["actions"][-1]["update"]["x-connector"][0]["description"]
    (found,) = _refusals(laid)
    last = len(laid["actions"]) - 1
    assert found == (
        f"overlay /actions/{last}/update/x-connector/0/description: the text is missing: write it in en, fr, it"
    )


def test_an_event_without_words_is_refused() -> None:
    """Every webhook has a label, or is left out on purpose."""
    laid = overlay()
    del laid["actions"][1]
    (found,) = _refusals(laid)
    assert found.startswith("document /webhooks/note.added/post: x-connector: nothing is said about the event")


def test_alternatives_that_are_not_understood_are_refused() -> None:
    """A schema of either a number or a list is no field."""
    changed = document()
    changed["components"]["schemas"]["NoteIn"]["properties"]["words"] = {
        "anyOf": [{"type": "integer"}, {"type": "array"}]
    }
    assert any("alternatives of different kinds" in finding for finding in _refusals(overlay(), changed))


def test_the_project_s_texts_are_there_in_every_language() -> None:
    """No text of the shipped connector is empty, and French and Italian are not left in English."""
    texts = [
        written
        for operation in model().operations
        for written in (operation.title, operation.description, *(field.label for field in operation.fields))
    ]
    texts += [
        written for event in model().triggers[0].events for written in (event.label, event.description, event.help)
    ]
    assert all(written.in_(language) for written in texts for language in LANGUAGES)
    sentences = [written for written in texts if " " in written.en]
    assert [written.en for written in sentences if written.en in (written.fr, written.it)] == []


def test_the_project_s_connector_covers_what_people_need() -> None:
    """The resources in their order, and for each event a message to show."""
    assert [resource.key for resource in model().resources] == [
        "letter",
        "pec_message",
        "mailbox",
        "proof",
        "consent",
        "event",
        "sandbox",
    ]
    assert all(event.sample for event in model().triggers[0].events)
    assert all(event.description.en.startswith("Triggers when ") for event in model().triggers[0].events)
    assert {server.key for server in model().app.servers} == {"sandbox", "live", "own"}


def test_a_form_with_dotted_names_is_read_as_the_object_it_stands_for() -> None:
    """Groups with what must be there inside them, maps, files, and truths that are written as words."""
    send = model().operation("sendLetter")
    fields = {field.key: field for field in send.fields}
    assert send.encoding is Encoding.FORM
    assert {group.key: group.required for group in send.groups} == {
        "recipient": True,
        "sender": False,
        "consent": False,
    }
    inside = {field.key: field.required for field in send.fields if field.group in ("sender", "consent")}
    assert inside == {
        "sender_name": True,
        "sender_email": True,
        "sender_company": False,
        "consent_obtained_at": True,
        "consent_evidence_file_id": False,
    }
    assert (fields["metadata"].kind, fields["metadata"].path) == (Kind.MAP, ("metadata",))
    assert (fields["files"].kind, fields["files"].many) == (Kind.FILE, True)
    assert (fields["ask_consent"].kind, fields["ask_consent"].default) == (Kind.BOOLEAN, True)
    assert [choice.value for choice in fields["service"].choices] == ["lre", "ere"]


def test_a_list_to_choose_from_may_depend_on_another_field() -> None:
    """The messages of the mailbox that was chosen."""
    read = model().operation("getMailboxMessage")
    (lookup,) = [field.lookup for field in read.fields if field.key == "message_id"]
    assert lookup is not None
    assert (lookup.arguments, lookup.locator, lookup.search) == ((("address", "address"),), True, "subject")


def test_the_model_has_no_platform_s_word() -> None:
    """Neither the modules that make it nor the overlay's texts name a platform."""
    folder = ROOT / "sandbox" / "sigillo" / "connectorgen"
    for source in [*folder.glob("*.py"), OVERLAY]:
        found = _PLATFORMS.search(source.read_text())
        assert found is None, f"{source.name} says {found and found.group()}"


def test_an_operator_can_brand_the_connector() -> None:
    """Another name, live server and logo; everything else stays."""
    logo = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    brand = Brand(name="Posta Sicura", base_url="https://mail.example.com", logo=logo)
    app = build(as_bytes(document()), as_bytes(overlay()), brand).app
    assert (app.name, app.key, app.logo.light) == ("Posta Sicura", "postasicura", logo)
    assert [server.url for server in app.servers if server.key == app.default_server] == ["https://mail.example.com"]


@pytest.mark.parametrize(
    "brand",
    [
        Brand(name="O'Mail"),
        Brand(name=""),
        Brand(base_url="https://mail.example.com/v1"),
        Brand(base_url="https://a'b"),
        Brand(logo=b"\x89PNG"),
    ],
)
def test_a_brand_that_cannot_be_is_refused(brand: Brand) -> None:
    """What would break a source, or is no SVG."""
    with pytest.raises(ValueError, match=r"name is|URL is|logo is"):
        build(as_bytes(document()), as_bytes(overlay()), brand)
