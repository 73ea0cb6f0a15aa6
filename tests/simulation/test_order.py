"""The journal's order does not depend on batches, restarts or who asks; one advance at a time."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from sigillo.application import simulation
from sigillo.application.simulation import Simulation
from sigillo.domain.errors import AlreadyAdvancing
from tests.simulation.mailing import send_pec
from tests.simulation.world import World

NAMES = ("accept", "refuse", "neglect", "bounce", "softbounce", "last-minute", "identity-failed", "accept+3d")


def _sent(world: World, letters: int) -> None:
    for i in range(letters):
        world.send(f"{NAMES[i % len(NAMES)]}@lre.test")


@pytest.mark.parametrize("batch", [1, 7, 64])
def test_any_batch_size_gives_the_same_journal(world: World, batch: int) -> None:
    """However many due items a transaction takes, the facts and their order are the same."""
    _sent(world, 40)
    Simulation(world.sandbox.store, world.wall, batch=batch).advance_until(world.id, "idle")
    reference = World()
    _sent(reference, 40)
    reference.sandbox.simulation.advance_until(reference.id, "idle")
    assert world.journal() == reference.journal()


PEC_NAMES = ("deliver", "late", "timeout", "stuck", "unknown", "virus", "ordinary")


@pytest.mark.parametrize("batch", [1, 5, 64])
def test_any_batch_size_gives_the_same_journal_of_pec(world: World, batch: int) -> None:
    """The letters of messages to several fall due together, and go on as they would in any other batch."""
    reference = World()
    for each in (world, reference):
        for i in range(4):
            addresses = [f"{name}@{domain}.test" for name in PEC_NAMES[: 4 + i] for domain in ("pec", "aruba.pec")]
            send_pec(each, *addresses[i:], copied=addresses[:i])
    Simulation(world.sandbox.store, world.wall, batch=batch).advance_until(world.id, "idle")
    reference.sandbox.simulation.advance_until(reference.id, "idle")
    assert world.journal() == reference.journal()
    assert len({event for event, *_ in world.journal()}) > 10


def test_letters_that_fall_due_again_do_not_grow_a_transaction(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction is cut after a bounded number of moves, and goes on without losing anything."""
    monkeypatch.setattr(simulation, "_MAX_MOVES", 5)
    _sent(world, 16)
    world.sandbox.simulation.advance_until(world.id, "idle")
    reference = World()
    monkeypatch.undo()
    _sent(reference, 16)
    reference.sandbox.simulation.advance_until(reference.id, "idle")
    assert world.journal() == reference.journal()


def test_small_steps_and_one_leap_give_the_same_journal(world: World) -> None:
    """Advancing hour by hour or all at once makes no difference."""
    _sent(world, 16)
    for _ in range(16 * 24 + 17):
        world.sandbox.simulation.advance_by(world.id, timedelta(hours=1))
    leap = World()
    _sent(leap, 16)
    leap.sandbox.simulation.advance_by(leap.id, timedelta(hours=16 * 24 + 17))
    assert world.journal() == leap.journal()


def test_one_more_letter_changes_no_other(world: World) -> None:
    """A letter's fate is drawn from its own lot: what comes after it does not matter."""
    first = world.send("accept@lre.test")
    _sent(world, 8)
    world.sandbox.simulation.advance_until(world.id, "idle")
    alone = World()
    alone.send("accept@lre.test")
    alone.sandbox.simulation.advance_until(alone.id, "idle")
    assert world.sandbox.queries.history(world.id, first)[1] == alone.sandbox.queries.history(alone.id, first)[1]


def test_a_second_advance_while_one_runs_is_refused(world: World) -> None:
    """Two advances at once would not know of each other: the second is told to wait, and the first is whole."""
    _sent(world, 8)
    inside, release = threading.Event(), threading.Event()

    def slow_wall() -> float:
        inside.set()
        assert release.wait(10)
        return world.wall()

    simulated = Simulation(world.sandbox.store, slow_wall)
    runner = threading.Thread(target=lambda: simulated._advance(world.id, None))
    runner.start()
    assert inside.wait(10)
    with pytest.raises(AlreadyAdvancing):
        simulated._advance(world.id, None)
    release.set()
    runner.join(30)
    assert world.sandbox.simulation.advance_until(world.id, "idle").events == {}
