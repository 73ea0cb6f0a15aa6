"""Bytes by their hash."""

from __future__ import annotations

from hashlib import sha256

import pytest

from sigillo.application.ports.blobs import Blob, Blobs
from sigillo.domain.errors import NotFound

DATA = b"\x00caf\xc3\xa9" * 1000
BLOB = Blob(sha256(DATA).hexdigest(), len(DATA))


class Trouble(Exception):
    """What goes wrong while receiving."""


def _read(blobs: Blobs, digest: str) -> bytes:
    with blobs.open(digest) as source:
        return source.read()


@pytest.mark.parametrize("data", [b"", b"x", DATA], ids=["empty", "one byte", "many"])
def test_bytes_come_back(blobs: Blobs, data: bytes) -> None:
    """What was put is found by its SHA-256; putting it again changes nothing."""
    assert blobs.put(data) == blobs.put(data) == Blob(sha256(data).hexdigest(), len(data))
    assert _read(blobs, sha256(data).hexdigest()) == data


def test_bytes_received_in_pieces_come_back(blobs: Blobs) -> None:
    """A receiver says at any time what it has, and keeps the whole, also when it is kept already."""
    for _ in range(2):
        with blobs.receiving() as receiver:
            receiver.write(DATA[:7])
            assert receiver.blob() == Blob(sha256(DATA[:7]).hexdigest(), 7)
            receiver.write(b"")
            receiver.write(DATA[7:])
            assert receiver.keep() == receiver.blob() == BLOB
    assert _read(blobs, BLOB.sha256) == DATA


def test_what_is_being_received_can_be_read(blobs: Blobs) -> None:
    """As often as one likes, before it is kept and whether it ever is; it goes on growing."""
    with blobs.receiving() as receiver:
        receiver.write(DATA[:7])
        for _ in range(2):
            with receiver.open() as source:
                assert source.read() == DATA[:7]
        receiver.write(DATA[7:])
        with receiver.open() as source:
            assert source.read() == DATA
        assert receiver.keep() == BLOB


def test_what_is_not_kept_is_not_there(blobs: Blobs) -> None:
    """Leaving without keep(), or by an error, leaves nothing."""
    with blobs.receiving() as receiver:
        receiver.write(DATA)
    with pytest.raises(Trouble), blobs.receiving() as receiver:
        receiver.write(DATA)
        raise Trouble
    with pytest.raises(NotFound):
        blobs.open(BLOB.sha256)


def test_two_receivers_of_the_same_bytes(blobs: Blobs) -> None:
    """Two uploads of the same bytes at once both succeed."""
    with blobs.receiving() as first, blobs.receiving() as second:
        first.write(DATA)
        second.write(DATA)
        assert first.keep() == second.keep() == BLOB
    assert _read(blobs, BLOB.sha256) == DATA


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, "A" * 64, "０" * 64, "0" * 64 + "\n", "0" * 64])
def test_what_is_no_known_hash_is_not_found(blobs: Blobs, name: str) -> None:
    """Paths, capitals, other digits and unknown hashes open nothing."""
    with pytest.raises(NotFound):
        blobs.open(name)
