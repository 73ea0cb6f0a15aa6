"""Uploads: files on their way in, straight into the blobs, with a bound for all files of one request."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from sigillo.api.file_kinds import Inspector
from sigillo.application.drafts import MAX_CONTENT_BYTES
from sigillo.application.files import Received
from sigillo.application.ports.blobs import Blobs, Receiver
from sigillo.domain.errors import FieldError, TooLarge

MOST_FORM_BYTES = MAX_CONTENT_BYTES + 8 * 1024 * 1024  # the files, and room for fields and boundaries


class Upload:
    """One file: its bytes go to a receiver, and are looked at as they pass."""

    def __init__(self, name: str, receiver: Receiver, budget: Budget) -> None:
        self.inspector = Inspector(name)
        self.receiver = receiver
        self._budget = budget

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises TooLarge and StorageFull."""
        self._budget.spend(len(chunk))
        self.inspector.see(chunk)
        self.receiver.write(chunk)


class Budget:
    """Counts the bytes of all files of a request."""

    def __init__(self, most_bytes: int = MAX_CONTENT_BYTES) -> None:
        self._most_bytes = most_bytes
        self._left = most_bytes

    def spend(self, size: int) -> None:
        """Take bytes off; raises TooLarge when there were not as many left."""
        self._left -= size
        if self._left < 0:
            raise TooLarge(f"The files of one request may have {self._most_bytes:,} bytes in all; send less.")


class Uploads:
    """The files of one request; what is not kept is gone when ``held`` closes."""

    def __init__(self, blobs: Blobs, held: ExitStack) -> None:
        self._blobs = blobs
        self._held = held
        self._budget = Budget()
        self._uploads: list[Upload] = []

    def open(self, filename: str | None) -> Upload:
        """Open a sink for the next file."""
        receiver = self._held.enter_context(self._blobs.receiving())
        upload = Upload(filename or "", receiver, self._budget)
        self._uploads.append(upload)
        return upload

    def problems(self, pointer: str, *, many: bool = True) -> list[FieldError]:
        """Give what is wrong with each file; the pointer is that of the list, or of the one file."""
        found = [(i, upload.inspector.finding()) for i, upload in enumerate(self._uploads)]
        return [FieldError(f"{pointer}/{i}" if many else pointer, *finding) for i, finding in found if finding]

    def received(self) -> list[Received]:
        """Give the files for the command that keeps them."""
        return [Received(one.inspector.name, one.inspector.media_type, one.receiver) for one in self._uploads]

    def digests(self) -> Sequence[bytes]:
        """Give what tells these files from others: name and hash of each."""
        return [f"{one.inspector.name}\n{one.receiver.blob().sha256}".encode() for one in self._uploads]

    def __len__(self) -> int:
        return len(self._uploads)
