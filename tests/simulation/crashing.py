"""A process that advances a data folder and is killed in the middle: `python crashing.py FOLDER SAVES`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from sigillo.application.simulation import Simulation
from sigillo.storage.sql.letters import SqlLetters
from tests.simulation.world import World

BATCH = 500


def main(folder: Path, saves: int) -> None:
    """Advance until idle; at the given save, inside its transaction, kill this very process without warning."""
    world = World(folder)
    save = SqlLetters.save
    done = 0

    def deadly(self: SqlLetters, moved: object) -> None:
        nonlocal done
        save(self, moved)  # type: ignore[arg-type]  # handed on as it came
        done += 1
        if done == saves:
            os.kill(os.getpid(), signal.SIGKILL)

    SqlLetters.save = deadly  # type: ignore[method-assign,assignment]  # the crash is injected on purpose
    Simulation(world.sandbox.store, world.wall, batch=BATCH).advance_until(world.id, "idle")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
