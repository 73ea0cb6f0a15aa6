"""The journal: immutable facts in the past tense, each hash-chained to the one before it in its letter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sigillo.domain.calendar import format_instant


class EventType(StrEnum):
    """Every fact the journal can hold about a letter of LRE or ERE, or about a proof of one."""

    DEPOSITED = "letter.deposited"
    REJECTED = "letter.rejected"
    CONSENT_REQUESTED = "letter.consent_requested"
    CONSENT_GIVEN = "letter.consent_given"
    CONSENT_REFUSED = "letter.consent_refused"
    CONSENT_EXPIRED = "letter.consent_expired"
    NOTIFIED = "letter.notified"
    REMINDED = "letter.reminded"
    OPENED = "letter.opened"
    IDENTITY_FAILED = "letter.identity_failed"
    ACCEPTED = "letter.accepted"
    REFUSED = "letter.refused"
    NEGLECTED = "letter.neglected"
    BOUNCED = "letter.bounced"
    CANCELLED = "letter.cancelled"
    FAILED = "letter.failed"
    PROOF_AVAILABLE = "proof.available"


@dataclass(frozen=True, slots=True)
class Event:
    """A fact of one letter.

    ``index`` counts the letter's events from 1, ``data`` holds what the fact is about as JSON values,
    ``digest`` is the hex SHA-256 that chains it to the letter's event before (``previous``, "" for the first).
    """

    id: str
    letter_id: str
    index: int
    type: EventType
    at: datetime
    data: Mapping[str, object]
    digest: str
    previous: str


def canonical_json(value: object) -> str:
    """Give the one text for a JSON value: sorted keys, no blanks, UTF-8 as it is."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain_digest(previous: str, event_id: str, event_type: str, at: datetime, data_json: str) -> str:
    """Give the hex SHA-256 over the previous digest and the event's canonical text, fields split by newlines."""
    text = "\n".join((previous, event_id, event_type, format_instant(at), data_json))
    return sha256(text.encode()).hexdigest()


def journal_line(event: Event) -> str:
    """Give the event as one line of ``events.jsonl``: all that :func:`chain_digest` needs, and the digest."""
    fields = {"id": event.id, "type": event.type.value, "at": format_instant(event.at), "data": event.data}
    return canonical_json({**fields, "previous": event.previous, "digest": event.digest})
