"""`sigillo config`: what is in force."""

from __future__ import annotations

import click
import orjson

from sigillo.config import Settings, settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def config(as_json: bool) -> None:
    """Print the effective settings; SIGILLO_* variables change them, secrets are masked."""
    shown = settings().shown()
    if as_json:
        click.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2))
        return
    for name, value in shown.items():
        click.echo(f"SIGILLO_{name.upper():<16} {value:<32} {Settings.model_fields[name].description}")
