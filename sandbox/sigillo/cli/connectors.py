"""`sigillo connectors`: packages for no-code platforms, built from the API's document and its overlay, checked in."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias, TypeVar

import click

from sigillo.connectorgen.build import Brand, build
from sigillo.connectorgen.check import difference
from sigillo.connectorgen.emit import n8n
from sigillo.connectorgen.fields import LANGUAGES
from sigillo.connectorgen.findings import Refused
from sigillo.connectorgen.model import ConnectorModel
from sigillo.connectorgen.write import write

Emit: TypeAlias = Callable[[ConnectorModel, str], dict[str, bytes]]
_Command = TypeVar("_Command", bound=Callable[..., object])

EMITTERS = MappingProxyType[str, Emit]({"n8n": n8n.emit})
_LATER = ("zapier", "make")
_SHOWN_LINES = 200
_FILE = click.Path(dir_okay=False, path_type=Path)


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
            default=Path("connectors"),
            show_default=True,
            help="Folder of the packages, one folder for each platform.",
        ),
        click.option("--name", help="Another name, for a private connector of your own."),
        click.option("--base-url", help="Where its live server is, for instance https://mail.example.com."),
        click.option("--logo", type=_FILE, help="Its logo, an SVG file."),
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
        write(files, folder)
        click.echo(f"Written: {folder} ({platform}, {len(files)} files)")


@connectors.command()
@_options
@click.pass_context
def check(ctx: click.Context, /, **given: object) -> None:
    """Compare the packages with what would be built; print the difference and exit 1 when stale. Writes nothing."""
    stale = False
    for _, files, folder in _packages(given):
        lines = list(islice(difference(files, folder), _SHOWN_LINES))
        stale = stale or bool(lines)
        click.echo("".join(lines) or f"{folder} is up to date.\n", nl=False)
    if stale:
        click.echo("Stale: run `sigillo connectors build` and commit what it writes.", err=True)
        ctx.exit(1)


def _packages(given: dict[str, object]) -> list[tuple[str, dict[str, bytes], Path]]:
    """The packages that are asked for, with their folders."""
    platform, out = given["platform"], given["out"]
    assert isinstance(out, Path)  # as the option's type says
    if platform in _LATER:
        raise click.UsageError(
            f"There is no package for {platform} yet; it comes later. There is: {', '.join(EMITTERS)}."
        )
    model = _model(given)
    return [
        (name, emit(model, str(given["language"])), out / name)
        for name, emit in EMITTERS.items()
        if platform in (None, name)
    ]


def _model(given: dict[str, object]) -> ConnectorModel:
    logo, name, base_url = given["logo"], given["name"], given["base_url"]
    try:
        brand = Brand(
            name=str(name) if name is not None else None,
            base_url=str(base_url) if base_url is not None else None,
            logo=logo.read_bytes() if isinstance(logo, Path) else None,
        )
        return build(Path(str(given["spec"])).read_bytes(), Path(str(given["overlay"])).read_bytes(), brand)
    except Refused as refused:
        for finding in refused.findings:
            click.echo(str(finding), err=True)
        raise click.ClickException(f"{len(refused.findings)} things are not understood; nothing was written.") from None
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None
    except OSError as wrong:
        raise click.ClickException(f"{wrong.filename}: {wrong.strerror}") from None
