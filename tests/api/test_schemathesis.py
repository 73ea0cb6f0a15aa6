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


# Schemathesis loads the document from here and leaves the operation out: that it answers is why there is a run at all.
LOADED_FROM = "getOpenapiJson"


def run(server: Server, trace: Path, *options: str, timeout_s: int, deep: bool = False) -> list[dict[str, object]]:
    """One run over a server; what each request was, as written to ``trace``. Its output is the message of a failure."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(DEEP if deep else SETTINGS), "run"]
    command += [f"{server.url}/openapi.json", "--seed", "1", "--no-color", *options]
    hooks = {"SCHEMATHESIS_HOOKS": contract_hooks.__name__, contract_hooks.TRACE: str(trace)}
    hooks |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}  # else each request looks for a proxy in all of them
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        cwd=ROOT,
        env=os.environ | hooks | ({contract_hooks.DEEP: "yes"} if deep else {}),
    )
    assert done.returncode == 0, done.stdout[-15_000:] + done.stderr[-3_000:]
    return [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]


def succeeded(made: list[dict[str, object]]) -> set[str]:
    """The operations that answered a request as it had wished."""
    return {str(one["operation"]) for one in made if isinstance(one["status"], int) and 200 <= one["status"] < 300}


def families() -> list[list[str]]:
    """The operations that links join, each family by itself.

    Schemathesis begins chains with what it holds likely to succeed alone, and never with a letter where it finds
    anything else (a letter may name files and templates): a family of its own leaves it no choice.
    """
    found: list[set[str]] = []
    for operation in OPERATIONS:
        if operation.links:
            joined = {operation.id, *(link.operation for link in operation.links.values())}
            joined = joined.union(*(family for family in found if family & joined))
            found = [family for family in found if not family & joined] + [joined]
    return [[one.id for one in OPERATIONS if one.id in family] for family in found]


def chains(server: Server, trace: Path, family: list[str], *, examples: int, timeout_s: int) -> list[dict[str, object]]:
    """Chains of requests along the links of a family; what each request was."""
    with server.client() as client:  # a letter is notified after a minute: here a tenth of a second, within its chain
        client.patch("/v1/clock", json={"speed": 600})
    options = ["--max-examples", str(examples), "--mode", "positive", "--phases", "stateful"]
    for name in family:
        options += ["--include-operation-id", name]
    return run(server, trace, *options, timeout_s=timeout_s, deep=True)


def links(family: list[str]) -> Iterator[str]:
    """Every link of a family, as schemathesis names it."""
    by_id = {operation.id: operation for operation in OPERATIONS}
    for operation in (by_id[name] for name in family):
        for name, link in operation.links.items():
            target = by_id[link.operation]
            yield (
                f"{operation.method} {operation.path} -> [{operation.answers.status}] {name} -> "
                f"{target.method} {target.path}"
            )


def test_the_contract_is_kept(server: Server, tmp_path: Path) -> None:
    """A short run of every check over every operation finds nothing."""
    options = ("--max-examples", "1", "--phases", "examples,coverage,fuzzing")
    made = run(server, tmp_path / "trace", *options, timeout_s=240)
    assert {one.id for one in OPERATIONS} - {LOADED_FROM} - {str(one["operation"]) for one in made} == set()


def test_chains_of_requests_keep_the_contract(server: Server, tmp_path: Path) -> None:
    """Requests that follow the links of a letter's answers find nothing, and they do follow them."""
    letters = next(family for family in families() if "sendLetter" in family)
    made = chains(server, tmp_path / "trace", letters, examples=10, timeout_s=240)
    assert len({one["link"] for one in made} & set(links(letters))) >= 3


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if "{" in one.path], ids=lambda one: one.id)
def test_what_takes_an_id_is_reached_from_what_gives_it(operation: Operation) -> None:
    """Every operation with a parameter in its path has a link that leads to it and fills in all of them."""
    wanted = {part[1:-1] for part in operation.path.split("/") if part.startswith("{")}
    leading = [link for one in OPERATIONS for link in one.links.values() if link.operation == operation.id]
    assert any(set(link.parameters) >= wanted for link in leading), f"add a link to {operation.id}: Operation.links"


@pytest.mark.long
def test_the_contract_is_kept_for_long(server: Server, tmp_path: Path) -> None:
    """A long run of every check over every operation, in every phase, finds nothing; what needs no link succeeds."""
    made = run(server, tmp_path / "trace", "--max-examples", "50", timeout_s=1_200)
    chained = {name for family in families() for name in family}
    assert {one.id for one in OPERATIONS} - chained - {LOADED_FROM} - succeeded(made) == set()


@pytest.mark.long
@pytest.mark.parametrize("family", families(), ids=lambda family: family[0])
def test_chains_follow_every_link_and_reach_every_operation(server: Server, tmp_path: Path, family: list[str]) -> None:
    """A long run follows each link of a family at least once, and each operation of the family succeeds."""
    made = chains(server, tmp_path / "trace", family, examples=120, timeout_s=600)
    assert set(links(family)) - {one["link"] for one in made} == set()
    assert set(family) - succeeded(made) == set()
