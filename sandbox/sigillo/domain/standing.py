"""Where a letter stood at a fact of its journal, and which proofs follow from where it stands: pure readings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sigillo.domain.events import Event, EventType
from sigillo.domain.letter import ConsentStatus, Course, Letter, Outcome, ProofKind, Status
from sigillo.domain.services.pec import PEC
from sigillo.domain.services.table import Service


@dataclass(frozen=True, slots=True)
class Standing:
    """A letter as of one fact; ``expires_at`` is the first instant at which it is neglected, once notified."""

    status: str | None = None
    status_at: datetime | None = None
    outcome: str | None = None
    expires_at: datetime | None = None


def standings(events: Sequence[Event]) -> list[Standing]:
    """Give the standing after each fact of a letter's journal, from its first fact on."""
    found: list[Standing] = []
    now = Standing()
    for event in events:
        now = _after(now, event)
        found.append(now)
    return found


def proof_kinds(course: Course, service: Service) -> tuple[ProofKind, ...]:
    """Give the kinds of proof that the journal of a letter standing here holds, in the order of the facts."""
    return tuple(_receipts(course) if service is PEC else _kinds(course))


def consent_proof_kinds(item: Letter, course: Course) -> tuple[ProofKind, ...]:
    """Give the kinds of proof that the journal of a consent standing here holds, in the order of the facts."""
    declared = item.consent is not None
    first = ProofKind.CONSENT_DECLARATION if declared else ProofKind.CONSENT_REQUEST
    given = () if declared else (ProofKind.CONSENT,)
    match course.status:
        case ConsentStatus.GIVEN:
            return (first, *given)
        case ConsentStatus.REVOKED:
            return (first, *given, ProofKind.CONSENT_REVOCATION)
        case ConsentStatus.REFUSED:
            return (first, ProofKind.CONSENT_REFUSAL)
        case ConsentStatus.EXPIRED:
            return (first, ProofKind.CONSENT_EXPIRY)
    return (first,)


_STILL = frozenset(
    {
        EventType.CONSENT_GIVEN,
        EventType.REMINDED,
        EventType.OPENED,
        EventType.DELAYED,
        EventType.IDENTITY_FAILED,
        EventType.PROOF_AVAILABLE,
    }
)


def _after(now: Standing, event: Event) -> Standing:
    data = event.data
    expires = _text(data.get("expires_at"))
    return Standing(
        status=_text(data.get("status")),
        status_at=now.status_at if event.type in _STILL else event.at,
        outcome=_text(data.get("outcome")),
        expires_at=datetime.fromisoformat(expires) if expires else now.expires_at,
    )


_ENDINGS = {
    Outcome.ACCEPTED: ProofKind.RECEPTION,
    Outcome.REFUSED: ProofKind.REFUSAL,
    Outcome.NEGLECTED: ProofKind.NEGLIGENCE,
    Outcome.BOUNCED: ProofKind.BOUNCE,
}
_MOST_FACTS_WITHOUT_DEPOSIT = 2  # asked, and the request's end: refused, expired, cancelled or failed


def _kinds(course: Course) -> Iterator[ProofKind]:
    asked = course.asked_at is not None
    if course.outcome is Outcome.REJECTED or (asked and course.events <= _MOST_FACTS_WITHOUT_DEPOSIT):
        return
    if asked:
        yield ProofKind.CONSENT
    yield ProofKind.DEPOSIT
    if course.notified_at is not None:
        yield ProofKind.DISPATCH
    if course.outcome in _ENDINGS:
        yield _ENDINGS[course.outcome]


_RECEIPTS = {
    Outcome.DELIVERED: (ProofKind.DELIVERY,),
    Outcome.UNKNOWN_MAILBOX: (ProofKind.NON_DELIVERY,),
    Outcome.UNKNOWN_DOMAIN: (ProofKind.NON_DELIVERY,),
    Outcome.FULL_MAILBOX: (ProofKind.NON_DELIVERY,),
    Outcome.VIRUS: (ProofKind.NON_DELIVERY, ProofKind.VIRUS_DETECTION),
    Outcome.TIMED_OUT: (ProofKind.FINAL_DELAY_NOTICE,),
}


def _receipts(course: Course) -> Iterator[ProofKind]:
    """A PEC that is late is taken in charge after its notice of delay: after that there is none (RFC 6109 §3.1.6)."""
    if course.status is Status.REJECTED:
        yield ProofKind.NON_ACCEPTANCE
        return
    yield from (ProofKind.ACCEPTANCE, ProofKind.TRANSPORT)
    if course.reminders:
        yield ProofKind.DELAY_NOTICE
    if course.notified_at is not None:
        yield ProofKind.TAKING_CHARGE
    if course.outcome is not None:
        yield from _RECEIPTS.get(course.outcome, ())


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
