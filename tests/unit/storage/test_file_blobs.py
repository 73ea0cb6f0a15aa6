"""What only the folder of blobs promises: what lies in it, and what does when the disk is full."""

from __future__ import annotations

import resource
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from sigillo.domain.errors import StorageFull
from sigillo.storage.blobs import FileBlobs

DATA = b"letter" * 100


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_bytes_lie_under_their_hash(tmp_path: Path) -> None:
    """A blob is one file named by its hash, and nothing else is left, also when it is kept twice or given up."""
    blobs = FileBlobs(tmp_path)
    digest = sha256(DATA).hexdigest()
    for _ in range(2):
        with blobs.receiving() as receiver:
            receiver.write(DATA)
            receiver.keep()
        blobs.put(DATA)
    with blobs.receiving() as receiver:
        receiver.write(b"given up")
    assert _files(tmp_path) == [f"{digest[:2]}/{digest[2:]}"]


def test_opening_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    """Half-received bytes go away at the next opening; kept ones stay."""
    FileBlobs(tmp_path).put(DATA)
    kept = _files(tmp_path)
    (tmp_path / "incoming" / "left").write_bytes(b"half")
    FileBlobs(tmp_path)
    assert _files(tmp_path) == kept


_FILLS_UP = """
import resource, signal, sys
from pathlib import Path
from sigillo.domain.errors import StorageFull
from sigillo.storage.blobs import FileBlobs
blobs = FileBlobs(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
for give in (lambda: blobs.put(b"x" * 200_000), lambda: receive()):
    def receive():
        with blobs.receiving() as receiver:
            for _ in range(20):
                receiver.write(b"y" * 10_000)
            receiver.keep()
    try:
        give()
    except StorageFull as error:
        print(error.code)
blobs.put(b"small")
"""


def test_no_room_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """When the system takes no more bytes that is StorageFull, no half is left, and smaller bytes still go in."""
    done = subprocess.run(
        [sys.executable, "-c", _FILLS_UP, tmp_path], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.split() == [StorageFull.code, StorageFull.code]
    digest = sha256(b"small").hexdigest()
    assert _files(tmp_path) == [f"{digest[:2]}/{digest[2:]}"]


def test_receiving_holds_a_chunk_and_not_the_file(tmp_path: Path) -> None:
    """256 MB pass through without the process growing by a tenth of it."""
    blobs = FileBlobs(tmp_path)
    chunk = bytes(1 << 20)
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with blobs.receiving() as receiver:
        for _ in range(256):
            receiver.write(chunk)
        assert receiver.blob().size == 256 << 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 25 * 1024


def test_what_is_not_about_room_keeps_its_meaning(tmp_path: Path) -> None:
    """A folder that cannot be made for another reason raises the system's own error."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        FileBlobs(tmp_path / "file")
