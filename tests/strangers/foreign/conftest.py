"""The stranger's office, opened once, and how its documents are judged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.strangers.foreign.office import Office, open_office
from tests.strangers.foreign.papers import page, signed


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory, verifier: Callable[[str], str]) -> Office:
    """The office, with certificates good and bad."""
    return open_office(tmp_path_factory.mktemp("office"), verifier("openssl"))


@pytest.fixture(scope="session")
def root(office: Office) -> str:
    """The stranger's root, to be trusted."""
    return office.pem("root")


@pytest.fixture(scope="session")
def stamped(office: Office) -> bytes:
    """A PAdES-B-T document of SIGNED_AT."""
    return signed(office, page())


@pytest.fixture(scope="session")
def archived(office: Office) -> bytes:
    """A PAdES-B-LTA document of SIGNED_AT."""
    return signed(office, page(), archived=True)
