"""Letters driven through the pure core alone, from the submission until nothing is due any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sigillo.domain import process, timeline
from sigillo.domain.events import Event, EventType
from sigillo.domain.ids import Lot
from sigillo.domain.letter import Course, RecipientKind
from sigillo.domain.scenario import Scenario
from sigillo.domain.services.table import Move, Service

PARIS = ZoneInfo("Europe/Paris")
ROME = ZoneInfo("Europe/Rome")
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
_MOST_MOVES = 50
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def course_of(
    scenario: Scenario, service: Service, *, kind: RecipientKind = RecipientKind.PROFESSIONAL, at: datetime = START
) -> list[Event]:
    """Give the whole journal of one letter submitted at ``at``; an individual has not consented yet."""
    plan = timeline.plan(scenario, Lot.of_seed("test"))
    move, reason, scripted = _first(scenario, kind), scenario.deposit_reason, False
    course = Course()
    journal: list[Event] = []
    for _ in range(_MOST_MOVES):
        decision = process.decide(
            "ltr_test", course, service=service, move=move, at=at, reason=reason, scripted=scripted
        )
        course, journal = decision.course, [*journal, *decision.events]
        due = timeline.next_due(course, plan, service)
        if due is None:
            return journal
        assert due.at >= at, f"{due.move} is due at {due.at}, before the {move} at {at}"
        at, move, reason, scripted = due.at, due.move, due.reason, due.scripted
    raise AssertionError(f"{scenario.name} does not end after {_MOST_MOVES} moves")


def lines(journal: list[Event], zone: ZoneInfo = PARIS) -> Iterator[str]:
    """Give one line for each instant and fact, in local time, with the proofs that the fact makes behind it."""
    written: list[str] = []
    for event in journal:
        if event.type is EventType.PROOF_AVAILABLE:
            proof = event.data["proof"]
            assert isinstance(proof, dict)
            written[-1] += f" + {proof['kind']} proof"
        else:
            local = event.at.astimezone(zone)
            written.append(
                f"  {_DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M:%S}  {event.type.removeprefix('letter.')}"
            )
    return iter(written)


def _first(scenario: Scenario, kind: RecipientKind) -> Move:
    if scenario.rejected:
        return Move.REJECT
    return Move.ASK_CONSENT if kind is RecipientKind.INDIVIDUAL else Move.DEPOSIT
