"""A message as people see it: who wrote what to whom, the text, and the files."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from sigillo.domain.pec.found import Attachment, ReadMessage
from sigillo.mail.pec.headers import Headers
from sigillo.mail.pec.parts import Part

_FOLDERS: Final = re.compile(r"[/\\]")
_SIGNATURE: Final = ("application/pkcs7-signature", "application/x-pkcs7-signature")
_MESSAGE: Final = "message/rfc822"


def read_message(whole: Part, tree: Part) -> ReadMessage:
    """Give a view of a message; ``tree`` is where its parts are: itself, or what an opaque signature held."""
    headers = whole.headers
    senders = headers.addresses("From") or (("", ""),)
    leaves = [part for part in tree.walk() if not part.children]
    return ReadMessage(
        sender=senders[0][1],
        sender_name=senders[0][0],
        to=tuple(address for _, address in headers.addresses("To")),
        cc=tuple(address for _, address in headers.addresses("Cc")),
        subject=headers.text("Subject"),
        message_id=headers.message_id("Message-ID"),
        at=_date(headers),
        text=_body(leaves, "text/plain"),
        html=_body(leaves, "text/html"),
        attachments=tuple(_attachment(part) for part in leaves if _is_file(part)),
        raw=whole.raw,
    )


def _body(leaves: list[Part], media_type: str) -> str:
    part = next((part for part in leaves if part.media_type == media_type and not _is_file(part)), None)
    return "" if part is None else part.text


def _is_file(part: Part) -> bool:
    if part.media_type in _SIGNATURE:
        return False
    if part.name or part.headers.token("Content-Disposition") == "attachment":
        return True
    return not part.media_type.startswith(("text/", "multipart/"))


def _attachment(part: Part) -> Attachment:
    shown = _FOLDERS.split(part.name)[-1]
    name = "".join(char for char in shown if char.isprintable()).strip()
    return Attachment(name or ("message.eml" if part.media_type == _MESSAGE else ""), part.media_type, part.content)


def _date(headers: Headers) -> datetime | None:
    try:
        at = parsedate_to_datetime(headers.text("Date"))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
