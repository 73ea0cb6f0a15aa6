"""The front of the API, plain ASGI: an id for every request, its key, a problem for every error, one line of log.

1. Give the request its id: the client's when it is sane, else the next of this server.
2. Admit whoever has a key, for everything below ``/v1/``, as often as the key's rate allows.
3. Answer; an error on the way becomes a problem document, unless the answer has begun.
4. Note the use of the key: which key, which operation, its status, the request's id. Never a secret, never a body.
5. Say it in one line: method, path template, status, milliseconds, request id.
"""

from __future__ import annotations

import logging
import re
from itertools import count
from time import perf_counter

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sigillo.api.access import Access, Doorkeeper
from sigillo.api.desk import ACCESS_KEY, ADDED_KEY, OPERATION_KEY
from sigillo.api.faulting import HungUp, hang_up
from sigillo.api.problems import is_defect, problem
from sigillo.api.rate_limits import RateLimits
from sigillo.application.keys import KeyRevoked
from sigillo.application.ports.audit import Audit
from sigillo.application.ports.wall import Wall

_SANE_ID = re.compile(rb"[A-Za-z0-9._~-]{1,64}")
_log = logging.getLogger("sigillo.api.requests")
_defects = logging.getLogger("sigillo.api.defects")


class Front:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, *, doorkeeper: Doorkeeper, limits: RateLimits, audit: Audit, wall: Wall) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._limits = limits
        self._audit = audit
        self._wall = wall
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began_s = perf_counter()
        authorization, given_id = _headers(scope)
        request_id = given_id or b"req_%012d" % next(self._numbers)
        added = [(b"request-id", request_id)]
        used: str | None = None
        status = 0
        head = scope["method"] == "HEAD"

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].extend(added)
            elif head:
                message["body"] = b""
            await send(message)

        if head:
            scope["method"] = "GET"
        scope[ADDED_KEY] = added
        try:
            if scope["path"].startswith("/v1/"):
                used = self._admit(scope, authorization, began_s).key.id
                self._limits.take(scope[ACCESS_KEY].key, began_s, tell=added)
            await self._app(scope, receive, answer)
        except (HungUp, ClientDisconnect) as end:
            await _let_go(end, scope, receive, request_id)
        except Exception as error:
            if status:
                raise
            if isinstance(error, KeyRevoked):
                used = error.key_id
            await _tell(error, request_id.decode(), scope)(scope, receive, answer)
        finally:
            self._note(scope, used, status, request_id.decode())
            _say("HEAD" if head else scope["method"], scope, status, perf_counter() - began_s, request_id)

    def _admit(self, scope: Scope, authorization: bytes | None, now_s: float) -> Access:
        client = scope.get("client")
        access = self._doorkeeper.admit(authorization, address=client[0] if client else "", now_s=now_s)
        scope[ACCESS_KEY] = access
        return access

    def _note(self, scope: Scope, key_id: str | None, status: int, request_id: str) -> None:
        if key_id is not None:
            operation = scope.get(OPERATION_KEY)
            name = operation.id if operation else None
            self._audit.note(key_id, name, at_s=self._wall(), status=status or None, request_id=request_id)


async def _let_go(end: HungUp | ClientDisconnect, scope: Scope, receive: Receive, request_id: bytes) -> None:
    if isinstance(end, HungUp):
        await hang_up(scope, receive)
    else:
        _log.info("%s %s: the client went away (%s)", scope["method"], _path(scope), request_id.decode())


def _tell(error: Exception, request_id: str, scope: Scope) -> ASGIApp:
    if is_defect(error):
        _defects.error("%s failed", request_id, exc_info=error)
    return problem(error, path=scope["path"], request_id=request_id)


def _say(method: str, scope: Scope, status: int, took_s: float, request_id: bytes) -> None:
    if _log.isEnabledFor(logging.INFO):
        _log.info("%s %s %d %.1f ms %s", method, _path(scope), status, took_s * 1000, request_id.decode())


def _headers(scope: Scope) -> tuple[bytes | None, bytes | None]:
    """Give the Authorization header and the Request-Id where the client gave a sane one."""
    authorization = request_id = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            authorization = value
        elif name == b"request-id" and _SANE_ID.fullmatch(value):
            request_id = value
    return authorization, request_id


def _path(scope: Scope) -> str:
    """Give the operation's path, so that a log holds no ids; what matched nothing is not repeated."""
    operation = scope.get(OPERATION_KEY) or scope.get("route")
    return getattr(operation, "path", None) or "(no route)"
