"""The sender's message as it travels: with the provider's id, and copied into brief receipts.

RFC 6109 §2.2.1 and §3.3.2.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha1, sha256
from typing import Final

from sigillo.domain.pec.found import AttachmentHash
from sigillo.domain.pec.lines import with_crlf
from sigillo.mail.pec.layout import CRLF, plain_field
from sigillo.mail.pec.parts import Part, parse_parts

REFERENCE: Final = "X-Riferimento-Message-ID"
OPAQUE: Final = ("application/pkcs7-mime", "application/x-pkcs7-mime")
HASH_SUFFIX: Final = ".hash"


def with_identifier(message: bytes, identifier: str, *, original_id: str | None) -> bytes:
    """Give a message with CRLF, the provider's id for its Message-ID, and its own one in X-Riferimento-Message-ID."""
    whole, _ = parse_parts(with_crlf(message))
    ours = plain_field("Message-ID", f"<{identifier}>")
    if original_id is not None:
        ours += plain_field(REFERENCE, original_id)
    kept = _without(whole, "message-id", REFERENCE.lower())
    return ours + kept + CRLF + whole.raw_body


def inherited(message: Part, *names: str) -> bytes:
    """Give the fields of these names unmodified, in the order that they have."""
    return b"".join(field.raw + CRLF for field in message.headers.all(*names))


def brief_copy(message: bytes) -> bytes:
    """Give a copy in which each attachment is replaced by its hash (§3.3.2.2).

    An opaquely signed message stays whole, and the signature of a signed one stays although it no longer fits.
    """
    data = with_crlf(message)
    whole, _ = parse_parts(data)
    pieces, at = [], 0
    for part in _named(whole):
        pieces += [data[at : part.start], _hash_part(part)]
        at = part.end
    return b"".join((*pieces, data[at:]))


def attachment_hashes(message: bytes) -> tuple[AttachmentHash, ...]:
    """Give the hash of each attachment that a brief receipt would replace."""
    whole, _ = parse_parts(with_crlf(message))
    return tuple(AttachmentHash(part.name, _digest(part), sha256(part.raw_body).hexdigest()) for part in _named(whole))


def _named(part: Part) -> Iterator[Part]:
    if part.media_type in OPAQUE:
        return
    children = part.children[:1] if part.media_type == "multipart/signed" else part.children
    for child in children:
        yield from _named(child)
    if not part.children and part.name:
        yield part


def _digest(part: Part) -> str:
    return sha1(part.raw_body, usedforsecurity=False).hexdigest()


def _hash_part(part: Part) -> bytes:
    name = part.name.encode("ascii", "replace").decode("ascii").translate(_QUOTED) + HASH_SUFFIX
    head = _without(part, *(field.name for field in part.headers.fields if field.name.lower().startswith("content-")))
    head += plain_field("Content-Type", f'text/plain; charset="us-ascii"; name="{name}"')
    head += plain_field("Content-Disposition", f'attachment; filename="{name}"')
    return head + CRLF + _digest(part).encode("ascii")


def _without(part: Part, *names: str) -> bytes:
    dropped = {name.lower() for name in names}
    return b"".join(field.raw + CRLF for field in part.headers.fields if field.name.lower() not in dropped)


_QUOTED: Final = str.maketrans({'"': "_", "\\": "_", "\r": " ", "\n": " "})
