"""A connection that does not wait for ever: uvicorn's HTTP/1.1 protocol, with a limit to whatever may be dragged out.

1. A connection beyond the most there may be is told 503 with Retry-After, and closed.
2. The head of a request has arrived ``head_s`` after it began, or after the connection was made: else 408.
3. The head has at most ``MOST_HEAD_BYTES`` (431), its target at most ``MOST_TARGET_BYTES`` (414).
4. In every ``window_s`` of a body at least ``least_bytes`` of it arrive: else 408. Time in which the server itself does
   not read does not count.
5. A client that takes no byte of its answer for ``window_s`` is cut off.

A connection that waits for its next request is uvicorn's own to close. Timers are set only where a head or a body comes
in pieces, so that a request that arrives whole costs none.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum, auto
from itertools import count
from typing import Any, NoReturn

import uvicorn
from starlette.types import ASGIApp
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from sigillo.api.desk import ABORT_KEY
from sigillo.api.problems import HeadTooLarge, RequestTimeout, TargetTooLong, Unavailable, problem
from sigillo.domain.errors import MalformedInput, SigilloError

MOST_HEAD_BYTES = 64 * 1024
MOST_TARGET_BYTES = 8 * 1024
_LINGER_S = 1.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client may take, and how many there may be."""

    head_s: float = 10.0
    window_s: float = 30.0
    least_bytes: int = 3000
    connections: int = 1000


class _Stage(Enum):
    """Which part of a request comes next."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    OVER = auto()


PATIENCE = Patience()


def server_config(app: ASGIApp, *, patience: Patience = PATIENCE, shutdown_s: int = 5) -> uvicorn.Config:
    """Give uvicorn's configuration of a server that is patient within limits.

    When it is stopped, requests have ``shutdown_s`` to end.
    """
    numbers = count(1)

    def connection(
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> Connection:
        return Connection(config, server_state, app_state, _loop, patience=patience, numbers=numbers)

    return uvicorn.Config(
        app,
        http=connection,  # type: ignore[arg-type]  # uvicorn calls it as it would the class
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=shutdown_s,
    )


class Connection(HttpToolsProtocol):
    """One client's connection; what it refuses has an id from ``numbers``."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        loop: asyncio.AbstractEventLoop | None,
        *,
        patience: Patience,
        numbers: count[int],
    ) -> None:
        super().__init__(config, server_state, app_state, loop)
        self._patience = patience
        self._numbers = numbers
        self._stage = _Stage.IDLE
        self._came_bytes = 0  # of this head so far, or of this window of the body
        self._chunk_bytes = 0
        self._refusal: SigilloError | None = None
        self._answering: RequestResponseCycle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a request, or send the client away."""
        super().connection_made(transport)
        if len(self.connections) > self._patience.connections:
            self.connections.discard(self)
            self._end(Unavailable("The server has as many connections as it takes; try again in a moment."))
        else:
            self._set_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more, and let the request that is being answered know it."""
        self._stop_timer()
        self._stage = _Stage.OVER
        self.pipeline.clear()
        if self._answering is not None:  # with requests in a row it is not uvicorn's `cycle`, which is the last one
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)  # which calls resume_writing

    def data_received(self, data: bytes) -> None:
        """Read on, and see whether a timer is needed for what is still to come."""
        if self._stage is _Stage.OVER:
            return
        self._chunk_bytes = len(data)
        super().data_received(data)
        if self._stage is _Stage.HEAD or self._stage is _Stage.BODY:
            self._wait_for_more()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self.scope[ABORT_KEY] = self.transport.abort  # type: ignore[literal-required]  # a key of ours
        self._stage = _Stage.HEAD
        self._came_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Take a piece of the target."""
        super().on_url(url)
        if len(self.url) > MOST_TARGET_BYTES:
            self._refuse(TargetTooLong(f"The path and query may have {MOST_TARGET_BYTES:,} bytes; send fewer."))

    def on_headers_complete(self) -> None:
        """A head has ended; a body may follow."""
        if self._came_bytes + self._chunk_bytes > MOST_HEAD_BYTES:
            self._check_head(sum(len(name) + len(value) for name, value in self.headers))
        self._stage = _Stage.BODY
        self._came_bytes = 0
        if self._timer is not None:
            self._stop_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request is whole."""
        self._stage = _Stage.IDLE
        if self._timer is not None:
            self._stop_timer()
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or what was refused while it was read, with a problem document."""
        self._end(self._refusal or MalformedInput(msg, code="malformed_http"))

    def pause_writing(self) -> None:
        """The client takes nothing more for now."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(self._patience.window_s, self.transport.abort)

    def resume_writing(self) -> None:
        """The client takes more."""
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None
        super().resume_writing()

    def _wait_for_more(self) -> None:
        """Count what came of a head or body that is not whole, and see that the rest will not take for ever."""
        self._came_bytes += self._chunk_bytes
        if self._stage is _Stage.HEAD and self._came_bytes > MOST_HEAD_BYTES:
            self._end(_head_too_large())
        elif self._timer is None:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._stage is _Stage.BODY:
            self._timer = self.loop.call_later(self._patience.window_s, self._look_at_body)
        else:
            self._timer = self.loop.call_later(self._patience.head_s, self._head_is_late)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _head_is_late(self) -> None:
        if self.flow.read_paused:
            self._set_timer()
        elif self._stage is _Stage.HEAD:
            self._end(RequestTimeout(f"The head of the request did not come within {self._patience.head_s:g} s."))
        else:
            self.transport.close()

    def _look_at_body(self) -> None:
        enough = self._came_bytes >= self._patience.least_bytes
        self._came_bytes = 0
        if enough or self.flow.read_paused:
            self._set_timer()
        else:
            least = f"{self._patience.least_bytes:,} bytes in {self._patience.window_s:g} s"
            self._end(RequestTimeout(f"The body comes too slowly; send at least {least}."))

    def _check_head(self, size: int) -> None:
        if size > MOST_HEAD_BYTES:
            self._refuse(_head_too_large())

    def _refuse(self, refusal: SigilloError) -> NoReturn:
        """Stop the parser; :meth:`send_400_response` is called then."""
        self._refusal = refusal
        raise refusal

    def _end(self, error: SigilloError) -> None:
        """Answer with a problem and let the connection go, once the client has had time to read the answer."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        early = self._stage is _Stage.HEAD
        self._finish()
        if cycle is not None and not cycle.response_complete:
            if early:
                cycle.keep_alive = False  # an earlier request's answer is on its way, and ends the connection
                return
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started:
                self.transport.close()
                return
        self.transport.write(_answer(error, request_id=f"req_c{next(self._numbers):011d}"))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER_S, self.transport.close)

    def _finish(self) -> None:
        self._stop_timer()
        self._unset_keepalive_if_required()
        self._stage = _Stage.OVER


def _head_too_large() -> HeadTooLarge:
    return HeadTooLarge(f"The head of the request may have {MOST_HEAD_BYTES:,} bytes; send fewer or shorter headers.")


def _answer(error: SigilloError, *, request_id: str) -> bytes:
    """Write a problem as the whole HTTP/1.1 answer; nobody knows the path, as it was not read."""
    response = problem(error, path="/", request_id=request_id)
    headers = [*response.raw_headers, (b"request-id", request_id.encode()), (b"connection", b"close")]
    head = b"".join(b"%s: %s\r\n" % header for header in headers)
    return b"%s%s\r\n%s" % (STATUS_LINE[response.status_code], head, bytes(response.body))
