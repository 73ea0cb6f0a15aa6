"""Which provider certifies what, in which words, of a letter's share of a PEC message: pure, from kind and instant.

A taking charge covers one recipient (``ricezione``), though RFC 6109 §3.2.1 lets it cover all those of an envelope that
the provider serves: each letter has its own scenario, so its envelope is taken over at its own instant or not at all,
and its proof must not change by what becomes of the others. The sender's provider is taken to send each recipient's
envelope by itself, as SMTP allows (RFC 5321 §3.3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sigillo.domain.letter import Outcome, ProofKind
from sigillo.domain.pec import notices
from sigillo.domain.pec.certification import Certification
from sigillo.domain.pec.dispatch import SERVICE_ADDRESS, Office
from sigillo.domain.pec.notices import Deadline, Failure
from sigillo.domain.pec.posting import Posting
from sigillo.domain.services.pec import PEC
from sigillo.domain.services.table import Move

VIRUS_NAME: Final = "EICAR-Test-File"
_UNTOLD: Final = "eccezione formale"


@dataclass(frozen=True, slots=True)
class Fact:
    """What a receipt is about: one recipient's letter, the instant of the fact, why, and how the letter ended by it."""

    posting: Posting
    recipient: str
    at: datetime
    reason: str | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A certification with the provider that gives it, the id of its own message, and to whom it goes."""

    said: Certification
    by: Office
    message_id: str
    to: str


def receipt_of(kind: ProofKind, fact: Fact) -> Receipt:
    """Give the receipt, notice or envelope of a kind; KeyError for a kind that is none of PEC's."""
    posting = fact.posting
    by = _issuer(kind, fact)
    said = _SAID[kind](fact, by)
    to = f"{SERVICE_ADDRESS}@{posting.sender_office.domain}" if kind in _BETWEEN_PROVIDERS else posting.dispatch.sender
    return Receipt(said, by, _message_id(kind, fact, by), to)


def words_of(move: Move, posting: Posting, recipient: str) -> str | None:
    """Give a provider's words for a step that is late or fails, which its receipt and the journal both hold."""
    if move in _DEADLINES:
        return notices.late_words(_DEADLINES[move], posting.sender_office.dialect)
    row = PEC.table.get(move)
    failure = _FAILURES.get(row.outcome) if row is not None and row.outcome is not None else None
    if failure is None:
        return None
    by = posting.recipient_office(recipient) if failure in _REFUSED_THERE else posting.sender_office
    return notices.words_of(failure, by.dialect)[1]


def _issuer(kind: ProofKind, fact: Fact) -> Office:
    """The sender's provider speaks until another one has taken the message over (RFC 6109 §3.1, §3.2.4)."""
    theirs = kind in (ProofKind.TAKING_CHARGE, ProofKind.DELIVERY, ProofKind.VIRUS_DETECTION)
    refused_there = kind is ProofKind.NON_DELIVERY and _failure(fact) in _REFUSED_THERE
    ours = fact.posting.sender_office
    return fact.posting.recipient_office(fact.recipient) if theirs or refused_there else ours


def _message_id(kind: ProofKind, fact: Fact, by: Office) -> str:
    """An envelope keeps the message's id; a receipt has one of its own, by the message or by the recipient."""
    posting = fact.posting
    if kind is ProofKind.TRANSPORT:
        return posting.message_id
    local = posting.message_id.partition("@")[0]
    if kind in _OF_THE_MESSAGE:
        return f"{local}.{kind.value}@{by.domain}"
    place = next(i for i, one in enumerate(posting.dispatch.recipients) if one.address == fact.recipient)
    return f"{local}.{kind.value}.{place}@{by.domain}"


def _failure(fact: Fact) -> Failure:
    return _FAILURES.get(fact.outcome or Outcome.UNKNOWN_MAILBOX, Failure.UNKNOWN_MAILBOX)


_FAILURES: Final[Mapping[Outcome, Failure]] = MappingProxyType(
    {
        Outcome.UNKNOWN_MAILBOX: Failure.UNKNOWN_MAILBOX,
        Outcome.UNKNOWN_DOMAIN: Failure.UNKNOWN_DOMAIN,
        Outcome.FULL_MAILBOX: Failure.FULL_MAILBOX,
        Outcome.VIRUS: Failure.VIRUS,
    }
)
_REFUSED_THERE: Final = frozenset({Failure.UNKNOWN_MAILBOX, Failure.FULL_MAILBOX})
_DEADLINES: Final = MappingProxyType({Move.DELAY: Deadline.TWELVE_HOURS, Move.TIME_OUT: Deadline.DAY})
_OF_THE_MESSAGE: Final = frozenset({ProofKind.ACCEPTANCE, ProofKind.NON_ACCEPTANCE})
_BETWEEN_PROVIDERS: Final = frozenset({ProofKind.TAKING_CHARGE, ProofKind.VIRUS_DETECTION})


def _non_acceptance(fact: Fact, by: Office) -> Certification:
    is_virus = fact.outcome is Outcome.VIRUS
    return notices.refused(fact.posting.dispatch, by, at=fact.at, error=fact.reason or _UNTOLD, is_virus=is_virus)


def _taking_charge(fact: Fact, by: Office) -> Certification:
    covered = (fact.posting.addressee(fact.recipient),)
    return notices.taken_in_charge(fact.posting.dispatch, by, at=fact.at, recipients=covered)


def _delivery(fact: Fact, by: Office) -> Certification:
    return notices.delivered(fact.posting.dispatch, by, at=fact.at, recipient=fact.posting.addressee(fact.recipient))


def _non_delivery(fact: Fact, by: Office) -> Certification:
    to = fact.posting.addressee(fact.recipient)
    return notices.undelivered(fact.posting.dispatch, by, at=fact.at, recipient=to, failure=_failure(fact))


def _delay(deadline: Deadline) -> Callable[[Fact, Office], Certification]:
    def said(fact: Fact, by: Office) -> Certification:
        to = fact.posting.addressee(fact.recipient)
        return notices.delayed(fact.posting.dispatch, by, at=fact.at, recipient=to, deadline=deadline)

    return said


def _virus(fact: Fact, by: Office) -> Certification:
    to = fact.posting.addressee(fact.recipient)
    return notices.virus_detected(fact.posting.dispatch, by, at=fact.at, recipient=to, virus=VIRUS_NAME)


_SAID: Final[Mapping[ProofKind, Callable[[Fact, Office], Certification]]] = MappingProxyType(
    {
        ProofKind.ACCEPTANCE: lambda fact, by: notices.accepted(fact.posting.dispatch, by, at=fact.at),
        ProofKind.TRANSPORT: lambda fact, by: notices.transported(fact.posting.dispatch, by, at=fact.at),
        ProofKind.NON_ACCEPTANCE: _non_acceptance,
        ProofKind.TAKING_CHARGE: _taking_charge,
        ProofKind.DELIVERY: _delivery,
        ProofKind.NON_DELIVERY: _non_delivery,
        ProofKind.DELAY_NOTICE: _delay(Deadline.TWELVE_HOURS),
        ProofKind.FINAL_DELAY_NOTICE: _delay(Deadline.DAY),
        ProofKind.VIRUS_DETECTION: _virus,
    }
)
