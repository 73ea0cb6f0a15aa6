"""The audit as a file: one line of JSON for each use of a key, appended with one write, so that a kill loses nothing.

A line is ``{"n", "at", "key", "operation", "status", "request"}``: never a secret, a path, a query or a body. A full
file becomes ``audit.1.jsonl``, and so on; the oldest goes. The last uses of each key are held in memory as well, read
back from the end of the files at the start.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

import orjson

from sigillo.application.ports.audit import Use
from sigillo.domain.calendar import format_instant

FILE_BYTES = 32 * 1024 * 1024
FILES = 10
_TAIL_BYTES = 1024 * 1024
_USES_OF_A_KEY = 1000
_KEYS = 1000
_log = logging.getLogger("sigillo.storage.audit")


class AuditFile:
    """Notes uses in a file, or without a path in memory alone; for one process, on one thread."""

    def __init__(self, path: Path | None, *, file_bytes: int = FILE_BYTES, files: int = FILES) -> None:
        self._path = path
        self._file_bytes = file_bytes
        self._files = files
        self._handle: int | None = None
        self._size = 0
        self._number = 0
        self._uses: dict[str, deque[Use]] = {}
        if path is not None:
            for use in _tail(path):
                self._hold(use)
            self._open(path)

    def note(self, key_id: str, operation: str | None, *, at_s: float, status: int | None, request_id: str) -> None:
        """Note a use; a disk without room is told in the log, and the request goes on."""
        use = Use(self._number + 1, at_s, key_id, operation, status, request_id)
        self._hold(use)
        if self._handle is not None:
            self._write(_line(use))

    def uses(self, key_id: str, *, limit: int, before: int | None) -> list[Use]:
        """Give the last uses of a key, newest first; of the last thousand."""
        found = (use for use in reversed(self._uses.get(key_id, ())) if before is None or use.number < before)
        return list(islice(found, limit))

    def last_used_at_s(self, key_id: str) -> float | None:
        """Give when a key was used last."""
        uses = self._uses.get(key_id)
        return uses[-1].at_s if uses else None

    def close(self) -> None:
        """Let go of the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _hold(self, use: Use) -> None:
        self._number = max(self._number, use.number)
        held = self._uses.get(use.key_id)
        if held is None:
            if len(self._uses) >= _KEYS:
                del self._uses[next(iter(self._uses))]
            held = self._uses[use.key_id] = deque(maxlen=_USES_OF_A_KEY)
        held.append(use)

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._size = os.fstat(self._handle).st_size
        if _is_cut(path):
            self._write(b"\n")

    def _write(self, line: bytes) -> None:
        assert self._handle is not None
        try:
            self._size += os.write(self._handle, line)
            if self._size >= self._file_bytes:
                self._rotate()
        except OSError:
            _log.exception("The use of a key could not be noted: %s", line.decode())

    def _rotate(self) -> None:
        assert self._path is not None
        self.close()
        for number in range(self._files - 1, 0, -1):
            newer = _numbered(self._path, number - 1)
            if newer.exists():
                newer.replace(_numbered(self._path, number))
        self._open(self._path)


def _line(use: Use) -> bytes:
    told = {
        "n": use.number,
        "at": format_instant(use.at),
        "key": use.key_id,
        "operation": use.operation,
        "status": use.status,
        "request": use.request_id,
    }
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def _tail(path: Path) -> Iterator[Use]:
    """Give the last uses in the files, oldest first; a line that was cut short by a power cut is passed over."""
    for file in (_numbered(path, 1), path):
        if file.exists():
            for line in _last_lines(file):
                use = _use(line)
                if use is not None:
                    yield use


def _last_lines(file: Path) -> list[bytes]:
    with file.open("rb") as source:
        start = max(0, file.stat().st_size - _TAIL_BYTES)
        source.seek(start)
        return source.read().split(b"\n")[1 if start else 0 :]


def _is_cut(path: Path) -> bool:
    """Tell whether the file ends in the middle of a line."""
    with path.open("rb") as source:
        size = source.seek(0, os.SEEK_END)
        source.seek(max(0, size - 1))
        return source.read() not in (b"", b"\n")


def _use(line: bytes) -> Use | None:
    try:
        found = orjson.loads(line)
        at_s = datetime.fromisoformat(found["at"]).timestamp()
        return Use(found["n"], at_s, found["key"], found["operation"], found["status"], found["request"])
    except (ValueError, KeyError, TypeError):
        return None


def _numbered(path: Path, number: int) -> Path:
    return path.with_suffix(f".{number}.jsonl") if number else path
