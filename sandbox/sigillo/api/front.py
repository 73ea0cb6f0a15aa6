"""The front of the API, plain ASGI: an id for every request, its key, a problem for every error, one line of log.

1. Give the request its id: the client's when it is sane, else the next of this server.
2. Admit whoever has a key, for everything below ``/v1/``.
3. Answer; an error on the way becomes a problem document, unless the answer has begun.
4. Say it in one line: method, path template, status, milliseconds, request id. Never a key, never a body.
"""

from __future__ import annotations

import logging
import re
from itertools import count
from time import perf_counter

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sigillo.api.access import Doorkeeper
from sigillo.api.desk import ACCESS_KEY
from sigillo.api.problems import is_defect, problem

_SANE_ID = re.compile(rb"[A-Za-z0-9._~-]{1,64}")
_log = logging.getLogger("sigillo.api.requests")
_defects = logging.getLogger("sigillo.api.defects")


class Front:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, *, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
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
        status = 0
        head = scope["method"] == "HEAD"

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"request-id", request_id))
            elif head:
                message["body"] = b""
            await send(message)

        if head:
            scope["method"] = "GET"
        try:
            if scope["path"].startswith("/v1/"):
                scope[ACCESS_KEY] = self._doorkeeper.admit(authorization)
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            _log.info("%s %s: the client went away (%s)", scope["method"], _path(scope), request_id.decode())
        except Exception as error:
            if status:
                raise
            response = problem(error, path=scope["path"], request_id=request_id.decode())
            if is_defect(error):
                _defects.error("%s failed", request_id.decode(), exc_info=error)
            await response(scope, receive, answer)
        finally:
            _log.info(
                "%s %s %d %.1f ms %s",
                "HEAD" if head else scope["method"],
                _path(scope),
                status,
                (perf_counter() - began_s) * 1000,
                request_id.decode(),
            )


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
    """Give the route's template, so that a log holds no ids; what matched nothing is not repeated."""
    route = scope.get("route")
    return getattr(route, "path", None) or "(no route)"
