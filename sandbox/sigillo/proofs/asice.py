"""ASiC-E containers with a CAdES seal, written (EN 319 162-1 §4.4).

1. ``mimetype`` first, stored, without extra field, so that the type stands at a fixed place in the file.
2. The entries, each hashed while it is copied; none is ever whole in memory.
3. ``META-INF/manifest.xml``: names and media types, for those who know OpenDocument.
4. ``META-INF/ASiCManifest001.xml``: the SHA-256 of every entry.
5. ``META-INF/signature001.p7s``: CAdES-B-T over the bytes of that manifest.

Everything is stored uncompressed, dated 1980-01-01, with the same permissions: the bytes follow from the entries,
the authority and the instant, and from no version of zlib.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO, Final
from urllib.parse import quote
from zipfile import ZIP_STORED, ZipFile

from lxml import etree

from sigillo.application.ports.sealing import Entry
from sigillo.proofs import cades
from sigillo.proofs.authority import Authority
from sigillo.proofs.entry_names import safe_names
from sigillo.proofs.evidence import DS, SHA256
from sigillo.proofs.zip_layout import plain_info

ASIC: Final = "http://uri.etsi.org/02918/v1.2.1#"
OPEN_DOCUMENT: Final = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
MIMETYPE: Final = "application/vnd.etsi.asic-e+zip"
MANIFEST_NAME: Final = "META-INF/manifest.xml"
ASIC_MANIFEST_NAME: Final = "META-INF/ASiCManifest001.xml"
SIGNATURE_NAME: Final = "META-INF/signature001.p7s"
SIGNATURE_TYPE: Final = "application/pkcs7-signature"

_CHUNK_BYTES: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Packed:
    """An entry as it stands in the container; ``size`` in bytes."""

    name: str
    media_type: str
    size: int
    sha256: bytes


def pack(entries: Sequence[Entry], target: BinaryIO, *, authority: Authority, at: datetime) -> tuple[Packed, ...]:
    """Write a container of the entries, in order, to an empty seekable file, sealed and time-stamped at ``at``.

    Sources are read from where they stand. Names are made safe and unique; what was packed under which name is
    given back. ValueError when there is no entry, or the target cannot seek: sizes are written once they are known.
    """
    if not entries:
        raise ValueError("an ASiC-E container seals one entry at least")
    if not target.seekable():
        raise ValueError("the container's sizes are written afterwards: give a file that can seek")
    with ZipFile(target, "w", ZIP_STORED, allowZip64=False) as container:
        # 1
        container.writestr(plain_info("mimetype"), MIMETYPE)
        # 2
        names = safe_names(entry.name for entry in entries)
        packed = tuple(_copy(container, name, entry) for name, entry in zip(names, entries, strict=True))
        # 3
        container.writestr(plain_info(MANIFEST_NAME), open_document_manifest(packed))
        # 4
        manifest = asic_manifest(packed)
        container.writestr(plain_info(ASIC_MANIFEST_NAME), manifest)
        # 5
        seal = cades.seal(authority, sha256(manifest).digest(), at=at)
        container.writestr(plain_info(SIGNATURE_NAME), seal)
    return packed


def open_document_manifest(packed: Sequence[Packed]) -> bytes:
    """Give ``META-INF/manifest.xml``: the container's and each entry's media type (OpenDocument 1.2 part 3 §4)."""
    root = etree.Element(_office("manifest"), {_office("version"): "1.2"}, nsmap={"manifest": OPEN_DOCUMENT})
    for path, media_type in (("/", MIMETYPE), *((each.name, each.media_type) for each in packed)):
        etree.SubElement(
            root, _office("file-entry"), {_office("full-path"): path, _office("media-type"): _in_xml(media_type)}
        )
    return _document(root)


def asic_manifest(packed: Sequence[Packed]) -> bytes:
    """Give ``META-INF/ASiCManifest001.xml``: the signature's place and each entry's digest (EN 319 162-1 §A.4)."""
    root = etree.Element(_asic("ASiCManifest"), nsmap={"asic": ASIC, "ds": DS})
    etree.SubElement(root, _asic("SigReference"), URI=SIGNATURE_NAME, MimeType=SIGNATURE_TYPE)
    for each in packed:
        reference = etree.SubElement(
            root, _asic("DataObjectReference"), URI=quote(each.name), MimeType=_in_xml(each.media_type)
        )
        etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
        etree.SubElement(reference, f"{{{DS}}}DigestValue").text = b64encode(each.sha256).decode("ascii")
    return _document(root)


def _copy(container: ZipFile, name: str, entry: Entry) -> Packed:
    digest, size = sha256(), 0
    with container.open(plain_info(name), "w") as target:
        for chunk in _chunks(entry.source.read):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Packed(name, entry.media_type, size, digest.digest())


def _chunks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while chunk := read(_CHUNK_BYTES):
        yield chunk


def _in_xml(media_type: str) -> str:
    """A media type is ASCII without blanks (RFC 6838 §4.2, parameters aside); anything else says nothing."""
    return media_type if media_type.isascii() and media_type.isprintable() else "application/octet-stream"


def _document(root: etree._Element) -> bytes:
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _asic(name: str) -> str:
    return f"{{{ASIC}}}{name}"


def _office(name: str) -> str:
    return f"{{{OPEN_DOCUMENT}}}{name}"
