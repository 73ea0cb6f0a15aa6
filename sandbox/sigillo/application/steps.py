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
    _, letter_id, service, course, _, due = running
    if due is None:
        raise ValueError(f"nothing is due for {letter_id}")
    at, move, reason, scripted = due
    done, events = decide(
        letter_id, course, service=SERVICES[service], move=move, at=at, reason=reason, scripted=scripted
    )
    return _after(running, done, events)


def _after(running: Running, course: Course, events: tuple[Event, ...]) -> Step:
    ordinal, letter_id, service, _, plan, _ = running
    due = next_due(course, plan, SERVICES[service])
    return Step._make((Running._make((ordinal, letter_id, service, course, plan, due)), events))
