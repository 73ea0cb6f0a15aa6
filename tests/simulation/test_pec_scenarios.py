"""Every PEC scenario by the pure core: the table is the golden record, in Rome time, then what RFC 6109 says.

A line is an instant, a fact and the receipts it makes; a message is submitted on Monday 5 January 2026 at 09:00.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sigillo.domain import process, timeline
from sigillo.domain.errors import IllegalMove
from sigillo.domain.events import Event, EventType
from sigillo.domain.ids import Lot
from sigillo.domain.letter import Course, Outcome, Status
from sigillo.domain.scenario import Delay, RouteStep, Scenario
from sigillo.domain.scenario_document import parse_scenario
from sigillo.domain.services import SERVICES
from sigillo.domain.services.table import Move
from sigillo.domain.standing import proof_kinds
from sigillo.storage.library import load_library, specs_folder
from tests.simulation.courses import ROME, START, course_of, lines

PEC = SERVICES["pec"]
LIBRARY = {
    name: scenario
    for name, scenario in load_library(specs_folder() / "scenarios").scenarios.items()
    if "pec" in scenario.services
}

TABLE = """
deliver
  Mon 2026-01-05 09:00:00  deposited + acceptance proof + transport proof
  Mon 2026-01-05 09:01:00  taken_in_charge + taking_charge proof
  Mon 2026-01-05 09:03:34  delivered + delivery proof

full
  Mon 2026-01-05 09:00:00  deposited + acceptance proof + transport proof
  Mon 2026-01-05 09:01:00  taken_in_charge + taking_charge proof
  Mon 2026-01-05 09:02:00  undelivered + non_delivery proof

late
  Mon 2026-01-05 09:00:00  deposited + acceptance proof + transport proof
  Mon 2026-01-05 21:00:00  delayed + delay_notice proof
  Mon 2026-01-05 22:00:00  taken_in_charge + taking_charge proof
  Mon 2026-01-05 22:01:00  delivered + delivery proof

nodomain
  Mon 2026-01-05 09:00:00  deposited + acceptance proof + transport proof
  Mon 2026-01-05 09:01:00  undelivered + non_delivery proof

ordinary
  Mon 2026-01-05 09:00:00  deposited + acceptance proof + transport proof
  Mon 2026-01-05 09:01:00  relayed

reject
  Mon 2026-01-05 09:00:00  rejected + non_acceptance proof

stuck
  Mon 2026-01-05 09:00:00  deposited + acceptance proof + transport proof
  Mon 2026-01-05 09:01:00  taken_in_charge + taking_charge proof
  Tue 2026-01-06 09:00:00  undelivered + final_delay_notice proof

timeout
  Mon 2026-01-05 09:00:00  deposited + acceptance proof + transport proof
  Mon 2026-01-05 21:00:00  delayed + delay_notice proof
  Tue 2026-01-06 09:00:00  undelivered + final_delay_notice proof

unknown
  Mon 2026-01-05 09:00:00  deposited + acceptance proof + transport proof
  Mon 2026-01-05 09:01:00  taken_in_charge + taking_charge proof
  Mon 2026-01-05 09:02:00  undelivered + non_delivery proof

virus
  Mon 2026-01-05 09:00:00  deposited + acceptance proof + transport proof
  Mon 2026-01-05 09:01:00  undelivered + non_delivery proof + virus_detection proof
"""


def _table() -> str:
    courses = {name: "\n".join(lines(course_of(scenario, PEC), ROME)) for name, scenario in LIBRARY.items()}
    return "\n\n".join(f"{name}\n{course}" for name, course in courses.items())


def test_every_course_is_as_the_table_says() -> None:
    """Each scenario goes as recorded, to the second."""
    assert _table().splitlines() == TABLE.strip().splitlines()


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("deliver", Outcome.DELIVERED),
        ("late", Outcome.DELIVERED),
        ("full", Outcome.FULL_MAILBOX),
        ("unknown", Outcome.UNKNOWN_MAILBOX),
        ("nodomain", Outcome.UNKNOWN_DOMAIN),
        ("virus", Outcome.VIRUS),
        ("stuck", Outcome.TIMED_OUT),
        ("timeout", Outcome.TIMED_OUT),
        ("ordinary", Outcome.RELAYED),
        ("reject", Outcome.REJECTED),
    ],
)
def test_every_scenario_ends_as_its_name_says(name: str, outcome: Outcome) -> None:
    """The last fact has the outcome, and the others none."""
    told = [event.data.get("outcome") for event in course_of(LIBRARY[name], PEC)]
    assert {each for each in told if each} == {outcome.value}
    assert told[-1] == outcome.value


def test_no_scenario_is_left_out() -> None:
    """The list above names every PEC scenario of the library."""
    assert len(LIBRARY) == 10


def _played(scenario: Scenario) -> tuple[Course, list[Event]]:
    plan = timeline.plan(scenario, Lot.of_seed("test"))
    decision = process.decide(
        "ltr_test", Course(), service=PEC, move=Move.REJECT if scenario.rejected else Move.DEPOSIT, at=START
    )
    course, journal = decision.course, list(decision.events)
    while (due := timeline.next_due(course, plan, PEC)) is not None:
        decision = process.decide("ltr_test", course, service=PEC, move=due.move, at=due.at, reason=due.reason)
        course, journal = decision.course, [*journal, *decision.events]
    return course, journal


_FURTHER = {
    "a notice, then a virus": [("delay", "PT12H"), ("virus", "PT13H")],
    "a notice, then no domain": [("delay", "PT12H"), ("no_domain", "PT13H")],
    "a notice, then charge, never delivered": [("delay", "PT12H"), ("take_charge", "PT13H"), ("time_out", "PT24H")],
    "a notice, then a full mailbox": [("delay", "PT12H"), ("take_charge", "PT13H"), ("full_mailbox", "PT14H")],
    "all at once": [("take_charge", "PT0S"), ("deliver", "PT0S")],
}


def _of_steps(steps: list[tuple[str, str]]) -> Scenario:
    route = [{"step": step, "after": after} for step, after in steps]
    return parse_scenario({"name": "mine", "services": ["pec"], "summary": "Mine.", "route": route})


@pytest.mark.parametrize("scenario", [*LIBRARY.values(), *map(_of_steps, _FURTHER.values())], ids=[*LIBRARY, *_FURTHER])
def test_the_kinds_of_proof_that_a_course_tells_are_those_of_its_journal(scenario: Scenario) -> None:
    """What a list of letters says without reading the journal is what the journal says, at the end and in between."""
    course, journal = _played(scenario)
    made = [event.data["proof"] for event in journal if event.type is EventType.PROOF_AVAILABLE]
    assert [kind.value for kind in proof_kinds(course, PEC)] == [proof["kind"] for proof in made]  # type: ignore[index]  # a mapping
    assert course.is_over


def test_in_case_a_there_is_the_last_notice_alone() -> None:
    """RFC 6109 §3.1.6 (a): taken in charge within 12 hours, not delivered: one notice, after 24 hours."""
    assert _notices(LIBRARY["stuck"]) == [("final_delay_notice", timedelta(hours=24))]


def test_in_case_b_there_is_the_first_notice_alone() -> None:
    """RFC 6109 §3.1.6 (b): not taken in charge for 12 hours, then delivered before 24, one notice after 12 hours."""
    assert _notices(LIBRARY["late"]) == [("delay_notice", timedelta(hours=12))]


def test_in_case_c_there_are_both_notices() -> None:
    """RFC 6109 §3.1.6 (c): neither taken in charge nor delivered, a notice after 12 hours and one after 24."""
    assert _notices(LIBRARY["timeout"]) == [
        ("delay_notice", timedelta(hours=12)),
        ("final_delay_notice", timedelta(hours=24)),
    ]


def test_what_is_in_time_brings_no_notice() -> None:
    """Taken in charge at 12 hours and delivered at 24 sharp, nobody is told of a delay."""
    assert _notices(_of_steps([("take_charge", "PT12H"), ("deliver", "PT24H")])) == []


def _notices(scenario: Scenario) -> list[tuple[str, timedelta]]:
    made = ((event.at - START, event.data.get("proof")) for event in course_of(scenario, PEC))
    return [(proof["kind"], after) for after, proof in made if isinstance(proof, dict) and "delay" in proof["kind"]]


@pytest.mark.parametrize("at_h", [0, 1, 6, 12])
def test_the_change_to_summer_time_moves_no_notice(at_h: int) -> None:
    """12 and 24 hours are elapsed hours: the night that lacks one in Rome does not shorten them."""
    at = START.replace(month=3, day=28) + timedelta(hours=at_h)
    journal = course_of(LIBRARY["timeout"], PEC, at=at)
    assert [event.at - at for event in journal if event.type in (EventType.DELAYED, EventType.UNDELIVERED)] == [
        timedelta(hours=12),
        timedelta(hours=24),
    ]


@pytest.mark.parametrize("delay", [timedelta(0), timedelta(seconds=1), timedelta(hours=12)])
@pytest.mark.parametrize("name", [name for name, scenario in LIBRARY.items() if scenario.delay_sets and name != "late"])
def test_a_delay_moves_the_deciding_step_and_keeps_the_order(name: str, delay: timedelta) -> None:
    """With a delay of its address the journal runs forward and the last step comes that long after the deposit."""
    journal = course_of(LIBRARY[name].delayed(delay), PEC)
    instants = [event.at for event in journal]
    assert instants == sorted(instants)
    assert instants[-1] == START + delay


def test_late_by_more_keeps_its_notice() -> None:
    """late+20h is noticed after twelve hours and delivered after twenty."""
    journal = course_of(LIBRARY["late"].delayed(timedelta(hours=20)), PEC)
    facts = [(event.type, event.at - START) for event in journal if event.type is not EventType.PROOF_AVAILABLE]
    assert facts == [
        (EventType.DEPOSITED, timedelta(0)),
        (EventType.DELAYED, timedelta(hours=12)),
        (EventType.TAKEN_IN_CHARGE, timedelta(hours=13)),
        (EventType.DELIVERED, timedelta(hours=20)),
    ]


def test_a_range_is_drawn_within_its_ends() -> None:
    """Each letter draws from its own lot, never before the step above it."""
    for name in map(str, range(50)):
        route = (RouteStep(Move.TAKE_CHARGE, Delay.fixed(timedelta(minutes=2))), *LIBRARY["deliver"].route[1:])
        plan = timeline.plan(replace(LIBRARY["deliver"], route=route), Lot.of_seed(name))
        taken, delivered = plan.notices
        assert taken.after_s == 120
        assert 0 <= delivered.after_s <= 180


_STANDS = {
    None: Course(),
    "deposited": Course(status=Status.DEPOSITED, status_at=START, events=3),
    "taken_in_charge": Course(status=Status.TAKEN_IN_CHARGE, status_at=START, events=5, attempts=1),
    "delivered": Course(status=Status.DELIVERED, status_at=START, outcome=Outcome.DELIVERED, events=7),
    "undelivered": Course(status=Status.UNDELIVERED, status_at=START, outcome=Outcome.VIRUS, events=6),
    "rejected": Course(status=Status.REJECTED, status_at=START, outcome=Outcome.REJECTED, events=2),
    "relayed": Course(status=Status.RELAYED, status_at=START, outcome=Outcome.RELAYED, events=4),
}
_LEGAL = {
    None: {Move.DEPOSIT, Move.REJECT, Move.REJECT_VIRUS},
    "deposited": {Move.DELAY, Move.TAKE_CHARGE, Move.VIRUS, Move.NO_DOMAIN, Move.TIME_OUT, Move.RELAY},
    "taken_in_charge": {Move.DELIVER, Move.NO_MAILBOX, Move.FULL_MAILBOX, Move.TIME_OUT},
}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("stands", _STANDS)
def test_only_the_moves_of_the_table_are_legal(stands: str | None, move: Move) -> None:
    """Every other move from every status is refused in words, and changes nothing."""
    course = _STANDS[stands]
    assert process.may(course, PEC, move) == (move in _LEGAL.get(stands, set()))
    if move in _LEGAL.get(stands, set()):
        assert process.decide("ltr_test", course, service=PEC, move=move, at=START).events
        return
    with pytest.raises(IllegalMove) as refused:
        process.decide("ltr_test", course, service=PEC, move=move, at=START)
    assert refused.value.detail.endswith(".")
