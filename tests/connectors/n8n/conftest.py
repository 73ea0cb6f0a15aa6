"""One n8n, one package and one sandbox for all tests in here, which therefore run in one process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.n8n import package as packages
from tests.connectors.n8n.activation import Starter
from tests.connectors.n8n.instance import N8n, running
from tests.connectors.n8n.package import Package
from tests.webhooks.served import KEY, Served, served

_NO_MAIL = [part for name in ("smtps", "submission", "imaps", "pop3s") for part in (f"--{name}-port", "0")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give all tests in here to the same process: n8n takes a gigabyte and a core."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("n8n"))


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package, built and packed."""
    return packages.packed(tmp_path_factory.mktemp("n8n-package"))


@pytest.fixture(scope="session")
def n8n(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Iterator[N8n]:
    """The real n8n with the package as it was packed."""
    with running(tmp_path_factory.mktemp("n8n"), package.unpacked) as instance:
        yield instance


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A live sandbox."""
    with served(tmp_path_factory.mktemp("sandbox"), *_NO_MAIL) as server:
        yield server


@pytest.fixture
def no_fault_stays(sandbox: Served) -> Iterator[None]:
    """What a test lets fail works again after it."""
    yield
    sandbox("DELETE", "/v1/faults")


@pytest.fixture(scope="session")
def credential(n8n: N8n, sandbox: Served) -> str:
    """The id of a credential that opens the sandbox."""
    return n8n.credential(str(sandbox.client.base_url), KEY)


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Another one each time."""
    return iter(range(1, 1000))


@pytest.fixture
def activated(n8n: N8n, sandbox: Served, credential: str, numbers: Iterator[int]) -> Iterator[Starter]:
    """Makes activated workflows."""
    starter = Starter(n8n, sandbox, credential, numbers)
    yield starter
    for one in starter.started:
        n8n.deactivate(one.workflow)
    assert not starter.started or not starter.started[0].endpoints, "deactivation left an endpoint behind"
