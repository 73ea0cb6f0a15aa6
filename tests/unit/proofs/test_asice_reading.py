from __future__ import annotations

import io
import struct
import warnings
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigillo.application.ports.sealing import Entry
from sigillo.domain.errors import MalformedInput
from sigillo.proofs import asice_reading
from sigillo.proofs.asice import MIMETYPE, pack
from sigillo.proofs.asice_reading import open_asice, read_manifest
from sigillo.proofs.authority import build_authority
from tests.unit.proofs.test_asice import AT, packed

AUTHORITY = build_authority(b"a seed for tests", workspace_id="ws_test")
GOOD = packed(AUTHORITY)


def _zip(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED, mimetype: str | None = MIMETYPE) -> bytes:
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", method) as container:
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of doubled names, which are meant here
        if mimetype is not None:
            container.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        for name, data in entries:
            container.writestr(name, data)
    return target.getvalue()


def _patched(data: bytes, offset: int, value: int) -> bytes:
    """Set two bytes of the last entry in the directory."""
    place = data.rfind(b"PK\x01\x02") + offset
    return data[:place] + struct.pack("<H", value) + data[place + 2 :]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a zip"),
        (b"PK\x05\x06", "not a zip"),
        (b"%PDF-1.7" * 100, "not a zip"),
        (_zip(("a", b""), mimetype=None), "does not begin"),
        (_zip(("a", b""), mimetype="application/epub+zip"), "says it is|at most"),
        (_zip(("../a", b"")), "leads out"),
        (_zip(("/etc/passwd", b"")), "leads out"),
        (_zip(("a\\..\\b", b"")), "leads out"),
        (_zip(("C:a", b"")), "leads out"),
        (_zip(("a\nb", b"")), "control characters"),
        (_zip(("a", b"1"), ("a", b"2")), "two entries 'a'"),
        (_zip(*((str(i), b"") for i in range(2001))), "at most 2000"),
        (b"x" + GOOD, "does not belong"),
        (GOOD + b"x", "does not belong|not a zip"),
        (GOOD[:-1], "not a zip"),
        (_patched(_zip(("a", b"1")), 8, 1), "encrypted"),
        (_patched(_zip(("a", b"1")), 10, 12), "method 12"),
        (_patched(_zip(("a", b"1")), 24, 9), "two different sizes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # the bytes hold the time of day
)
def test_what_is_no_sound_container_is_malformed(data: bytes, why: str) -> None:
    """Each way to fool a reader is refused with its reason."""
    with pytest.raises(MalformedInput, match=why):
        open_asice(io.BytesIO(data))


def test_a_bomb_is_refused_before_it_goes_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes together count, however well they are packed."""
    monkeypatch.setattr(asice_reading, "MAX_TOTAL_BYTES", 1 << 20)
    data = _zip(("a", bytes(1 << 19)), ("b", bytes(1 << 20)), method=zipfile.ZIP_DEFLATED)
    with pytest.raises(MalformedInput, match="unpacks to"):
        open_asice(io.BytesIO(data))


def test_a_zip64_locator_is_refused() -> None:
    """A second directory end would let zipfile read another directory than the one that was checked."""
    data = _zip(("a", b"1"))
    end = data.rfind(b"PK\x05\x06")
    comment = b"PK\x06\x07" + bytes(16)
    record = bytearray(data[end:])
    record[12:16] = struct.pack("<I", struct.unpack_from("<I", record, 12)[0] + len(comment))
    with pytest.raises(MalformedInput, match="zip64"):
        open_asice(io.BytesIO(_patched(data[:end], 32, len(comment)) + comment + bytes(record)))


def test_a_deflated_container_of_somebody_else_is_read() -> None:
    """Entries may be packed, folders listed, and the file may bear a comment."""
    target = io.BytesIO(_zip(("dir/", b""), ("dir/n°\u00a04", b"1" * 999), method=zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(target, "a") as container:
        container.comment = b"mimetype=" + MIMETYPE.encode()
    contents = open_asice(target)
    assert contents.names == ("dir/n°\u00a04",)
    assert not contents.is_exact
    assert b"".join(contents.chunks("dir/n°\u00a04")) == b"1" * 999


def test_a_damaged_entry_is_malformed() -> None:
    """The checksum of an entry is checked while it is read."""
    damaged = GOOD.replace(b"%PDF-1.7", b"%PDF-1.8", 1)
    contents = open_asice(io.BytesIO(damaged))
    with pytest.raises(MalformedInput, match="damaged"):
        contents.sha256("content/contrat signé.pdf")


def test_absent_and_large_entries_are_malformed() -> None:
    """Asking for what is not there, or for more than allowed, is an error for people."""
    contents = open_asice(io.BytesIO(GOOD))
    with pytest.raises(MalformedInput, match="no entry"):
        contents.size("nothing")
    with pytest.raises(MalformedInput, match="at most 10"):
        contents.read("content/contrat signé.pdf", max_bytes=10)


@pytest.mark.parametrize("data", [b"", b"<a/>", b'<a:ASiCManifest xmlns:a="http://uri.etsi.org/02918/v1.2.1#"/>'])
def test_what_is_no_manifest_is_malformed(data: bytes) -> None:
    """A manifest has its root and its SigReference."""
    with pytest.raises(MalformedInput):
        read_manifest(data)


def test_every_flipped_bit_is_noticed() -> None:
    """Whatever bit of a small container is flipped: it is malformed, damaged, or no longer exact."""
    small = io.BytesIO()
    pack([Entry("é.txt", "text/plain", io.BytesIO(b"text"))], small, authority=AUTHORITY, at=AT)
    good = small.getvalue()
    assert _is_sound(good)
    seal = range(good.rfind(b"META-INF/signature001.p7s", 0, good.find(b"PK\x01\x02")) + 40, good.find(b"PK\x01\x02"))
    places = [place for place in range(len(good)) if place not in seal or place % 97 == 0]
    assert [place for place in places if _is_sound(_flipped(good, place))] == []


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :]


def _is_sound(data: bytes) -> bool:
    try:
        contents = open_asice(io.BytesIO(data))
        for name in contents.names:
            contents.sha256(name)
    except MalformedInput:
        return False
    return contents.is_exact


@given(st.integers(min_value=0, max_value=len(GOOD) - 1), st.integers(min_value=1, max_value=255))
def test_any_flipped_byte_is_read_or_malformed(place: int, mask: int) -> None:
    """Reading a damaged container raises nothing but MalformedInput."""
    damaged = bytearray(GOOD)
    damaged[place] ^= mask
    _read_all(bytes(damaged))


@given(st.data())
def test_any_damaged_directory_is_read_or_malformed(data: st.DataObject) -> None:
    """The same where it hurts: several bytes of the directory and its end at once."""
    start = GOOD.find(b"PK\x01\x02")
    damaged = bytearray(GOOD)
    for place in data.draw(st.lists(st.integers(start, len(GOOD) - 1), min_size=1, max_size=6)):
        damaged[place] = data.draw(st.sampled_from([0, 1, 2, 8, 0x7F, 0xFF]))
    _read_all(bytes(damaged))


def _read_all(data: bytes) -> None:
    try:
        contents = open_asice(io.BytesIO(data))
        for name in contents.names:
            contents.sha256(name)
        for name in contents.manifest_names:
            read_manifest(contents.read(name))
    except MalformedInput as error:
        assert error.detail.strip()
