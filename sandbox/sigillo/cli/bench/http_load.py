"""The client: requests over keep-alive connections, each sent as soon as the answer before it is whole.

Raw asyncio on uvloop, in a process of its own: a client that costs more than the server would measure itself. It sends
literal bytes and reads only what it needs of an answer: its status and its length.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import uvloop

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_PATIENCE_S = 300
_PLACE = slice(9, 12)  # of the status in `HTTP/1.1 201 Created`


@dataclass(frozen=True, slots=True)
class Load:
    """What came back: answers a second, the longest of the quickest 99 in 100, and bodies of the last answers."""

    per_second: float
    p99_ms: float
    bodies: tuple[bytes, ...]


def request_bytes(method: str, path: str, *, body: bytes = b"", key: str = "") -> bytes:
    """Give a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if key:
        lines.append(f"Authorization: Bearer {key}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + _END + body


def load(
    port: int, requests: Sequence[bytes], *, count: int, expect: bytes, connections: int = 32, keep: int = 0
) -> Load:
    """Send ``count`` requests, taking the given ones in turn; RuntimeError when an answer's status is another.

    ``keep`` says how many bodies of the last answers to give.
    """
    return uvloop.run(_load(port, requests, count=count, expect=expect, connections=connections, keep=keep))


async def _load(
    port: int, requests: Sequence[bytes], *, count: int, expect: bytes, connections: int, keep: int
) -> Load:
    turn = _Turn(requests, count=count, expect=expect, keep=keep)
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(lambda: _Client(turn), "127.0.0.1", port) for _ in range(connections)]
    began_s = perf_counter()
    for transport, client in opened:
        client.begin(transport.write)
    try:
        await asyncio.wait_for(turn.done, _PATIENCE_S)
    finally:
        for transport, _ in opened:
            transport.close()
    taken_s = perf_counter() - began_s
    ordered = sorted(turn.latencies_s)
    return Load(count / taken_s, ordered[int(len(ordered) * 0.99)] * 1000, tuple(turn.bodies[-keep:] if keep else ()))


class _Turn:
    """Which request is next, and what has come back."""

    def __init__(self, requests: Sequence[bytes], *, count: int, expect: bytes, keep: int) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.latencies_s: list[float] = []
        self.bodies: list[bytes] = []
        self._requests = requests
        self._left = count
        self._open = count
        self._expect = expect
        self._keep = keep

    def next(self) -> bytes | None:
        """Give the next request, None when all were sent."""
        self._left -= 1
        return self._requests[self._left % len(self._requests)] if self._left >= 0 else None

    def answered(self, head: bytes, body: bytes, taken_s: float) -> None:
        """Take an answer in."""
        self.latencies_s.append(taken_s)
        self._open -= 1
        if self._open < self._keep:
            self.bodies.append(body)
        if head[_PLACE] != self._expect:
            self.fail(
                f"the server answered {head[_PLACE].decode()}, not {self._expect.decode()}: {body[:300].decode()}"
            )
        elif self._open == 0 and not self.done.done():
            self.done.set_result(None)

    def fail(self, reason: str) -> None:
        """Stop everything."""
        if not self.done.done():
            self.done.set_exception(RuntimeError(reason))


class _Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, turn: _Turn) -> None:
        self._turn = turn
        self._buffer = b""
        self._write: Callable[[bytes], None] = lambda _: None
        self._sent_s = 0.0

    def begin(self, write: Callable[[bytes], None]) -> None:
        """Send the first request over a connection that is open."""
        self._write = write
        self._send()

    def _send(self) -> None:
        request = self._turn.next()
        if request is not None:
            self._sent_s = perf_counter()
            self._write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(_END)
        if end < 0:
            return
        head = self._buffer[:end]
        whole = end + len(_END) + _body_length(head)
        if len(self._buffer) < whole:
            return
        body, self._buffer = self._buffer[end + len(_END) : whole], b""
        self._turn.answered(head, body, perf_counter() - self._sent_s)
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._turn.fail("the server closed a connection")


def _body_length(head: bytes) -> int:
    at = head.lower().find(_LENGTH)
    if at < 0:
        raise ValueError("an answer without Content-Length")
    return int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
