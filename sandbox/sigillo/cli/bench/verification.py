"""Verdicts: each format of a proof judged against the sandbox's root; one processor.

The floor is one bare P-256 verification. A verdict holds several: of the document, of its token, of every certificate
and revocation list on the way to the root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from hashlib import sha256
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric import ec

from sigillo.application.ports.sealing import Entry
from sigillo.bootstrap import build_verifier
from sigillo.cli.bench.keyring import authority
from sigillo.cli.bench.rounds import Row, Sample, Settings, Tell, interleave, rate
from sigillo.cli.bench.world import START, claim, digest
from sigillo.domain.verdict import Conclusion
from sigillo.proofs.authority import Authority
from sigillo.proofs.cades import seal
from sigillo.proofs.keys import ECDSA_SHA256, sign
from sigillo.proofs.page import build_press
from sigillo.proofs.sealer import WorkspaceSealer

_CONTENT = ("content.txt", b"Madame, Monsieur")


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure the verdicts on each format, beside a bare verification."""
    by = authority()
    trust = (by.chain_pem.decode(),)
    for name, documents in _documents(by).items():
        conclusion = build_verifier().verify(_opened(documents), trust)[0].conclusion
        measures = {
            "ours": _verdicts(documents, trust, settings.sample_s),
            "floor": _bare(by, settings.sample_s),
        }
        found = interleave(settings.rounds, measures, partial(_tell_of, name, tell))
        note = "" if conclusion is Conclusion.VALID else f"the verdict here is {conclusion}"
        yield Row("verify", f"{name} judged", "/s", found["ours"], found["floor"], "one bare verification", note=note)


def _verdicts(documents: Mapping[str, bytes], trust: tuple[str, ...], seconds: float) -> Callable[[], Sample]:
    verification = build_verifier()
    return lambda: rate(lambda _: verification.verify(_opened(documents), trust), seconds)


def _bare(by: Authority, seconds: float) -> Callable[[], Sample]:
    key, data = by.seal.key.public_key(), digest(0)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signature = sign(by.seal.key, data)
    return lambda: rate(lambda _: key.verify(signature, data, ECDSA_SHA256), seconds)


def _documents(by: Authority) -> dict[str, dict[str, bytes]]:
    """Give, by format, the document to judge first and the content that it speaks of."""
    sealer = WorkspaceSealer(by, build_press(), "http://127.0.0.1:8025")
    name, content = _CONTENT
    xml = sealer.seal(claim(0), "xml")
    container = BytesIO()
    sealer.bundle([Entry(name, "text/plain", BytesIO(content))], container, at=START)
    return {
        "CAdES": {"content.p7s": seal(by, sha256(content).digest(), at=START), name: content},
        "token": {"evidence.tst": sealer.seal(claim(0), "tst"), "evidence.xml": xml},
        "XAdES": {"evidence.xml": xml},
        "PAdES": {"proof.pdf": sealer.seal(claim(0), "pdf")},
        "ASiC-E": {"bundle.asice": container.getvalue()},
    }


def _opened(documents: Mapping[str, bytes]) -> list[tuple[str, BytesIO]]:
    return [(name, BytesIO(data)) for name, data in documents.items()]


def _tell_of(name: str, tell: Tell, text: str) -> None:
    tell(f"{name}, {text}")
