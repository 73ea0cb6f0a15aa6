"""Alerts: judged at full hours, raised once, cleared when the figures are good again, the same however time is cut."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sigillo.application.alert_rules import RuleDraft
from sigillo.application.simulation import Simulation
from sigillo.domain.alert import DEFAULT_RULE, Metric
from sigillo.domain.calendar import format_instant
from tests.simulation.world import World


def _alerts(world: World) -> list[tuple[str, str, object]]:
    with world.sandbox.store.reading(world.id) as tx:
        told = tx.events.following(["alert.raised", "alert.cleared"], limit=100, after=0)
    return [(one.event.type.value, format_instant(one.event.at), _alert(one.event.data)["value"]) for one in told]


def _alert(data: object) -> dict[str, object]:
    assert isinstance(data, dict)
    alert = data["alert"]
    assert isinstance(alert, dict)
    return alert


def test_a_technical_failure_raises_an_alert_and_a_day_without_one_clears_it(world: World) -> None:
    """The rule of every workspace is judged at the next full hour, and again when the failure leaves its window."""
    for _ in range(3):
        world.send("accept@lre.test")
    world.send("fail@lre.test")
    advanced = world.sandbox.simulation.advance_until(world.id, "idle")
    ((raised, at, value), (cleared, later, _)) = _alerts(world)
    assert (raised, cleared, value) == ("alert.raised", "alert.cleared", 1.0)
    assert datetime.fromisoformat(later) - datetime.fromisoformat(at) == timedelta(hours=24)
    assert (advanced.events["alert.raised"], advanced.events["alert.cleared"]) == (1, 1)
    assert world.sandbox.alert_rules.get(world.id, DEFAULT_RULE.id).raised_at is None


def test_a_share_below_the_threshold_raises_nothing(world: World) -> None:
    """What counts is the share, not the failure: under the threshold nothing is told."""
    world.sandbox.alert_rules.change(world.id, DEFAULT_RULE.id, RuleDraft(threshold=0.5, window=timedelta(days=30)))
    for _ in range(3):
        world.send("refuse+1m@lre.test")
    world.send("fail@lre.test")
    world.sandbox.simulation.advance_until(world.id, "idle")
    assert _alerts(world) == [] or all(value == 1.0 for _, _, value in _alerts(world))


def test_too_few_letters_and_a_rule_switched_off_raise_nothing(world: World) -> None:
    """A rule that wants more letters than ended, or that is off, is silent."""
    world.sandbox.alert_rules.change(world.id, DEFAULT_RULE.id, RuleDraft(min_letters=2))
    world.send("fail@lre.test")
    world.sandbox.simulation.advance_until(world.id, "idle")
    world.sandbox.alert_rules.change(world.id, DEFAULT_RULE.id, RuleDraft(min_letters=1, enabled=False))
    world.send("fail@lre.test")
    world.sandbox.simulation.advance_until(world.id, "idle")
    assert _alerts(world) == []


def test_deliverability_alerts_when_it_falls(world: World) -> None:
    """A rule on deliverability is broken below its threshold, by letters that reach nobody."""
    draft = RuleDraft(metric=Metric.DELIVERABILITY, threshold=0.9, window=timedelta(days=2))
    world.sandbox.alert_rules.change(world.id, DEFAULT_RULE.id, draft)
    world.send("bounce@lre.test")
    world.sandbox.simulation.advance_until(world.id, "idle")
    assert [(kind, value) for kind, _, value in _alerts(world)] == [("alert.raised", 0.0), ("alert.cleared", None)]


@pytest.mark.parametrize("batch", [1, 7, 64])
def test_alerts_do_not_depend_on_batches(world: World, batch: int) -> None:
    """However many due items a transaction takes, alerts are judged at the same place in the journal."""
    for target in (world, reference := World()):
        for i in range(30):
            target.send(f"{('accept', 'fail', 'refuse+2h', 'fail+30h', 'bounce')[i % 5]}@lre.test")
    Simulation(world.sandbox.store, world.wall, batch=batch).advance_until(world.id, "idle")
    for _ in range(17 * 24 * 2):
        reference.sandbox.simulation.advance_by(reference.id, timedelta(minutes=30))
    assert world.journal() == reference.journal()
    assert _alerts(world)


def test_until_the_next_event_passes_judgements_that_say_nothing(world: World) -> None:
    """Advancing until the next event goes on where a judgement tells nothing."""
    world.sandbox.alert_rules.change(world.id, DEFAULT_RULE.id, RuleDraft(min_letters=9))
    world.send("neglect@lre.test")
    for _ in range(3):
        assert world.sandbox.simulation.advance_until(world.id, "next_event").events
