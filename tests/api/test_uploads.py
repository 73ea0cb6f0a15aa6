"""Uploads against a server of its own: memory, the bound, a client that goes away, a killed process, a full disk."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.api.caller import KEY
from tests.api.server import Server, serving

MEGABYTE = 1 << 20
_HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n\r\n%PDF-1.7\n'
_TAIL = b"\r\n--b--\r\n"
_FORM = {"content-type": "multipart/form-data; boundary=b"}


def form_of(size: int) -> Iterator[bytes]:
    """A form with one PDF of so many bytes, made while it is sent."""
    yield _HEAD
    left = size - len(b"%PDF-1.7\n")
    block = bytes(range(256)) * 1024
    while left > 0:
        yield block[:left]
        left -= len(block)
    yield _TAIL


def incoming(data: Path) -> list[Path]:
    """What lies among the bytes on their way in."""
    return list((data / "blobs" / "incoming").iterdir())


def test_256_megabytes_in_flat_memory(tmp_path: Path) -> None:
    """The largest upload that is allowed is taken, and the server's memory hardly grows."""
    with serving(tmp_path / "data") as server, server.client() as client:
        client.post("/v1/files", content=b"".join(form_of(1000)), headers=_FORM).raise_for_status()
        before = server.resident_kib()
        answer = client.post("/v1/files", content=form_of(256 * MEGABYTE), headers=_FORM)
        grown = server.resident_kib() - before
    assert answer.status_code == 201, answer.text
    assert answer.json()["size"] == 256 * MEGABYTE
    assert grown < 24 * 1024, f"the server grew by {grown} KiB"
    assert incoming(tmp_path / "data") == []


def test_257_megabytes_unannounced(tmp_path: Path) -> None:
    """One byte over the bound of all files is too large, and nothing of it stays."""
    with serving(tmp_path / "data") as server:
        answer = _raw_answer(server, form_of(256 * MEGABYTE + 1))
        with server.client() as client:
            assert client.get("/v1/me").status_code == 200
    assert b" 413 " in answer.splitlines()[0]
    assert b'"code":"too_large"' in answer
    assert incoming(tmp_path / "data") == []


def test_a_client_that_goes_away(tmp_path: Path) -> None:
    """An upload that breaks off leaves nothing behind."""
    data = tmp_path / "data"
    with serving(data) as server:
        with _begun(server):
            _until(lambda: any(path.stat().st_size > MEGABYTE for path in incoming(data)))
        _until(lambda: incoming(data) == [])
        with server.client() as client:
            assert client.get("/healthz").status_code == 200


def test_a_killed_process(tmp_path: Path) -> None:
    """A server killed in the middle of an upload comes up again with nothing of it, and what was answered is there."""
    data = tmp_path / "data"
    with serving(data) as server:
        with server.client() as client:
            kept = client.post("/v1/files", content=b"".join(form_of(1000)), headers=_FORM).json()
        with _begun(server):
            _until(lambda: any(path.stat().st_size > MEGABYTE for path in incoming(data)))
            server.kill()
    assert len(incoming(data)) == 1
    with serving(data) as server, server.client() as client:
        assert client.get(f"/v1/files/{kept['id']}").json() == kept
        assert client.get(f"/v1/files/{kept['id']}/content").status_code == 200
        assert incoming(data) == []
        again = client.post("/v1/files", content=b"".join(form_of(2000)), headers=_FORM)
        assert again.status_code == 201


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"needs the right to mount: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    """What does not fit on the disk is answered 507, nothing of it stays, and what fits is taken afterwards."""
    data = small_disk / "data"
    with serving(data) as server, server.client() as client:
        answer = client.post("/v1/files", content=b"".join(form_of(8 * MEGABYTE)), headers=_FORM)
        assert answer.status_code == 507, answer.text
        assert answer.json()["code"] == "storage_full"
        assert incoming(data) == []
        assert client.post("/v1/files", content=b"".join(form_of(1000)), headers=_FORM).status_code == 201


def _begun(server: Server) -> socket.socket:
    """An upload that has begun and does not end."""
    connection = _connected(server)
    connection.sendall(f"Content-Length: {64 * MEGABYTE}\r\n\r\n".encode() + _HEAD)
    for _ in range(32):
        connection.sendall(b"x" * (MEGABYTE // 8))
    return connection


def _connected(server: Server) -> socket.socket:
    parts = urlsplit(server.url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30)
    lines = ["POST /v1/files HTTP/1.1", f"Host: {parts.netloc}", f"Authorization: Bearer {KEY}"]
    connection.sendall("\r\n".join([*lines, f"Content-Type: {_FORM['content-type']}", ""]).encode())
    return connection


def _raw_answer(server: Server, body: Iterator[bytes]) -> bytes:
    """The answer to a chunked body that may be refused before its end, as it stands on the wire."""
    with _connected(server) as connection:
        connection.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
        try:
            for block in body:
                connection.sendall(f"{len(block):x}\r\n".encode() + block + b"\r\n")
            connection.sendall(b"0\r\n\r\n")
        except OSError:
            pass  # the server has answered and closed
        answer = b""
        while b"}" not in answer and (more := connection.recv(65_536)):
            answer += more
        return answer


def _until(true: object, *, timeout_s: float = 15) -> None:
    assert callable(true)
    ends = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < ends, "it did not come about in time"
        time.sleep(0.02)
