"""`sigillo connectors`: packages for no-code platforms, built from the API's document and its overlay, checked in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import click

from sigillo.connectorgen.brand import Brand
from sigillo.connectorgen.build import build
from sigillo.connectorgen.check import difference
from sigillo.connectorgen.emit import n8n
from sigillo.connectorgen.emit.typescript import clashes
from sigillo.connectorgen.fields import LANGUAGES
from sigillo.connectorgen.findings import Refused
from sigillo.connectorgen.model import ConnectorModel
from sigillo.connectorgen.write import Outside, write

Emit: TypeAlias = Callable[[ConnectorModel, str], dict[str, bytes]]
_Command = TypeVar("_Command", bound=Callable[..., object])

EMITTERS = MappingProxyType[str, Emit]({"n8n": n8n.emit})
_LATER = ("zapier", "make")
_SHOWN_LINES = 200
_FILE = click.Path(dir_okay=False, path_type=Path)
_OUT = Path("connectors")
_BRAND = MappingProxyType(
    {
        "name": "Another name, for a private connector of your own.",
        "base_url": "Where its live server is, for instance https://mail.example.com.",
        "homepage": "Its page on the web.",
        "documentation": "Where its documentation is.",
        "author": "Who publishes it; the copyright of those before stays beside.",
        "email": "Where to write to its author.",
        "repository": "Where its sources are.",
    }
)
_LOGOS = MappingProxyType({"logo": "Its logo, an SVG file of shapes.", "dark_logo": "The same for dark grounds."})


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _options(command: _Command) -> _Command:
    """The options that both commands have."""
    for decorate in (
        click.argument("platform", required=False, type=click.Choice([*EMITTERS, *_LATER])),
        click.option("--spec", type=_FILE, default=Path("specs/openapi.yaml"), show_default=True, help="The document."),
        click.option(
            "--overlay",
            type=_FILE,
            default=Path("specs/connectors.overlay.yaml"),
            show_default=True,
            help="What people see of it: an OpenAPI Overlay.",
        ),
        click.option(
            "--out",
            type=click.Path(file_okay=False, path_type=Path),
            show_default=str(_OUT),
            help="Folder of the packages, one folder for each platform. A connector of your own needs one of its own.",
        ),
        *(click.option(_option(name), name, help=text) for name, text in _BRAND.items()),
        *(click.option(_option(name), name, type=_FILE, help=text) for name, text in _LOGOS.items()),
        click.option(
            "--language",
            type=click.Choice(LANGUAGES),
            default="en",
            show_default=True,
            help="The language of its fields; stores of connectors take English only.",
        ),
    ):
        command = decorate(command)
    return command


@click.group()
def connectors() -> None:
    """Build or check the packages for no-code platforms."""


@connectors.command("build")
@_options
def build_(**given: object) -> None:
    """Write the packages; without a platform all of them."""
    for platform, files, folder in _packages(given):
        try:
            write(files, folder)
        except Outside as wrong:
            raise click.ClickException(str(wrong)) from None
        except OSError as wrong:
            raise click.ClickException(f"{wrong.filename}: {wrong.strerror}") from None
        click.echo(f"Written: {folder} ({platform}, {len(files)} files)")


@connectors.command()
@_options
@click.pass_context
def check(ctx: click.Context, /, **given: object) -> None:
    """Compare the packages with what would be built; print the difference and exit 1 when stale. Writes nothing."""
    stale = False
    for _, files, folder in _packages(given):
        lines = list(difference(files, folder))
        stale = stale or bool(lines)
        click.echo("".join(lines[:_SHOWN_LINES]) or f"{folder} is up to date.\n", nl=False)
        if len(lines) > _SHOWN_LINES:
            click.echo(f"… and {len(lines) - _SHOWN_LINES} more lines.")
    if stale:
        click.echo("Stale: run `sigillo connectors build` and commit what it writes.", err=True)
        ctx.exit(1)


def _packages(given: dict[str, object]) -> list[tuple[str, dict[str, bytes], Path]]:
    """The packages that are asked for, with their folders."""
    platform = given["platform"]
    if platform in _LATER:
        raise click.UsageError(
            f"There is no package for {platform} yet; it comes later. There is: {', '.join(EMITTERS)}."
        )
    out = _out(given)
    model = _model(given)
    packages = [
        (name, emit(model, str(given["language"])), out / name)
        for name, emit in EMITTERS.items()
        if platform in (None, name)
    ]
    for _, files, _ in packages:
        for told in clashes(files):
            raise click.UsageError(f"Another name is needed: {told}.")
    return packages


def _out(given: dict[str, object]) -> Path:
    """The folder that was asked for; a connector of one's own never goes where the official ones are checked in."""
    out = given["out"]
    if isinstance(out, Path):
        return out
    own = [name for name in (*_BRAND, *_LOGOS) if given[name] is not None]
    own += ["language"] if given["language"] != LANGUAGES[0] else []
    if own:
        raise click.UsageError(f"With {_option(own[0])} say --out too: {_OUT} has the official packages.")
    return _OUT


def _model(given: dict[str, object]) -> ConnectorModel:
    try:
        said: dict[str, Any] = {name: given[name] for name in _BRAND}
        said |= {name: Path(str(given[name])).read_bytes() for name in _LOGOS if given[name] is not None}
        brand = Brand(**said)
        return build(Path(str(given["spec"])).read_bytes(), Path(str(given["overlay"])).read_bytes(), brand)
    except Refused as refused:
        for finding in refused.findings:
            click.echo(str(finding), err=True)
        count = len(refused.findings)
        told = "One thing is" if count == 1 else f"{count} things are"
        raise click.ClickException(f"{told} not understood; nothing was written.") from None
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None
    except OSError as wrong:
        raise click.ClickException(f"{wrong.filename}: {wrong.strerror}") from None
