"""A letter: one sending to one recipient with one outcome. What never changes of it, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from sigillo.domain.events import canonical_json
from sigillo.domain.pec.posting import Posting


class Status(StrEnum):
    """Where a letter stands, as the API names it.

    ``taken_in_charge``, ``delivered`` and ``relayed`` are PEC's; ``undelivered`` also ends a letter whose recipient did
    not consent.
    """

    AWAITING_CONSENT = "awaiting_consent"
    DEPOSITED = "deposited"
    NOTIFIED = "notified"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NEGLECTED = "neglected"
    BOUNCED = "bounced"
    TAKEN_IN_CHARGE = "taken_in_charge"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    RELAYED = "relayed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    FAILED = "failed"

    __hash__ = str.__hash__  # Enum hashes in Python, and these are keys at each move of each letter


class ConsentStatus(StrEnum):
    """Where a consent stands, as the API names it."""

    REQUESTED = "requested"
    GIVEN = "given"
    REFUSED = "refused"
    EXPIRED = "expired"
    REVOKED = "revoked"

    __hash__ = str.__hash__  # Enum hashes in Python, and these are keys at each move of each letter


AnyStatus = Status | ConsentStatus
"""Where an item stands. Members are equal as texts are: ``refused`` is a status of letters and of consents."""


class Outcome(StrEnum):
    """How a letter ended, finer than its status: a consent that never came is told from one that was refused.

    A PEC is ``delivered``, or fails for an ``unknown_mailbox``, an ``unknown_domain``, a ``full_mailbox``, a ``virus``
    or because it ``timed_out`` (RFC 6109 §3.1.6, §3.3.3); one to an ordinary mailbox is ``relayed``, and nobody
    certifies what comes of it.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NEGLECTED = "neglected"
    BOUNCED = "bounced"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_EXPIRED = "consent_expired"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DELIVERED = "delivered"
    UNKNOWN_MAILBOX = "unknown_mailbox"
    UNKNOWN_DOMAIN = "unknown_domain"
    FULL_MAILBOX = "full_mailbox"
    VIRUS = "virus"
    TIMED_OUT = "timed_out"
    RELAYED = "relayed"

    __hash__ = str.__hash__  # Enum hashes in Python, and these are keys at each move of each letter


class ProofKind(StrEnum):
    """The sealed documents of an LRE or ERE (CPCE R. 53-2, R. 53-3), of a consent (L. 100), of a PEC (RFC 6109 §3)."""

    CONSENT = "consent"
    DEPOSIT = "deposit"
    DISPATCH = "dispatch"
    RECEPTION = "reception"
    REFUSAL = "refusal"
    NEGLIGENCE = "negligence"
    BOUNCE = "bounce"
    CONSENT_REQUEST = "consent_request"
    CONSENT_DECLARATION = "consent_declaration"
    CONSENT_REFUSAL = "consent_refusal"
    CONSENT_EXPIRY = "consent_expiry"
    CONSENT_REVOCATION = "consent_revocation"
    ACCEPTANCE = "acceptance"
    NON_ACCEPTANCE = "non_acceptance"
    TRANSPORT = "transport"
    TAKING_CHARGE = "taking_charge"
    DELIVERY = "delivery"
    NON_DELIVERY = "non_delivery"
    DELAY_NOTICE = "delay_notice"
    FINAL_DELAY_NOTICE = "final_delay_notice"
    VIRUS_DETECTION = "virus_detection"

    __hash__ = str.__hash__  # Enum hashes in Python, and these are keys at each move of each letter


class RecipientKind(StrEnum):
    """An individual must have consented to electronic registered mail (CPCE L. 100); a professional need not."""

    PROFESSIONAL = "professional"
    INDIVIDUAL = "individual"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends; ``company`` is the corporate name where there is one (CPCE R. 53-2 1°)."""

    name: str
    email: str
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom (CPCE R. 53-2 2°)."""

    kind: RecipientKind
    name: str
    email: str
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the content: a file of the sender's, or the text (``content.txt``, ``content.html``).

    ``sha256`` is hex, ``size`` in bytes; ``file_id`` is None for the text.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    file_id: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What is sent: the text, if any, and the parts in order, the text's part first."""

    text: str | None
    parts: tuple[Part, ...]

    @property
    def text_name(self) -> str | None:
        """Give the part name of the text, None when there is no text."""
        return self.parts[0].name if self.text is not None else None


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent that a letter goes under, or that an item of its own declares.

    ``obtained_at`` is None while it is asked for; ``evidence_sha256`` is the hex hash of the file that shows it;
    ``consent_id`` names the item that keeps it.
    """

    obtained_at: datetime | None
    evidence_file_id: str | None = None
    evidence_sha256: str | None = None
    consent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What was submitted; it never changes. ``ordinal`` counts the workspace's letters from 1.

    A consent is kept as one too, under the ordinal below zero: what it consents to is its content. ``mail`` is the
    message that a PEC letter is part of, None for every other service.
    """

    id: str
    workspace_id: str
    ordinal: int
    number: str
    service: str
    sender: Sender
    recipient: Recipient
    subject: str
    content: Content
    created_at: datetime
    scenario: str
    consent: Consent | None = None
    reference: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    webhook_url: str | None = None
    mail: Posting | None = None

    @property
    def sha256(self) -> str:
        """Give the hex SHA-256 of :func:`content_manifest`, which the proofs attest."""
        return sha256(content_manifest(self.subject, self.content)).hexdigest()


def content_manifest(subject: str, content: Content) -> bytes:
    """Give the bytes that stand for the whole content: canonical JSON of the subject and of each part's digest.

    The bundle carries them as ``content.json``, so that ``sha256sum`` checks the letter's ``sha256``.
    """
    parts = [{"name": p.name, "media_type": p.media_type, "size": p.size, "sha256": p.sha256} for p in content.parts]
    return canonical_json({"subject": subject, "parts": parts}).encode()


class Course(NamedTuple):
    """Where a letter stands: everything that the next move depends on, and nothing else. (Built at each move.)

    ``events`` counts the journal's entries for the letter and ``digest`` is the last one's; ``attempts`` counts
    notices tried (of a PEC the steps of its way), ``reminders`` reminders sent (of a PEC notices of delay), ``acts``
    the recipient's scripted acts done; ``asked_at`` is when consent was requested; ``notified_at`` when the recipient
    was notified (of a PEC when their provider took charge); ``expires_at`` is the first instant at which the letter is
    neglected.
    """

    status: AnyStatus | None = None
    status_at: datetime | None = None
    outcome: Outcome | None = None
    events: int = 0
    digest: str = ""
    attempts: int = 0
    reminders: int = 0
    acts: int = 0
    asked_at: datetime | None = None
    notified_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Tell whether the letter has its outcome: nothing is due any more."""
        return self.outcome is not None
