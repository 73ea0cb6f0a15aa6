"""`sigillo spec`: the OpenAPI document, built from the application and checked in."""

from __future__ import annotations

from difflib import unified_diff
from itertools import islice
from pathlib import Path

import click

from sigillo.api.document import document, render_yaml

_FILE = click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("specs/openapi.yaml"),
    show_default=True,
    help="Where the document lies.",
)
_SHOWN_LINES = 200


@click.group()
def spec() -> None:
    """Build or check the OpenAPI document."""


@spec.command()
@_FILE
def build(path: Path) -> None:
    """Write the document."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(render_yaml(document()))
    click.echo(f"Written: {path}")


@spec.command()
@_FILE
@click.pass_context
def check(ctx: click.Context, path: Path) -> None:
    """Compare the document with the application; print the difference and exit 1 when it is stale. Writes nothing."""
    wanted = render_yaml(document()).decode()
    there = path.read_text() if path.exists() else ""
    if there == wanted:
        click.echo(f"{path} is up to date.")
        return
    lines = unified_diff(there.splitlines(True), wanted.splitlines(True), str(path), "the application")
    click.echo("".join(islice(lines, _SHOWN_LINES)), nl=False)
    click.echo(f"{path} is stale: run `sigillo spec build` and commit it.", err=True)
    ctx.exit(1)
