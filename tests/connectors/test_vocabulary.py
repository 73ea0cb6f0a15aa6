"""What comes back has words too: a label on every member, a noun for each thing, and which operation finds one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict

import pytest

from sigillo.connectorgen.answers import Shape
from sigillo.connectorgen.build import build
from sigillo.connectorgen.fields import LANGUAGES, Json, Text
from sigillo.connectorgen.findings import Refused
from tests.connectors.project import model
from tests.connectors.small import Json as Changed
from tests.connectors.small import action, as_bytes, document, entry, overlay, text

_POST = "$.paths['/v1/notes'].post"
_WORDS = "$.components.schemas.Note.properties.words"
_PLATFORMS = re.compile(r"n8n|zapier|integromat|\bmake\.com|outputFields|displayName", re.IGNORECASE)
_ROOT = "overlay /actions/0/update/x-connector"


def _root(laid: Changed) -> Changed:
    root: Changed = laid["actions"][0]["update"]["x-connector"]
    return root


def _refusals(laid: Changed) -> list[str]:
    with pytest.raises(Refused) as refused:
        build(as_bytes(document()), as_bytes(laid))
    return [str(finding) for finding in refused.value.findings]


def _members(shape: Shape | None, at: str) -> Iterator[tuple[str, Shape]]:
    """Every member below a shape with its place."""
    for name, member in shape.members if shape else ():
        yield f"{at}.{name}", member
        yield from _members(member, f"{at}.{name}")
        yield from _members(member.of, f"{at}.{name}.*")


def _shapes() -> list[tuple[str, Shape]]:
    answers = [(one.key, one.answer.shape) for one in model().operations]
    return [(key, shape) for key, shape in [*answers, ("event", model().triggers[0].shape)] if shape is not None]


def _unlabelled(label: Text | None) -> list[str]:
    return [language for language in LANGUAGES if label is None or not label.in_(language).strip()]


def test_every_member_of_an_answer_or_event_has_a_label_in_each_language() -> None:
    """However deep it lies; a label starts as a sentence does, and has no full stop."""
    met = [found for key, shape in _shapes() for found in _members(shape, key)]
    assert len(met) > 1000
    assert [(at, _unlabelled(member.label)) for at, member in met if _unlabelled(member.label)] == []
    labels = {member.label.in_(language) for _, member in met if member.label for language in LANGUAGES}
    assert [one for one in labels if one[0].islower() or one.endswith(".") or len(one) > 40] == []


def _unknown(sample: Json, shape: Shape, at: str) -> Iterator[str]:
    if isinstance(sample, list):
        for one in sample:
            yield from _unknown(one, shape, at)
    elif isinstance(sample, dict) and shape.members:
        members = dict(shape.members)
        for name, value in sample.items():
            if name in members:
                yield from _unknown(value, members[name], f"{at}.{name}")
            else:
                yield f"{at}.{name}"


def test_nothing_in_a_sample_is_without_a_label() -> None:
    """Neither in the messages of events nor in the answers' samples is a member that the labelled shape has not."""
    trigger = model().triggers[0]
    found = [at for event in trigger.events for at in _unknown(event.sample, trigger.shape, event.type)]
    for one in model().operations:
        found += _unknown(one.answer.sample, one.answer.shape, one.key) if one.answer.shape else []
    assert found == []


def test_a_member_has_the_label_of_its_name_or_its_own() -> None:
    """`status` of a letter is a status, `status` in a fault's effect is one of HTTP."""

    def label(operation: str, *path: str) -> Text | None:
        shape = model().operation(operation).answer.shape
        for name in path:
            assert shape is not None
            shape = dict(shape.members)[name]
        return shape.label if shape else None

    assert label("getLetter", "status") == label("getConsent", "status") == Text("Status", "Statut", "Stato")
    assert label("listFaults", "effect", "status") == Text("HTTP status", "Statut HTTP", "Stato HTTP")
    assert label("getLetter", "recipient", "kind") != label("listProofs", "kind")


def test_every_operation_gives_something_that_has_a_noun() -> None:
    """Singular and plural in each language, written as inside a sentence; most give what their resource is."""
    nouns = [one.noun for one in model().operations]
    nouns += [one.noun for one in model().resources]
    nouns += [one.noun for one in model().triggers]
    assert [noun for noun in nouns if _unlabelled(noun.one) or _unlabelled(noun.many)] == []
    assert [noun for noun in nouns if not re.match(r"[a-z]|PEC ", noun.one.en)] == []
    given = {one.key: one.noun.one.en for one in model().operations}
    assert (given["sendLetter"], given["listLetters"], given["sendPecMessage"]) == ("letter", "letter", "PEC message")
    assert (given["listMailboxMessages"], given["getMailboxAttachment"]) == ("message", "attachment")
    assert (given["playRecipient"], given["playIndividual"]) == ("letter", "consent")
    assert given["downloadConsentProof"] == "proof of a consent"


def test_what_answers_the_same_is_called_the_same() -> None:
    """Operations of one resource whose answers have one shape have one noun."""
    called: dict[tuple[str, Shape], set[str]] = {}
    for one in model().operations:
        if one.answer.shape is not None:
            called.setdefault((one.resource, one.answer.shape), set()).add(one.noun.one.en)
    assert [nouns for nouns in called.values() if len(nouns) > 1] == []
    assert any(resource == "sandbox" for resource, _ in called)


def test_an_operation_that_finds_one_thing_is_told_apart() -> None:
    """Getting by what identifies a thing, unlike the clock, a list, a download, a check or a change."""
    found = {one.key: one.picked_by.key for one in model().operations if one.picked_by is not None}
    assert found == {
        "getLetter": "letter_id",
        "getPecMessage": "letter_id",
        "getMailbox": "address",
        "getMailboxMessage": "message_id",
        "getConsent": "consent_id",
        "getOutgoingMail": "mail_id",
    }


def _no_label(laid: Changed) -> None:
    del _root(laid)["labels"]["email"]


def _two_labels_gone(laid: Changed) -> None:
    for name in ("email", "type"):
        del _root(laid)["labels"][name]


def _unused(laid: Changed) -> None:
    _root(laid)["labels"]["size"] = text("Size")


def _partly(laid: Changed) -> None:
    del _root(laid)["labels"]["words"]["it"]


def _empty(laid: Changed) -> None:
    _root(laid)["labels"]["words"] = None


def _misspelt(laid: Changed) -> None:
    labels = _root(laid)["labels"]
    labels["wrods"] = labels.pop("words")


def _no_labels(laid: Changed) -> None:
    del _root(laid)["labels"]


def _own_partly(laid: Changed) -> None:
    laid["actions"].append(action(_WORDS, {"label": {"en": "Words"}}))
    del _root(laid)["labels"]["words"]


def _no_noun(laid: Changed) -> None:
    del _root(laid)["nouns"]["note"]


def _unused_noun(laid: Changed) -> None:
    _root(laid)["nouns"]["pen"] = {"one": text("pen"), "many": text("pens")}


def _unknown_noun(laid: Changed) -> None:
    laid["actions"][-1] = action(_POST, [entry(gives="pen")])


def _noun_without_plural(laid: Changed) -> None:
    del _root(laid)["nouns"]["note"]["many"]


def _noun_partly(laid: Changed) -> None:
    del _root(laid)["nouns"]["event"]["one"]["fr"]


def _no_gives(laid: Changed) -> None:
    del _root(laid)["triggers"][0]["gives"]


_NOTE = "document /components/schemas/Note/properties"
_MISSING = "x-connector/label: nothing is said of {!r} in an answer: write it among the labels at the root, or here"
_LANGUAGE = "this language is missing: write the text"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_no_label, [f"{_NOTE}/author/properties/email: {_MISSING.format('email')}"]),
        (
            _two_labels_gone,
            [
                "document /components/schemas/Event/properties/type: " + _MISSING.format("type"),
                f"{_NOTE}/author/properties/email: {_MISSING.format('email')}",
            ],
        ),
        (_unused, [f"{_ROOT}/labels/size: 'size' is in no answer and no event: take it away"]),
        (_partly, [f"{_ROOT}/labels/words/it: {_LANGUAGE}"]),
        (_empty, [f"{_ROOT}/labels/words: the text is missing: write it in en, fr, it"]),
        (
            _misspelt,
            [
                f"{_NOTE}/words: {_MISSING.format('words')}",
                f"{_ROOT}/labels/wrods: 'wrods' is in no answer and no event: take it away",
            ],
        ),
        (_no_labels, [f"{_ROOT}/labels: a mapping is expected here"]),
        (
            _own_partly,
            [
                f"overlay /actions/14/update/x-connector/label/fr: {_LANGUAGE}",
                f"overlay /actions/14/update/x-connector/label/it: {_LANGUAGE}",
            ],
        ),
        (_no_noun, [f"{_ROOT}/resources/0/key: 'note' is none of the nouns at the root"]),
        (_unused_noun, [f"{_ROOT}/nouns/pen: 'pen' is given by nothing: take it away"]),
        (_unknown_noun, ["overlay /actions/13/update/x-connector/0/gives: 'pen' is none of the nouns at the root"]),
        (_noun_without_plural, [f"{_ROOT}/nouns/note/many: the text is missing: write it in en, fr, it"]),
        (_noun_partly, [f"{_ROOT}/nouns/event/one/fr: {_LANGUAGE}"]),
        (
            _no_gives,
            [
                f"{_ROOT}/nouns/event: 'event' is given by nothing: take it away",
                f"{_ROOT}/triggers/0/gives: text is expected here",
            ],
        ),
    ],
)
def test_words_that_are_missing_unused_or_partly_translated_are_told(
    change: Callable[[Changed], None], told: list[str]
) -> None:
    """Each where it belongs, all in one run, and nothing else in their train."""
    laid = overlay()
    change(laid)
    assert _refusals(laid) == told


def test_an_overlay_that_cannot_be_laid_tells_of_no_unused_word() -> None:
    """What a target that selects nothing would have brought may need it."""
    laid = overlay()
    laid["actions"][-1]["target"] = "$.paths['/v1/nothing'].post"
    found = _refusals(laid)
    assert any("selects nothing" in one for one in found)
    assert [one for one in found if "in no answer" in one or "given by nothing" in one] == []


def test_a_member_s_own_label_stands_in_for_the_table_s() -> None:
    """Then the name need not be in the table."""
    laid = overlay(action(_WORDS, {"label": text("Content")}))
    del _root(laid)["labels"]["words"]
    shape = build(as_bytes(document()), as_bytes(laid)).operation("addNote").answer.shape
    assert shape is not None
    assert dict(shape.members)["words"].label == Text("Content", "Content (fr)", "Content (it)")


def test_the_model_as_json_has_no_platform_s_word() -> None:
    """Its keys and texts, the labels and nouns among them."""
    written = json.dumps(asdict(model()), default=lambda value: value.decode(), ensure_ascii=False)
    found = _PLATFORMS.search(written)
    assert found is None, written[found.start() - 60 : found.end() + 60]
