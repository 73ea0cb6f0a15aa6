"""Blobs together with the short files whose bytes stand in the database: who opens one need not know which it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from sigillo.application.ports.blobs import Blob, Blobs, Receiver
from sigillo.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class ShelvedBlobs:
    """Keeps what it is given among ``blobs``; ``short_bytes`` gives a short file's bytes by their hex SHA-256."""

    blobs: Blobs
    short_bytes: Callable[[str], bytes | None]

    def receiving(self) -> AbstractContextManager[Receiver]:
        """Open a receiver; leaving the block without ``keep`` leaves nothing behind."""
        return self.blobs.receiving()

    def put(self, data: bytes) -> Blob:
        """Keep bytes held in memory."""
        return self.blobs.put(data)

    def open(self, sha256: str) -> BinaryIO:
        """Open kept bytes for reading; raises :class:`NotFound`, for what is no hash too."""
        try:
            return self.blobs.open(sha256)
        except NotFound:
            data = self.short_bytes(sha256)
            if data is None:
                raise
            return BytesIO(data)
