"""A big file sent to `POST /v1/files`, beside hashing the same bytes with SHA-256, writing and flushing them.

The file is text, made block by block on both sides, so that nobody holds it; every upload differs from the one before,
so that each is kept. Memory is the server's peak above what it held before the first upload.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sigillo.cli.bench.apart import apart, forget_peak, resident_bytes
from sigillo.cli.bench.rounds import Goal, Row, Sample, Settings, Tell, interleave
from sigillo.cli.bench.servers import KEY, sigillo_server

_MB = 1_000_000
_BLOCK = 1 << 18
_PATIENCE_S = 300.0
_BOUNDARY = "sigillo-bench-boundary"


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure uploads, and the floor."""
    size = settings.upload_mb * (1 << 20)
    grown: list[Sample] = []
    with TemporaryDirectory(prefix="sigillo-bench-") as name, sigillo_server(Path(name, "ours")) as server:
        runs = iter(range(2 * settings.rounds))
        before = resident_bytes(server.pid)

        def upload() -> Sample:
            forget_peak(server.pid)
            sample = apart(uploaded, server.port, size, next(runs))
            grown.append(Sample((resident_bytes(server.pid, peak=True) - before) / _MB))
            return sample

        measures = {"ours": upload, "floor": lambda: apart(written, Path(name), size, next(runs))}
        found = interleave(settings.rounds, measures, tell)
    what = f"{settings.upload_mb} MiB to POST /v1/files"
    yield Row("upload", what, "MB/s", found["ours"], found["floor"], "SHA-256, write, flush")
    yield Row("upload", f"{what}: memory grown", "MB", tuple(grown), goal=Goal(32.0, at_most=True))


def uploaded(port: int, size: int, number: int) -> Sample:
    """Send one file and wait for the answer; gives MB per second."""
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="file.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
    ).encode()
    tail = f"\r\n--{_BOUNDARY}--\r\n".encode()
    request = (
        f"POST /v1/files HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Type: multipart/form-data; boundary={_BOUNDARY}\r\n"
        f"Content-Length: {len(head) + size + len(tail)}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S) as connection:
        began_s = perf_counter()
        connection.sendall(request + head)
        for block in _blocks(size, number):
            connection.sendall(block)
        connection.sendall(tail)
        answer = connection.recv(1 << 16)
        taken_s = perf_counter() - began_s
    if not answer.startswith(b"HTTP/1.1 201"):
        raise RuntimeError(f"the upload was answered {answer[:300].decode(errors='replace')}")
    return Sample(size / _MB / taken_s)


def written(folder: Path, size: int, number: int) -> Sample:
    """Hash, write and flush the same bytes; gives MB per second."""
    seen = sha256()
    began_s = perf_counter()
    with (folder / f"floor-{number}").open("wb", buffering=0) as target:
        for block in _blocks(size, number):
            seen.update(block)
            target.write(block)
        os.fsync(target.fileno())
    taken_s = perf_counter() - began_s
    (folder / f"floor-{number}").unlink()
    return Sample(size / _MB / taken_s)


def _blocks(size: int, number: int) -> Iterator[bytes]:
    line = b"Madame, Monsieur, veuillez trouver ci-joint la mise en demeure.\n"
    block = line * (_BLOCK // len(line))
    first = b"%063d\n" % number
    yield first
    left = size - len(first)
    while left > 0:
        yield block[:left]
        left -= len(block)
