"""The page of a proof: a claim in, an unsigned PDF/A-2b out.

Everything that the claim says stands on the page in words (CPCE R. 53-2 1° to 4°: parties, number, instants) and
as whole digests; nothing else does, so the same claim makes the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import segno

from sigillo.domain.calendar import format_instant
from sigillo.domain.claims import Claim
from sigillo.domain.letter import ProofKind, Recipient, Sender
from sigillo.domain.services.consent import CONSENT
from sigillo.proofs import policies, wording
from sigillo.proofs.page_claim import keywords, page_claim
from sigillo.proofs.typesetter import Typesetter, build_typesetter
from sigillo.proofs.wording import Said

_SIMPLE_SERVICE: Final = "ere"  # CPCE R. 53 speaks of the qualified service alone
_QR_MASK: Final = 4


@dataclass(frozen=True, slots=True)
class Press:
    """What makes pages; it costs some 50 ms to build, so build one and keep it."""

    typesetter: Typesetter

    def page(self, claim: Claim, *, public_url: str) -> bytes:
        """Make the page of a claim; the QR code leads to ``{public_url}/verify/{event_id}``."""
        return self.typesetter.pdf("proof", page_data(claim, public_url=public_url), at=claim.at)


def build_press() -> Press:
    """Build a press of its own."""
    return Press(build_typesetter())


def page_data(claim: Claim, *, public_url: str) -> dict[str, object]:
    """Say a claim in words: the JSON object that ``pages/proof.typ`` places."""
    kind, naming = _kind(claim), _naming(claim)
    return {
        "document": {
            "title": f"{kind.title.fr} – {claim.number} – SANDBOX",
            "author": policies.ORGANIZATION,
            "keywords": keywords(_for_machines(claim)),
        },
        "notice": {"fr": policies.NOTICE_FR, "en": policies.NOTICE_EN},
        "policy": {**asdict(wording.POLICY), "oid": policies.EVIDENCE_POLICY.dotted_string},
        "number": {"label": naming.number.fr, "value": claim.number},
        "title": asdict(kind.title),
        "fact": asdict(_fact(claim, kind)),
        "parties": [_party(wording.SENDER, claim.sender), _party(wording.RECIPIENT, claim.recipient)],
        "groups": list(_groups(claim)),
        "content": _content(claim),
        "verify": _verification(f"{public_url.rstrip('/')}/verify/{claim.event_id}"),
        "footer": asdict(wording.FOOTER),
    }


def _for_machines(claim: Claim) -> dict[str, str]:
    return page_claim(
        event_id=claim.event_id,
        kind=claim.kind.value,
        number=claim.number,
        at=claim.at,
        sender=(claim.sender.name, claim.sender.company, claim.sender.email),
        recipient=(claim.recipient.name, claim.recipient.company, claim.recipient.email),
        subject=claim.subject,
        content_sha256=claim.content_sha256,
        fact_digest=claim.fact_digest,
    )


def _kind(claim: Claim) -> wording.KindWording:
    of_a_consent = claim.service == CONSENT.name and claim.kind is ProofKind.CONSENT
    return wording.CONSENT if of_a_consent else wording.KINDS[claim.kind]


def _naming(claim: Claim) -> wording.Naming:
    return wording.CONSENTS if claim.service == CONSENT.name else wording.LETTERS


def _fact(claim: Claim, kind: wording.KindWording) -> Said:
    at = wording.instant(claim.at)
    rule = wording.EIDAS if claim.service == _SIMPLE_SERVICE else kind.rule
    return Said(
        f"{kind.fact.fr.format(at=at.fr)} {wording.RULE.fr.format(rule=rule.fr)}",
        f"{kind.fact.en.format(at=at.en)} {wording.RULE.en.format(rule=rule.en)}",
    )


def _party(label: Said, party: Sender | Recipient) -> dict[str, object]:
    lines = (party.name, party.company, party.email)
    return {"label": asdict(label), "lines": [_one_line(line) for line in lines if line]}


def _groups(claim: Claim) -> Iterable[Mapping[str, object]]:
    nature, naming = wording.QUALIFIED if claim.qualified else wording.SIMPLE, _naming(claim)
    yield _group(
        naming.item,
        _row(naming.number, claim.number, mono=True),
        _row(naming.identifier, claim.letter_id, mono=True),
        _row(wording.SERVICE, claim.service_title, f"{nature.fr} / {nature.en}"),
        _row(wording.SUBJECT, _one_line(claim.subject)),
        _row(wording.FACT, claim.event_id, claim.evidence_event, mono=True),
    )
    yield _group(
        wording.COURSE,
        *_instants(claim),
        _row(wording.NOTICE_SHA256, claim.notice_sha256, mono=True),
        _row(wording.IDENTITY, claim.identity_check),
        _row(wording.REASON, _one_line(claim.reason or "")),
    )
    first = f"{naming.first_proof.fr} / {naming.first_proof.en}"
    yield _group(
        wording.CHAIN,
        _row(wording.FACT_DIGEST, claim.fact_digest, mono=True),
        _row(wording.PREVIOUS_DIGEST, claim.previous_digest or first, mono=bool(claim.previous_digest)),
    )


def _instants(claim: Claim) -> Iterable[dict[str, object] | None]:
    requested = wording.RECORDED_AT if claim.obtained_at else _naming(claim).requested_at
    yield _instant_row(wording.OBTAINED_AT, claim.obtained_at)
    yield None if claim.submitted_at else _instant_row(requested, claim.created_at)
    yield _instant_row(wording.DEPOSITED_AT, claim.submitted_at)
    yield _instant_row(wording.NOTIFIED_AT, claim.notified_at)
    yield _instant_row(wording.EXPIRES_AT, claim.expires_at)
    yield _instant_row(wording.HAPPENED_AT, claim.at)


def _content(claim: Claim) -> dict[str, object]:
    columns = (wording.PART_NAME, wording.PART_SIZE, wording.PART_SHA256)
    return {
        "label": asdict(wording.CONTENT),
        "rows": [_row(wording.CONTENT_SHA256, claim.content_sha256, mono=True)],
        "columns": [asdict(column) for column in columns],
        "parts": [
            {"name": _one_line(part.name), "size": wording.count(part.size), "sha256": part.sha256}
            for part in claim.parts
        ],
    }


def _verification(url: str) -> dict[str, object]:
    return {
        "label": asdict(wording.VERIFY),
        "url": url,
        "qr": _qr_svg(url),
        "steps": [asdict(step) for step in wording.STEPS],
    }


def _qr_svg(text: str) -> str:
    image = io.BytesIO()
    # Any mask is valid (ISO/IEC 18004 §7.8); trying all eight for the best would take longer than the whole page.
    segno.make_qr(text, error="m", mask=_QR_MASK).save(image, kind="svg", border=1, xmldecl=False, svgns=True, nl=False)
    return image.getvalue().decode()


def _group(label: Said, *rows: dict[str, object] | None) -> dict[str, object]:
    return {"label": asdict(label), "rows": [row for row in rows if row]}


def _row(label: Said, *lines: str | None, mono: bool = False) -> dict[str, object] | None:
    """Give a labelled row, None when there is nothing to say."""
    said = [line for line in lines if line]
    return {"label": asdict(label), "lines": said, "mono": mono} if said else None


def _instant_row(label: Said, at: datetime | None) -> dict[str, object] | None:
    return _row(label, wording.instant(at).fr, format_instant(at)) if at else None


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
