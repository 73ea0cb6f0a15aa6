"""Letters and events as JSON values: the one place that says how each is written."""

from __future__ import annotations

from datetime import datetime

from sigillo.api.consent_text import consent_at_event
from sigillo.domain.calendar import format_instant
from sigillo.domain.events import Event, EventType
from sigillo.domain.letter import Consent, Course, Letter, ProofKind
from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec.dispatch import Role
from sigillo.domain.pec.posting import Posting
from sigillo.domain.proof_formats import formats_of
from sigillo.domain.services import SERVICES
from sigillo.domain.services.consent import CONSENT
from sigillo.domain.standing import Standing, proof_kinds

Json = dict[str, object]
RECEIPT_TYPES = {ReceiptType.COMPLETE: "complete", ReceiptType.BRIEF: "brief", ReceiptType.CONCISE: "concise"}
"""The types of a receipt of delivery, as the API names them."""


def letter_json(letter: Letter, course: Course) -> Json:
    """Give a letter as the API answers it."""
    return {
        "id": letter.id,
        "number": letter.number,
        "service": letter.service,
        "status": course.status,
        "status_at": instant(course.status_at),
        "outcome": course.outcome,
        "sender": {"name": letter.sender.name, "company": letter.sender.company, "email": letter.sender.email},
        "recipient": _recipient(letter),
        "subject": letter.subject,
        "files": [
            {
                "name": part.name,
                "media_type": part.media_type,
                "size": part.size,
                "sha256": part.sha256,
                "file_id": part.file_id,
            }
            for part in letter.content.parts
        ],
        "sha256": letter.sha256,
        "reference": letter.reference,
        "metadata": dict(letter.metadata),
        "tags": list(letter.tags),
        "scenario": letter.scenario,
        "created_at": format_instant(letter.created_at),
        "notified_at": None if letter.mail else instant(course.notified_at),
        "expires_at": instant(course.expires_at),
        "message_id": letter.mail.message_id if letter.mail else None,
        "message": _message(letter.mail, letter.recipient.email) if letter.mail else None,
        "proofs": list(proof_kinds(course, SERVICES[letter.service])),
        "webhook_url": letter.webhook_url,
        "consent": _consent(letter.consent),
        "test": True,
    }


def event_json(event: Event, letter: Letter | None, standing: Standing) -> Json:
    """Give a fact as the API answers it and as webhooks carry it; ``standing`` is the letter's as of the fact.

    ``letter`` may be a consent's item. A fact of the workspace itself has none: its data says all.
    """
    found = event.data
    if letter is None:
        return _event(event, dict(found))
    if letter.service == CONSENT.name:
        data: Json = {"consent": consent_at_event(letter, standing)}
    else:
        data = {"letter": _summary(letter, standing)}
    proof = found.get("proof")
    if event.type is EventType.PROOF_AVAILABLE and isinstance(proof, dict):
        data["proof"] = {"kind": proof["kind"], "formats": list(formats_of(ProofKind(proof["kind"])))}
    data |= {name: found[name] for name in ("reason", "permanent") if found.get(name) is not None}
    return _event(event, data)


def _event(event: Event, data: Json) -> Json:
    return {
        "id": event.id,
        "type": event.type,
        "occurred_at": format_instant(event.at),
        "test": True,
        "data": data,
    }


def instant(at: datetime | None) -> str | None:
    """Give an instant as text, None where there is none."""
    return format_instant(at) if at else None


def _summary(letter: Letter, standing: Standing) -> Json:
    return {
        "id": letter.id,
        "number": letter.number,
        "service": letter.service,
        "status": standing.status,
        "status_at": instant(standing.status_at),
        "outcome": standing.outcome,
        "recipient": _recipient(letter),
        "subject": letter.subject,
        "reference": letter.reference,
        "metadata": dict(letter.metadata),
        "tags": list(letter.tags),
        "message_id": letter.mail.message_id if letter.mail else None,
        "created_at": format_instant(letter.created_at),
        "expires_at": instant(standing.expires_at),
    }


def _message(mail: Posting, recipient: str) -> Json:
    sent = mail.dispatch
    return {
        "role": mail.role(recipient),
        **{
            role.value: [
                {"email": one.address, "certified": one.is_certified} for one in sent.recipients if one.role is role
            ]
            for role in Role
        },
        "receipt_type": RECEIPT_TYPES[sent.receipt_type],
        "original_message_id": sent.original_id,
    }


def _recipient(letter: Letter) -> Json:
    to = letter.recipient
    return {"kind": to.kind, "name": to.name, "company": to.company, "email": to.email}


def _consent(consent: Consent | None) -> Json | None:
    if consent is None:
        return None
    return {
        "consent_id": consent.consent_id,
        "obtained_at": instant(consent.obtained_at),
        "evidence_file_id": consent.evidence_file_id,
        "evidence_sha256": consent.evidence_sha256,
    }
