"""Schemathesis: requests made from the contract's document, good and bad ones, alone and in chains along the links."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.server import Server

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = Path(__file__).with_name("schemathesis.toml")


def run(server: Server, *options: str, timeout_s: int, hooks: str = "") -> str:
    """One run over a server; its output is the message of a failure."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(SETTINGS), "run"]
    command += [f"{server.url}/openapi.json", "--seed", "1", "--no-color", *options]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        cwd=ROOT,
        env=os.environ | {"SCHEMATHESIS_HOOKS": hooks} if hooks else None,
    )
    assert done.returncode == 0, done.stdout[-15_000:] + done.stderr[-3_000:]
    return done.stdout


def test_the_contract_is_kept(server: Server) -> None:
    """A short run of every check over every operation finds nothing."""
    run(server, "--max-examples", "4", "--phases", "examples,coverage,fuzzing", timeout_s=180)


def test_chains_of_requests_keep_the_contract(server: Server) -> None:
    """Requests that follow the links of answers find nothing, and they do follow them."""
    options = ("--max-examples", "30", "--mode", "positive", "--phases", "stateful")
    told = run(server, *options, timeout_s=120, hooks="tests.api.contract_hooks")
    covered = re.search(r"API Links: +(\d+) covered", told)
    assert covered is not None and int(covered[1]) >= 3, told


@pytest.mark.long
def test_the_contract_is_kept_for_long(server: Server) -> None:
    """A long run of every check over every operation finds nothing."""
    run(server, "--max-examples", "200", timeout_s=3_600)
