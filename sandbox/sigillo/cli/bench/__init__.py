"""`sigillo bench`: speeds, each beside its floor measured in the same run. ``rounds`` says by which method."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import Any

import click

# The name people type: the module whose ``rows`` measures it, and what it measures.
BENCHES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "timestamps": ("stamps", "RFC 3161 tokens, beside bare signatures and asn1crypto"),
        "cades": ("seals", "CAdES-B-B seals, beside bare signatures and asn1crypto"),
        "evidence": ("evidence", "sealed XAdES evidence with its token, beside the bare signatures in it"),
        "receipts": ("receipts", "PEC receipts written and signed, beside bare signatures over MIME laid by hand"),
        "proof-pdf": ("proof_pdf", "the page of a proof, its PAdES-B-LT seal, and both"),
        "verify": ("verification", "verdicts, by format, beside one bare verification"),
        "submit-tx": ("submissions", "letters taken in without HTTP, beside raw inserts of the same rows"),
        "advance": ("advance", "16 days over all letters, beside raw inserts and updates of the same rows"),
        "post-letters": ("posting", "POST and GET /v1/letters, beside bare FastAPI routes"),
        "mocks": ("mocks", "creating and reading letters, beside Prism and Mockoon on the same document"),
        "load": ("mixed_load", "64 clients at once with one fault in ten: answers, slowest of 99 in 100, memory"),
        "figures": ("figures", "figures and percentiles of ten times the letters, whole and by day"),
        "serve": ("serving", "from the start to the first answer, and memory at rest, beside a bare FastAPI app"),
        "webhooks": ("webhooks", "webhooks delivered, beside a bare aiohttp loop over an SQLite outbox"),
        "mail-intake": (
            "mail_intake",
            "messages handed in over SMTP, beside aiosmtpd as a sink and with a row for each",
        ),
        "mailbox": ("mailbox_reading", "a folder of so many messages opened and searched over IMAP"),
        "upload": ("uploading", "a big file sent to the server, beside hashing and writing it"),
    }
)
_QUICK = {"rounds": 1, "letters": 400, "sample_s": 0.05, "upload_mb": 4}


@click.command(epilog="\b\n" + "\n".join(f"{name:<14}{line}" for name, (_, line) in BENCHES.items()))
@click.option(
    "--only", multiple=True, type=click.Choice(list(BENCHES)), metavar="NAME",
    help="Measure this one only; may be given several times. The names stand below.",
)  # fmt: skip  # an option's help on a line of its own reads better
@click.option("--rounds", type=click.IntRange(1, 99), help="How often ours and its floor take turns.  [default: 5]")
@click.option("--letters", type=click.IntRange(40, 1_000_000), help="Letters of `advance`.  [default: 100000]")
@click.option("--quick", is_flag=True, help="Everything in seconds and tiny: shows that it runs, says little.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with every round.")
def bench(only: tuple[str, ...], rounds: int | None, letters: int | None, quick: bool, as_json: bool) -> None:
    """Measure how fast Sigillo is on this machine, each number beside a floor measured in the same run.

    A floor is the least work that anybody must do for the same result: the bare signatures in a proof, the same rows
    written by plain sqlite3, a bare FastAPI route. Ours and the floor take turns, round by round; what is shown is the
    median of the rounds, their spread, and the median of the rounds' ratios. Judge the ratio: the absolute numbers move
    with whatever else the machine does. `per CPU s` counts the time of this process alone, not the time it waited.

    Servers and data live in temporary folders and on free ports of 127.0.0.1. Ctrl-C prints what was measured so far.
    """
    from sigillo.cli.bench.apart import machine
    from sigillo.cli.bench.rounds import Row, Settings
    from sigillo.cli.bench.table import json_text, print_table

    given = {"rounds": rounds, "letters": letters}
    chosen: dict[str, Any] = {**(_QUICK if quick else {}), **{name: each for name, each in given.items() if each}}
    settings, found = Settings(**chosen), machine()
    terminal: bool = sys.stdout.isatty() and not as_json
    done: list[Row] = []
    stopped: BaseException | None = None
    try:
        with _progress() as tell:
            for row in _measured(only or tuple(BENCHES), settings, tell):
                done.append(row)
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 -- raised again below, after what was measured
        stopped = error
    if as_json:
        click.echo(json_text(done, found, complete=stopped is None))
    else:
        print_table(done, found, terminal=terminal)
    if stopped is not None:
        raise stopped


def _measured(names: tuple[str, ...], settings: Any, tell: Callable[[str], None]) -> Iterator[Any]:
    for name in dict.fromkeys(names):
        module = import_module(f"sigillo.cli.bench.{BENCHES[name][0]}")
        yield from module.rows(settings, partial(_tell_of, name, tell))


def _tell_of(name: str, tell: Callable[[str], None], text: str) -> None:
    tell(f"{name}: {text}")


def _progress() -> AbstractContextManager[Callable[[str], None]]:
    """Say what is being measured: in one moving line on a terminal, in plain lines elsewhere; never on the output."""
    if not sys.stderr.isatty():
        return nullcontext(lambda text: click.echo(text, err=True))
    return _MovingLine()


class _MovingLine:
    """A spinner with a changing text on the terminal of the errors."""

    def __enter__(self) -> Callable[[str], None]:
        from rich.console import Console

        self._status = Console(stderr=True).status("starting")
        self._status.start()
        return self._status.update

    def __exit__(self, *_: object) -> None:
        self._status.stop()
