"""One process at a time in a data folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sigillo.domain.errors import SigilloError


class FolderLock:
    """A held lock; the kernel lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock file at ``path``; raise :class:`SigilloError` ``data_folder_in_use`` when another holds it."""
        self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise SigilloError(
                f"Another process works in {path.parent}: stop it, or name another data folder.",
                code="data_folder_in_use",
            ) from None

    def release(self) -> None:
        """Let go; a second time does nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
