"""The other commands: their help, their settings, and what they say when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sigillo.application.keys import KeyDraft, add_key
from sigillo.cli.main import COMMANDS, cli
from sigillo.cli.serve import Opened, announce, open_sandbox
from sigillo.config import settings
from sigillo.domain.api_key import Scope
from sigillo.domain.workspace import workspace_id

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `sigillo` in this process, with no settings from outside."""
    for name in ("SIGILLO_URL", "SIGILLO_API_KEY", "SIGILLO_PORT"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments, **environment: CliRunner().invoke(cli, arguments, env=environment)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_explains_itself(run: Run, name: str) -> None:
    """Every command that `--help` lists can be imported and has a help text of its own."""
    result = run(name, "--help")
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_config_masks_secrets_and_follows_the_environment(run: Run) -> None:
    """The effective settings are printed, keys cut short."""
    result = run("config", "--json", SIGILLO_PORT="9000", SIGILLO_API_KEY="sk_test_very_secret_indeed")
    shown = json.loads(result.output)
    assert shown["port"] == "9000"
    assert "very_secret" not in result.output


def test_a_bad_setting_names_its_variable(run: Run) -> None:
    """What is wrong with a setting is said with the variable and the option that set it."""
    result = run("config", SIGILLO_PORT="many", SIGILLO_START="yesterday")
    assert {error.pointer for error in result.exception.errors} == {  # type: ignore[union-attr]  # it is our Invalid
        "--port (SIGILLO_PORT)",
        "--start (SIGILLO_START)",
    }


def test_without_a_server_the_way_to_start_one_is_told(run: Run) -> None:
    """A refused connection is one sentence, not a traceback."""
    result = run("letters", SIGILLO_URL="http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "sigillo serve" in result.output


def test_a_workspace_can_be_added_and_its_key_is_shown_once(run: Run, tmp_path: Path) -> None:
    """A new workspace of a data folder is listed; its key appears at its making only."""
    added = run("workspace", "add", "acme", "--data", str(tmp_path), "--seed", "7")
    listed = run("workspace", "list", "--data", str(tmp_path))
    assert added.exit_code == listed.exit_code == 0, added.output + listed.output
    assert "sk_test_" in added.output
    assert "sk_test_" not in listed.output
    assert "acme" in listed.output


def test_the_document_in_the_tree_is_the_applications(run: Run) -> None:
    """`sigillo spec check` passes on what is checked in, and fails on a stale copy with the difference."""
    there = Path(__file__).resolve().parents[2] / "specs" / "openapi.yaml"
    assert run("spec", "check", "--file", str(there)).exit_code == 0


def test_a_stale_document_is_shown_and_not_written(run: Run, tmp_path: Path) -> None:
    """The check prints what differs, exits 1 and leaves the file alone."""
    stale = tmp_path / "openapi.yaml"
    stale.write_text("openapi: 3.1.0\n")
    result = run("spec", "check", "--file", str(stale))
    assert result.exit_code == 1
    assert "stale" in result.output
    assert stale.read_text() == "openapi: 3.1.0\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"host": "192.0.2.1"}, True),
        ({"host": "192.0.2.1", "seed": "of my own"}, False),
        ({"host": "127.0.0.1"}, False),
    ],
)
def test_a_seed_that_everybody_knows_is_told(
    options: dict[str, str], told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where others reach the server, the default seed is named with what follows from it; elsewhere nothing is said."""
    announce(settings(**options), "sk_test_x")
    assert ("everybody knows" in capsys.readouterr().out) == told


def started(tmp_path: Path, capsys: pytest.CaptureFixture[str], *, host: str = "192.0.2.1") -> tuple[Opened, str]:
    """What a start on a data folder opens, closed again, and what it says."""
    chosen = settings(host=host, data=tmp_path, seed="of my own")
    opened = open_sandbox(chosen)
    announce(chosen, opened.key, opened.known)
    opened.sandbox.close()
    return opened, capsys.readouterr().out


def test_a_key_is_made_at_the_first_start_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where others reach the server: later starts make none and name the one that is good, without its secret."""
    started(tmp_path, capsys, host="127.0.0.1")  # its key, which everybody knows, is good on loopback alone
    first, said = started(tmp_path, capsys)
    assert first.key is not None
    assert f"API key    {first.key}" in said
    again, said = started(tmp_path, capsys)
    assert again.key is None
    assert [one.name for one in again.known] == ["first key"]
    assert f"the one made before, 'first key', {first.key[:12]}…: it is shown no second time\n" in said
    assert first.key not in said
    assert "Bearer YOUR_KEY" in said
    assert "127.0.0.1: there sk_test_demo may POST /v1/api-keys" in said


def test_a_key_is_made_where_none_is_good_any_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A revoked key, and one that may not do everything, open no way to another: a new one is made."""
    chosen = settings(host="192.0.2.1", data=tmp_path, seed="of my own")
    first = open_sandbox(chosen)
    keys = first.sandbox.keys
    [one] = keys.managing(workspace_id("of my own", "demo"))
    with first.sandbox.store.writing(one.workspace_id) as tx:
        add_key(tx, "sk_test_reader", KeyDraft("reader", (Scope.READ,)), at=datetime(2026, 1, 1, tzinfo=UTC))
        tx.keys.save(replace(one, revoked_at=datetime(2026, 1, 1, tzinfo=UTC)))
    first.sandbox.close()
    second, _ = started(tmp_path, capsys)
    assert second.key is not None
    assert second.key != first.key
