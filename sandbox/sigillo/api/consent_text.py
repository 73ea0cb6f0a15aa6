"""Consents as JSON values, beside letters."""

from __future__ import annotations

from datetime import datetime

from sigillo.application.consents import ConsentView
from sigillo.domain.calendar import format_instant
from sigillo.domain.letter import Letter
from sigillo.domain.services.consent import CONSENT
from sigillo.domain.standing import Standing, consent_proof_kinds
from sigillo.domain.timeline import notice_window

Json = dict[str, object]


def consent_json(view: ConsentView) -> Json:
    """Give a consent as the API answers it."""
    item, course, declared = view.item, view.course, view.item.consent
    return {
        **_standing(item, course.status, course.status_at),
        "obtained_at": format_instant(view.obtained_at) if view.obtained_at else None,
        "evidence_file_id": declared.evidence_file_id if declared else None,
        "evidence_sha256": declared.evidence_sha256 if declared else None,
        "statement": item.content.text,
        "sha256": item.sha256,
        "scenario": None if declared else item.scenario,
        "proofs": list(consent_proof_kinds(item, course)),
        "test": True,
    }


def consent_at_event(item: Letter, standing: Standing) -> Json:
    """Give a consent as it was at a fact of its journal."""
    return _standing(item, standing.status, standing.status_at)


def _standing(item: Letter, status: str | None, status_at: datetime | None) -> Json:
    sender, to = item.sender, item.recipient
    expires_at = None if item.consent else notice_window(item.created_at, CONSENT)
    return {
        "id": item.id,
        "number": item.number,
        "status": status,
        "status_at": format_instant(status_at) if status_at else None,
        "source": "declared" if item.consent else "asked",
        "sender": {"name": sender.name, "company": sender.company, "email": sender.email},
        "recipient": {"kind": to.kind, "name": to.name, "company": to.company, "email": to.email},
        "reference": item.reference,
        "metadata": dict(item.metadata),
        "created_at": format_instant(item.created_at),
        "expires_at": format_instant(expires_at) if expires_at else None,
    }
