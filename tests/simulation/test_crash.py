"""A process killed in the middle of an advance loses nothing and repeats nothing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sigillo.application.drafts import Draft
from sigillo.domain.letter import Recipient, RecipientKind
from tests.simulation.world import World

LETTERS = 10_000
NAMES = ("accept", "refuse", "neglect", "bounce", "softbounce")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with ten thousand letters on their way."""
    folder = tmp_path_factory.mktemp("sent")
    world = World(folder)
    with world.sandbox.store.writing(world.id) as tx:
        for i in range(LETTERS):
            recipient = Recipient(RecipientKind.PROFESSIONAL, "A", f"{NAMES[i % 5]}@lre.test")
            world.sandbox.letters._submit(tx, Draft("lre", recipient, "Objet", text="Bonjour"), ())
    world.sandbox.close()
    return folder


@pytest.fixture(scope="module")
def undisturbed(sent: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str, str]]:
    """The journal of the same letters when nothing crashes."""
    folder = shutil.copytree(sent, tmp_path_factory.mktemp("undisturbed") / "data")
    return _finished(folder)


@pytest.mark.parametrize("saves", [1, 4, 23])
def test_killed_in_the_middle_then_restarted_gives_the_same_journal(
    saves: int, sent: Path, undisturbed: list[tuple[str, str, str, str]], tmp_path: Path
) -> None:
    """SIGKILL inside a transaction of an advance of 10,000 letters: after a restart the journal is the same."""
    folder = shutil.copytree(sent, tmp_path / "data")
    command = [sys.executable, "-m", "tests.simulation.crashing", str(folder), str(saves)]
    died = subprocess.run(command, cwd=ROOT, check=False, timeout=240)
    assert died.returncode == -signal.SIGKILL
    assert _finished(folder) == undisturbed


def _finished(folder: Path) -> list[tuple[str, str, str, str]]:
    world = World(folder)
    world.sandbox.simulation.advance_until(world.id, "idle")
    journal = world.journal()
    world.sandbox.close()
    assert len(journal) > 4 * LETTERS
    return journal
