"""The one place where a letter's course changes: look the move up, refuse it or give the new course and its facts."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sigillo.domain.calendar import format_instant
from sigillo.domain.errors import IllegalMove
from sigillo.domain.events import Event, EventType, canonical_json, chain_digest
from sigillo.domain.ids import event_id
from sigillo.domain.letter import AnyStatus, Course, Outcome, ProofKind, Status
from sigillo.domain.services.table import Move, Service, Transition
from sigillo.domain.timeline import notice_window

_ATTEMPTS = frozenset({Move.NOTIFY, Move.DEFER_NOTICE, Move.BOUNCE, Move.DELAY, Move.TAKE_CHARGE})

_NOTIFYING = frozenset({Move.NOTIFY, Move.TAKE_CHARGE})
_REMINDING = frozenset({Move.REMIND, Move.DELAY})


class Decision(NamedTuple):
    """A course after a move, and the facts to append to the journal, in order."""

    course: Course
    events: tuple[Event, ...]


def decide(
    letter_id: str,
    course: Course,
    *,
    service: Service,
    move: Move,
    at: datetime,
    reason: str | None = None,
    scripted: bool = False,
) -> Decision:
    """Carry a move out at an instant; ``reason`` says why in the first fact, where there is a why.

    ``scripted`` says that the move is the next of the scenario's acts, which is done with then.
    Raises :class:`IllegalMove` when the service's table has no such move from here; nothing changed then.
    """
    row = _row(course, service, move)
    status, outcome = (course.status, course.outcome) if row.target is None else (row.target, row.outcome)
    expires_at = notice_window(at, service) if move is Move.NOTIFY else course.expires_at
    events = _facts(letter_id, course, row, at, status=status, outcome=outcome, expires_at=expires_at, reason=reason)
    done = _moved(course, row, move, at=at, expires_at=expires_at, scripted=scripted, last=events[-1])
    if row.then is None:
        return Decision._make((done, events))
    following = decide(letter_id, done, service=service, move=row.then, at=at)
    return Decision(following.course, events + following.events)


def may(course: Course, service: Service, move: Move) -> bool:
    """Tell whether the table allows the move from where the letter stands."""
    row = service.transition(move)
    return row is not None and course.status in row.sources and (row.after_outcome or not course.is_over)


def _row(course: Course, service: Service, move: Move) -> Transition:
    row = service.transition(move)
    if row is None:
        why = f": {service.why_not}" if service.why_not else "."
        raise IllegalMove(f"The service {service.name} knows no move {move.value!r}{why}")
    if course.status not in row.sources or (course.is_over and not row.after_outcome):
        stands = course.status.value if course.status else "not submitted"
        over = " and is over" if course.is_over else ""
        raise IllegalMove(f"The {service.noun} is {stands}{over}: {_advice(move, course)}")
    return row


def _advice(move: Move, course: Course) -> str:
    if move is Move.CANCEL:
        return "it can be cancelled only before its recipient was notified."
    if course.is_over:
        return f"{move.value!r} is not possible any more."
    if course.status in (Status.DEPOSITED, Status.BOUNCED):
        return f"{move.value!r} is possible once the recipient was notified; advance the clock."
    return f"{move.value!r} is not possible now."


def _moved(
    course: Course,
    row: Transition,
    move: Move,
    *,
    at: datetime,
    expires_at: datetime | None,
    scripted: bool,
    last: Event,
) -> Course:
    """Give the course after the move. (Built once and whole: `_replace` for each change takes longer.)"""
    status, status_at, outcome, _, _, attempts, reminders, acts, asked_at, notified_at, _ = course
    if row.target is not None:
        status, status_at, outcome = row.target, at, row.outcome
    if move in _ATTEMPTS:
        attempts += 1
    if move in _NOTIFYING:
        notified_at = at
    elif move in _REMINDING:
        reminders += 1
    elif move is Move.ASK_CONSENT:
        asked_at = at
    acts += scripted
    told = (last.index, last.digest)
    return Course._make(
        (status, status_at, outcome, *told, attempts, reminders, acts, asked_at, notified_at, expires_at)
    )


def _facts(
    letter_id: str,
    course: Course,
    row: Transition,
    at: datetime,
    *,
    status: AnyStatus | None,
    outcome: Outcome | None,
    expires_at: datetime | None,
    reason: str | None,
) -> tuple[Event, ...]:
    """Give the facts of a move of ``course`` to a status and outcome, then one for each proof of it."""
    instant = format_instant(at)
    expiry = expires_at if row.event is EventType.NOTIFIED else None
    permanent = outcome is Outcome.BOUNCED if row.event is EventType.BOUNCED else None
    data = _data(status, outcome, reason, expiry, permanent)
    index = course.events + 1
    fact = _fact(letter_id, row.event, index, course.digest, at=at, instant=instant, data=data)
    facts: tuple[Event, ...] = (fact,)
    for number, proof in enumerate(row.proofs, index + 1):
        data = _sealed_data(status, outcome, proof, index)
        previous = facts[-1].digest
        facts += (_fact(letter_id, EventType.PROOF_AVAILABLE, number, previous, at=at, instant=instant, data=data),)
    return facts


def _fact(
    letter_id: str, event_type: EventType, index: int, previous: str, *, at: datetime, instant: str, data: str
) -> Event:
    fact_id = event_id(letter_id, index)
    digest = chain_digest(previous, fact_id, event_type, instant, data)
    return Event._make((fact_id, letter_id, index, event_type, at, data, digest, previous))


@lru_cache(maxsize=4096)
def _data(
    status: AnyStatus | None,
    outcome: Outcome | None,
    reason: str | None,
    expires_at: datetime | None,
    permanent: bool | None,
) -> str:
    """Give a fact's data as canonical JSON; most letters share most texts, hence the cache (positional: quicker)."""
    data: dict[str, object] = {
        "status": status,
        "outcome": outcome,
        "reason": reason,
        "expires_at": format_instant(expires_at) if expires_at else None,
        "permanent": permanent,
    }
    return canonical_json({key: value for key, value in data.items() if value is not None})


@lru_cache(maxsize=4096)
def _sealed_data(status: AnyStatus | None, outcome: Outcome | None, proof: ProofKind, attests: int) -> str:
    """Give the data of the fact that a proof of the fact ``attests`` is there."""
    standing = {"status": status, "outcome": outcome, "proof": {"kind": proof, "event_index": attests}}
    return canonical_json({key: value for key, value in standing.items() if value is not None})
