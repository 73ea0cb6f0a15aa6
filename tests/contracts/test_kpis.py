"""Counts by the hour, waits and alert rules: added up, kept, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sigillo.application.ports.storage import Store
from sigillo.domain.alert import DEFAULT_RULE
from sigillo.domain.kpi import Tally, Wait, Waiting
from sigillo.domain.workspace import Workspace
from tests.contracts.materials import START


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


def test_waits_come_shortest_first(store: Store, one: Workspace) -> None:
    """Waits are given in the order of their length, those of a period and a service alone."""
    waits = [Wait(10, "lre", 300, 1), Wait(10, "ere", 100, 2), Wait(12, "lre", 200, 3), Wait(11, "lre", 100, 4)]
    with store.writing(one.id) as tx:
        tx.tallies.add([], waits)
    with store.reading(one.id) as tx:
        assert list(tx.tallies.waits(10, 13, service=None)) == [(10, 100), (11, 100), (12, 200), (10, 300)]
        assert list(tx.tallies.waits(10, 12, service="lre")) == [(11, 100), (10, 300)]
        assert tx.tallies.waiting(10, 13, service=None) == Waiting(175.0, {50: 100, 90: 300, 95: 300, 99: 300})
        assert tx.tallies.waiting(10, 12, service="ere") == Waiting(100.0, {50: 100, 90: 100, 95: 100, 99: 100})
        assert tx.tallies.waiting(13, 99, service=None) is None


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
        tx.tallies.add([Tally(10, "lre", "sent", 2)], [Wait(10, "lre", 300, 1)])
        tx.rules.put(DEFAULT_RULE)
        raise ZeroDivisionError
    with store.writing(one.id) as tx:
        assert (tx.tallies.between(0, 99, service=None), list(tx.tallies.waits(0, 99, service=None))) == ([], [])
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
