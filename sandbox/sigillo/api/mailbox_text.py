"""Mailboxes and their messages as JSON values: the one place that says how each is written."""

from __future__ import annotations

from hashlib import sha256

from sigillo.api.letter_text import RECEIPT_TYPES, Json, instant
from sigillo.application.mail_views import Listed, Unwrapped
from sigillo.domain.calendar import format_instant
from sigillo.domain.mail_folder import SEEN
from sigillo.domain.mailbox import Mailbox
from sigillo.domain.pec.certification import Fault
from sigillo.domain.pec.found import Attachment, FoundMail, ReadMessage
from sigillo.domain.verdict import Verdict


def mailbox_json(mailbox: Mailbox, messages: int) -> Json:
    """Give a mailbox as the API answers it, never its password; ``messages`` are how many are in it."""
    settings, limits = mailbox.settings, mailbox.limits
    return {
        "address": mailbox.address,
        "dialect": mailbox.dialect,
        "quota_bytes": mailbox.quota_bytes,
        "used_bytes": mailbox.used_bytes,
        "messages": messages,
        "ordinary_mail": settings.ordinary_mail.value,
        "notify_address": settings.notify_address,
        "forward_to": settings.forward_to,
        "archive": settings.archive,
        "limits": {
            "product_bytes": limits.product_bytes,
            "recipients": limits.recipients,
            "messages_per_minute": limits.messages_per_minute,
            "blocked_extensions": list(limits.blocked_extensions),
        },
        "created_at": format_instant(mailbox.created_at),
    }


def message_path(address: str, message_id: str) -> str:
    """Give where a message is read."""
    return f"/v1/mailboxes/{address}/messages/{message_id}"


def message_json(address: str, listed: Listed) -> Json:
    """Give a message as lists answer it."""
    stored, summary = listed.kept.stored, listed.kept.summary
    return {
        "id": listed.id,
        "mailbox": address,
        "folder": listed.folder,
        "kind": stored.kind.value,
        "letter_id": listed.letter_id,
        "flags": list(stored.flags),
        "unseen": SEEN not in stored.flags,
        "received_at": format_instant(stored.internal_at),
        "size": stored.size_bytes,
        "sender": summary.sender,
        "to": summary.to,
        "cc": summary.cc,
        "subject": summary.subject,
        "message_id": summary.message_id,
        "sent_at": instant(summary.sent_at),
    }


def message_detail_json(address: str, unwrapped: Unwrapped) -> Json:
    """Give a message unwrapped."""
    found, inner = unwrapped.found, unwrapped.inner
    path = message_path(address, unwrapped.listed.id)
    return {
        **message_json(address, unwrapped.listed),
        "size": unwrapped.size_bytes,
        "pec": _pec_json(found) if found.is_pec else None,
        "message": _inner_json(inner, path) if inner is not None else None,
        "signature": _signature_json(unwrapped.verdict) if unwrapped.verdict is not None else None,
        "oddities": list(found.oddities),
    }


def _pec_json(found: FoundMail) -> Json:
    said = found.certification
    receipt_type = found.receipt_type
    return {
        "kind": found.kind.value if found.kind else None,
        "message_id": (said.identifier if said else found.face.message_id) or None,
        "reference_id": found.reference_id or None,
        "provider": (said.provider if said else "") or None,
        "at": instant(said.at if said else found.face.at),
        "sender": (said.sender if said else "") or None,
        "recipients": [
            {"address": one.address, "certified": one.is_certified} for one in (said.recipients if said else ())
        ],
        "recipient": said.recipient if said else None,
        "subject": said.subject if said else None,
        "receipt_type": RECEIPT_TYPES[receipt_type] if receipt_type else None,
        "error": said.fault.value if said and said.fault is not Fault.NONE else None,
        "error_detail": said.error if said else None,
        "text": found.face.text,
    }


def _inner_json(message: ReadMessage, path: str) -> Json:
    return {
        "sender": message.sender,
        "sender_name": message.sender_name,
        "to": list(message.to),
        "cc": list(message.cc),
        "subject": message.subject,
        "message_id": message.message_id,
        "sent_at": instant(message.at),
        "text": message.text,
        "html": message.html,
        "attachments": [
            _attachment_json(one, f"{path}/attachments/{n}") for n, one in enumerate(message.attachments, 1)
        ],
    }


def _attachment_json(attachment: Attachment, url: str) -> Json:
    return {
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": len(attachment.content),
        "sha256": sha256(attachment.content).hexdigest(),
        "url": url,
    }


def _signature_json(verdict: Verdict) -> Json:
    return {
        "conclusion": verdict.conclusion,
        "checks": [
            {"name": one.name, "conclusion": one.conclusion, "code": one.code, "detail": one.detail}
            for one in verdict.checks
        ],
    }
