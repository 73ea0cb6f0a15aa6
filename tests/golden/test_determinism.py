"""Same seed and commands, same bytes, in any process, zone, language and folder. Another seed differs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
JOURNALS = Path(__file__).with_name("journals.json")
Hashes = dict[str, dict[str, str]]


def _world(folder: Path, *arguments: str, **environment: str) -> Hashes:
    env = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.golden.world_in_hashes", *arguments]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    hashes: Hashes = json.loads(done.stdout)
    return hashes


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Hashes:
    """The world of the seed `golden`, its proofs made late."""
    folder = tmp_path_factory.mktemp("here")
    return _world(folder, "golden", "late", PYTHONHASHSEED="1", TZ="UTC", LANG="C.UTF-8", LC_ALL="C.UTF-8")


def test_another_process_zone_language_and_folder_give_the_same_bytes(here: Hashes, tmp_path: Path) -> None:
    """Journal and proofs of every scenario are equal, though the process differs and makes its proofs early."""
    environment = {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Auckland", "LANG": "fr_FR.ISO-8859-1", "LC_ALL": "C"}
    assert _world(tmp_path, "golden", "early", **environment) == here


def test_another_seed_is_another_world(here: Hashes, tmp_path: Path) -> None:
    """With another seed no id, no journal and no proof is the same."""
    other = _world(tmp_path, "another", "late")
    same = {
        (scenario, name)
        for scenario, hashes in other.items()
        for name, value in hashes.items()
        if here[scenario].get(name) == value
    }
    assert not same


def test_the_journals_are_the_recorded_ones(here: Hashes) -> None:
    """The journal of every scenario is the one on record; a change that is meant goes with a line in CHANGELOG."""
    # To record anew: python -m tests.golden.record
    recorded = json.loads(JOURNALS.read_text())
    assert {name: hashes["journal"] for name, hashes in here.items()} == recorded
