"""Every implementation of the stores, each test on each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sigillo.application.ports.blobs import Blobs
from sigillo.application.ports.storage import Store
from sigillo.domain.workspace import Workspace
from sigillo.storage.blobs import FileBlobs, MemoryBlobs
from sigillo.storage.memory import MemoryStore
from sigillo.storage.sql import SqlStore
from tests.contracts.materials import workspace


@pytest.fixture(params=["sql", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    made: Store = SqlStore.open(tmp_path) if request.param == "sql" else MemoryStore()
    yield made
    made.close()


@pytest.fixture
def one(store: Store) -> Workspace:
    """A workspace in the store."""
    store.add_workspace(workspace("one"))
    return workspace("one")


@pytest.fixture
def two(store: Store) -> Workspace:
    """Another workspace in the store."""
    store.add_workspace(workspace("two"))
    return workspace("two")


@pytest.fixture(params=["folder", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    """An empty store of bytes."""
    return FileBlobs(tmp_path / "blobs") if request.param == "folder" else MemoryBlobs()
