"""The package in an n8n of a year before, which people still run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.connectors.n8n.programs import CHOSEN, HERE, environment

# The gates do not depend on the server, and the browser comes with the newer one.
_LEFT_OUT = ("test_gates.py", "test_editor.py", "test_older.py")


@pytest.mark.long
def test_the_package_runs_in_an_older_n8n() -> None:
    """The same tests pass with n8n 2.8.4."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(HERE)]
    command += [f"--ignore={HERE / name}" for name in _LEFT_OUT]
    said = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=2200,
        check=False,
        cwd=ROOT,
        env=environment(**{CHOSEN: "server-2.8"}),
    )
    assert said.returncode == 0, said.stdout + said.stderr
