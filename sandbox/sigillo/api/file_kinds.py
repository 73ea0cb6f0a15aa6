"""Which files are taken, and whether one is what its name says: told by the bytes, by an explicit table.

What a file must show, by its extension: magic bytes near its start; for office documents also the name of a member;
for text that there is no NUL and nothing binary. What runs is refused whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_HEAD_BYTES = 4096
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class FileKind:
    """``magic``: one of these stands within the first ``within`` bytes; ``member`` stands anywhere in the file."""

    media_type: str
    magic: tuple[bytes, ...] = ()
    within: int = 0
    member: bytes = b""
    text: bool = False


_ZIP = (b"PK\x03\x04",)
_CMS = (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",)  # id-signedData, RFC 5652 §5.1
_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_OPENING = (b"<",)
_BOM_AND_BLANKS = 64

KINDS: Mapping[str, FileKind] = MappingProxyType(
    {
        "pdf": FileKind("application/pdf", (b"%PDF-",), 1024),
        "png": FileKind("image/png", (b"\x89PNG\r\n\x1a\n",)),
        "jpg": FileKind("image/jpeg", (b"\xff\xd8\xff",)),
        "jpeg": FileKind("image/jpeg", (b"\xff\xd8\xff",)),
        "gif": FileKind("image/gif", (b"GIF87a", b"GIF89a")),
        "tif": FileKind("image/tiff", (b"II*\0", b"MM\0*")),
        "tiff": FileKind("image/tiff", (b"II*\0", b"MM\0*")),
        "docx": FileKind(f"{_OOXML}wordprocessingml.document", _ZIP, member=b"word/"),
        "xlsx": FileKind(f"{_OOXML}spreadsheetml.sheet", _ZIP, member=b"xl/"),
        "pptx": FileKind(f"{_OOXML}presentationml.presentation", _ZIP, member=b"ppt/"),
        "odt": FileKind(f"{_ODF}text", _ZIP, member=b"opendocument.text"),
        "ods": FileKind(f"{_ODF}spreadsheet", _ZIP, member=b"opendocument.spreadsheet"),
        "zip": FileKind("application/zip", (*_ZIP, b"PK\x05\x06")),
        "p7m": FileKind("application/pkcs7-mime", _CMS, 32),
        "txt": FileKind("text/plain", text=True),
        "csv": FileKind("text/csv", text=True),
        "html": FileKind("text/html", _OPENING, _BOM_AND_BLANKS, text=True),
        "htm": FileKind("text/html", _OPENING, _BOM_AND_BLANKS, text=True),
        "xml": FileKind("application/xml", _OPENING, _BOM_AND_BLANKS, text=True),
        "eml": FileKind("message/rfc822", (b":",), 200, text=True),
    }
)
_RUNS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\0asm",
)
_BAD_IN_NAME = re.compile("[\x00-\x1f\x7f-\x9f/\\\\:\ud800-\udfff\ufffe\uffff]")


class Inspector:
    """Looks at a file while it passes; tells at its end what is wrong with it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._kind = KINDS.get(extension(name))
        self._head = b""
        self._size = 0
        self._nul = False
        self._member_seen = False
        self._tail = b""

    @property
    def media_type(self) -> str:
        """Give the media type that the name says."""
        return self._kind.media_type if self._kind else "application/octet-stream"

    def see(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        if len(self._head) < _HEAD_BYTES:
            self._head += chunk[: _HEAD_BYTES - len(self._head)]
        self._size += len(chunk)
        kind = self._kind
        if kind is None:
            return
        if kind.text and not self._nul:
            self._nul = b"\0" in chunk
        if kind.member and not self._member_seen:
            self._member_seen = kind.member in self._tail + chunk
            self._tail = chunk[-len(kind.member) :]

    def finding(self) -> tuple[str, str] | None:
        """Give a code and what to do when something is wrong; None for a good file."""
        named = _name_finding(self.name)
        if named:
            return named
        if self._size == 0:
            return "empty_file", f"{self.name} is empty: send the file with its content."
        if self._head.startswith(_RUNS):
            return "executable", f"{self.name} is a program: send documents only."
        if self._kind is None:
            allowed = ", ".join(sorted(KINDS))
            return "file_type_not_allowed", f"{self.name} is of no kind that is taken. Taken are: {allowed}."
        if not self._is_its_kind(self._kind):
            detail = f"{self.name} is not what its name says: name it as what it is, or send the right file."
            return "file_type_mismatch", detail
        return None

    def _is_its_kind(self, kind: FileKind) -> bool:
        head = self._head
        if kind.magic and not any(0 <= head.find(magic) <= kind.within for magic in kind.magic):
            return False
        if kind.member and not self._member_seen:
            return False
        return not (kind.text and (self._nul or _looks_binary(head)))


def extension(name: str) -> str:
    """Give what follows the last dot, in lower case."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _looks_binary(head: bytes) -> bool:
    """Tell whether a binary kind of the table opens like this."""
    return any(head.startswith(kind.magic) for kind in KINDS.values() if kind.magic and not kind.text)


def _name_finding(name: str) -> tuple[str, str] | None:
    if not name:
        return "missing_filename", "The file has no name: send `filename=…` with its part."
    if len(name) > LONGEST_NAME:
        return "filename_too_long", f"The file's name has {len(name)} characters: shorten it to {LONGEST_NAME}."
    if _BAD_IN_NAME.search(name) or name.startswith(".") or name != name.strip():
        detail = "The file's name holds a path, a colon, control characters, or blanks or a dot at its edge: rename it."
        return "bad_filename", detail
    return None
