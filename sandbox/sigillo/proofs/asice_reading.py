"""ASiC-E containers, read: bounded, refusing whatever two readers could understand differently.

Before anything is unpacked:

1. the directory at the end is found, and is small and where it says it is: a directory of a million names is refused
   before it is read, and so is anything put before or behind the container;
2. names are relative, plain and each there once; nothing is encrypted; methods are stored and deflate;
3. the sizes together stay below the bound: zipfile never gives more of an entry than its size says.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Final
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from sigillo.domain.errors import MalformedInput
from sigillo.proofs import hardened_xml as xml
from sigillo.proofs.asice import ASIC, MIMETYPE
from sigillo.proofs.evidence import DS
from sigillo.proofs.evidence_reading import digest_value
from sigillo.proofs.zip_layout import is_exact

MAX_ENTRIES: Final = 2_000
MAX_TOTAL_BYTES: Final = 512 * 1024 * 1024  # twice the content of the largest letter
_MAX_NAME_BYTES: Final = 1_024
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_ZIP64_LOCATOR: Final = b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES: Final = 20
_MAX_COMMENT_BYTES: Final = 65_535
_MAX_DIRECTORY_BYTES: Final = MAX_ENTRIES * 512
_CHUNK_BYTES: Final = 1 << 18
_ENCRYPTED: Final = 0x41  # bits 0 and 6: traditional and strong encryption
_FOLDER: Final = "META-INF/"
_ALIEN: Final = (BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a manifest says of an entry; ``algorithm`` is the digest's XML-DSig URI."""

    name: str
    media_type: str | None
    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class AsicManifest:
    """An ASiCManifest: where the signature (or time-stamp token) over it stands, and the entries it vouches for."""

    signature_name: str
    signature_type: str | None
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AsiceContents:
    """An open container. ``names`` are all entries but ``mimetype`` and folders, in the container's order.

    ``is_exact`` tells that every byte outside of the entries is what we write; others' containers seldom are.
    """

    names: tuple[str, ...]
    is_exact: bool
    _container: ZipFile
    _infos: dict[str, ZipInfo]

    @property
    def data_names(self) -> tuple[str, ...]:
        """Give the entries that a manifest must vouch for: those outside ``META-INF/``."""
        return tuple(name for name in self.names if not name.startswith(_FOLDER))

    @property
    def manifest_names(self) -> tuple[str, ...]:
        """Give the ASiCManifest files."""
        return tuple(name for name in self.names if name.startswith(f"{_FOLDER}ASiCManifest") and name.endswith(".xml"))

    def size(self, name: str) -> int:
        """Give an entry's size in bytes; :class:`MalformedInput` when there is no such entry."""
        return self._info(name).file_size

    def chunks(self, name: str) -> Iterator[bytes]:
        """Give an entry's bytes piece by piece; :class:`MalformedInput` when they are damaged or not there."""
        info = self._info(name)
        try:
            with self._container.open(info) as source:
                while chunk := source.read(_CHUNK_BYTES):
                    yield chunk
        except _ALIEN as error:
            raise MalformedInput(f"The entry {name!r} is damaged: {error}") from None

    def read(self, name: str, *, max_bytes: int = xml.MAX_XML_BYTES) -> bytes:
        """Give a small entry whole; :class:`MalformedInput` when it is longer than ``max_bytes``."""
        if self.size(name) > max_bytes:
            raise MalformedInput(f"The entry {name!r} has {self.size(name)} bytes; at most {max_bytes} are read.")
        return b"".join(self.chunks(name))

    def sha256(self, name: str) -> bytes:
        """Give the SHA-256 of an entry of any size."""
        digest = sha256()
        for chunk in self.chunks(name):
            digest.update(chunk)
        return digest.digest()

    def _info(self, name: str) -> ZipInfo:
        if name not in self._infos:
            raise MalformedInput(f"The container has no entry {name[:80]!r}.")
        return self._infos[name]


def open_asice(file: BinaryIO) -> AsiceContents:
    """Open a container; the file stays open and the caller's. :class:`MalformedInput` when it is none."""
    _check_directory(file)  # 1
    try:
        container = ZipFile(file)
    except _ALIEN as error:
        raise MalformedInput(f"This is not a zip file: {error}") from None
    infos = container.infolist()
    _check_entries(infos)  # 2, 3
    by_name = {info.filename: info for info in infos if not info.is_dir()}
    names = tuple(name for name in by_name if name != "mimetype")
    contents = AsiceContents(names, is_exact(file, infos), container, by_name)
    _check_type(infos, contents)
    return contents


def read_manifest(data: bytes) -> AsicManifest:
    """Read an ASiCManifest; :class:`MalformedInput` when it is none."""
    root = xml.parse(data, what="ASiCManifest")
    if root.tag != f"{{{ASIC}}}ASiCManifest":
        raise MalformedInput(f"The root is {root.tag!r}, not an ASiCManifest of {ASIC}.")
    signature = xml.required(root, f"{{{ASIC}}}SigReference")
    references = tuple(_reference(found) for found in xml.children(root, f"{{{ASIC}}}DataObjectReference"))
    return AsicManifest(unquote(signature.get("URI", "")), signature.get("MimeType"), references)


def _reference(found: xml.Element) -> Reference:
    return Reference(
        name=unquote(found.get("URI", "")),
        media_type=found.get("MimeType"),
        algorithm=xml.required(found, f"{{{DS}}}DigestMethod").get("Algorithm", ""),
        digest=digest_value(xml.required_text(found, f"{{{DS}}}DigestValue")),
    )


def _check_directory(file: BinaryIO) -> None:
    """The end record as zipfile will find it: without a comment at the very end, else the last one in the tail."""
    size = file.seek(0, 2)
    if size > MAX_TOTAL_BYTES:
        raise MalformedInput(f"The container has {size} bytes; at most {MAX_TOTAL_BYTES} are read.")
    file.seek(max(0, size - _END_BYTES - _MAX_COMMENT_BYTES))
    tail = file.read()
    bare = tail[-_END_BYTES:]
    place = len(tail) - _END_BYTES if bare.startswith(_END) and bare.endswith(b"\0\0") else tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_BYTES:
        raise MalformedInput("This is not a zip file, or its end is missing.")
    length, offset, comment = struct.unpack_from("<IIH", tail, place + 12)
    start = size - len(tail) + place
    # zipfile follows a zip64 locator even where the plain record says everything.
    is_zip64 = tail[: max(0, place)][-_ZIP64_LOCATOR_BYTES:].startswith(_ZIP64_LOCATOR)
    if length > _MAX_DIRECTORY_BYTES or is_zip64:
        raise MalformedInput(f"The container has more than {MAX_ENTRIES} entries, or is a zip64 file; neither is read.")
    if offset + length != start or start + _END_BYTES + comment != size:
        raise MalformedInput("Something stands before, behind or inside the container that does not belong to it.")


def _check_entries(infos: list[ZipInfo]) -> None:
    if len(infos) > MAX_ENTRIES:
        raise MalformedInput(f"The container has {len(infos)} entries; at most {MAX_ENTRIES} are read.")
    total = sum(info.file_size for info in infos)
    if total > MAX_TOTAL_BYTES:
        raise MalformedInput(f"The container unpacks to {total} bytes; at most {MAX_TOTAL_BYTES} are read.")
    seen: set[str] = set()
    for info in infos:
        _check_entry(info)
        if info.filename in seen:
            raise MalformedInput(f"The container has two entries {info.filename!r}: nobody knows which one is meant.")
        seen.add(info.filename)


def _check_entry(info: ZipInfo) -> None:
    name = info.filename
    segments = name.removesuffix("/").split("/")
    if "\\" in name or ":" in name or any(segment in ("", ".", "..") for segment in segments):
        raise MalformedInput(f"The entry name {name[:80]!r} leads out of the container.")
    if info.orig_filename != name or _CONTROL.search(name) or len(name.encode()) > _MAX_NAME_BYTES:
        raise MalformedInput(f"The entry name {name[:80]!r} is too long or holds control characters.")
    if info.flag_bits & _ENCRYPTED:
        raise MalformedInput(f"The entry {name!r} is encrypted; unpack it with its password first.")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise MalformedInput(
            f"The entry {name!r} is packed by method {info.compress_type}; stored and deflate are read."
        )
    if info.compress_type == ZIP_STORED and info.compress_size != info.file_size:
        raise MalformedInput(f"The entry {name!r} is stored, yet has two different sizes.")


def _check_type(infos: list[ZipInfo], contents: AsiceContents) -> None:
    """The type stands first and stored, with no extra field (EN 319 162-1 §A.1)."""
    first = infos[0] if infos else None
    if first is None or first.filename != "mimetype" or first.compress_type != ZIP_STORED or first.header_offset:
        raise MalformedInput(
            "The container does not begin with a stored entry `mimetype`: it is a zip file, not ASiC-E."
        )
    found = contents.read("mimetype", max_bytes=len(MIMETYPE))
    if found != MIMETYPE.encode():
        raise MalformedInput(f"The container says it is {found[:80]!r}, not {MIMETYPE}.")
