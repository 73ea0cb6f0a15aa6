"""Counts by the hour, waits and alert rules: added up, kept, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sigillo.application.ports.storage import Store
from sigillo.domain.alert import DEFAULT_RULE
from sigillo.domain.kpi import Tally, Wait, Waiting, waiting
from sigillo.domain.workspace import Workspace
from tests.contracts.materials import START

_PRIME = 982_451_653
"""What numbers are multiplied with, so that they come in no order."""


def test_counts_add_up_by_hour_and_service(store: Store, one: Workspace, two: Workspace) -> None:
    """Counts of the same hour, service and kind become one, in whatever transactions they were made."""
    for _ in range(2):
        with store.writing(one.id) as tx:
            tx.tallies.add([Tally(10, "lre", "sent", 2), Tally(10, "lre", "sent", 1), Tally(11, "ere", "accepted", 1)])
            assert tx.tallies.between(10, 11, service="ere") == []
    with store.reading(one.id) as tx:
        assert tx.tallies.between(0, 99, service=None) == [Tally(10, "lre", "sent", 6), Tally(11, "ere", "accepted", 2)]
        assert tx.tallies.between(10, 11, service="lre") == [Tally(10, "lre", "sent", 6)]
    with store.reading(two.id) as tx:
        assert tx.tallies.between(0, 99, service=None) == []


def test_times_to_acceptance_are_those_of_the_hours_asked_for(store: Store, one: Workspace) -> None:
    """Mean and percentiles are those of a span of hours and a service alone, wherever it cuts a day."""
    waits = [Wait(10, "lre", 300), Wait(10, "ere", 100), Wait(12, "lre", 200), Wait(11, "lre", 100)]
    with store.writing(one.id) as tx:
        tx.tallies.add([], waits)
    with store.reading(one.id) as tx:
        assert tx.tallies.waiting(10, 13, service=None) == Waiting(175.0, {50: 100, 90: 300, 95: 300, 99: 300})
        assert tx.tallies.waiting(10, 12, service="lre") == Waiting(200.0, {50: 100, 90: 300, 95: 300, 99: 300})
        assert tx.tallies.waiting(10, 12, service="ere") == Waiting(100.0, {50: 100, 90: 100, 95: 100, 99: 100})
        assert tx.tallies.waiting(13, 99, service=None) is None


def test_percentiles_are_those_of_a_sorted_list(store: Store, one: Workspace) -> None:
    """For spans that begin and end anywhere, over many days, the nearest rank of each percentile is found."""
    lengths = [*(n * _PRIME % 1_296_000 for n in range(150)), *(14_390 + n % 20 for n in range(150)), *[86_400] * 150]
    waits = [
        Wait(480_000 + n * _PRIME % (24 * 9), ("lre", "ere")[n * _PRIME % 7 % 2], took_s)
        for n, took_s in enumerate(lengths)
    ]
    with store.writing(one.id) as tx:
        for start in range(0, len(waits), 100):
            tx.tallies.add([], waits[start : start + 100])
    with store.reading(one.id) as tx:
        for n in range(60):
            first, end = sorted((479_970 + n * _PRIME % 280, 479_970 + n * n * _PRIME % 281))
            service = (None, "lre", "ere")[n % 3]
            took = sorted(w.took_s for w in waits if first <= w.hour < end and service in (None, w.service))
            expected = waiting(len(took), sum(took), took.__getitem__)
            assert tx.tallies.waiting(first, end, service=service) == expected, (first, end, service)


def test_rules_are_kept_and_forgotten(store: Store, one: Workspace) -> None:
    """A rule is kept whole, in place of the one before it; one that was removed is gone."""
    raised = replace(DEFAULT_RULE, threshold=0.25, window=timedelta(hours=3), raised_at=START, enabled=False)
    with store.writing(one.id) as tx:
        tx.rules.put(DEFAULT_RULE)
        tx.rules.put(raised)
        tx.rules.put(replace(DEFAULT_RULE, id="rule_b"))
        tx.rules.remove("rule_b")
    with store.reading(one.id) as tx:
        assert tx.rules.all() == [raised]


def test_what_was_not_committed_is_not_counted(store: Store, one: Workspace) -> None:
    """A transaction that fails leaves no count, no wait and no rule; a reset leaves none either."""
    with pytest.raises(ZeroDivisionError), store.writing(one.id) as tx:
        tx.tallies.add([Tally(10, "lre", "sent", 2)], [Wait(10, "lre", 300)])
        tx.rules.put(DEFAULT_RULE)
        raise ZeroDivisionError
    with store.writing(one.id) as tx:
        assert tx.tallies.between(0, 99, service=None) == []
        assert tx.tallies.waiting(0, 99, service=None) is None
        assert tx.rules.all() == []
        tx.tallies.add([Tally(10, "lre", "sent", 2)])
        tx.rules.put(DEFAULT_RULE)
        tx.clear()
    with store.reading(one.id) as tx:
        assert (tx.tallies.between(0, 99, service=None), tx.rules.all()) == ([], [])


def test_the_hour_of_the_next_judgement_is_kept(store: Store, one: Workspace) -> None:
    """A workspace remembers when its alert rules are judged next, and how many rules were made in it."""
    with store.writing(one.id) as tx:
        tx.save_workspace(replace(tx.workspace, alerts_at=START, rules=3))
    with store.reading(one.id) as tx:
        assert (tx.workspace.alerts_at, tx.workspace.rules) == (START, 3)
