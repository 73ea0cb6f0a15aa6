"""A server for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.webhooks.served import Served, served


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A real `sigillo serve` on a data folder."""
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running
