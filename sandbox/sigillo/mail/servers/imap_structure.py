"""What IMAP tells of a message without giving it: ENVELOPE and BODYSTRUCTURE (RFC 3501 §7.4.2), and its sections."""

from __future__ import annotations

from email.header import Header
from typing import Final

from twisted.mail.imap4 import collapseNestedLists

from sigillo.mail.pec.headers import Headers
from sigillo.mail.pec.parts import Part, parse_parts

_DEEPEST: Final = 20
_LONGEST: Final = 4096
Value = bytes | int | None | list["Value"]


def envelope(headers: Headers) -> bytes:
    """Write a message's envelope."""
    sender = _addresses(headers, "From")
    return _written(
        [
            _text(headers.text("Date")),
            _text(headers.text("Subject")),
            sender,
            _addresses(headers, "Sender") or sender,
            _addresses(headers, "Reply-To") or sender,
            _addresses(headers, "To"),
            _addresses(headers, "Cc"),
            _addresses(headers, "Bcc"),
            _text(headers.text("In-Reply-To")),
            _text(headers.text("Message-ID")),
        ]
    )


def structure(part: Part, *, is_extended: bool, depth: int = 0) -> bytes:
    """Write the structure of a message or of a part, with its extension data or without."""
    if part.children and depth < _DEEPEST:
        inside = b"".join(structure(one, is_extended=is_extended, depth=depth + 1) for one in part.children)
        last: list[Value] = [_subtype(part)]
        if is_extended:
            last += [_parameters(part, "Content-Type"), _disposition(part), None, None]
        return b"(%s %s)" % (inside, collapseNestedLists(last))
    return b"(%s)" % b" ".join(_leaf(part, is_extended=is_extended, depth=depth))


def section(message: Part, path: tuple[int, ...]) -> Part | None:
    """Give the part that a path of places from 0 leads to (§6.4.5), None where there is none.

    Inside an attached message the path goes on with that message's parts.
    """
    found = message
    for place in path:
        inside = attached(found) or found
        if inside.children:
            if place >= len(inside.children):
                return None
            found = inside.children[place]
        elif place:
            return None
        else:
            found = inside
    return found


def attached(part: Part) -> Part | None:
    """Give the message that a part of type message/rfc822 is."""
    if part.media_type != "message/rfc822":
        return None
    return parse_parts(part.raw_body)[0]


def _leaf(part: Part, *, is_extended: bool, depth: int) -> list[bytes]:
    media_type = part.media_type if not part.media_type.startswith("multipart/") else "application/octet-stream"
    major, _, minor = media_type.partition("/")
    told = [
        _flat(
            [
                _text(major.upper()),
                _text(minor.upper()),
                _parameters(part, "Content-Type"),
                _text(part.headers.text("Content-ID")),
                _text(part.headers.text("Content-Description")),
                _text((part.encoding or "7bit").upper()),
                part.end - part.body,
            ]
        )
    ]
    inner = attached(part) if depth < _DEEPEST else None
    if inner is not None:
        told += [envelope(inner.headers), structure(inner, is_extended=is_extended, depth=depth + 1)]
    if inner is not None or major == "text":
        told.append(b"%d" % part.data.count(b"\n", part.body, part.end))
    if is_extended:
        told.append(_flat([None, _disposition(part), None, None]))
    return told


def _disposition(part: Part) -> Value:
    kind = part.headers.token("Content-Disposition")
    return [_text(kind), _parameters(part, "Content-Disposition")] if kind else None


def _parameters(part: Part, name: str) -> Value:
    found: list[Value] = []
    for parameter, value in part.headers.parameters(name):
        found += [_text(parameter), _text(value) or b""]
    return found or None


def _subtype(part: Part) -> bytes:
    return part.media_type.partition("/")[2].upper().encode("ascii", "replace")


def _addresses(headers: Headers, name: str) -> Value:
    found: list[Value] = []
    for person, address in headers.addresses(name):
        local, _, domain = address.rpartition("@")
        found.append([_text(person), None, _text(local) or b"", _text(domain) or b""])
    return found or None


def _text(text: str) -> bytes | None:
    """Give a text in ASCII, as encoded words where it is none; None for an empty one."""
    if not text:
        return None
    text = text[:_LONGEST].replace("\0", "")
    if text.isascii():
        return text.encode()
    return Header(text.encode("utf-8", "replace").decode(), "utf-8", maxlinelen=10**9).encode().encode("ascii")


def _written(values: list[Value]) -> bytes:
    return b"(%s)" % _flat(values)


def _flat(values: list[Value]) -> bytes:
    flat: bytes = collapseNestedLists(values)
    return flat
