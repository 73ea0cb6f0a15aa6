"""Schemathesis: requests made from the contract's document, good and bad ones, alone and in chains along the links."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sigillo.api.catalogue import OPERATIONS
from sigillo.api.operations import Operation
from tests.api import contract_hooks
from tests.api.server import Server

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = Path(__file__).with_name("schemathesis.toml")
DEEP = Path(__file__).with_name("schemathesis_deep.toml")


def run(server: Server, *options: str, timeout_s: int, settings: Path = SETTINGS, trace: Path | None = None) -> None:
    """One run over a server; its output is the message of a failure. ``trace`` makes chains go deep, and is written."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run"]
    command += [f"{server.url}/openapi.json", "--seed", "1", "--no-color", *options]
    deep = {contract_hooks.DEEP: "yes", contract_hooks.TRACE: str(trace)} if trace else {}
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        cwd=ROOT,
        env=os.environ | deep | {"SCHEMATHESIS_HOOKS": contract_hooks.__name__},
    )
    assert done.returncode == 0, done.stdout[-15_000:] + done.stderr[-3_000:]


def chains(server: Server, trace: Path, *, examples: int, timeout_s: int) -> list[dict[str, object]]:
    """Chains of requests along the links; what each request was."""
    options = ("--max-examples", str(examples), "--mode", "positive", "--phases", "stateful")
    run(server, *options, settings=DEEP, trace=trace, timeout_s=timeout_s)
    return [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]


def links() -> Iterator[str]:
    """Every link of the document, as schemathesis names it."""
    by_id = {operation.id: operation for operation in OPERATIONS}
    for operation in OPERATIONS:
        for name, link in operation.links.items():
            target = by_id[link.operation]
            yield (
                f"{operation.method} {operation.path} -> [{operation.answers.status}] {name} -> "
                f"{target.method} {target.path}"
            )


def test_the_contract_is_kept(server: Server) -> None:
    """A short run of every check over every operation finds nothing."""
    run(server, "--max-examples", "2", "--phases", "examples,fuzzing", timeout_s=240)


def test_chains_of_requests_keep_the_contract(server: Server, tmp_path: Path) -> None:
    """Requests that follow the links of answers find nothing, and they do follow them."""
    made = chains(server, tmp_path / "trace", examples=25, timeout_s=240)
    assert len({one["link"] for one in made if one["link"]} & set(links())) >= 3


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if "{" in one.path], ids=lambda one: one.id)
def test_what_takes_an_id_is_reached_from_what_gives_it(operation: Operation) -> None:
    """Every operation with a parameter in its path has a link that leads to it and fills in all of them."""
    wanted = {part[1:-1] for part in operation.path.split("/") if part.startswith("{")}
    leading = [link for one in OPERATIONS for link in one.links.values() if link.operation == operation.id]
    assert any(set(link.parameters) >= wanted for link in leading), f"add a link to {operation.id}: Operation.links"


@pytest.mark.long
def test_the_contract_is_kept_for_long(server: Server) -> None:
    """A long run of every check over every operation, in every phase, finds nothing."""
    run(server, "--max-examples", "100", timeout_s=3_600)


@pytest.mark.long
def test_chains_follow_every_link_and_reach_every_operation(server: Server, tmp_path: Path) -> None:
    """A long run follows each link at least once, and each operation that a link leads from or to succeeds."""
    made = chains(server, tmp_path / "trace", examples=1_500, timeout_s=3_600)
    followed = {one["link"] for one in made}
    assert set(links()) - followed == set()
    succeeded = {one["operation"] for one in made if isinstance(one["status"], int) and 200 <= one["status"] < 300}
    chained = {one.id for one in OPERATIONS if one.links or "{" in one.path}
    assert chained - succeeded == set()
