"""`sigillo verify`: judge signed documents offline, and say in plain words what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click
import orjson

from sigillo.bootstrap import build_verifier
from sigillo.domain.verdict import Check, Conclusion, Verdict, worst

_EXIT = {Conclusion.VALID: 0, Conclusion.INVALID: 1, Conclusion.INDETERMINATE: 2}
_MARKS = {Conclusion.VALID: "ok", Conclusion.INVALID: "WRONG", Conclusion.INDETERMINATE: "?"}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option("--trust", multiple=True, type=_FILE, help="PEM file of trusted root certificates and CRLs; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
@click.pass_context
def verify(ctx: click.Context, files: tuple[Path, ...], trust: tuple[Path, ...], as_json: bool) -> None:
    """Judge proofs and other signed documents: PDF, XML, ASiC-E, TST, P7S, P7M, EML; also real
    providers' files: PEC envelopes and receipts, S/MIME messages.

    Files given together serve each other: a token finds the file that it stamps, an evidence the attachments.
    A token alone is checked against the evidence of the same name beside it.
    Without --trust the root of the demo folder around the first file is used, where there is one.

    Exit status: 0 valid, 1 invalid, 2 cannot tell.
    """
    pems = [path.read_text(encoding="ascii", errors="replace") for path in trust or _trust_nearby(files[0])]
    with ExitStack() as opened:
        given = [*files, *_companions(files)]
        documents = [(str(path), opened.enter_context(path.open("rb"))) for path in given]
        verdicts = build_verifier().verify(documents, pems)[: len(files)]
    if as_json:
        click.echo(orjson.dumps([_plain(verdict) for verdict in verdicts], option=orjson.OPT_INDENT_2))
    else:
        for verdict in verdicts:
            _tell(verdict)
    ctx.exit(_EXIT[worst(verdict.conclusion for verdict in verdicts)])


def _trust_nearby(first: Path) -> Sequence[Path]:
    """Give the root and CRLs of the folder layout that `sigillo demo` writes, when the file lies in one."""
    folder = first.resolve().parent.parent / "trust"
    found = [folder / "root.pem", folder / "crl.pem"]
    return [path for path in found if path.is_file()]


def _companions(files: Sequence[Path]) -> list[Path]:
    """Give the evidences beside tokens, ``deposit.xml`` for ``deposit.tst``: a token alone does not show its file."""
    beside = [path.with_suffix(".xml") for path in files if path.suffix == ".tst"]
    return [path for path in beside if path.is_file() and path not in files]


def _tell(verdict: Verdict) -> None:
    colour = {Conclusion.VALID: "green", Conclusion.INVALID: "red"}.get(verdict.conclusion, "yellow")
    click.echo(f"{verdict.document}: {click.style(verdict.conclusion.value, fg=colour, bold=True)} ({verdict.format})")
    for name in ("kind", "summary", "number", "sender", "recipient", "at", "signer"):
        if verdict.about.get(name):
            click.echo(f"  {name}: {verdict.about[name]}")
    for check in verdict.checks:
        click.echo(f"  {_MARKS[check.conclusion]:>5}  {check.name}: {check.detail}")


def _plain(verdict: Verdict) -> dict[str, object]:
    return {
        "document": verdict.document,
        "format": verdict.format,
        "conclusion": verdict.conclusion.value,
        "checks": [_plain_check(check) for check in verdict.checks],
        "about": dict(verdict.about),
    }


def _plain_check(check: Check) -> dict[str, str]:
    return {
        "name": check.name,
        "conclusion": check.conclusion.value,
        "code": check.code,
        "detail": check.detail,
    }
