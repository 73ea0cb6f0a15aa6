"""A mailbox of 100,000 messages over IMAP: how long it takes to open its folder and to search it.

Its messages are laid into the store directly; what is measured is a client's wait at `sigillo serve`, over TLS.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sigillo.cli.bench.apart import apart
from sigillo.cli.bench.mail_world import ADDRESS, PASSWORD, furnished
from sigillo.cli.bench.rounds import Goal, Row, Sample, Settings, Tell
from sigillo.cli.bench.servers import mail_server

_SECOND = Goal(1.0, at_most=True)
_SEARCHES = (
    ("SEARCH UNSEEN", "UNSEEN"),
    ("SEARCH SUBJECT, 1 in 100 found", 'SUBJECT "pratica 77"'),
    ("SEARCH FROM SINCE NOT FLAGGED", 'FROM "mittente" SINCE 1-Jan-2026 NOT FLAGGED'),
)


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure SELECT and several searches."""
    with TemporaryDirectory(prefix="sigillo-bench-") as name:
        tell(f"laying {settings.letters:,} messages into a mailbox")
        apart(furnished, Path(name), settings.letters)
        with mail_server(Path(name), "imaps") as port:
            tell("opening and searching it")
            found = _measured(port, settings)
    for what, samples in found.items():
        yield Row("mailbox", f"{what} of {settings.letters:,}", "s", tuple(samples), goal=_SECOND)


def _measured(port: int, settings: Settings) -> dict[str, list[Sample]]:
    unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    found: dict[str, list[Sample]] = {}
    with imaplib.IMAP4_SSL("127.0.0.1", port, ssl_context=unchecked) as client:
        client.login(ADDRESS, PASSWORD)
        for _ in range(settings.rounds):
            began_s = perf_counter()
            kind, (count,) = client.select()
            found.setdefault("SELECT", []).append(Sample(perf_counter() - began_s))
            assert kind == "OK" and count == b"%d" % settings.letters
            for what, keys in _SEARCHES:
                began_s = perf_counter()
                kind, _ = client.search(None, keys)
                found.setdefault(what, []).append(Sample(perf_counter() - began_s))
                assert kind == "OK"
    return found
