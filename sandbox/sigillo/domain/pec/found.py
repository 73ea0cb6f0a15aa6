"""What was found in a message that anybody may have written: its kind, its parties, the message inside, the signature.

Nothing of it is believed yet; a verdict is made elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sigillo.domain.pec.certification import Certification, Kind, ReceiptType


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message, decoded; its name has no folder and may be empty."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class AttachmentHash:
    """What a brief receipt says of an attachment: hexadecimal digests of its bytes as they travel, still encoded."""

    name: str
    sha1: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A message as people see it. ``message_id`` has no angle brackets; ``at`` is aware, None when it says none."""

    sender: str
    sender_name: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    message_id: str
    at: datetime | None
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class MailSignature:
    """An S/MIME signature: ``cms`` in DER or BER; ``content`` the signed bytes, None when they are inside ``cms``."""

    cms: bytes
    content: bytes | None


@dataclass(frozen=True, slots=True)
class FoundMail:
    """A message and what PEC makes of it.

    ``face`` is the message itself, ``original`` the one that it carries (``postacert.eml``), whose attachments are the
    ones that people look for. ``stated`` is the kind that the header fields say. ``depth`` counts the messages around
    it, as when a mailing list or a person passed it on. ``hashes`` are those of the attachments of the message that it
    carries, or else its own, as a brief receipt would have them. ``has_bare_parts`` when
    something in it stands outside of what is signed, as a mailing list's footer. ``oddities`` are sentences about what
    is not as it should be.
    """

    face: ReadMessage
    stated: Kind | None
    certification: Certification | None
    original: ReadMessage | None
    signature: MailSignature | None
    receipt_type: ReceiptType | None
    reference_id: str
    is_failed: bool
    is_encrypted: bool
    has_bare_parts: bool
    has_one_sender: bool
    depth: int
    hashes: tuple[AttachmentHash, ...]
    oddities: tuple[str, ...]

    @property
    def kind(self) -> Kind | None:
        """Give the kind: what is certified, else what the header fields say; None for what is no PEC."""
        certified = self.certification.kind if self.certification is not None else None
        return certified or self.stated

    @property
    def is_pec(self) -> bool:
        """Tell whether it is, or claims to be, an envelope or a receipt of certified e-mail."""
        return self.kind is not None or self.certification is not None
