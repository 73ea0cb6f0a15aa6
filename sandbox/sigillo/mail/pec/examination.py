"""What a message that a mail client hands in says and carries, decoded for the formal checks and for viruses.

Messages that are attached are looked into as well, and zip archives, within bounds: so many entries, so deep, the first
bytes of each. What cannot be opened, as an archive with a password, is passed over: its name alone counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zipfile import ZipFile, ZipInfo

from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec.dispatch import one_line
from sigillo.domain.pec.eicar import virus_in
from sigillo.domain.pec.formalities import CarriedFile, Examined
from sigillo.domain.pec.lines import with_crlf
from sigillo.mail.pec.headers import Headers
from sigillo.mail.pec.parts import Part, parse_parts

_MESSAGE: Final = "message/rfc822"
_MOST_DEPTH: Final = 4
_MOST_DIRECTORY_BYTES: Final = 4 * 1024 * 1024
_BEGINNING: Final = 512
_LONGEST_TAIL: Final = 22 + 65_535  # the end of a zip's directory and its comment (APPNOTE 4.3.16)
_DIRECTORY_END: Final = b"PK\x05\x06"
_LARGE_DIRECTORY_END: Final = b"PK\x06\x07"

Found = tuple[CarriedFile, str | None]
"""A file, and the name of the virus that was found in it."""


def examine(data: bytes) -> Examined:
    """Examine a message; never raises for what it holds."""
    raw = with_crlf(data)
    tree, _ = parse_parts(raw)
    headers = tree.headers
    found = list(_files(tree, _Budget(), depth=0))
    original_id, replies = headers.message_id("Message-ID"), headers.addresses("Reply-To")
    return Examined(
        senders=headers.addresses("From"),
        submitters=headers.addresses("Sender"),
        to=headers.addresses("To"),
        cc=headers.addresses("Cc"),
        has_hidden=bool(headers.text("Bcc").strip()),
        subject=one_line(headers.text("Subject")),
        size_bytes=len(raw),
        original_id=f"<{original_id}>" if original_id else None,
        reply_to=replies[0][1] if replies else None,
        receipt_type=_receipt_type(headers),
        files=tuple(file for file, _ in found if file.name),
        virus=next((virus for _, virus in found if virus is not None), None),
    )


def _receipt_type(headers: Headers) -> ReceiptType:
    word = headers.token("X-TipoRicevuta")
    return next((kind for kind in ReceiptType if kind.value == word), ReceiptType.COMPLETE)


@dataclass(slots=True)
class _Budget:
    """What may still be opened of a message: so many entries of archives, so many bytes of archives in archives."""

    entries: int = 2000
    inner_bytes: int = 64 * 1024 * 1024


def _files(tree: Part, budget: _Budget, *, depth: int) -> Iterator[Found]:
    """Give each part that is no container, named or not: a text may be a virus too."""
    for part in tree.walk():
        if part.children:
            continue
        content = part.content
        yield _file(part.name, content)
        if depth < _MOST_DEPTH:
            if part.media_type == _MESSAGE:
                yield from _files(parse_parts(content)[0], budget, depth=depth + 1)
            yield from _archived(part.name, content, budget, depth=depth + 1)


def _file(name: str, content: bytes) -> Found:
    return CarriedFile(one_line(name), is_program=content.startswith(b"MZ")), virus_in(content)


def _archived(name: str, data: bytes, budget: _Budget, *, depth: int) -> Iterator[Found]:
    if not _is_small_archive(data):
        return
    try:
        with ZipFile(BytesIO(data)) as archive:
            for entry in archive.infolist():
                if not budget.entries:
                    return
                budget.entries -= 1
                inside = f"{name}/{entry.filename}"
                content = _content(archive, entry, budget)
                yield _file(inside, content)
                if depth < _MOST_DEPTH:
                    yield from _archived(inside, content, budget, depth=depth + 1)
    except Exception:  # noqa: BLE001 - the library has its own accidents with archives that strangers made
        return


def _is_small_archive(data: bytes) -> bool:
    """Tell a zip whose directory, read as a whole, has a bounded size, whichever of its ends is taken for it."""
    if data.find(_DIRECTORY_END, max(len(data) - _LONGEST_TAIL, 0)) < 0:
        return False
    tail = data[-_LONGEST_TAIL:]
    if _LARGE_DIRECTORY_END in tail:
        return False
    sizes = [int.from_bytes(after[8:12], "little") for after in tail.split(_DIRECTORY_END)[1:]]
    return max(sizes) <= _MOST_DIRECTORY_BYTES


def _content(archive: ZipFile, entry: ZipInfo, budget: _Budget) -> bytes:
    """Give the beginning of an entry, all of it where it is an archive again; nothing of one that is locked."""
    try:
        with archive.open(entry) as source:
            beginning = source.read(_BEGINNING)
            if not beginning.startswith(b"PK") or entry.file_size > budget.inner_bytes:
                return beginning
            budget.inner_bytes -= entry.file_size
            return beginning + source.read(entry.file_size - len(beginning))
    except Exception:  # noqa: BLE001 - as above: a password, an unknown method, a broken stream
        return b""
