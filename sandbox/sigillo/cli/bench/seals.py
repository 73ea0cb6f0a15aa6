"""CAdES-B-B seals of a digest, detached, with their certificates; one processor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sigillo.cli.bench.keyring import authority, bare_signatures
from sigillo.cli.bench.peer import Peer
from sigillo.cli.bench.rounds import Goal, Row, Settings, Tell, interleave, rate
from sigillo.cli.bench.world import START, digest
from sigillo.proofs.cades import seal

_MS = timedelta(milliseconds=1)


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure seals, the bare signature in each, and the same built by asn1crypto."""
    by = authority()
    peer = Peer.of(by.seal, by)
    measures = {
        "ours": lambda: rate(lambda n: seal(by, digest(n), at=START + n * _MS, timestamped=False), settings.sample_s),
        "floor": bare_signatures(by, settings.sample_s),
        "asn1crypto": lambda: rate(lambda n: peer.seal(digest(n), at=START + n * _MS), settings.sample_s),
    }
    found = interleave(settings.rounds, measures, tell)
    what = "CAdES-B-B seals, one core"
    yield Row("cades", what, "/s", found["ours"], found["floor"], "bare signatures", Goal(8_000), by_cpu=True)
    yield Row("cades", what, "/s", found["ours"], found["asn1crypto"], "peer: asn1crypto", by_cpu=True)
