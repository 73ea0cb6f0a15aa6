"""Proofs as PDF: the page set by Typst, its PAdES-B-LT seal, and both, as a first download makes them.

No floor says much here: the two bare signatures in a proof are a thousandth of it. The parts say where the time goes.
"""

from __future__ import annotations

from collections.abc import Iterator

from sigillo.cli.bench.keyring import authority
from sigillo.cli.bench.rounds import Goal, Row, Settings, Tell, interleave, rate
from sigillo.cli.bench.world import START, claim
from sigillo.proofs.pades import sign_pdf
from sigillo.proofs.page import build_press
from sigillo.proofs.sealer import WorkspaceSealer

_URL = "http://127.0.0.1:8025"


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure whole proofs, pages alone and seals alone."""
    by, press = authority(), build_press()
    sealer = WorkspaceSealer(by, press, _URL)
    page = press.page(claim(0), public_url=_URL)
    reason = "reception LRE-4821-000000017-62"
    measures = {
        "whole": lambda: rate(lambda n: sealer.seal(claim(n), "pdf"), settings.sample_s),
        "page": lambda: rate(lambda n: press.page(claim(n), public_url=_URL), settings.sample_s),
        "seal": lambda: rate(
            lambda _: sign_pdf(page, by, at=START, reason=reason, field_name="Seal"), settings.sample_s
        ),
    }
    found = interleave(settings.rounds, measures, tell)
    yield Row("proof-pdf", "page and PAdES-B-LT seal", "/s", found["whole"], goal=Goal(30))
    yield Row("proof-pdf", "the page alone", "/s", found["page"])
    yield Row("proof-pdf", "the seal alone", "/s", found["seal"])
