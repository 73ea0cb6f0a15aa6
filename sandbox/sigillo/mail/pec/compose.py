"""The message that a letter sent by API is: what the sender's mail client would have handed in (RFC 5322, RFC 2045).

Every letter of a message gives the same bytes: nothing in it is one recipient's alone. All of it is 7-bit.

1. The text: plain, or HTML with a plain alternative.
2. The files, attached in order, in base64 and with their names as RFC 2231 has them.
3. The header fields, folded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final

from sigillo.application.ports.post import Piece
from sigillo.domain.letter import Letter
from sigillo.domain.markup import HTML, readable
from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec.dispatch import Dispatch, Role, one_line
from sigillo.mail.pec.layout import (
    SANDBOX_FIELD,
    addresses_field,
    attached_file,
    date_field,
    mailbox,
    multipart,
    plain_field,
    quoted_part,
    text_field,
)

_OPAQUE: Final = "application/octet-stream"
_NOT_ENCODED: Final = ("message/", "multipart/")  # RFC 2045 §6.4: these must not be in base64


def compose(letter: Letter, pieces: Sequence[Piece]) -> bytes:
    """Write the message with CRLF; ``pieces`` are the parts of the letter's content, in order.

    ValueError for a letter that is no PEC.
    """
    if letter.mail is None:
        raise ValueError(f"letter {letter.id} is no PEC: it has no message")
    dispatch = letter.mail.dispatch
    text = next((piece for piece in pieces if piece.part.file_id is None), None)
    files = [piece for piece in pieces if piece.part.file_id is not None]
    # 1
    parts = [] if text is None else [_text(text, dispatch.identifier)]
    # 2
    parts += [_file(piece) for piece in files]
    if len(parts) == 1 and not files:
        body = parts[0]
    else:
        body = multipart("multipart/mixed", parts, boundary=_boundary(dispatch.identifier, "mixed"))
    # 3
    return b"".join(_head(letter, dispatch)) + body


def _head(letter: Letter, dispatch: Dispatch) -> Iterator[bytes]:
    by_role = {role: [each.address for each in dispatch.recipients if each.role is role] for role in Role}
    yield date_field(letter.created_at)
    yield addresses_field("From", [mailbox(one_line(letter.sender.name), dispatch.sender)])
    if dispatch.reply_to is not None:
        yield plain_field("Reply-To", dispatch.reply_to)
    for name, role in (("To", Role.TO), ("Cc", Role.CC)):
        if by_role[role]:
            yield addresses_field(name, by_role[role])
    yield text_field("Subject", dispatch.subject)
    if dispatch.original_id is not None:
        yield plain_field("Message-ID", dispatch.original_id)
    if dispatch.receipt_type is not ReceiptType.COMPLETE:
        yield plain_field("X-TipoRicevuta", dispatch.receipt_type.value)
    yield SANDBOX_FIELD
    yield plain_field("MIME-Version", "1.0")


def _text(piece: Piece, identifier: str) -> bytes:
    if piece.part.media_type != HTML:
        return quoted_part(piece.data, "plain", charset="utf-8")
    plain = quoted_part(readable(piece.data.decode()).encode(), "plain", charset="utf-8")
    parts = (plain, quoted_part(piece.data, "html", charset="utf-8"))
    return multipart("multipart/alternative", parts, boundary=_boundary(identifier, "alternative"))


def _file(piece: Piece) -> bytes:
    kind = piece.part.media_type
    return attached_file(one_line(piece.part.name), _OPAQUE if kind.startswith(_NOT_ENCODED) else kind, piece.data)


def _boundary(identifier: str, level: str) -> str:
    # Neither quoted-printable nor base64 ever holds "=_".
    return f"=_{sha256(f'original {level} {identifier}'.encode()).hexdigest()[:24]}"
