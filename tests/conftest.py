"""What all tests share: no sockets in unit tests, the folder of shared schemas, and the verifiers of strangers."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
UNIT = ROOT / "tests" / "unit"

# Commands that tests marked `strangers` verify proofs with, and the Debian package of each.
VERIFIERS = {
    "openssl": "openssl",
    "pdfsig": "poppler-utils",
    "xmlsec1": "xmlsec1",
    "certutil": "libnss3-tools",
    "java": "openjdk-17-jdk-headless",
    "javac": "openjdk-17-jdk-headless",
    "unzip": "unzip",
    "zip": "zip",
}


@pytest.fixture(autouse=True)
def no_sockets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unit tests open no connection: whoever tries is told so."""
    if UNIT not in request.path.parents:
        return

    def refuse(_: socket.socket, address: object) -> NoReturn:
        raise AssertionError(
            f"A unit test tried to connect to {address}; pass it a fake, or move it out of tests/unit."
        )

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared schemas and references beside the project; tests that read it are skipped without it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"needs the folder {folder.name}/ beside the project, with its schemas")
    return folder


@pytest.fixture(scope="session")
def verifier() -> Callable[[str], str]:
    """The path of a verifier by its command; the test fails, and is not skipped, when it is missing."""
    return find_verifier


@pytest.fixture(autouse=True)
def _strangers_are_here(request: pytest.FixtureRequest) -> None:
    """Tests marked `strangers` fail when a verifier is missing; `strangers("openssl")` needs that one only."""
    if marker := request.node.get_closest_marker("strangers"):
        for command in marker.args or VERIFIERS:
            find_verifier(command)


def find_verifier(command: str) -> str:
    """The path of a command on PATH; fails the test with what to install."""
    path = shutil.which(command)
    if path is None:
        package = VERIFIERS.get(command, command)
        pytest.fail(f"{command} is missing: run `make test` as root, or `apt-get install {package}`", pytrace=False)
    return path
