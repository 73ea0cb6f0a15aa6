"""The sender's message as it travels: with the provider's id, and copied into brief receipts.

RFC 6109 §2.2.1 and §3.3.2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha1, sha256
from typing import Final

from sigillo.domain.pec.found import AttachmentHash, Outline
from sigillo.domain.pec.lines import with_crlf
from sigillo.mail.pec.headers import unfolded_lines
from sigillo.mail.pec.layout import CRLF, parameter, plain_field
from sigillo.mail.pec.parts import Part, parse_parts

REFERENCE: Final = "X-Riferimento-Message-ID"
OPAQUE: Final = ("application/pkcs7-mime", "application/x-pkcs7-mime")
HASH_SUFFIX: Final = ".hash"
_LONGEST_NAME: Final = 200  # what can be read back from folded parameters, whatever its letters are
_HASH: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def with_identifier(message: bytes, identifier: str, *, original_id: str | None) -> bytes:
    """Give a message with CRLF, the provider's id for its Message-ID, and its own one in X-Riferimento-Message-ID.

    A Return-Path is not its sender's to write (RFC 5321 §4.4), so it is left out.
    """
    whole, _ = parse_parts(with_crlf(message))
    ours = plain_field("Message-ID", f"<{identifier}>")
    if original_id is not None:
        ours += plain_field(REFERENCE, original_id)
    kept = _without(whole, "message-id", REFERENCE.lower(), "return-path")
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


def outline_of(message: bytes) -> Outline:
    """Give what a brief receipt would keep of a message, or what one did keep of it."""
    data = with_crlf(message)
    whole, _ = parse_parts(data)
    between, at, files = [], whole.body, []
    for part in _named(whole):
        between.append(data[at : part.start])
        files.append(_outlined(part))
        at = part.end
    between.append(data[at:].rstrip(CRLF))
    fields = unfolded_lines(data[: whole.body])
    if files and not whole.children:  # it is all one attachment, whose own header a brief receipt leaves out
        fields = tuple(field for field in fields if not field[0].startswith("content-"))
    return Outline(fields, tuple(map(_sha256, between)), tuple(files))


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


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()


def _outlined(part: Part) -> AttachmentHash:
    text = part.content[:100].decode("ascii", "replace").strip().lower()
    is_hash = part.name.lower().endswith(HASH_SUFFIX) and _HASH.fullmatch(text) is not None
    name = _shortened(part.name[: -len(HASH_SUFFIX)]) + HASH_SUFFIX if is_hash else _shortened(part.name)
    return AttachmentHash(name, _digest(part), _sha256(part.raw_body), text if is_hash else None)


def _shortened(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if len(name) <= _LONGEST_NAME:
        return name
    return stem[: _LONGEST_NAME - len(dot + ending)] + dot + ending if len(ending) < 16 else name[:_LONGEST_NAME]


def _hash_part(part: Part) -> bytes:
    name = _shortened(part.name) + HASH_SUFFIX
    head = _without(part, *(field.name for field in part.headers.fields if field.name.lower().startswith("content-")))
    head += b'Content-Type: text/plain; charset="us-ascii"' + parameter("name", name) + CRLF
    head += b"Content-Disposition: attachment" + parameter("filename", name) + CRLF
    return head + CRLF + _digest(part).encode("ascii")


def _without(part: Part, *names: str) -> bytes:
    dropped = {name.lower() for name in names}
    return b"".join(field.raw + CRLF for field in part.headers.fields if field.name.lower() not in dropped)
