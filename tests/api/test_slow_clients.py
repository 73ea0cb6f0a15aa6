"""Slow, silent, endless and too many clients, over sockets, against a server process of its own."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.api.caller import KEY, letter
from tests.api.server import Server, serving
from tests.specs import conformity

_PROGRAM = """
import socket, sys
import uvicorn
from sigillo.api.app import create_app
from sigillo.api.connection import Patience, server_config
from sigillo.bootstrap import build
sandbox = build(data=None)
sandbox.workspaces.ensure("demo", seed="1", key="sk_test_demo")
patience = Patience(head_s=1.0, window_s=1.0, least_bytes=1000, connections=260)
uvicorn.Server(server_config(create_app(sandbox), patience=patience)).run(
    sockets=[socket.socket(fileno=int(sys.argv[1]))]
)
"""
_AUTH = f"authorization: Bearer {KEY}\r\n".encode()
_ME = b"GET /v1/me HTTP/1.1\r\nhost: x\r\n" + _AUTH + b"\r\n"
_POST = b"POST /v1/letters HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" + _AUTH


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that loses patience after a second and has room for 260 connections."""
    with serving(program=_PROGRAM) as server:
        yield server


def connected(server: Server) -> socket.socket:
    """A new connection."""
    place = urlsplit(server.url)
    assert place.hostname and place.port
    return socket.create_connection((place.hostname, place.port), timeout=20)


def until_end(client: socket.socket) -> bytes:
    """Everything that comes until the server closes."""
    pieces = []
    while piece := client.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def problem(answer: bytes) -> tuple[int, str]:
    """The status and the code of the one problem document that an answer is."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head
    assert b"request-id: req_c" in head
    assert b"content-type: application/problem+json" in head
    told = json.loads(body)
    assert head.startswith(b"HTTP/1.1 %d " % told["status"])
    fields = [line.partition(": ") for line in head.decode().lower().split("\r\n")[1:]]
    headers = {name: value for name, _, value in fields}
    for operation in ("GET /v1/me", "POST /v1/letters"):  # nobody knows which it was: it may have been any
        method, _, path = operation.partition(" ")
        conformity.contract().check(conformity.Answer(method, path, told["status"], headers, body))
    return told["status"], told["code"]


@pytest.mark.parametrize("start", [b"G", b"GET /v1/me HTTP/1.1\r\nhost: x\r\nauthor", _ME[:-2]])
def test_a_head_that_does_not_come(server: Server, start: bytes) -> None:
    """A head that stops in the middle is 408 after its second, and the connection ends."""
    with connected(server) as client:
        client.sendall(start)
        began_s = time.monotonic()
        assert problem(until_end(client)) == (408, "request_timeout")
        assert 0.8 < time.monotonic() - began_s < 9


def test_a_head_that_comes_byte_by_byte(server: Server) -> None:
    """Bytes that trickle in do not stretch the time for a head."""
    with connected(server) as client:
        stop = threading.Event()

        def trickle() -> None:
            for byte in _ME[:-2]:
                if stop.wait(0.1):
                    return
                try:
                    client.send(bytes([byte]))
                except OSError:
                    return

        thread = threading.Thread(target=trickle)
        thread.start()
        began_s = time.monotonic()
        assert problem(until_end(client)) == (408, "request_timeout")
        assert time.monotonic() - began_s < 4
        stop.set()
        thread.join()


def test_a_connection_that_says_nothing(server: Server) -> None:
    """A connection without a byte is closed without a word."""
    with connected(server) as client:
        assert until_end(client) == b""


def test_a_second_head_that_does_not_come(server: Server) -> None:
    """After a whole request the next one's head has its own second."""
    with connected(server) as client:
        client.sendall(_ME)
        first = b""
        while not first.endswith(b"}"):
            first += client.recv(65536)
        assert first.startswith(b"HTTP/1.1 200 ")
        client.sendall(b"GET /v1/me HT")
        assert problem(until_end(client)) == (408, "request_timeout")


def test_a_body_that_stops(server: Server) -> None:
    """A body of which nothing more comes is 408, whether its length was announced or not; nothing is kept."""
    with connected(server) as one, connected(server) as two:
        one.sendall(_POST + b'content-length: 500\r\n\r\n{"service"')
        two.sendall(_POST + b'transfer-encoding: chunked\r\n\r\n5\r\n{"ser\r\n')
        for client in (one, two):
            assert problem(until_end(client)) == (408, "request_timeout")
    with server.client() as client:
        assert client.get("/v1/letters").json()["data"] == []


def test_a_body_below_the_least_rate(server: Server) -> None:
    """A body at a hundred bytes a second is 408, one at ten times the least rate is taken."""
    body = json.dumps(letter(content="x" * 6000)).encode()
    head = _POST + b"content-length: %d\r\n\r\n" % len(body)
    with connected(server) as client:
        client.sendall(head)
        for _ in range(25):
            client.sendall(body[:10])
            time.sleep(0.1)
            client.settimeout(0.001)
            try:
                assert problem(until_end(client)) == (408, "request_timeout")
                break
            except TimeoutError:
                client.settimeout(20)
        else:
            pytest.fail("the server waited for a body that hardly came")
    with connected(server) as client:
        client.sendall(head)
        for start in range(0, len(body), 1000):
            client.sendall(body[start : start + 1000])
            time.sleep(0.3)
        assert client.recv(65536).startswith(b"HTTP/1.1 201 ")


def test_what_is_too_long(server: Server) -> None:
    """A target over its limit is 414, headers over theirs 431, whole or endless; what is no HTTP is 400."""
    with connected(server) as client:
        client.sendall(b"GET /v1/letters?tag=" + b"x" * 9000 + b" HTTP/1.1\r\nhost: x\r\n\r\n")
        assert problem(until_end(client)) == (414, "target_too_long")
    many = b"".join(b"x-%d: %s\r\n" % (n, b"y" * 1000) for n in range(70))
    for endless in (many + b"\r\n", many, b"x: " + b"y" * 70_000):
        with connected(server) as client:
            client.sendall(b"GET /v1/me HTTP/1.1\r\nhost: x\r\n" + endless)
            assert problem(until_end(client)) == (431, "head_too_large")
    for noise in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET /\xff HTTP/1.1\r\n\r\n", b"HELO me\r\n\r\n"):
        with connected(server) as client:
            client.sendall(noise)
            assert problem(until_end(client)) == (400, "malformed_http")


def test_a_client_that_does_not_take_its_answer(server: Server) -> None:
    """Who asks for much and reads nothing is cut off after a second, in the middle of an answer."""
    with connected(server) as client:
        client.sendall(b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n" * 200)
        time.sleep(4)
        came = until_end(client)
    assert 0 < came.count(b"HTTP/1.1 200 ") < 100
    assert b"HTTP/1.1 5" not in came


def test_two_hundred_stalled_connections_hold_nobody_up(server: Server) -> None:
    """While 200 clients are stuck in a head or a body, others are answered; in the end all 200 are gone."""
    before = _connections(server)
    with ExitStack() as held:
        stalled = [held.enter_context(connected(server)) for _ in range(200)]
        for number, client in enumerate(stalled):
            client.sendall(_ME[:-2] if number % 2 else _POST + b"content-length: 9\r\n\r\n{")
        with server.client() as client:
            for _ in range(20):
                began_s = time.monotonic()
                assert client.get("/v1/me").status_code == 200
                assert client.post("/v1/letters/validate", json=letter()).status_code == 200
                assert time.monotonic() - began_s < 8
        assert {problem(until_end(client)) for client in stalled} == {(408, "request_timeout")}
    deadline_s = time.monotonic() + 10
    while _connections(server) > before + 5 and time.monotonic() < deadline_s:
        time.sleep(0.2)
    assert _connections(server) <= before + 5


def test_more_connections_than_there_may_be(server: Server) -> None:
    """Beyond the most there may be a connection is told 503 with Retry-After; those that are in go on."""
    with ExitStack() as held:
        first = held.enter_context(connected(server))
        held_up = [held.enter_context(connected(server)) for _ in range(300)]
        answers = []
        for client in held_up[270:]:
            answers.append(until_end(client))
        assert {problem(answer) for answer in answers} == {(503, "unavailable")}
        assert all(b"retry-after: 1\r\n" in answer for answer in answers)
        first.sendall(_ME)
        assert first.recv(65536).startswith(b"HTTP/1.1 200 ")
    time.sleep(0.2)
    with server.client() as client:
        assert client.get("/v1/me").status_code == 200


def _connections(server: Server) -> int:
    """How many sockets the server has open."""
    return sum(_is_socket(entry) for entry in Path(f"/proc/{server.process.pid}/fd").iterdir())


def _is_socket(entry: Path) -> bool:
    try:
        return str(entry.readlink()).startswith("socket:")
    except FileNotFoundError:
        return False
