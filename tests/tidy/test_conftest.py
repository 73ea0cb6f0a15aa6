"""The fixtures that guard other tests can fail, too."""

from __future__ import annotations

import socket

import pytest

from tests import conftest


class _Request:
    """A test that stands in tests/unit."""

    path = conftest.UNIT / "test_letter.py"


def test_unit_tests_cannot_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection attempt under tests/unit ends in a message that says what to do."""
    conftest.no_sockets.__wrapped__(_Request(), monkeypatch)
    with socket.socket() as connection, pytest.raises(AssertionError, match="pass it a fake"):
        connection.connect(("127.0.0.1", 9))


def test_a_missing_verifier_fails() -> None:
    """A verifier that is not installed fails the test and names the package, it does not skip it."""
    with pytest.raises(pytest.fail.Exception, match="apt-get install no-such-verifier"):
        conftest.find_verifier("no-such-verifier")
