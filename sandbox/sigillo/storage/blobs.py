"""Blobs in a folder, and in memory.

A folder holds ``ab/cdef…`` (the hex SHA-256, split after two digits) and ``incoming/`` for bytes on their way in.
Keeping: 1. write to a file of its own in ``incoming``, hashing; 2. flush it to the disk; 3. rename it to its place,
which either happens or not; 4. flush the folder. Bytes that are there already are dropped after the hash is known.
"""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sigillo.application.ports.blobs import Blob, Receiver
from sigillo.domain.errors import NotFound, StorageFull

_HASH = re.compile(r"[0-9a-f]{64}")
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FileBlobs:
    """Blobs in a folder of one process; opening removes what a killed process left in ``incoming``."""

    def __init__(self, folder: Path) -> None:
        """Open or make the folder."""
        self._folder = folder
        self._incoming = folder / "incoming"
        with _room():
            self._incoming.mkdir(parents=True, exist_ok=True)
        for left in self._incoming.iterdir():
            left.unlink()

    @contextmanager
    def receiving(self) -> Iterator[Receiver]:
        """Open a receiver; leaving the block without ``keep`` leaves nothing behind."""
        with _room():
            descriptor, name = tempfile.mkstemp(dir=self._incoming)
        receiver = _FileReceiver(descriptor, Path(name), self._folder)
        try:
            yield receiver
        finally:
            receiver.close()

    def put(self, data: bytes) -> Blob:
        """Keep bytes held in memory; those that are there already are not written again."""
        digest = sha256(data).hexdigest()
        if not _place(self._folder, digest).exists():
            with self.receiving() as receiver:
                receiver.write(data)
                receiver.keep()
        return Blob(digest, len(data))

    def open(self, sha256: str) -> BinaryIO:
        """Open kept bytes for reading; raises :class:`NotFound`, for what is no hash too."""
        if _HASH.fullmatch(sha256) is None:
            raise _missing(sha256)
        try:
            return _place(self._folder, sha256).open("rb")
        except FileNotFoundError:
            raise _missing(sha256) from None


class _FileReceiver:
    """Bytes on their way into a folder."""

    def __init__(self, descriptor: int, path: Path, folder: Path) -> None:
        self._descriptor: int | None = descriptor
        self._path = path
        self._folder = folder
        self._hash = sha256()
        self._size = 0

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises :class:`StorageFull` when there is no room."""
        assert self._descriptor is not None, "a receiver takes nothing after keep()"
        left = memoryview(chunk)
        with _room():
            while left:
                left = left[os.write(self._descriptor, left) :]
        self._hash.update(chunk)
        self._size += len(chunk)

    def blob(self) -> Blob:
        """Give hash and size of what was written so far."""
        return Blob(self._hash.hexdigest(), self._size)

    def open(self) -> BinaryIO:
        """Open what was written so far for reading."""
        assert self._descriptor is not None, "what was kept is opened by its hash"
        return self._path.open("rb")

    def keep(self) -> Blob:
        """Keep what was written, whole and durable, under its hash."""
        assert self._descriptor is not None, "a receiver keeps once"
        blob = self.blob()
        place = _place(self._folder, blob.sha256)
        if not place.exists():
            with _room():
                os.fsync(self._descriptor)
                _make_folder(place.parent)
                self._path.replace(place)
                _flush_folder(place.parent)
        self.close()
        return blob

    def close(self) -> None:
        """Let go of what was not kept; a second time does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
            self._path.unlink(missing_ok=True)


class MemoryBlobs:
    """Blobs in a dictionary."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    @contextmanager
    def receiving(self) -> Iterator[Receiver]:
        """Open a receiver; leaving the block without ``keep`` leaves nothing behind."""
        yield _MemoryReceiver(self)

    def put(self, data: bytes) -> Blob:
        """Keep bytes held in memory."""
        digest = sha256(data).hexdigest()
        self._blobs.setdefault(digest, bytes(data))
        return Blob(digest, len(data))

    def open(self, sha256: str) -> BinaryIO:
        """Open kept bytes for reading; raises :class:`NotFound`."""
        try:
            return BytesIO(self._blobs[sha256])
        except KeyError:
            raise _missing(sha256) from None


class _MemoryReceiver:
    """Bytes on their way into memory."""

    def __init__(self, blobs: MemoryBlobs) -> None:
        self._blobs = blobs
        self._data = bytearray()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._data += chunk

    def blob(self) -> Blob:
        """Give hash and size of what was written so far."""
        return Blob(sha256(self._data).hexdigest(), len(self._data))

    def open(self) -> BinaryIO:
        """Open what was written so far for reading."""
        return BytesIO(self._data)

    def keep(self) -> Blob:
        """Keep what was written under its hash."""
        return self._blobs.put(bytes(self._data))


def _place(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest[2:]


def _make_folder(folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir()
        _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _missing(digest: str) -> NotFound:
    return NotFound(f"There are no bytes with the SHA-256 {digest[:64]!r}.")


@contextmanager
def _room() -> Iterator[None]:
    """Turn a system's error about room into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageFull("The disk of the data folder has no room left; nothing was kept. Make room.") from error
        raise
