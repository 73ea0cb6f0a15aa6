"""A letter with everything that a sandbox makes of it: content, journal, proofs, bundle; and ways to damage bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from io import BytesIO

from sigillo.application.ports.sealing import Entry
from sigillo.bootstrap import build_verifier
from sigillo.domain.calendar import format_instant
from sigillo.domain.claims import Claim
from sigillo.domain.events import canonical_json, chain_digest
from sigillo.domain.letter import Content, Part, ProofKind, content_manifest
from sigillo.domain.verdict import Verdict
from sigillo.proofs import asice, xades
from sigillo.proofs.authority import Authority, build_authority
from sigillo.proofs.pades import sign_pdf
from sigillo.proofs.page import build_press
from sigillo.proofs.timestamps import timestamp
from tests.unit.proofs.sample_claims import claim

AUTHORITY = build_authority(b"a seed for tests", workspace_id="ws_test")
ROOT = AUTHORITY.chain_pem.decode().partition("-----END CERTIFICATE-----\n")[2]
START = datetime.fromisoformat("2026-03-20T08:00:00+00:00")
FILES = {"content.txt": b"Bonjour", "contrat sign\u00e9.pdf": b"%PDF-1.7 a contract"}
TYPES = {"content.txt": "text/plain", "contrat sign\u00e9.pdf": "application/pdf"}
SUBJECT = "Mise en demeure"
CONTENT = Content(
    "Bonjour", tuple(Part(name, TYPES[name], len(data), sha256(data).hexdigest()) for name, data in FILES.items())
)
MANIFEST = content_manifest(SUBJECT, CONTENT)


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of the journal, and its line."""

    id: str
    at: datetime
    digest: str
    text: str


@lru_cache(maxsize=1)
def journal() -> tuple[Line, ...]:
    """Four facts: deposit, its proof, notice, acceptance."""
    lines: list[Line] = []
    for number, kind in enumerate(("letter.deposited", "proof.available", "letter.notified", "letter.accepted"), 1):
        at, event_id, data = START + timedelta(hours=number), f"evt_{number}", {"note": f"n\u00b0 {number}"}
        previous = lines[-1].digest if lines else ""
        digest = chain_digest(previous, event_id, kind, format_instant(at), canonical_json(data))
        fields = {"id": event_id, "type": kind, "at": format_instant(at), "data": data}
        text = canonical_json({**fields, "previous": previous, "digest": digest})
        lines.append(Line(event_id, at, digest, text + "\n"))
    return tuple(lines)


def journal_bytes() -> bytes:
    """The journal as ``events.jsonl``."""
    return "".join(line.text for line in journal()).encode()


def proven(kind: ProofKind, number: int, previous: int | None, **changes: object) -> Claim:
    """The claim of the fact ``number`` of the journal."""
    fact = journal()[number - 1]
    return claim(
        kind,
        **{
            "event_id": fact.id,
            "at": fact.at,
            "subject": SUBJECT,
            "parts": CONTENT.parts,
            "content_sha256": sha256(MANIFEST).hexdigest(),
            "fact_digest": fact.digest,
            "previous_digest": None if previous is None else journal()[previous - 1].digest,
            **changes,
        },
    )


DEPOSIT = proven(ProofKind.DEPOSIT, 1, None)
RECEPTION = proven(ProofKind.RECEPTION, 4, 1)


@lru_cache(maxsize=8)
def evidence_bytes(kind: str = "reception") -> bytes:
    """A sealed evidence."""
    return xades.seal_evidence(RECEPTION if kind == "reception" else DEPOSIT, AUTHORITY)


@lru_cache(maxsize=8)
def token_bytes(kind: str = "reception") -> bytes:
    """The token of the sealed evidence."""
    at = RECEPTION.at if kind == "reception" else DEPOSIT.at
    return timestamp(AUTHORITY, sha256(evidence_bytes(kind)).digest(), at=at)


@lru_cache(maxsize=1)
def page_bytes() -> bytes:
    """The unsigned page of the proof."""
    return build_press().page(RECEPTION, public_url="http://localhost:7447")


@lru_cache(maxsize=1)
def pdf_bytes() -> bytes:
    """The sealed PDF of the proof."""
    return sign_pdf(page_bytes(), AUTHORITY, at=RECEPTION.at, reason="reception", field_name="Seal")


def entries(**changes: bytes | None) -> list[tuple[str, bytes]]:
    """What a bundle holds, by name; ``changes`` replaces an entry by the part of its name before the dot."""
    whole = [
        ("content.json", MANIFEST),
        *((f"content/{name}", data) for name, data in FILES.items()),
        ("events.jsonl", journal_bytes()),
        ("deposit.xml", evidence_bytes("deposit")),
        ("deposit.tst", token_bytes("deposit")),
        ("reception.pdf", pdf_bytes()),
        ("reception.xml", evidence_bytes()),
        ("reception.tst", token_bytes()),
    ]
    return [(name, data) for name, data in whole if changes.get(name.partition(".")[0], data) is not None]


def packed(files: Sequence[tuple[str, bytes]], authority: Authority = AUTHORITY) -> bytes:
    """A sealed container of files."""
    target = BytesIO()
    sources = [Entry(name, "application/octet-stream", BytesIO(data)) for name, data in files]
    asice.pack(sources, target, authority=authority, at=RECEPTION.at)
    return target.getvalue()


@lru_cache(maxsize=1)
def bundle_bytes() -> bytes:
    """The sealed bundle."""
    return packed(entries())


def crls() -> str:
    """The revocation lists as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return "".join(crl.public_bytes(Encoding.PEM).decode() for crl in AUTHORITY.crls)


def verify(*documents: tuple[str, bytes], trust: Sequence[str] = (ROOT,)) -> list[Verdict]:
    """Judge documents, trusting the sandbox's root."""
    return build_verifier().verify([(name, BytesIO(data)) for name, data in documents], trust)


def codes(verdict: Verdict) -> dict[str, str]:
    """The codes of what is not valid, by check name."""
    return {check.name: check.code for check in verdict.checks if check.conclusion.value != "valid"}


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    """The same bytes with one bit of one byte changed."""
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


def with_kind(kind: ProofKind, base: Claim = RECEPTION) -> Claim:
    """The same claim under another kind."""
    return replace(base, kind=kind)
