"""FETCH (RFC 3501 §6.4.5): what is asked for of a message, written for the client.

Twisted reads the request; sections are given as the message's own bytes, so that what is signed stays whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sigillo.domain.mail_folder import Stored
from sigillo.mail.pec.headers import Headers
from sigillo.mail.pec.parts import Part, parse_parts
from sigillo.mail.servers.imap_structure import attached, envelope, section, structure
from sigillo.mail.servers.imap_words import written_instant

# What can be told without the message itself; a size only where it is known.
_LIGHT: Final = frozenset({"flags", "uid", "internaldate", "rfc822size"})
_READING: Final = frozenset({"rfc822", "rfc822text"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client wants of each message: Twisted's items, and whether the uid is among them in any case."""

    items: Sequence[Any]
    with_uid: bool

    @property
    def reads(self) -> bool:
        """Tell whether it marks messages as seen: a body is given, and not only peeked at."""
        return any(one.type in _READING or _is_read(one) for one in self.items)

    @property
    def is_light(self) -> bool:
        """Tell whether messages need not be written for it, their sizes aside."""
        return all(one.type in _LIGHT for one in self.items)

    @property
    def needs_size(self) -> bool:
        """Tell whether sizes are wanted."""
        return any(one.type == "rfc822size" for one in self.items)

    @property
    def has_flags(self) -> bool:
        """Tell whether flags are wanted."""
        return any(one.type == "flags" for one in self.items)


@dataclass(frozen=True, slots=True)
class Given:
    """A message to tell of: its number, how it stands, its flags in this session; ``raw`` None where not needed."""

    number: int
    stored: Stored
    flags: tuple[str, ...]
    size_bytes: int | None
    raw: bytes | None


def fetched(wanted: Wanted, given: Given, *, tell_flags: bool = False) -> bytes:
    """Write the answer about one message; ``tell_flags`` where reading it has changed them."""
    message = None if given.raw is None else parse_parts(given.raw)[0]
    told = [_item(one, given, message) for one in wanted.items]
    if wanted.with_uid and not any(one.type == "uid" for one in wanted.items):
        told.append(b"UID %d" % given.stored.uid)
    if tell_flags and not wanted.has_flags:
        told.append(_flags(given.flags))
    return b"* %d FETCH (%s)\r\n" % (given.number, b" ".join(told))


def told_flags(number: int, flags: Sequence[str], *, uid: int | None) -> bytes:
    """Write how a message's flags are now."""
    uid_told = b"" if uid is None else b" UID %d" % uid
    return b"* %d FETCH (%s%s)\r\n" % (number, _flags(flags), uid_told)


def _is_read(item: Any) -> bool:
    return item.type == "body" and not item.peek and _is_section(item)


def _is_section(body: Any) -> bool:
    return bool(body.header or body.text or body.mime or body.empty)


def _item(item: Any, given: Given, message: Part | None) -> bytes:
    if item.type == "flags":
        return _flags(given.flags)
    if item.type == "uid":
        return b"UID %d" % given.stored.uid
    if item.type == "internaldate":
        return b"INTERNALDATE " + written_instant(given.stored.internal_at)
    if item.type == "rfc822size":
        return b"RFC822.SIZE %d" % (given.size_bytes or 0)
    assert message is not None  # the caller reads it for whatever else there is
    return _heavy(item, message)


def _heavy(item: Any, message: Part) -> bytes:
    if item.type == "envelope":
        return b"ENVELOPE " + envelope(message.headers)
    if item.type == "bodystructure":
        return b"BODYSTRUCTURE " + structure(message, is_extended=True)
    if item.type == "rfc822":
        return b"RFC822 " + _literal(message.raw)
    if item.type == "rfc822header":
        return b"RFC822.HEADER " + _literal(_head(message))
    if item.type == "rfc822text":
        return b"RFC822.TEXT " + _literal(message.raw_body)
    if not _is_section(item):
        return b"BODY " + structure(message, is_extended=False)
    return _section(item, message)


def _section(body: Any, message: Part) -> bytes:
    """Give a section whole, or the stretch of it that is asked for, labelled with where that begins."""
    first, length = body.partialBegin, body.partialLength
    body.partialBegin = None
    label = bytes(body)
    body.partialBegin = first
    found = _section_bytes(body, message)
    if first is not None:
        label += b"<%d>" % first
        found = None if found is None else found[first : first + length]
    return label + b" " + (b"NIL" if found is None else _literal(found))


def _section_bytes(body: Any, message: Part) -> bytes | None:
    part = section(message, body.part)
    if part is None:
        return None
    if body.mime:
        # A message of one part has its MIME header among the other fields (RFC 2045 §3).
        return _head(part) if part.start or not body.part else _mime_fields(part.headers)
    if body.empty:
        return part.raw_body if body.part else part.raw
    inside = attached(part) if body.part else message
    if inside is None:
        return None
    if body.text:
        return inside.raw_body
    return _fields(inside.headers, body.header) if body.header.fields else _head(inside)


def _mime_fields(headers: Headers) -> bytes:
    found = [one.raw for one in headers.fields if one.name.lower().startswith(("content-", "mime-version"))]
    return b"".join(raw + b"\r\n" for raw in found) + b"\r\n"


def _fields(headers: Headers, wanted: Any) -> bytes:
    names = {one.decode("ascii", "replace").lower() for one in wanted.fields}
    found = [one.raw for one in headers.fields if (one.name.lower() in names) != bool(wanted.negate)]
    return b"".join(raw + b"\r\n" for raw in found) + b"\r\n"


def _head(part: Part) -> bytes:
    return part.data[part.start : part.body]


def _flags(flags: Sequence[str]) -> bytes:
    return b"FLAGS (%s)" % " ".join(flags).encode()


def _literal(data: bytes) -> bytes:
    return b"{%d}\r\n%s" % (len(data), data)
