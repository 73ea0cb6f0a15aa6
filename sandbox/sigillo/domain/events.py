"""The journal: immutable facts in the past tense, each hash-chained to the one before it in its letter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from sigillo.domain.calendar import format_instant


class EventType(StrEnum):
    """Every fact the journal can hold: about a letter of any service, a proof of one, or the workspace itself.

    And ``ping``, which it never holds: what a webhook endpoint is tested with.
    """

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
    TAKEN_IN_CHARGE = "letter.taken_in_charge"
    DELAYED = "letter.delayed"
    DELIVERED = "letter.delivered"
    UNDELIVERED = "letter.undelivered"
    RELAYED = "letter.relayed"
    PROOF_AVAILABLE = "proof.available"
    CONSENT_ASKED = "consent.requested"
    CONSENT_OBTAINED = "consent.given"
    CONSENT_DECLINED = "consent.refused"
    CONSENT_LAPSED = "consent.expired"
    CONSENT_REVOKED = "consent.revoked"
    MAILBOX_RECEIVED = "mailbox.received"
    ALERT_RAISED = "alert.raised"
    ALERT_CLEARED = "alert.cleared"
    ENDPOINT_DISABLED = "webhook_endpoint.disabled"
    PING = "ping"

    __hash__ = str.__hash__  # Enum hashes in Python, and these are keys at each move of each letter


class Event(NamedTuple):
    """A fact of one letter. (A NamedTuple: two are made for each move, and it is the quickest value to build.)

    ``subject_id`` is the letter's id, or the workspace's for a fact of its own. ``index`` counts the subject's events
    from 1, ``data_json`` holds what the fact is about as canonical JSON, ``digest`` is the hex SHA-256 that chains it
    to the subject's event before (``previous``, "" for the first).
    """

    id: str
    subject_id: str
    index: int  # type: ignore[assignment]  # the place in the letter; nobody searches this tuple
    type: EventType
    at: datetime
    data_json: str
    digest: str
    previous: str

    @property
    def data(self) -> Mapping[str, object]:
        """Give what the fact is about as JSON values."""
        data: dict[str, object] = json.loads(self.data_json)
        return data


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_json(value: object) -> str:
    """Give the one text for a JSON value: sorted keys, no blanks, UTF-8 as it is."""
    return _ENCODER.encode(value)


def chain_digest(previous: str, event_id: str, event_type: str, at: str, data_json: str) -> str:
    """Give the hex SHA-256 over the previous digest and the event's text, split by newlines; ``at`` is RFC 3339."""
    return sha256(f"{previous}\n{event_id}\n{event_type}\n{at}\n{data_json}".encode()).hexdigest()


def chained(event: Event) -> bool:
    """Tell whether an event's digest is the one that its contents and the digest before it give."""
    at = format_instant(event.at)
    return event.digest == chain_digest(event.previous, event.id, event.type.value, at, event.data_json)


def journal_line(event: Event) -> str:
    """Give the event as one line of ``events.jsonl``: all that :func:`chain_digest` needs, and the digest."""
    fields = {"id": event.id, "type": event.type.value, "at": format_instant(event.at), "data": event.data}
    return canonical_json({**fields, "previous": event.previous, "digest": event.digest})
