"""Counting letters as they are sent and as they end, in the transaction in which that happens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sigillo.application.ports.storage import Running, Transaction
from sigillo.domain.alert import DEFAULT_RULE, Rule
from sigillo.domain.kpi import SENT, Tally, Wait, hour_of, next_hour
from sigillo.domain.letter import Outcome
from sigillo.domain.services import LETTER_SERVICES


def count_sent(tx: Transaction, service: str, at: datetime) -> None:
    """Count a letter that was handed in."""
    if service in LETTER_SERVICES:
        tx.tallies.add([Tally(hour_of(at), service, SENT, 1)])


def count_ended(tx: Transaction, ended: Iterable[Running]) -> None:
    """Count letters that have just ended."""
    tallies: list[Tally] = []
    waits: list[Wait] = []
    for running in ended:
        course = running.course
        if running.service not in LETTER_SERVICES or course.outcome is None or course.status_at is None:
            continue
        hour = hour_of(course.status_at)
        tallies.append(Tally(hour, running.service, course.outcome.value, 1))
        if course.outcome is Outcome.ACCEPTED and course.notified_at is not None:
            took_s = int((course.status_at - course.notified_at).total_seconds())
            waits.append(Wait(hour, running.service, took_s))
    if tallies:
        tx.tallies.add(tallies, waits)


def settle(tx: Transaction, ended: Running) -> None:
    """Count a letter that somebody's move has just ended, and have the alert rules judged where one watches that."""
    count_ended(tx, [ended])
    course = ended.course
    if course.status_at is not None and course.outcome in watched(tx):
        call_for_judgement(tx, course.status_at)


def rules_of(tx: Transaction) -> list[Rule]:
    """Give every alert rule of the workspace, the one that all have first."""
    kept = {rule.id: rule for rule in tx.rules.all()}
    return [kept.pop(DEFAULT_RULE.id, DEFAULT_RULE), *kept.values()]


def watched(tx: Transaction) -> frozenset[str]:
    """Give the outcomes after which the alert rules must be judged: those that can raise one, or clear one raised."""
    rules = rules_of(tx)
    if any(rule.raised_at for rule in rules):
        return frozenset(each.value for each in Outcome)
    return frozenset(each.value for rule in rules for each in rule.worsened_by)


def call_for_judgement(tx: Transaction, at: datetime) -> datetime:
    """Have the alert rules judged at the next full hour, unless they are to be before, and give when that is."""
    due = next_hour(at)
    stands = tx.workspace.alerts_at
    if stands is None or due < stands:
        tx.save_workspace(replace(tx.workspace, alerts_at=due))
        return due
    return stands
