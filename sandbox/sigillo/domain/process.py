"""The one place where a letter's course changes: look the move up, refuse it or give the new course and its facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sigillo.domain.calendar import format_instant
from sigillo.domain.errors import IllegalMove
from sigillo.domain.events import Event, EventType, canonical_json, chain_digest
from sigillo.domain.ids import event_id
from sigillo.domain.letter import Course, Outcome, Status
from sigillo.domain.services.table import Move, Service, Transition
from sigillo.domain.timeline import after_notice

PROOF_FORMATS = ("pdf", "xml", "tst", "asice")


@dataclass(frozen=True, slots=True)
class Decision:
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
    detail: Mapping[str, object] | None = None,
    scripted: bool = False,
) -> Decision:
    """Carry a move out at an instant; ``detail`` goes into the first fact's data (JSON values).

    ``scripted`` says that the move is the next of the scenario's acts, which is done with then.

    Raises :class:`IllegalMove` when the service's table has no such move from here; nothing changed then.
    """
    events: list[Event] = []
    if scripted:
        course = replace(course, acts=course.acts + 1)
    following: Move | None = move
    while following is not None:
        row = _row(course, service, following)
        course = _moved(course, row, following, at, service)
        facts = _facts(course, row, service, detail if following is move else None)
        for event_type, data in facts:
            event = _fact(letter_id, course, event_type, at, data)
            course = replace(course, events=event.index, digest=event.digest)
            events.append(event)
        following = row.then
    return Decision(course, tuple(events))


def may(course: Course, service: Service, move: Move) -> bool:
    """Tell whether the table allows the move from where the letter stands."""
    row = service.transition(move)
    return row is not None and course.status in row.sources and (row.after_outcome or not course.is_over)


def _row(course: Course, service: Service, move: Move) -> Transition:
    row = service.transition(move)
    if row is None:
        raise IllegalMove(f"The service {service.name} knows no move {move.value!r}.")
    if not may(course, service, move):
        stands = course.status.value if course.status else "not submitted"
        over = " and is over" if course.is_over else ""
        raise IllegalMove(f"The letter is {stands}{over}: {_advice(move, course)}")
    return row


def _advice(move: Move, course: Course) -> str:
    if move is Move.CANCEL:
        return "it can be cancelled only before its recipient was notified."
    if course.is_over:
        return f"{move.value!r} is not possible any more."
    if course.status in (Status.DEPOSITED, Status.BOUNCED):
        return f"{move.value!r} is possible once the recipient was notified; advance the clock."
    return f"{move.value!r} is not possible now."


def _moved(course: Course, row: Transition, move: Move, at: datetime, service: Service) -> Course:
    changed = replace(
        course,
        status=row.target or course.status,
        status_at=at if row.target else course.status_at,
        outcome=row.outcome or course.outcome,
        attempts=course.attempts + (move in _ATTEMPTS),
        reminders=course.reminders + (move is Move.REMIND),
    )
    if move is Move.ASK_CONSENT:
        return replace(changed, asked_at=at)
    return after_notice(changed, at, service) if move is Move.NOTIFY else changed


_ATTEMPTS = frozenset({Move.NOTIFY, Move.DEFER_NOTICE, Move.BOUNCE})


def _facts(
    course: Course, row: Transition, service: Service, detail: Mapping[str, object] | None
) -> Iterator[tuple[EventType, dict[str, object]]]:
    yield row.event, {**_standing(course, row.event), **(detail or {})}
    if row.proof is not None:
        proof = {"kind": row.proof.value, "formats": list(PROOF_FORMATS), "event_index": course.events + 1}
        yield EventType.PROOF_AVAILABLE, {**_standing(course, None), "proof": proof}


def _standing(course: Course, event: EventType | None) -> dict[str, object]:
    data: dict[str, object] = {"status": course.status.value if course.status else None}
    if course.outcome is not None:
        data["outcome"] = course.outcome.value
    if event is EventType.NOTIFIED and course.expires_at is not None:
        data["expires_at"] = format_instant(course.expires_at)
    if event is EventType.BOUNCED:
        data["permanent"] = course.outcome is Outcome.BOUNCED
    return data


def _fact(letter_id: str, course: Course, event_type: EventType, at: datetime, data: dict[str, object]) -> Event:
    index = course.events + 1
    fact_id = event_id(letter_id, index)
    digest = chain_digest(course.digest, fact_id, event_type.value, at, canonical_json(data))
    return Event(fact_id, letter_id, index, event_type, at, data, digest, course.digest)
