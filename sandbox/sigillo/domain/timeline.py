"""What is due next for a letter: a pure function of where it stands, its plan and its service.

A letter has at most one due item at a time, the earliest of what could happen to it; when it happens the next one is
computed. So nothing ever has to be found and taken back when a person acts in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sigillo.domain.calendar import LATEST, civil_date, civil_instant, window_end
from sigillo.domain.ids import Lot
from sigillo.domain.letter import AnyStatus, ConsentStatus, Course, Status
from sigillo.domain.scenario import ConsentAnswer, Delay, NoticeResult, Scenario
from sigillo.domain.services.table import Move, Service


class PlannedNotice(NamedTuple):
    """One attempt at the notice: the move it leads to, ``after_s`` seconds after the deposit or the one before.

    Of a PEC, a step of its way: ``after_s`` seconds after its status changed last.
    """

    move: Move
    after_s: int
    reason: str | None = None


class PlannedAct(NamedTuple):
    """One act of the recipient, ``after_s`` seconds after the notice, or before the expiry where that is set."""

    move: Move
    after_s: int
    before_expiry: bool = False


class Plan(NamedTuple):
    """A scenario with every draw made, for one letter. ``consent_move`` None waits for a person."""

    consent_move: Move | None
    consent_after_s: int
    notices: tuple[PlannedNotice, ...]
    acts: tuple[PlannedAct, ...]


class Due(NamedTuple):
    """What happens next and when; ``reason`` says why where the scenario has one, ``scripted`` marks an act of it."""

    at: datetime
    move: Move
    reason: str | None = None
    scripted: bool = False


def plan(scenario: Scenario, lot: Lot) -> Plan:
    """Draw the scenario's delays from the letter's own lot."""
    answers = {ConsentAnswer.GIVEN: Move.GIVE_CONSENT, ConsentAnswer.REFUSED: Move.REFUSE_CONSENT}
    return Plan(
        consent_move=answers.get(scenario.consent.answer),
        consent_after_s=_draw(scenario.consent.after, lot, "consent"),
        notices=tuple(_planned_route(scenario, lot) if scenario.route else _planned_notices(scenario, lot)),
        acts=tuple(_planned_acts(scenario, lot)),
    )


def next_due(course: Course, plan: Plan, service: Service) -> Due | None:
    """Give what is due next, None when nothing is due without a person. A date past the clock's end is never due."""
    if course.is_over:
        return None
    wait = _NEXT.get(course.status)
    due = wait(course, plan, service) if wait else None
    return due if due is not None and due.at <= LATEST else None


def notice_window(at: datetime, service: Service) -> datetime:
    """Give the first instant after the window that a notice sent at ``at`` opens (R. 53-3 I)."""
    return window_end(at, service.window_days, service.zone)


def _consent_due(course: Course, plan: Plan, service: Service) -> Due | None:
    asked_at = course.asked_at
    if asked_at is None:
        return None
    expiry = Due(window_end(asked_at, service.consent_days, service.zone), Move.EXPIRE_CONSENT)
    if plan.consent_move is None:
        return expiry
    answer = Due(asked_at + timedelta(seconds=plan.consent_after_s), plan.consent_move)
    return answer if answer.at < expiry.at else expiry


def _notice_due(course: Course, plan: Plan, service: Service) -> Due | None:
    if course.attempts >= len(plan.notices) or course.status_at is None:
        return None
    notice = plan.notices[course.attempts]
    return Due(course.status_at + timedelta(seconds=notice.after_s), notice.move, notice.reason)


def _answer_due(course: Course, plan: Plan, service: Service) -> Due | None:
    """Give the earliest of the recipient's next act, the next reminder and the negligence, in this order of rank."""
    notified_at, expires_at = course.notified_at, course.expires_at
    if notified_at is None or expires_at is None:
        return None
    due = Due(expires_at, Move.NEGLECT)
    if course.reminders < len(service.reminders):
        reminder = service.reminders[course.reminders]
        at = civil_instant(civil_date(notified_at, service.zone), reminder.days, reminder.at, service.zone)
        due = Due(at, Move.REMIND) if at <= due.at else due
    if course.acts < len(plan.acts):
        act = plan.acts[course.acts]
        offset = timedelta(seconds=act.after_s)
        at = expires_at - offset if act.before_expiry else notified_at + offset
        due = Due(at, act.move, scripted=True) if at <= due.at and at < expires_at else due
    return due


_NEXT: Mapping[AnyStatus | None, Callable[[Course, Plan, Service], Due | None]] = {
    Status.AWAITING_CONSENT: _consent_due,
    ConsentStatus.REQUESTED: _consent_due,
    Status.DEPOSITED: _notice_due,
    Status.BOUNCED: _notice_due,
    Status.TAKEN_IN_CHARGE: _notice_due,
    Status.NOTIFIED: _answer_due,
}


def _planned_notices(scenario: Scenario, lot: Lot) -> Iterator[PlannedNotice]:
    last = len(scenario.notices) - 1
    for i, notice in enumerate(scenario.notices):
        bounce = Move.BOUNCE if i == last else Move.DEFER_NOTICE
        moves = {NoticeResult.SENT: Move.NOTIFY, NoticeResult.FAILED: Move.FAIL, NoticeResult.BOUNCED: bounce}
        yield PlannedNotice(moves[notice.result], _draw(notice.after, lot, "notice", i), notice.reason)


def _planned_route(scenario: Scenario, lot: Lot) -> Iterator[PlannedNotice]:
    """Draw when each step comes, none before the one above it; a delay leaves the status, and so the count, alone."""
    changed_s = reached_s = 0
    for i, step in enumerate(scenario.route):
        reached_s = max(reached_s, _draw(step.after, lot, "route", i))
        yield PlannedNotice(step.move, reached_s - changed_s)
        changed_s = changed_s if step.move is Move.DELAY else reached_s


def _planned_acts(scenario: Scenario, lot: Lot) -> Iterator[PlannedAct]:
    for i, act in enumerate(scenario.acts):
        if act.before_expiry is not None:
            yield PlannedAct(act.move, int(act.before_expiry.total_seconds()), before_expiry=True)
        elif act.after is not None:
            yield PlannedAct(act.move, _draw(act.after, lot, "act", i))


def _draw(delay: Delay, lot: Lot, *path: str | int) -> int:
    low = int(delay.low.total_seconds())
    if delay.high == delay.low:
        return low
    return low + lot.child(*path).below(int(delay.high.total_seconds()) - low + 1)
