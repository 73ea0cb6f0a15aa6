"""The audit file: a line for each use, nothing lost by a kill, turned over by size, read back at the start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sigillo.storage.audit import AuditFile

AT_S = 1_767_600_000.25


def note(audit: AuditFile, key: str, number: int) -> None:
    """One use."""
    audit.note(key, "sendLetter", at_s=AT_S + number, status=201, request_id=f"r{number}")


def test_a_line_says_who_what_when(tmp_path: Path) -> None:
    """A use is one line of JSON with these members and no others; only its owner may read the file."""
    audit = AuditFile(tmp_path / "audit.jsonl")
    audit.note("key_1", None, at_s=AT_S, status=None, request_id="r")
    (line,) = (tmp_path / "audit.jsonl").read_text().splitlines()
    told = {"n": 1, "at": "2026-01-05T08:00:00.250Z", "key": "key_1", "operation": None, "status": None, "request": "r"}
    assert json.loads(line) == told
    assert (tmp_path / "audit.jsonl").stat().st_mode & 0o777 == 0o600
    audit.close()


def test_uses_are_remembered_after_a_restart(tmp_path: Path) -> None:
    """The last uses come back with their numbers, and the next use goes on counting; half a line is passed over."""
    path = tmp_path / "audit.jsonl"
    audit = AuditFile(path)
    for number in range(5):
        note(audit, f"key_{number % 2}", number)
    before = [audit.uses(key, limit=9, before=None) for key in ("key_0", "key_1", "key_2")]
    audit.close()
    with path.open("a") as file:
        file.write('{"n": 99, "at": "20')
    again = AuditFile(path)
    assert [again.uses(key, limit=9, before=None) for key in ("key_0", "key_1", "key_2")] == before
    assert [use.number for use in again.uses("key_0", limit=2, before=5)] == [3, 1]
    assert (again.last_used_at_s("key_1"), again.last_used_at_s("key_2")) == (AT_S + 3, None)
    note(again, "key_1", 6)
    assert again.uses("key_1", limit=1, before=None)[0].number == 6
    again.close()
    assert json.loads(path.read_text().splitlines()[-1])["n"] == 6


def test_a_full_file_is_turned_over(tmp_path: Path) -> None:
    """Files have about the size they may have, as many as they may be, and every line is whole."""
    path = tmp_path / "audit.jsonl"
    audit = AuditFile(path, file_bytes=1000, files=3)
    for number in range(100):
        note(audit, "key_1", number)
    audit.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["audit.1.jsonl", "audit.2.jsonl", "audit.jsonl"]
    assert all(file.stat().st_size < 1200 for file in files)
    newest_first = [path, tmp_path / "audit.1.jsonl", tmp_path / "audit.2.jsonl"]
    numbers = [json.loads(line)["n"] for file in reversed(newest_first) for line in file.read_text().splitlines()]
    assert numbers == list(range(numbers[0], 101))


def test_a_kill_loses_no_use(tmp_path: Path) -> None:
    """A process that kills itself after a hundred notes has left a hundred lines."""
    program = (
        "import os, signal, sys; from pathlib import Path; from sigillo.storage.audit import AuditFile\n"
        "audit = AuditFile(Path(sys.argv[1]))\n"
        "for n in range(100): audit.note('key_1', 'getMe', at_s=float(n), status=200, request_id=str(n))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "audit.jsonl")], check=False)
    assert len((tmp_path / "audit.jsonl").read_text().splitlines()) == 100


def test_memory_is_bounded() -> None:
    """Only the last thousand uses of a key are held, and a thousand keys."""
    audit = AuditFile(None)
    for number in range(1500):
        note(audit, "key_1", number)
    assert len(audit.uses("key_1", limit=9999, before=None)) == 1000
    for number in range(1001):
        note(audit, f"other_{number}", number)
    assert audit.last_used_at_s("key_1") is None


def test_a_full_disk_is_told_and_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """When a use cannot be written the log says so, and it is in memory all the same."""
    audit = AuditFile(tmp_path / "audit.jsonl")
    audit.close()
    audit._handle = os.open("/dev/full", os.O_WRONLY)
    note(audit, "key_1", 1)
    audit.close()
    assert "could not be noted" in caplog.text
    assert len(audit.uses("key_1", limit=9, before=None)) == 1
