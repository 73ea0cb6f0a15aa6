"""Sealed evidence: a claim written as ETSI XML, sealed XAdES-B-T, its token inside; one processor."""

from __future__ import annotations

from collections.abc import Iterator

from sigillo.cli.bench.keyring import authority, bare_signatures
from sigillo.cli.bench.rounds import Goal, Row, Settings, Tell, interleave, rate
from sigillo.cli.bench.world import claim
from sigillo.proofs.xades import seal_evidence

_SIGNATURES = 2  # the seal's and its token's


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure evidences, and the two bare signatures in each."""
    by = authority()
    measures = {
        "ours": lambda: rate(lambda number: seal_evidence(claim(number), by), settings.sample_s),
        "floor": bare_signatures(by, settings.sample_s, each=_SIGNATURES),
    }
    found = interleave(settings.rounds, measures, tell)
    floor = f"its {_SIGNATURES} bare signatures"
    yield Row("evidence", "XAdES-B-T with its token, one core", "/s", found["ours"], found["floor"], floor, Goal(1_000))
