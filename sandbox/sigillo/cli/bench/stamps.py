"""RFC 3161 tokens: each of another digest, a millisecond after the one before; one processor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sigillo.cli.bench.keyring import authority, bare_signatures
from sigillo.cli.bench.peer import Peer
from sigillo.cli.bench.rounds import Goal, Row, Settings, Tell, interleave, rate
from sigillo.cli.bench.world import START, digest
from sigillo.proofs.timestamps import timestamp

_MS = timedelta(milliseconds=1)


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure tokens, the bare signature in each, and the same built by asn1crypto."""
    by = authority()
    peer = Peer.of(by.timestamp, by)
    measures = {
        "ours": lambda: rate(lambda n: timestamp(by, digest(n), at=START + n * _MS), settings.sample_s),
        "floor": bare_signatures(by, settings.sample_s),
        "asn1crypto": lambda: rate(lambda n: peer.token(digest(n), at=START + n * _MS), settings.sample_s),
    }
    found = interleave(settings.rounds, measures, tell)
    what = "RFC 3161 tokens, one core"
    yield Row("timestamps", what, "/s", found["ours"], found["floor"], "bare signatures", Goal(8_000), by_cpu=True)
    yield Row("timestamps", what, "/s", found["ours"], found["asn1crypto"], "peer: asn1crypto", by_cpu=True)
