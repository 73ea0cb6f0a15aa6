"""The clock of a workspace: frozen, running, advanced; never back, never out of its range."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sigillo.domain.calendar import LATEST
from sigillo.domain.errors import Invalid
from tests.simulation.world import START, World


def test_a_frozen_clock_stands_still_whatever_the_wall_says(world: World) -> None:
    """Nothing happens by itself while the clock is frozen."""
    letter = world.send("accept@lre.test")
    world.wall.now_s += 10_000_000
    world.sandbox.simulation.tick(world.id)
    assert (world.now(), world.types(letter)) == (START, ["letter.deposited"])


def test_advancing_by_a_duration_tells_what_happened(world: World) -> None:
    """An advance answers with the events by type, and moves the clock by the duration to the second."""
    world.send("neglect@lre.test")
    advanced = world.sandbox.simulation.advance_by(world.id, timedelta(days=20))
    assert advanced.events == {
        "letter.neglected": 1,
        "letter.notified": 1,
        "letter.reminded": 3,
        "proof.available": 2,
    }
    assert (advanced.before, advanced.after) == (START, START + timedelta(days=20))


def test_advancing_to_the_past_is_refused_and_changes_nothing(world: World) -> None:
    """The clock never goes back."""
    with pytest.raises(Invalid) as caught:
        world.sandbox.simulation.advance_to(world.id, START - timedelta(seconds=1))
    assert caught.value.errors[0].code == "in_the_past"
    assert world.now() == START


@pytest.mark.parametrize("duration", [timedelta(days=36_890), timedelta(days=30_000)])
def test_advancing_beyond_the_end_is_refused(world: World, duration: timedelta) -> None:
    """The clock is bounded by 2100, and says so."""
    with pytest.raises(Invalid) as caught:
        world.sandbox.simulation.advance_by(world.id, duration)
    assert caught.value.errors[0].code == "out_of_range"


def test_until_next_event_stops_at_it(world: World) -> None:
    """`next_event` goes to the next instant at which something happens, and no further."""
    letter = world.send("neglect@lre.test")
    seen = []
    for _ in range(5):
        world.sandbox.simulation.advance_until(world.id, "next_event")
        seen.append((world.types(letter)[-1], world.now()))
    assert [kind for kind, _ in seen] == ["letter.notified", *["letter.reminded"] * 3, "letter.neglected"]
    assert seen[-1][1] == datetime(2026, 1, 20, 23, tzinfo=UTC)


def test_until_next_event_with_nothing_due_leaves_the_clock_alone(world: World) -> None:
    """Nothing due: nothing happens, no time passes."""
    advanced = world.sandbox.simulation.advance_until(world.id, "next_event")
    assert (advanced.events, advanced.after) == ({}, START)


def test_until_idle_ends_at_the_last_event(world: World) -> None:
    """`idle` goes to the last thing due and leaves the clock there."""
    world.send("accept+3d@lre.test")
    world.send("neglect@ere.test")
    advanced = world.sandbox.simulation.advance_until(world.id, "idle")
    assert advanced.after == datetime(2026, 1, 20, 23, tzinfo=UTC)
    assert world.sandbox.simulation.advance_until(world.id, "idle").events == {}


def test_a_running_clock_follows_the_wall_at_its_speed(world: World) -> None:
    """At 1440 a day passes in a minute, and what falls due happens at its own instant."""
    letter = world.send("neglect@lre.test")
    world.sandbox.simulation.set_speed(world.id, 1440)
    world.wall.now_s += 16 * 60
    assert world.now() == START + timedelta(days=16)
    world.sandbox.simulation.tick(world.id)
    _, events = world.sandbox.queries.history(world.id, letter)
    assert events[-1].at == datetime(2026, 1, 20, 23, tzinfo=UTC)


def test_freezing_a_running_clock_keeps_the_instant(world: World) -> None:
    """Speed 0 freezes at what the clock shows, after everything due until then happened."""
    letter = world.send("refuse+1h@lre.test")
    world.sandbox.simulation.set_speed(world.id, 3600)
    world.wall.now_s += 2
    world.sandbox.simulation.set_speed(world.id, 0)
    world.wall.now_s += 1_000
    assert world.now() == START + timedelta(hours=2)
    assert world.status(letter) == "refused"


def test_a_wall_that_goes_back_does_not_take_the_clock_along(world: World) -> None:
    """A wall clock that is set back holds the simulated clock still until it has caught up."""
    world.sandbox.simulation.set_speed(world.id, 60)
    world.wall.now_s += 60
    world.sandbox.simulation.tick(world.id)
    before = world.now()
    world.wall.now_s -= 30
    assert world.now() >= before


def test_a_command_on_a_running_clock_comes_after_what_was_due(world: World) -> None:
    """A letter sent on a running clock is written into the journal after everything due before it."""
    world.send("neglect@lre.test")
    world.sandbox.simulation.set_speed(world.id, 86_400)
    world.wall.now_s += 30
    world.send("accept@lre.test")
    instants = [at for at, *_ in world.journal()]
    assert instants == sorted(instants)


@pytest.mark.parametrize("speed", [-1, 1_000_001, float("nan"), float("inf")])
def test_a_speed_out_of_range_is_refused(world: World, speed: float) -> None:
    """A speed is a number between 0 and a million."""
    with pytest.raises(Invalid):
        world.sandbox.simulation.set_speed(world.id, speed)


def test_a_running_clock_stops_at_the_end_of_its_range(world: World) -> None:
    """However long it runs, the clock never shows anything after 2100."""
    world.sandbox.simulation.set_speed(world.id, 1_000_000)
    world.wall.now_s += 1e9
    assert world.now() == LATEST
