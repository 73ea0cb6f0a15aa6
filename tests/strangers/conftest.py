"""What the tests with strangers' programs share: the programs, the proofs they judge, and the checker's verdicts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.strangers.checker import Verdict, read_verdicts
from tests.strangers.programs import Programs
from tests.strangers.world import World, build_world


@pytest.fixture(scope="session")
def programs(verifier: Callable[[str], str]) -> Programs:
    """The programs; the first that is missing fails the test."""
    return Programs(*(verifier(name) for name in ("openssl", "pdfsig", "xmlsec1", "unzip")))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, worker_id: str, verifier: Callable[[str], str]) -> World:
    """All that is judged, made once, however many processes run the tests."""
    base = tmp_path_factory.getbasetemp()
    run = base if worker_id == "master" else base.parent
    return build_world(run / "strangers", verifier)


@pytest.fixture(scope="session")
def verdicts(world: World) -> dict[tuple[Path, Path], Verdict]:
    """The checker's verdict on every file, by the trust folder and the file."""
    return read_verdicts(world.verdicts.read_text())
