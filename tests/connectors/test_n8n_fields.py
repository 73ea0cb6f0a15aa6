"""The fields that a person meets in n8n: which there are, what they begin with, in which words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from sigillo.connectorgen.build import build
from sigillo.connectorgen.emit import n8n
from sigillo.connectorgen.emit.n8n import words
from sigillo.connectorgen.emit.n8n.properties import Properties
from sigillo.connectorgen.emit.n8n.wording import Wording
from sigillo.connectorgen.fields import Text
from sigillo.connectorgen.findings import Refused
from tests.connectors.project import model
from tests.connectors.small import action, as_bytes, document, entry, overlay, text

Json = dict[str, Any]


def _fields(operation: str, language: str = "en") -> dict[str, Json]:
    """The properties of an operation by name, those inside of collections too."""
    properties = Properties(Wording(language))
    found = model().operation(operation)
    return {str(one["name"]): one for one in _all([*properties.of(found), *properties.standard(found)])}


def _all(properties: list[Json]) -> Iterator[Json]:
    for one in properties:
        yield one
        if one["type"] == "collection":
            yield from _all(list(one["options"]))


def test_a_collection_without_fields_is_one_of_options() -> None:
    """Cancelling changes no field: its idempotency key is an option."""
    assert _fields("cancelLetter")["options"]["displayName"] == "Options"
    assert "updateFields" not in _fields("cancelLetter")
    assert "updateFields" in _fields("changeMailbox")


def test_one_of_several_ways_is_a_choice() -> None:
    """How far the clock goes is chosen first, and only the field of that way is shown, and needed."""
    fields = _fields("advanceClock")
    assert fields["how"]["default"] == "by"
    assert [option["value"] for option in fields["how"]["options"]] == ["by", "to", "until"]
    for name in ("by", "to", "until"):
        assert fields[name]["required"] is True
        assert fields[name]["displayOptions"]["show"]["how"] == [name]


def test_a_way_must_be_a_field() -> None:
    """What the overlay calls a way and is none, or has no other beside it, is a finding."""
    ways = {"key": "how", "label": text("How"), "fields": ["colour", "words"]}
    laid = overlay()
    laid["actions"][-1]["update"]["x-connector"] = [entry(one_of=ways)]
    with pytest.raises(Refused, match="'words' is no field that may be left out"):
        build(as_bytes(document()), as_bytes(laid))


def test_only_what_takes_null_can_be_cleared() -> None:
    """An address can be taken away from a mailbox, a colour not from a note."""
    clear = _fields("changeMailbox")["clear"]
    assert [option["value"] for option in clear["options"]] == ["forward_to", "notify_address"]
    assert "clear" not in _fields("createMailbox")
    laid = overlay(action("$.components.schemas.NoteIn.properties.colour", {"clearable": True}))
    with pytest.raises(Refused, match="only what takes null can be cleared"):
        build(as_bytes(document()), as_bytes(laid))


def test_a_choice_begins_with_what_is_usual() -> None:
    """With the API's default, or else with what its list begins with, and not with what is first in the alphabet."""
    assert _fields("downloadProof")["format"]["default"] == "pdf"
    assert _fields("createFault")["matchMethod"]["default"] == "GET"
    assert _fields("sendLetter")["recipientKind"]["default"] == "professional"


def test_a_mailbox_is_named_by_its_address() -> None:
    """Nobody is asked for an ID where there is none."""
    by = _fields("getMailbox")["address"]["modes"][1]
    assert by["displayName"] == "By Address"
    assert by["validation"][0]["properties"]["errorMessage"] == "Not a valid address"
    assert _fields("getLetter")["letterId"]["modes"][1]["displayName"] == "By ID"


def test_samples_are_in_the_language_of_the_fields() -> None:
    """An English field shows no French words, a French one no English ones."""
    for language, name, subject in (
        ("en", "e.g. Jane Smith", "e.g. Notice to end the lease"),
        ("fr", "p. ex. Jeanne Dupré", "p. ex. Résiliation du bail"),
        ("it", "es. Giulia Bianchi", "es. Disdetta del contratto di locazione"),
    ):
        fields = _fields("sendLetter", language)
        assert (fields["recipientName"]["placeholder"], fields["subject"]["placeholder"]) == (name, subject)


@cache
def _package(language: str) -> str:
    files = n8n.emit(model(), language)
    return "\n".join(
        content.decode()
        for path, content in files.items()
        if path.endswith((".node.ts", ".credentials.ts", "README.md")) or "/resources/" in path
    )


@pytest.mark.parametrize("language", ["fr", "it"])
def test_another_language_has_no_english_label(language: str) -> None:
    """None of n8n's own words stays English where the language has another."""
    said = [one for one in vars(words).values() if isinstance(one, Text) and "{" not in one.en]
    english = {one.en for one in said if one.en != one.in_(language)}
    left = {one for one in english if f"'{one}'" in _package(language)}
    assert len(english) > 30
    # "Name" and "Value" and the like are values of n8n's too; as labels they are not there.
    assert {one for one in left if f"displayName: '{one}'" in _package(language)} == set()
    assert "## What to know" not in _package(language)
