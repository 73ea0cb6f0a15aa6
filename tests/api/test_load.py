"""Many clients for two minutes: letters, reads, the feed, time that moves, and one fault in ten."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigillo.cli.bench.mixed_load import observe
from sigillo.cli.bench.servers import sigillo_server

_MIB = 1 << 20
_PAGES = 32 * _MIB + 3 * 4 * _MIB  # what the writer and three readers may keep of the database
_SLACK = 4 * _MIB


@pytest.mark.parametrize("seconds", [3.0, pytest.param(120.0, marks=pytest.mark.long)])
def test_no_error_that_was_not_asked_for(tmp_path: Path, seconds: float) -> None:
    """64 clients meet the faults that were ordered and no other error, and memory grows by the database alone."""
    with sigillo_server(tmp_path) as server:
        seen = observe(server.port, server.pid, seconds)
    assert seen.unasked == []
    assert seen.faults > 0
    assert {"send", "read", "list", "feed", "advance"} <= set(seen.times_s)
    assert seen.memory_end - seen.memory_warm < _PAGES + _SLACK
