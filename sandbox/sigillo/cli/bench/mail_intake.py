"""Messages handed in over SMTP: ours against a data folder, under TLS, beside two peers.

What is ours makes a letter of each message, examined by the rules of PEC, kept with its rows and its bytes before it is
acknowledged; receipts are written when somebody reads them. The sink is aiosmtpd in the clear, which throws each
message away: what the protocol alone costs in Python. The keeper is aiosmtpd under TLS with one row of SQLite for each
message: the least that takes mail in under the same terms, without a look into it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from sigillo.cli.bench.apart import apart
from sigillo.cli.bench.mail_world import ADDRESS, PASSWORD, TO, certificate, furnished, message
from sigillo.cli.bench.rounds import Goal, Row, Sample, Settings, Tell, interleave
from sigillo.cli.bench.servers import free_port, mail_server
from sigillo.cli.bench.smtp_load import submit

_SHARE = 50  # letters of `advance` for one message here
_FEW, _MANY = 4, 16
_SINK, _KEEPER = Path(__file__).with_name("bare_sink.py"), Path(__file__).with_name("bare_keeper.py")
_NAMES = {"sink": "aiosmtpd, a sink without TLS", "keeper": "aiosmtpd, TLS, a row of SQLite a message"}


@dataclass(frozen=True, slots=True)
class _Measure:
    """So many connections hand messages in at a port; gives how many a second were taken."""

    messages: list[bytes]
    port: int
    connections: int
    secure: bool = True
    password: str | None = None

    def __call__(self) -> Sample:
        taken = apart(
            submit,
            self.port,
            self.messages,
            sender=ADDRESS,
            to=TO,
            connections=self.connections,
            secure=self.secure,
            password=self.password,
        )
        return Sample(taken)


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure how many messages a second are taken, over few and over many connections."""
    messages = [message(number) for number in range(max(settings.letters // _SHARE, 20))]
    with TemporaryDirectory(prefix="sigillo-bench-") as name:
        tell("making a mailbox")
        folder = Path(name)
        apart(furnished, folder / "ours", 0)
        apart(certificate, folder / "server.pem")
        with mail_server(folder / "ours", "smtps") as port, _peers(folder) as peers:
            measures = _measures(messages, port, peers)
            for measure in measures.values():
                measure()
            found = interleave(settings.rounds, measures, tell)
    for connections in (_FEW, _MANY):
        for peer in ("sink", "keeper"):
            yield _row(found, f"{len(messages):,} messages of {len(messages[0]) / 1000:.1f} kB", peer, connections)


def _measures(messages: list[bytes], port: int, peers: Mapping[str, int]) -> dict[str, _Measure]:
    measures = {}
    for connections in (_FEW, _MANY):
        measures[f"ours {connections}"] = _Measure(messages, port, connections, password=PASSWORD)
        for name, its_port in peers.items():
            measures[f"{name} {connections}"] = _Measure(messages, its_port, connections, secure=name == "keeper")
    return measures


def _row(found: Mapping[str, tuple[Sample, ...]], what: str, peer: str, connections: int) -> Row:
    beside = found.get(f"{peer} {connections}", ())
    return Row(
        "mail-intake",
        f"{what}, {connections} connections, TLS",
        "/s",
        found[f"ours {connections}"],
        beside,
        _NAMES[peer] if beside else "",
        Goal(900.0),
        note="" if beside else "aiosmtpd is not installed: no peer",
    )


@contextmanager
def _peers(folder: Path) -> Iterator[dict[str, int]]:
    """Run the peers until the block ends; gives their ports, none where aiosmtpd is not installed."""
    if find_spec("aiosmtpd") is None:
        yield {}
        return
    ports = {"sink": free_port(), "keeper": free_port()}
    pem, database = str(folder / "server.pem"), str(folder / "keeper.db")
    with _running(_SINK, ports["sink"]), _running(_KEEPER, ports["keeper"], database, pem):
        yield ports


@contextmanager
def _running(program: Path, port: int, *more: str) -> Iterator[None]:
    command = [sys.executable, str(program), str(port), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 -- this interpreter and our own file
        try:
            assert process.stdout is not None and process.stdout.readline() == b"ready\n"
            yield
        finally:
            process.kill()
