"""Every scenario of LRE and ERE by the pure core: the table is the golden record, in Paris time, then what law says.

A line of the table is an instant, a fact and the proofs it makes; a letter is submitted on Monday 5 January 2026 at
09:00. Where two services or two kinds of recipient go the same way they share an entry.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from sigillo.domain.events import EventType
from sigillo.domain.letter import RecipientKind
from sigillo.domain.scenario import Scenario
from sigillo.domain.services import SERVICES
from sigillo.storage.library import load_library, specs_folder
from tests.simulation.courses import PARIS, course_of, lines

LIBRARY = {
    name: scenario
    for name, scenario in load_library(specs_folder() / "scenarios").scenarios.items()
    if "lre" in scenario.services
}

TABLE = """
accept: lre professional, ere professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  notified + dispatch proof
  Mon 2026-01-05 09:07:49  opened
  Mon 2026-01-05 11:52:20  accepted + reception proof

accept: lre individual, ere individual
  Mon 2026-01-05 09:00:00  consent_requested
  Mon 2026-01-05 10:00:00  consent_given + consent proof
  Mon 2026-01-05 10:00:00  deposited + deposit proof
  Mon 2026-01-05 10:01:00  notified + dispatch proof
  Mon 2026-01-05 10:07:49  opened
  Mon 2026-01-05 12:52:20  accepted + reception proof

bounce: lre professional, ere professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  bounced + bounce proof

bounce: lre individual, ere individual
  Mon 2026-01-05 09:00:00  consent_requested
  Mon 2026-01-05 10:00:00  consent_given + consent proof
  Mon 2026-01-05 10:00:00  deposited + deposit proof
  Mon 2026-01-05 10:01:00  bounced + bounce proof

consent-ignored: lre professional, ere professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  notified + dispatch proof
  Thu 2026-01-08 09:00:00  reminded
  Tue 2026-01-13 09:00:00  reminded
  Mon 2026-01-19 09:00:00  reminded
  Wed 2026-01-21 00:00:00  neglected + negligence proof

consent-ignored: lre individual, ere individual
  Mon 2026-01-05 09:00:00  consent_requested
  Wed 2026-01-21 00:00:00  consent_expired

consent-refused: lre professional, ere professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  notified + dispatch proof
  Thu 2026-01-08 09:00:00  reminded
  Tue 2026-01-13 09:00:00  reminded
  Mon 2026-01-19 09:00:00  reminded
  Wed 2026-01-21 00:00:00  neglected + negligence proof

consent-refused: lre individual, ere individual
  Mon 2026-01-05 09:00:00  consent_requested
  Mon 2026-01-05 10:00:00  consent_refused

fail: lre professional, ere professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  failed

fail: lre individual, ere individual
  Mon 2026-01-05 09:00:00  consent_requested
  Mon 2026-01-05 10:00:00  consent_given + consent proof
  Mon 2026-01-05 10:00:00  deposited + deposit proof
  Mon 2026-01-05 10:01:00  failed

identity-failed: lre professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  notified + dispatch proof
  Mon 2026-01-05 09:07:49  opened
  Mon 2026-01-05 11:01:00  identity_failed
  Tue 2026-01-06 11:01:00  identity_failed
  Thu 2026-01-08 09:00:00  reminded
  Tue 2026-01-13 09:00:00  reminded
  Mon 2026-01-19 09:00:00  reminded
  Wed 2026-01-21 00:00:00  neglected + negligence proof

identity-failed: lre individual
  Mon 2026-01-05 09:00:00  consent_requested
  Mon 2026-01-05 10:00:00  consent_given + consent proof
  Mon 2026-01-05 10:00:00  deposited + deposit proof
  Mon 2026-01-05 10:01:00  notified + dispatch proof
  Mon 2026-01-05 10:07:49  opened
  Mon 2026-01-05 12:01:00  identity_failed
  Tue 2026-01-06 12:01:00  identity_failed
  Thu 2026-01-08 09:00:00  reminded
  Tue 2026-01-13 09:00:00  reminded
  Mon 2026-01-19 09:00:00  reminded
  Wed 2026-01-21 00:00:00  neglected + negligence proof

identity-retry: lre professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  notified + dispatch proof
  Mon 2026-01-05 09:07:49  opened
  Mon 2026-01-05 11:01:00  identity_failed
  Mon 2026-01-05 16:41:02  accepted + reception proof

identity-retry: lre individual
  Mon 2026-01-05 09:00:00  consent_requested
  Mon 2026-01-05 10:00:00  consent_given + consent proof
  Mon 2026-01-05 10:00:00  deposited + deposit proof
  Mon 2026-01-05 10:01:00  notified + dispatch proof
  Mon 2026-01-05 10:07:49  opened
  Mon 2026-01-05 12:01:00  identity_failed
  Mon 2026-01-05 17:41:02  accepted + reception proof

last-minute: lre professional, ere professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  notified + dispatch proof
  Thu 2026-01-08 09:00:00  reminded
  Tue 2026-01-13 09:00:00  reminded
  Mon 2026-01-19 09:00:00  reminded
  Tue 2026-01-20 23:50:00  opened
  Tue 2026-01-20 23:59:59  accepted + reception proof

last-minute: lre individual, ere individual
  Mon 2026-01-05 09:00:00  consent_requested
  Mon 2026-01-05 10:00:00  consent_given + consent proof
  Mon 2026-01-05 10:00:00  deposited + deposit proof
  Mon 2026-01-05 10:01:00  notified + dispatch proof
  Thu 2026-01-08 09:00:00  reminded
  Tue 2026-01-13 09:00:00  reminded
  Mon 2026-01-19 09:00:00  reminded
  Tue 2026-01-20 23:50:00  opened
  Tue 2026-01-20 23:59:59  accepted + reception proof

manual: lre professional, ere professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  notified + dispatch proof
  Thu 2026-01-08 09:00:00  reminded
  Tue 2026-01-13 09:00:00  reminded
  Mon 2026-01-19 09:00:00  reminded
  Wed 2026-01-21 00:00:00  neglected + negligence proof

manual: lre individual, ere individual
  Mon 2026-01-05 09:00:00  consent_requested
  Wed 2026-01-21 00:00:00  consent_expired

neglect: lre professional, ere professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  notified + dispatch proof
  Thu 2026-01-08 09:00:00  reminded
  Tue 2026-01-13 09:00:00  reminded
  Mon 2026-01-19 09:00:00  reminded
  Wed 2026-01-21 00:00:00  neglected + negligence proof

neglect: lre individual, ere individual
  Mon 2026-01-05 09:00:00  consent_requested
  Mon 2026-01-05 10:00:00  consent_given + consent proof
  Mon 2026-01-05 10:00:00  deposited + deposit proof
  Mon 2026-01-05 10:01:00  notified + dispatch proof
  Thu 2026-01-08 09:00:00  reminded
  Tue 2026-01-13 09:00:00  reminded
  Mon 2026-01-19 09:00:00  reminded
  Wed 2026-01-21 00:00:00  neglected + negligence proof

refuse: lre professional, ere professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  notified + dispatch proof
  Mon 2026-01-05 09:07:49  opened
  Mon 2026-01-05 11:52:20  refused + refusal proof

refuse: lre individual, ere individual
  Mon 2026-01-05 09:00:00  consent_requested
  Mon 2026-01-05 10:00:00  consent_given + consent proof
  Mon 2026-01-05 10:00:00  deposited + deposit proof
  Mon 2026-01-05 10:01:00  notified + dispatch proof
  Mon 2026-01-05 10:07:49  opened
  Mon 2026-01-05 12:52:20  refused + refusal proof

reject: lre professional, lre individual, ere professional, ere individual
  Mon 2026-01-05 09:00:00  rejected

softbounce: lre professional, ere professional
  Mon 2026-01-05 09:00:00  deposited + deposit proof
  Mon 2026-01-05 09:01:00  bounced
  Mon 2026-01-05 13:01:00  notified + dispatch proof
  Mon 2026-01-05 13:07:49  opened
  Mon 2026-01-05 15:52:20  accepted + reception proof

softbounce: lre individual, ere individual
  Mon 2026-01-05 09:00:00  consent_requested
  Mon 2026-01-05 10:00:00  consent_given + consent proof
  Mon 2026-01-05 10:00:00  deposited + deposit proof
  Mon 2026-01-05 10:01:00  bounced
  Mon 2026-01-05 14:01:00  notified + dispatch proof
  Mon 2026-01-05 14:07:49  opened
  Mon 2026-01-05 16:52:20  accepted + reception proof
"""


def _table() -> str:
    return "\n\n".join(entry for scenario in LIBRARY.values() for entry in _entries(scenario))


def _entries(scenario: Scenario) -> list[str]:
    who_goes: dict[str, list[str]] = {}
    for service in ("lre", "ere"):
        if service not in scenario.services:
            continue
        for kind in RecipientKind:
            course = "\n".join(lines(course_of(scenario, SERVICES[service], kind=kind)))
            who_goes.setdefault(course, []).append(f"{service} {kind}")
    return [f"{scenario.name}: {', '.join(who)}\n{course}" for course, who in who_goes.items()]


def test_every_course_is_as_the_table_says() -> None:
    """Each scenario, service and kind of recipient goes as recorded, to the second."""
    assert _table().splitlines() == TABLE.strip().splitlines()


def test_every_scenario_of_a_service_plays_in_both() -> None:
    """ERE lacks only the scenarios that need an identity check."""
    missing = {name for name, scenario in LIBRARY.items() if "ere" not in scenario.services}
    assert missing == {"identity-failed", "identity-retry"}


_LEGAL_ENDS = [
    pytest.param(date(2026, 1, 5), date(2026, 1, 21), "2026-01-20T23:00:00+00:00", id="winter"),
    pytest.param(date(2026, 3, 15), date(2026, 3, 31), "2026-03-30T22:00:00+00:00", id="into summer time"),
    pytest.param(date(2026, 10, 15), date(2026, 10, 31), "2026-10-30T23:00:00+00:00", id="out of summer time"),
    pytest.param(date(2028, 2, 20), date(2028, 3, 7), "2028-03-06T23:00:00+00:00", id="leap day"),
]


@pytest.mark.parametrize("service", ["lre", "ere"])
@pytest.mark.parametrize("clock", [time(0, 0), time(12, 0), time(23, 58, 59)])
@pytest.mark.parametrize(("day", "civil_end", "utc_end"), _LEGAL_ENDS)
def test_negligence_comes_at_the_first_instant_of_the_sixteenth_day(
    day: date, civil_end: date, utc_end: str, clock: time, service: str
) -> None:
    """R. 53-3: noticed on day D at whatever hour, the letter is neglected at D+16 00:00 in Paris and never before."""
    at = datetime.combine(day, clock, tzinfo=PARIS).astimezone(UTC)
    journal = course_of(LIBRARY["neglect"], SERVICES[service], at=at)
    notified = next(event.at for event in journal if event.type is EventType.NOTIFIED)
    neglected = [event.at for event in journal if event.type is EventType.NEGLECTED]
    assert notified.astimezone(PARIS).date() == day
    assert neglected == [datetime.combine(civil_end, time(0), tzinfo=PARIS)]
    assert neglected[0].isoformat() == utc_end
    assert civil_end - day == timedelta(days=16)


@pytest.mark.parametrize(("day", "civil_end", "utc_end"), _LEGAL_ENDS)
def test_the_last_second_still_counts(day: date, civil_end: date, utc_end: str) -> None:
    """R. 53-3: an acceptance at D+15 23:59:59 in Paris is in time, so that nothing is neglected."""
    at = datetime.combine(day, time(9), tzinfo=PARIS).astimezone(UTC)
    journal = course_of(LIBRARY["last-minute"], SERVICES["lre"], at=at)
    accepted = [event.at for event in journal if event.type is EventType.ACCEPTED]
    assert accepted == [datetime.fromisoformat(utc_end) - timedelta(seconds=1)]
    assert accepted[0].astimezone(PARIS).date() == civil_end - timedelta(days=1)
    assert EventType.NEGLECTED not in {event.type for event in journal}


def test_a_notice_at_midnight_belongs_to_the_day_that_begins() -> None:
    """A notice at 00:00 counts from that day, one a second earlier from the day before."""
    ends = []
    for clock in (time(23, 58, 59), time(23, 59, 0)):
        at = datetime.combine(date(2026, 3, 15), clock, tzinfo=PARIS).astimezone(UTC)
        ends.append(course_of(LIBRARY["neglect"], SERVICES["lre"], at=at)[-1].at.astimezone(PARIS))
    assert [end.isoformat() for end in ends] == ["2026-03-31T00:00:00+02:00", "2026-04-01T00:00:00+02:00"]


@pytest.mark.parametrize("delay", [timedelta(0), timedelta(seconds=1), timedelta(days=3), timedelta(days=15)])
@pytest.mark.parametrize("name", [name for name, scenario in LIBRARY.items() if scenario.delay_sets])
def test_a_delay_moves_the_deciding_step_and_keeps_the_order(name: str, delay: timedelta) -> None:
    """With a delay of its address the journal runs forward and the step comes that long after what it waits for."""
    scenario = LIBRARY[name].delayed(delay)
    journal = course_of(scenario, SERVICES["lre"], kind=RecipientKind.INDIVIDUAL)
    instants = [event.at for event in journal]
    facts = [event for event in journal if event.type is not EventType.PROOF_AVAILABLE]
    first = {event.type: event.at for event in reversed(facts)}
    assert instants == sorted(instants)
    if scenario.delay_sets == "act":
        decided = [event for event in facts if event.type in _DECIDED]
        assert decided[-1].at == first[EventType.NOTIFIED] + delay
    elif scenario.delay_sets == "notice":
        assert facts[-1].at == first[EventType.DEPOSITED] + delay
    else:
        assert facts[-1].at == first[EventType.CONSENT_REQUESTED] + delay


_DECIDED = frozenset({EventType.ACCEPTED, EventType.REFUSED, EventType.IDENTITY_FAILED})


def test_an_answer_after_the_window_never_comes() -> None:
    """accept+20d ends in negligence at D+16, as the window closes first."""
    scenario = LIBRARY["accept"].delayed(timedelta(days=20))
    assert course_of(scenario, SERVICES["lre"])[-2].type is EventType.NEGLECTED


@pytest.mark.parametrize(
    ("name", "fact", "reason"),
    [
        ("bounce", EventType.BOUNCED, "550 5.1.1 The recipient's mailbox does not exist"),
        ("softbounce", EventType.BOUNCED, "452 4.2.2 The recipient's mailbox is full"),
        ("fail", EventType.FAILED, "The provider's notification system is out of order"),
        ("reject", EventType.REJECTED, "The provider's checks refused the deposit"),
    ],
)
def test_the_journal_says_why(name: str, fact: EventType, reason: str) -> None:
    """What went wrong stands in the fact as the scenario words it."""
    journal = course_of(LIBRARY[name], SERVICES["lre"])
    assert [event.data["reason"] for event in journal if event.type is fact] == [reason]
