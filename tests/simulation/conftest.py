"""The same tests in memory and on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.world import World


@pytest.fixture(params=["memory", "sql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Give a sandbox on each store."""
    made = World(tmp_path / "data" if request.param == "sql" else None)
    yield made
    made.sandbox.close()
