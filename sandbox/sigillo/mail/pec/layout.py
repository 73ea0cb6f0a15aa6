"""MIME laid out by hand, with CRLF, so that the signed bytes are the sent bytes and the same in any process.

What goes into a header or a body is encoded by the standard library: encoded words (RFC 2047), parameters (RFC 2231),
base64 and quoted-printable. Boundaries are arguments.
"""

from __future__ import annotations

from binascii import b2a_base64, b2a_qp
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache
from itertools import chain
from struct import Struct, unpack_from
from typing import Final
from urllib.parse import quote

from sigillo.domain.pec.lines import with_crlf
from sigillo.domain.pec.wording import shown

CRLF: Final = b"\r\n"
_FOLDED_AT: Final = 76
_LINE_BYTES: Final = 76
_LINE: Final = f"{_LINE_BYTES}s"
_BLOCK_LINES: Final = 64  # that are cut at once
_BLOCK: Final = Struct(_LINE * _BLOCK_LINES)
_SHARED_BYTES: Final = 24 * 57  # of a CMS, in whole lines: its certificates stand there, and take more than that
_LONGEST_NAME: Final = 50  # of a file, to stand on one line
_PIECE: Final = 54  # of a longer one, in each of its lines
SANDBOX_FIELD: Final = b"X-Sigillo-Sandbox: no legal value, not qualified" + CRLF
_UNQUOTED: Final = frozenset(map(chr, range(32, 127))) - set('"\\')


def subject_field(prefix: str, subject: str) -> bytes:
    """Write the Subject: the prefix as it is, so that filters find it, then the text, in encoded words if need be."""
    return text_field("Subject", subject, prefix=f"{prefix}:")


def text_field(name: str, text: str, *, prefix: str = "") -> bytes:
    """Write a field of free text, folded, in encoded words where it is not ASCII or would not be read as it stands.

    ``prefix`` is ASCII and stays as it is.
    """
    line = f"{name}: {prefix}{' ' if prefix else ''}{text}"
    is_plain = line.isascii() and "=?" not in line
    if is_plain and len(line) <= _FOLDED_AT:
        return f"{line}\r\n".encode("ascii")
    header = Header(prefix or None, "us-ascii", header_name=name, maxlinelen=_FOLDED_AT)
    folds = is_plain and max(map(len, text.split(" "))) < _FOLDED_AT
    header.append(text, "us-ascii" if folds else "utf-8")
    return f"{name}: ".encode("ascii") + header.encode(linesep="\r\n").encode("ascii") + CRLF


def plain_field(name: str, value: str) -> bytes:
    """Write a field whose value is ASCII already and must stay on one line: an address, an id, a word."""
    if "\r" in value or "\n" in value:
        raise ValueError(f"the value of {name} is not one line")
    return f"{name}: {value}\r\n".encode("ascii")


def date_field(at: datetime) -> bytes:
    """Write the Date of an aware instant in Italian legal time, as everything in a PEC shows it (RFC 6109 §4.1)."""
    local = shown(at)
    return f"Date: {_named_day(local.day)} {local.time} {local.zone}\r\n".encode("ascii")


@lru_cache(maxsize=256)
def _named_day(day: str) -> str:
    """Give ``dd/mm/yyyy`` with the names that mail has for days and months (RFC 5322 §3.3)."""
    at = datetime(int(day[6:]), int(day[3:5]), int(day[:2]), tzinfo=UTC)
    return format_datetime(at).removesuffix(" 00:00:00 +0000")


def mailbox(name: str, address: str) -> str:
    """Write a name and an address for From or To; a name that is not ASCII becomes encoded words, folded."""
    if name.isascii() and "=?" not in name:
        return formataddr((name, address))
    words = Header(name, "utf-8", header_name="From", maxlinelen=_FOLDED_AT).encode(linesep="\r\n")
    folds = len(words.rpartition("\r\n")[2]) + len(address) > _FOLDED_AT - len("From:  <>")
    return words + ("\r\n" if folds else "") + f" <{address}>"


def addresses_field(name: str, mailboxes: Sequence[str]) -> bytes:
    """Write a field of mailboxes, as :func:`mailbox` gives them, folded between them."""
    field = f"{name}:"
    room = _FOLDED_AT - len(field)
    for number, each in enumerate(mailboxes, 1):
        shown = f" {each}{',' if number < len(mailboxes) else ''}"
        folds = number > 1 and len(shown) > room
        field, room = field + ("\r\n" if folds else "") + shown, (_FOLDED_AT if folds else room) - len(shown)
    return field.encode("ascii") + CRLF


def text_part(text: str, *, subtype: str = "plain") -> bytes:
    """Lay out a text: ISO-8859-1 where that holds it, as PEC providers write, else UTF-8; quoted-printable."""
    try:
        return quoted_part(text.encode("iso-8859-1"), subtype, charset="iso-8859-1")
    except UnicodeEncodeError:
        return quoted_part(text.encode("utf-8"), subtype, charset="utf-8")


def quoted_part(data: bytes, subtype: str, *, charset: str) -> bytes:
    """Lay out a text that is encoded already, in quoted-printable."""
    lines = with_crlf(data)
    quoted = b2a_qp(lines, istext=True)
    # A text of one line tells the encoder nothing of line ends, and it breaks lines with LF then.
    return _text_head(subtype, charset) + (quoted if CRLF in lines else with_crlf(quoted))


@lru_cache(maxsize=16)
def _text_head(subtype: str, charset: str) -> bytes:
    head = plain_field("Content-Type", f'text/{subtype}; charset="{charset}"')
    return head + plain_field("Content-Transfer-Encoding", "quoted-printable") + CRLF


def file_part(name: str, media_type: str, data: bytes, *, disposition: str = "inline", type_more: str = "") -> bytes:
    """Lay out a file in base64; its name is ASCII."""
    return _file_head(name, media_type, disposition, type_more) + _base64(data)


@lru_cache(maxsize=64)
def _file_head(name: str, media_type: str, disposition: str, type_more: str) -> bytes:
    head = plain_field("Content-Type", f'{media_type};{type_more} name="{name}"')
    head += plain_field("Content-Transfer-Encoding", "base64")
    return head + plain_field("Content-Disposition", f'{disposition}; filename="{name}"') + CRLF


def attached_file(name: str, media_type: str, data: bytes) -> bytes:
    """Attach a file in base64; its name may be any text on one line."""
    head = f"Content-Type: {media_type}".encode("ascii") + parameter("name", name) + CRLF
    head += plain_field("Content-Transfer-Encoding", "base64")
    head += b"Content-Disposition: attachment" + parameter("filename", name) + CRLF
    return head + CRLF + _base64(data)


def parameter(name: str, value: str) -> bytes:
    """Write a parameter on lines of its own: a quoted string, else as RFC 2231 §3 and §4 have it, in UTF-8."""
    if len(value) <= _LONGEST_NAME and _UNQUOTED.issuperset(value) and "=?" not in value:
        return f';\r\n {name}="{value}"'.encode("ascii")
    lines = ["utf-8''"]
    for escape in (quote(char, safe="", errors="replace") for char in value):
        if len(lines[-1]) + len(escape) > _PIECE:
            lines.append("")
        lines[-1] += escape
    numbers = [f"*{number}" for number in range(len(lines))] if len(lines) > 1 else [""]
    return "".join(f";\r\n {name}{n}*={line}" for n, line in zip(numbers, lines, strict=True)).encode("ascii")


def _base64(data: bytes) -> bytes:
    """Encode in lines of 76 characters (RFC 2045 §6.8); all at once, which takes a fraction of line by line."""
    encoded = b2a_base64(data, newline=False)
    whole, left = divmod(len(encoded), _LINE_BYTES)
    lines = unpack_from(_LINE * whole, encoded) if whole < _BLOCK_LINES else _many_lines(encoded)
    return CRLF.join((*lines, encoded[-left:], b"") if left else (*lines, b"") if data else ())


def _many_lines(encoded: bytes) -> Iterable[bytes]:
    blocks = len(encoded) - len(encoded) % _BLOCK.size
    rest = (len(encoded) - blocks) // _LINE_BYTES
    return chain(chain.from_iterable(_BLOCK.iter_unpack(encoded[:blocks])), unpack_from(_LINE * rest, encoded, blocks))


def message_part(name: str, message: bytes) -> bytes:
    """Lay out a message as it stands: RFC 2046 §5.2.1 allows no encoding, so bytes above 127 make it 8bit."""
    head = plain_field("Content-Type", f'message/rfc822; name="{name}"')
    if not message.isascii():
        head += plain_field("Content-Transfer-Encoding", "8bit")
    head += plain_field("Content-Disposition", f'inline; filename="{name}"')
    return head + CRLF + message


def multipart(kind: str, parts: Iterable[bytes], *, boundary: str, encoding: str | None = None) -> bytes:
    """Lay out a multipart entity; ``kind`` is its media type, ``encoding`` its stated transfer encoding."""
    mark = boundary.encode("ascii")
    before, after = _multipart_head(kind, encoding)
    between = CRLF.join((b"", b"--" + mark, b""))
    return b"".join((before, mark, after, between[2:], between.join(parts), between[:-2], b"--", CRLF))


@lru_cache(maxsize=64)
def _multipart_head(kind: str, encoding: str | None) -> tuple[bytes, bytes]:
    """Give what stands before the boundary in the header fields, and what after it."""
    more = b"" if encoding is None else plain_field("Content-Transfer-Encoding", encoding)
    return plain_field("Content-Type", f'{kind}; boundary="').removesuffix(CRLF), b'"' + CRLF + more + CRLF


def signed(content: bytes, signature: bytes, *, boundary: str, signature_type: str) -> bytes:
    """Lay out content and its detached SHA-256 signature, a DER CMS, as multipart/signed (RFC 5751 §3.4.3)."""
    kind = f'multipart/signed; protocol="{signature_type}"; micalg="sha-256"'
    head = _file_head("smime.p7s", signature_type, "attachment", "")
    part = head + _shared_lines(signature[:_SHARED_BYTES]) + _base64(signature[_SHARED_BYTES:])
    return multipart(kind, (content, part), boundary=boundary)


@lru_cache(maxsize=256)
def _shared_lines(start: bytes) -> bytes:
    """Encode what all signatures of a signer begin with, mostly its certificates."""
    return _base64(start)
