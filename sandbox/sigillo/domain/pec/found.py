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
    """What a brief receipt says of an attachment: hexadecimal digests of its bytes as they travel, still encoded.

    ``stated`` is the digest that the attachment itself holds, when it is one that a brief receipt put in the place of
    another; ``name`` ends with ``.hash`` then.
    """

    name: str
    sha1: str
    sha256: str
    stated: str | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A message as a brief receipt keeps it, to be held against another one.

    ``fields`` are its header fields in order, the name in lower case and the value unfolded; ``between`` the SHA-256 of
    what stands before, between and after its attachments: one more than there are ``files``. What an attachment's own
    header says is in none of them but for its name: brief receipts leave it out.
    """

    fields: tuple[tuple[str, str], ...]
    between: tuple[str, ...]
    files: tuple[AttachmentHash, ...]


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
    it, as when a mailing list or a person passed it on. ``outline`` is that of the message that it
    carries, or else its own. ``has_bare_parts`` when something in it stands outside of what is signed, as a mailing
    list's footer. ``oddities`` are sentences about what
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
    outline: Outline
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
