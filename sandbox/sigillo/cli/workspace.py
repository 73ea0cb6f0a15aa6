"""`sigillo workspace`: tenants and keys of a data folder, while no server has it open."""

from __future__ import annotations

from pathlib import Path

import click

from sigillo.application.sandbox import Sandbox
from sigillo.bootstrap import build
from sigillo.cli.api_keys import new_api_key, new_seed
from sigillo.domain.calendar import format_instant, parse_instant
from sigillo.domain.clock import DEFAULT_START
from sigillo.domain.workspace import Mode

_DATA = click.option("--data", type=click.Path(file_okay=False, path_type=Path), required=True, help="Data folder.")


@click.group()
def workspace() -> None:
    """Add workspaces and API keys to a data folder; stop the server on it first."""


@workspace.command()
@_DATA
@click.argument("name")
@click.option("--seed", help="What ids, numbers and keys follow from; without it, one that nobody can guess.")
@click.option("--start", default=format_instant(DEFAULT_START), show_default=True, help="Where its clock begins.")
def add(data: Path, name: str, seed: str | None, start: str) -> None:
    """Make a workspace and print its API key, once: only the key's hash is kept."""
    key = new_api_key()
    sandbox = build(data=data)
    made = sandbox.workspaces.ensure(name, seed=seed or new_seed(), key=key, start=parse_instant(start), mode=Mode.TEST)
    sandbox.close()
    click.echo(f"Workspace {made} ({name})\nAPI key   {key}\nKeep the key now: it is not shown again.")


@workspace.command("list")
@_DATA
def list_(data: Path) -> None:
    """List the workspaces of a data folder."""
    sandbox: Sandbox = build(data=data)
    for found in sandbox.store.workspaces():
        click.echo(f"{found.id}  {found.mode.value}  {found.letters} letters  {found.name}")
    sandbox.close()
