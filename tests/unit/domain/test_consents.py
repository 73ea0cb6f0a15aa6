"""The course of a consent, the words that are consented to, and whose consent a sender has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sigillo.domain.claims import claims
from sigillo.domain.consent import KnownConsent, declaration_content, held_by, request_content
from sigillo.domain.errors import IllegalMove
from sigillo.domain.events import Event, EventType, chained
from sigillo.domain.letter import (
    Consent,
    ConsentStatus,
    Content,
    Course,
    Letter,
    Part,
    ProofKind,
    Recipient,
    RecipientKind,
    Sender,
)
from sigillo.domain.process import decide
from sigillo.domain.services.consent import CONSENT
from sigillo.domain.services.table import Move
from sigillo.domain.standing import consent_proof_kinds, standings
from sigillo.domain.timeline import Plan, next_due

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
SENDER = Sender("Camille Martin", "camille@example.test", "Atelier Martin SARL")
TO = Recipient(RecipientKind.INDIVIDUAL, "Zoé d’Été", "zoe@example.test")
ASKED = Letter(
    "con_" + "0" * 20, "ws", -1, "CONSENT-1", "consent", SENDER, TO, "Objet", Content(None, ()), AT, "accept"
)
DECLARED = replace(ASKED, consent=Consent(AT))

# Each row of the table that there is: from where, by which move, to where, with which fact and proof.
ROWS = [
    (None, Move.ASK_CONSENT, "requested", "consent.requested", "consent_request"),
    (None, Move.DECLARE_CONSENT, "given", "consent.given", "consent_declaration"),
    ("requested", Move.GIVE_CONSENT, "given", "consent.given", "consent"),
    ("requested", Move.REFUSE_CONSENT, "refused", "consent.refused", "consent_refusal"),
    ("requested", Move.EXPIRE_CONSENT, "expired", "consent.expired", "consent_expiry"),
    ("given", Move.REVOKE_CONSENT, "revoked", "consent.revoked", "consent_revocation"),
]
SOURCES = [None, *ConsentStatus]


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("source", SOURCES)
def test_every_pair_of_a_status_and_a_move(source: ConsentStatus | None, move: Move) -> None:
    """A move leads where the table says, with its fact and proof; any other raises and changes nothing."""
    course = Course(source, AT)
    row = next((row for row in ROWS if row[:2] == (source, move)), None)
    if row is None:
        with pytest.raises(IllegalMove, match=r"^The consent is|knows no move"):
            decide(ASKED.id, course, service=CONSENT, move=move, at=AT)
        return
    decision = decide(ASKED.id, course, service=CONSENT, move=move, at=AT)
    fact, sealed = decision.events
    assert (decision.course.status, fact.type, sealed.type) == (row[2], row[3], EventType.PROOF_AVAILABLE)
    assert sealed.data["proof"] == {"kind": row[4], "event_index": fact.index}
    assert all(map(chained, decision.events))


@pytest.mark.parametrize(
    ("item", "moves"),
    [
        (ASKED, [Move.ASK_CONSENT]),
        (ASKED, [Move.ASK_CONSENT, Move.GIVE_CONSENT]),
        (ASKED, [Move.ASK_CONSENT, Move.GIVE_CONSENT, Move.REVOKE_CONSENT]),
        (ASKED, [Move.ASK_CONSENT, Move.REFUSE_CONSENT]),
        (ASKED, [Move.ASK_CONSENT, Move.EXPIRE_CONSENT]),
        (DECLARED, [Move.DECLARE_CONSENT]),
        (DECLARED, [Move.DECLARE_CONSENT, Move.REVOKE_CONSENT]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_the_kinds_of_proof_follow_from_where_it_stands(item: Letter, moves: list[Move]) -> None:
    """The proofs that a consent's standing promises are those that its journal makes, chained, and the last status."""
    course = Course()
    journal: list[Event] = []
    for move in moves:
        decision = decide(item.id, course, service=CONSENT, move=move, at=AT)
        course, journal = decision.course, [*journal, *decision.events]
    made = claims(item, journal, CONSENT)
    assert tuple(claim.kind for claim in made) == consent_proof_kinds(item, course)
    assert [claim.previous_digest for claim in made] == [None, *(claim.fact_digest for claim in made[:-1])]
    assert standings(journal)[-1].status == course.status
    assert {claim.submitted_at for claim in made} == {None}
    lapses = [claim.expires_at for claim in made if claim.kind is not ProofKind.CONSENT_REVOCATION]
    assert lapses == [datetime(2026, 1, 20, 23, tzinfo=UTC) if item is ASKED else None] * len(lapses)
    assert {claim.obtained_at for claim in made} == {AT if item is DECLARED else None}


def test_a_request_lapses_with_the_fifteenth_day_in_paris() -> None:
    """Without an answer a request is over at D+16 00:00 Europe/Paris; what was given is due for nothing."""
    plan = Plan(None, 0, (), ())
    asked = decide(ASKED.id, Course(), service=CONSENT, move=Move.ASK_CONSENT, at=AT).course
    due = next_due(asked, plan, CONSENT)
    assert due is not None
    assert (due.move, due.at) == (Move.EXPIRE_CONSENT, datetime(2026, 1, 20, 23, tzinfo=UTC))
    given = decide(ASKED.id, asked, service=CONSENT, move=Move.GIVE_CONSENT, at=AT).course
    assert next_due(given, plan, CONSENT) is None


def test_the_statement_names_the_sender_the_service_and_the_right_to_withdraw() -> None:
    """What is consented to says in both languages who may send what, and that the consent can be taken back."""
    text = request_content(SENDER, TO).text or ""
    told = ("Atelier Martin SARL, Camille Martin <camille@example.test>", "Zoé d’Été <zoe@example.test>")
    assert all(text.count(name) == 2 for name in told)
    for words in ("article L. 100", "lettres recommandées électroniques", "retirer mon consentement", "BAC À SABLE"):
        assert words in text
    for words in ("registered electronic letters", "withdraw my consent", "SANDBOX"):
        assert words in text


def test_a_declaration_tells_when_and_by_what() -> None:
    """A declared consent carries its date as a native writes it, and the file that shows it as a part."""
    at = datetime(2026, 3, 1, 8, 5, tzinfo=UTC)
    file = Part("bulletin signé.pdf", "application/pdf", 9, "ab" * 32, "file_1")
    content = declaration_content(SENDER, TO, obtained_at=at, evidence=file)
    text = content.text or ""
    assert "1er mars 2026 à 9 h 05 (heure de Paris)" in text
    assert "2026-03-01 at 09:05 (Paris time)" in text
    assert "bulletin signé.pdf" in text and "ab" * 32 in text
    assert content.parts[1] == file
    bare = declaration_content(SENDER, TO, obtained_at=at, evidence=None)
    assert "aucune n’est jointe" in (bare.text or "") and len(bare.parts) == 1


def test_a_consent_is_one_sender_s() -> None:
    """A consent to one sender is nothing to another; the case of an address does not matter."""
    given = KnownConsent(ASKED, Course(ConsentStatus.GIVEN, AT))
    revoked = KnownConsent(ASKED, Course(ConsentStatus.REVOKED, AT))
    asked = KnownConsent(ASKED, Course(ConsentStatus.REQUESTED, AT))
    held = held_by(replace(SENDER, email="CAMILLE@example.test"), [asked, given, revoked])
    assert (held.given, held.asked, held.revoked, held.withdrawn_at) == (given, asked, revoked, None)
    assert held_by(SENDER, [revoked]).withdrawn_at == AT
    stranger = held_by(replace(SENDER, email="other@example.test"), [asked, given, revoked])
    assert (stranger.given, stranger.asked, stranger.revoked) == (None, None, None)
