"""Blobs: bytes kept by their SHA-256, so that the same bytes are kept once."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that were kept: hex SHA-256 and size in bytes."""

    sha256: str
    size: int


class Receiver(Protocol):
    """Bytes on their way in; nothing is kept until :meth:`keep`."""

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises :class:`~sigillo.domain.errors.StorageFull` when there is no room."""

    def blob(self) -> Blob:
        """Give hash and size of what was written so far."""

    def open(self) -> BinaryIO:
        """Open what was written so far for reading; not after :meth:`keep`."""

    def keep(self) -> Blob:
        """Keep what was written, whole and durable, under its hash."""


class Blobs(Protocol):
    """The store of bytes."""

    def receiving(self) -> AbstractContextManager[Receiver]:
        """Open a receiver; leaving the block without :meth:`Receiver.keep` leaves nothing behind."""

    def put(self, data: bytes) -> Blob:
        """Keep bytes held in memory."""

    def open(self, sha256: str) -> BinaryIO:
        """Open kept bytes for reading; raises :class:`~sigillo.domain.errors.NotFound`."""
