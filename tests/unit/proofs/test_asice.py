from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import pytest
from lxml import etree

from sigillo.application.ports.sealing import Entry
from sigillo.proofs import cades
from sigillo.proofs.asice import ASIC_MANIFEST_NAME, MIMETYPE, SIGNATURE_NAME, pack
from sigillo.proofs.asice_reading import open_asice, read_manifest
from sigillo.proofs.authority import Authority
from tests.unit.proofs.schemas import load_schema

AT = datetime(2026, 3, 29, 1, 30, 0, 125_000, tzinfo=UTC)
FILES = {
    "content.json": ("application/json", b"{}"),
    "content/contrat signé.pdf": ("application/pdf", b"%PDF-1.7 " * 1000),
    "deposit.xml": ("application/xml", b"<a/>"),
    "empty.txt": ("text/plain", b""),
}


def entries(files: dict[str, tuple[str, bytes]] = FILES) -> list[Entry]:
    return [Entry(name, media_type, io.BytesIO(data)) for name, (media_type, data) in files.items()]


def packed(authority: Authority, files: dict[str, tuple[str, bytes]] = FILES) -> bytes:
    target = io.BytesIO()
    pack(entries(files), target, authority=authority, at=AT)
    return target.getvalue()


def test_zipfile_reads_every_entry(authority: Authority) -> None:
    """All is stored, dated 1980, whole, in order, the type first and the seal last."""
    with zipfile.ZipFile(io.BytesIO(packed(authority))) as container:
        assert container.testzip() is None
        names = container.namelist()
        assert names[0] == "mimetype"
        assert names[1:-3] == list(FILES)
        assert names[-3:] == ["META-INF/manifest.xml", ASIC_MANIFEST_NAME, SIGNATURE_NAME]
        assert all(container.read(name) == data for name, (_, data) in FILES.items())
        infos = container.infolist()
    same = {(info.date_time, info.create_system, info.external_attr, info.compress_type) for info in infos}
    assert same == {((1980, 1, 1, 0, 0, 0), 3, 0o100644 << 16, zipfile.ZIP_STORED)}


def test_the_type_stands_at_its_place(authority: Authority) -> None:
    """Tools that look at the first bytes see the type: no extra field, nothing compressed (EN 319 162-1 §A.1)."""
    data = packed(authority)
    assert data[30:38] == b"mimetype"
    assert struct.unpack_from("<HH", data, 26) == (8, 0)
    assert data[38 : 38 + len(MIMETYPE)] == MIMETYPE.encode()


def test_the_manifest_is_valid_and_names_every_entry(authority: Authority, shared: Path) -> None:
    """The ASiCManifest obeys its schema and holds each entry's digest, names escaped as URIs."""
    contents = open_asice(io.BytesIO(packed(authority)))
    data = contents.read(ASIC_MANIFEST_NAME)
    load_schema(shared / "schemas" / "erds", "en_31916201v010101.xsd").assertValid(etree.fromstring(data))
    assert b'URI="content/contrat%20sign%C3%A9.pdf"' in data


def test_the_seal_covers_the_manifest_and_the_manifest_the_entries(authority: Authority) -> None:
    """The reading side finds signature, references and equal digests."""
    contents = open_asice(io.BytesIO(packed(authority)))
    assert contents.data_names == tuple(FILES)
    assert contents.manifest_names == (ASIC_MANIFEST_NAME,)
    data = contents.read(ASIC_MANIFEST_NAME)
    manifest = read_manifest(data)
    assert manifest.signature_name == SIGNATURE_NAME
    assert [each.name for each in manifest.references] == list(FILES)
    assert all(each.digest == contents.sha256(each.name) for each in manifest.references)
    assert contents.read(SIGNATURE_NAME) == cades.seal(authority, sha256(data).digest(), at=AT)


def test_what_was_packed_is_told(authority: Authority) -> None:
    """Names as they stand in the container, with size and digest; hostile names are harmless."""
    files = {"../a\0.txt": ("text/plain", b"1"), "A_.txt": ("text/\0", b"22"), "mimetype": ("a/b", b"3")}
    target = io.BytesIO()
    told = pack(entries(files), target, authority=authority, at=AT)
    assert [(each.name, each.size) for each in told] == [("a_.txt", 1), ("A_-2.txt", 2), ("_mimetype", 1)]
    assert [each.sha256 for each in told] == [sha256(data).digest() for _, data in files.values()]
    assert open_asice(target).data_names == ("a_.txt", "A_-2.txt", "_mimetype")


def test_the_same_entries_give_the_same_bytes(authority: Authority) -> None:
    """A container follows from its entries, authority and instant, in memory or in a spooled file."""
    with SpooledTemporaryFile(max_size=100) as target:
        pack(entries(), cast(BinaryIO, target), authority=authority, at=AT)
        end = target.tell()
        target.seek(0)
        data = target.read()
    assert data == packed(authority)
    assert end == len(data)
    assert data != packed(authority, {**FILES, "empty.txt": ("text/plain", b"x")})


def test_what_cannot_be_packed_is_told(authority: Authority) -> None:
    """No entry, or a target that cannot seek, is the caller's mistake."""
    with pytest.raises(ValueError, match="one entry"):
        pack([], io.BytesIO(), authority=authority, at=AT)

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with pytest.raises(ValueError, match="seek"):
        pack(entries(), Pipe(), authority=authority, at=AT)


class _Zeros(io.RawIOBase):
    """So many zero bytes, none of them held."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        given = self.left if size < 0 else min(size, self.left)
        self.left -= given
        return bytes(given)


def test_a_large_file_is_never_whole_in_memory(authority: Authority, tmp_path: Path) -> None:
    """64 MB go in and are hashed with less than 4 MB more memory."""
    size = 64 << 20
    with (tmp_path / "large.asice").open("w+b") as target:
        tracemalloc.start()
        pack([Entry("a", "a/b", cast(BinaryIO, _Zeros(size)))], target, authority=authority, at=AT)
        contents = open_asice(target)
        digest = contents.sha256("a")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 4 << 20
        assert contents.size("a") == size
        assert read_manifest(contents.read(ASIC_MANIFEST_NAME)).references[0].digest == digest
