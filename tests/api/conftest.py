"""The application over each store, asked inside this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from sigillo.bootstrap import build
from tests.api.caller import Caller, caller_of
from tests.api.server import Server, serving


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop of the test's own."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


@pytest.fixture(params=["memory", "files"])
def api(request: pytest.FixtureRequest, tmp_path: Path, loop: asyncio.AbstractEventLoop) -> Iterator[Caller]:
    """The application in memory and on a data folder."""
    sandbox = build(data=tmp_path / "data" if request.param == "files" else None)
    yield caller_of(sandbox, loop)
    sandbox.close()


@pytest.fixture
def memory_api(loop: asyncio.AbstractEventLoop) -> Iterator[Caller]:
    """The application in memory, for what no store has a say in."""
    sandbox = build(data=None)
    yield caller_of(sandbox, loop)
    sandbox.close()


@pytest.fixture
def server() -> Iterator[Server]:
    """The application in memory, in a process of its own."""
    with serving() as server:
        yield server
