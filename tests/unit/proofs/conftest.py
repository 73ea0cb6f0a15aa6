"""One authority for all tests of the cryptographic core: building it takes a few milliseconds."""

from __future__ import annotations

import pytest

from sigillo.proofs.authority import Authority, build_authority


@pytest.fixture(scope="session")
def authority() -> Authority:
    return build_authority(b"a seed for tests", workspace_id="ws_test")
