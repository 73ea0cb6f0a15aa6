"""Uploaded files: what a file says it is must be what it is, and nothing of a bad one is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO

from sigillo.application.idempotency import Answered, Once, answer_once
from sigillo.application.ports.blobs import Blob, Blobs, Receiver
from sigillo.application.ports.storage import Answer, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.simulation import catch_up
from sigillo.domain.errors import NotFound
from sigillo.domain.workspace import StoredFile, Workspace

FileReply = Callable[[StoredFile], Answer]


@dataclass(frozen=True, slots=True)
class Received:
    """A file whose bytes came in and were found good; they are kept only when the command that needs them is."""

    name: str
    media_type: str
    receiver: Receiver

    def blob(self) -> Blob:
        """Give hash and size of its bytes."""
        return self.receiver.blob()

    def keep(self, tx: Transaction) -> None:
        """Keep its bytes among the blobs."""
        self.receiver.keep()


@dataclass(frozen=True, slots=True)
class ShortFile:
    """A file that is short and at hand: its bytes are kept in the transaction of what needs them, or not at all."""

    name: str
    media_type: str
    data: bytes
    sha256: str

    @classmethod
    def of(cls, name: str, media_type: str, data: bytes) -> ShortFile:
        """Give the file that has these bytes."""
        return cls(name, media_type, data, sha256(data).hexdigest())

    def blob(self) -> Blob:
        """Give hash and size of its bytes."""
        return Blob(self.sha256, len(self.data))

    def keep(self, tx: Transaction) -> None:
        """Keep its bytes beside its particulars."""
        tx.files.keep_bytes(self.sha256, self.data)


Arrival = Received | ShortFile


@dataclass(frozen=True, slots=True)
class Files:
    """The files of any workspace."""

    store: Store
    blobs: Blobs
    wall: Wall

    def get(self, workspace_id: str, file_id: str) -> StoredFile:
        """Give a file's particulars; raises :class:`NotFound`."""
        with self.store.reading(workspace_id) as tx:
            found = tx.files.find([file_id])
        if not found:
            raise NotFound(f"There is no file {file_id[:40]!r} in this workspace.")
        return found[0]

    def open(self, workspace_id: str, file_id: str) -> tuple[StoredFile, BinaryIO]:
        """Give a file with its bytes; the caller closes them."""
        file = self.get(workspace_id, file_id)
        return file, self.blobs.open(file.sha256)

    def add(self, workspace_id: str, received: Received, *, reply: FileReply, once: Once | None = None) -> Answered:
        """Keep one file and answer; bytes and particulars together, or neither."""
        with self.store.writing(workspace_id) as tx:
            return answer_once(tx, once, lambda: reply(keep_files(tx, [received], catch_up(tx, self.wall()))[0]))


def keep_files(tx: Transaction, received: Sequence[Arrival], now: datetime) -> list[StoredFile]:
    """Give received files their ids, in order, and keep their bytes and particulars."""
    files = named_files(tx.workspace, received, now)
    keep_named(tx, received, files)
    return files


def keep_named(tx: Transaction, received: Sequence[Arrival], files: Sequence[StoredFile]) -> None:
    """Keep the bytes and particulars of files that have their ids already, from :func:`named_files`."""
    for file, arrival in zip(files, received, strict=True):
        arrival.keep(tx)
        tx.files.add(file)
    tx.save_workspace(replace(tx.workspace, files=tx.workspace.files + len(files)))


def named_files(workspace: Workspace, received: Sequence[Arrival], now: datetime) -> list[StoredFile]:
    """Give what received files will be once they are kept, ids included, and keep nothing yet."""
    return [_named(workspace, file, workspace.files + i, now) for i, file in enumerate(received, 1)]


def _named(workspace: Workspace, received: Arrival, ordinal: int, now: datetime) -> StoredFile:
    blob = received.blob()
    file_id = workspace.lot.child("file", ordinal).token("file")
    return StoredFile(file_id, received.name, received.media_type, blob.size, blob.sha256, now)
