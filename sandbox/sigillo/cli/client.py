"""`sigillo send · letters · show · advance · proofs`: a running server from the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click
import httpx
import orjson

from sigillo.cli.connection import Connection, connect

_JSON = click.option("--json", "as_json", is_flag=True, help="Print the server's answer as JSON.")
_PLAIN_NAME = re.compile(r"[a-z_]{1,40}")


def _output(as_json: bool, answer: object, say: Callable[[], None]) -> None:
    if as_json:
        click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2))
    else:
        say()


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[FILE…]")
@click.option("--to", "email", required=True, help="Recipient's e-mail; accept@lre.test plays that scenario.")
@click.option("--name", default="Anne Durand", show_default=True, help="Recipient's name.")
@click.option("--individual", is_flag=True, help="The recipient is no professional: their consent is asked first.")
@click.option("--service", type=click.Choice(["lre", "ere"]), default="lre", show_default=True)
@click.option("--subject", default="Lettre recommandée électronique", show_default=True)
@click.option("--content", help="The letter's text, plain or HTML.")
@click.option("--reference", help="Your own reference.")
@click.option("--scenario", help="Scenario by name, e.g. refuse+36h; else the address decides.")
@_JSON
def send(files: tuple[Path, ...], email: str, name: str, individual: bool, as_json: bool, **fields: str | None) -> None:
    """Send a letter with files, a text or both."""
    kind = "individual" if individual else "professional"
    letter: dict[str, object] = {key: value for key, value in fields.items() if value is not None}
    letter["recipient"] = {"kind": kind, "name": name, "email": email}
    with connect() as server:
        sent = server.send(letter, files)
    _output(as_json, sent, lambda: click.echo(f"{sent['id']}  {sent['number']}  {sent['status']}"))


@click.command()
@click.option("--status", help="Only letters that stand there.")
@click.option("--limit", type=click.IntRange(1, 100), default=25, show_default=True)
@_JSON
def letters(status: str | None, limit: int, as_json: bool) -> None:
    """List the newest letters."""
    with connect() as server:
        page = server.get("/v1/letters", limit=limit, status=status)

    def say() -> None:
        for letter in page["data"]:
            recipient = letter["recipient"]["email"]
            click.echo(
                f"{letter['id']}  {letter['number']}  {letter['status']:<16} {recipient:<28} {letter['subject']}"
            )

    _output(as_json, page, say)


@click.command()
@click.argument("letter_id", metavar="ID")
@_JSON
def show(letter_id: str, as_json: bool) -> None:
    """Show a letter and its history."""
    with connect() as server:
        letter = server.get(f"/v1/letters/{letter_id}")
        history = server.get(f"/v1/letters/{letter_id}/events", limit=100)["data"]

    def say() -> None:
        click.echo(f"{letter['number']}  {letter['status']}  {letter['subject']}")
        click.echo(f"to {letter['recipient']['name']} <{letter['recipient']['email']}>  sha256 {letter['sha256']}")
        for event in history:
            click.echo(f"  {event['occurred_at']}  {event['type']}")

    _output(as_json, {"letter": letter, "events": history}, say)


@click.command()
@click.argument("by", required=False, metavar="[DURATION]")
@click.option("--until", type=click.Choice(["next_event", "idle"]), help="Until something happens, or nothing is due.")
@click.option("--to", "instant", metavar="INSTANT", help="To an instant, e.g. 2026-03-20T00:00:00Z.")
@_JSON
def advance(by: str | None, until: str | None, instant: str | None, as_json: bool) -> None:
    """Let simulated time pass: by a DURATION (15d, 36h, P1DT2H), to an instant or until something."""
    given = {key: value for key, value in (("by", by), ("until", until), ("to", instant)) if value}
    if len(given) != 1:
        raise click.UsageError("Say how far: a duration such as 15d, or --to INSTANT, or --until next_event|idle.")
    with connect() as server:
        done = server.post("/v1/clock/advance", given)

    def say() -> None:
        click.echo(f"{done['before']} → {done['now']}")
        for event, count in done["events"].items():
            click.echo(f"  {count:>6}  {event}")

    _output(as_json, done, say)


@click.command()
@click.argument("letter_id", metavar="ID")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to.")
def proofs(letter_id: str, out: Path) -> None:
    """Download every proof of a letter, in every format, and the bundle."""
    out.mkdir(parents=True, exist_ok=True)
    with connect() as server:
        for proof in server.get(f"/v1/letters/{letter_id}/proofs")["data"]:
            for form in proof["formats"]:
                _download(server, letter_id, _plain(proof["kind"]), _plain(form["format"]), out)
        server.download(f"/v1/letters/{letter_id}/bundle", out / "bundle.asice")
    click.echo(f"Written to {out.resolve()}; check them: sigillo verify {out}/bundle.asice")


def _download(server: Connection, letter_id: str, kind: str, form: str, out: Path) -> None:
    server.download(f"/v1/letters/{letter_id}/proofs/{kind}?format={form}", out / f"{kind}.{form}")


def _plain(name: str) -> str:
    """Give a name that the server sent back only when it can be part of a file name."""
    if not _PLAIN_NAME.fullmatch(name):
        raise httpx.DecodingError(f"the server sent a name that is none: {name[:40]!r}")
    return name
