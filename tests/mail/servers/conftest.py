"""Mail that is served while a test runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail.servers.serving import Office, opened, serving


@pytest.fixture
def office() -> Iterator[Office]:
    """Serve the mail of a sandbox with two mailboxes."""
    with serving(opened()) as served:
        yield served
