"""Alerts: rules judged at full hours on the workspace's clock, raised and cleared as facts of the workspace itself.

1. A letter that ends in a way that a rule watches has the rules judged at the next full hour.
2. Everything due until then happens first, so that the figures are whole, however the time was cut into batches.
3. A breach that was not there raises the alert; a breach that is gone clears it. Each is one fact of the journal.
4. While an alert stands, the rules are judged again when the oldest counted hour leaves the rule's window.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sigillo.application.announcements import announce
from sigillo.application.ports.storage import Transaction
from sigillo.application.tallying import rules_of
from sigillo.domain.alert import Rule, is_breached, measured
from sigillo.domain.calendar import format_instant
from sigillo.domain.durations import format_duration
from sigillo.domain.events import EventType
from sigillo.domain.kpi import Figures, Tally, figures, hour_of, hour_start

_HOUR = timedelta(hours=1)


def judge(tx: Transaction, at: datetime) -> list[EventType]:
    """Judge every rule at a full hour, append what follows, plan the next judgement; give the facts' types."""
    told: list[EventType] = []
    again: list[datetime] = []
    for rule in rules_of(tx):
        counts = _counts(tx, rule, at)
        standing, fact = _judged(tx, rule, figures(counts), at)
        told += [fact] if fact else []
        if standing.raised_at and counts:
            again.append(hour_start(counts[0].hour + 1) + rule.window)
    tx.save_workspace(replace(tx.workspace, alerts_at=max(min(again), at + _HOUR) if again else None))
    return told


def _counts(tx: Transaction, rule: Rule, at: datetime) -> list[Tally]:
    return tx.tallies.between(hour_of(at - rule.window), hour_of(at), service=None)


def _judged(tx: Transaction, rule: Rule, found: Figures, at: datetime) -> tuple[Rule, EventType | None]:
    breached = is_breached(rule, found)
    if breached == (rule.raised_at is not None):
        return rule, None
    changed = replace(rule, raised_at=at if breached else None)
    tx.rules.put(changed)
    fact = EventType.ALERT_RAISED if breached else EventType.ALERT_CLEARED
    announce(tx, fact, {"alert": _told(rule, found, at)}, at=at)
    return changed, fact


def _told(rule: Rule, found: Figures, at: datetime) -> dict[str, object]:
    return {
        "rule_id": rule.id,
        "name": rule.name,
        "metric": rule.metric.value,
        "value": measured(rule.metric, found),
        "threshold": rule.threshold,
        "window": format_duration(rule.window),
        "letters": found.ended,
        "raised_at": format_instant(rule.raised_at or at),
    }
