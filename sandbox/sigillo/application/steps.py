"""One move of one letter, in memory: the decision, and what is due next because of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sigillo.application.ports.storage import Running
from sigillo.domain.events import Event
from sigillo.domain.letter import Course, Letter
from sigillo.domain.process import decide
from sigillo.domain.services import SERVICES
from sigillo.domain.services.table import Move
from sigillo.domain.timeline import Plan, next_due


class Step(NamedTuple):
    """A letter as it stands after a move, and the facts that the move made."""

    running: Running
    events: tuple[Event, ...]


def begin(letter: Letter, plan: Plan, move: Move, *, reason: str | None = None) -> Step:
    """Carry the first move of a new letter out, at the instant of its making."""
    nowhere = Running(letter.ordinal, letter.id, letter.service, Course(), plan, None)
    return step(nowhere, move, letter.created_at, reason=reason)


def step(running: Running, move: Move, at: datetime, *, reason: str | None = None) -> Step:
    """Carry somebody's move out; raises :class:`~sigillo.domain.errors.IllegalMove`, nothing changed then."""
    service = SERVICES[running.service]
    decision = decide(running.letter_id, running.course, service=service, move=move, at=at, reason=reason)
    return _after(running, decision.course, decision.events)


def step_due(running: Running) -> Step:
    """Carry out what is due for the letter, at the instant at which it is due."""
    due = running.due
    if due is None:
        raise ValueError(f"nothing is due for {running.letter_id}")
    decision = decide(
        running.letter_id,
        running.course,
        service=SERVICES[running.service],
        move=due.move,
        at=due.at,
        reason=due.reason,
        scripted=due.scripted,
    )
    return _after(running, decision.course, decision.events)


def _after(running: Running, course: Course, events: tuple[Event, ...]) -> Step:
    due = next_due(course, running.plan, SERVICES[running.service])
    return Step(Running(running.ordinal, running.letter_id, running.service, course, running.plan, due), events)
