"""Faults on answers: a wait, a status, a cut connection, a spoilt body; told by the header ``Sigillo-Fault``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope

from sigillo.api.desk import ABORT_KEY, ADDED_KEY, workspace_of
from sigillo.api.problems import MEDIA_TYPE, TYPE_PREFIX
from sigillo.api.working import in_thread
from sigillo.application.faults import Faults
from sigillo.application.faulty_courier import HEADER
from sigillo.domain.fault import Effect, Fault, When
from sigillo.domain.fault import Request as Passing

Work = Callable[[Request], Awaitable[Response]]


class HungUp(Exception):
    """The connection is to end without an answer."""


async def answer_despite(faults: Faults, passing: Passing, request: Request, work: Work) -> Response:
    """Do the work unless a fault strikes, or what the fault leaves of it; raises :class:`HungUp`."""
    if passing.path.startswith("/v1/fault"):
        return await work(request)
    fault = await in_thread(lambda: faults.meet(workspace_of(request), passing))
    return await work(request) if fault is None else await _struck(fault, request, work)


async def hang_up(scope: Scope, receive: Receive) -> None:
    """End the connection of a request without an answer, and wait until it has ended.

    Raises ConnectionAbortedError where there is no connection, as in tests inside one process.
    """
    abort: Callable[[], None] | None = scope.get(ABORT_KEY)
    if abort is None:
        raise ConnectionAbortedError("A fault ended the connection without an answer.")
    abort()
    while (await receive())["type"] != "http.disconnect":
        pass  # what is left of the body


async def _struck(fault: Fault, request: Request, work: Work) -> Response:
    effect = fault.plot.effect
    request.scope[ADDED_KEY].append((HEADER.lower().encode(), fault.id.encode()))
    answer: Response | None = None
    replaced = effect.disconnect or effect.status is not None
    if effect.when is When.AFTER:
        answer = await work(request)
    await asyncio.sleep(effect.latency_ms / 1000)
    if effect.disconnect:
        raise HungUp
    if replaced:
        answer = _problem(fault, effect, request)
    elif answer is None:
        answer = await work(request)
    return _spoilt(answer) if effect.corrupt_body else answer


def _problem(fault: Fault, effect: Effect, request: Request) -> Response:
    """Write what a provider in trouble would."""
    body: dict[str, object] = {
        "type": f"{TYPE_PREFIX}fault",
        "title": "A fault on purpose",
        "status": effect.status,
        "detail": f"The fault {fault.id} answered in place of the operation; see /v1/faults/{fault.id}.",
        "instance": request.url.path,
        "code": "fault",
        "request_id": request.scope[ADDED_KEY][0][1].decode(),
        "errors": [],
    }
    headers = {} if effect.retry_after_s is None else {"Retry-After": str(effect.retry_after_s)}
    return Response(orjson.dumps(body), effect.status or 500, headers, MEDIA_TYPE)


def _spoilt(answer: Response) -> Response:
    """Cut an answer in its middle where it is whole already, turn the first bit of every chunk where it is streamed."""
    headers = dict(answer.headers)
    if isinstance(answer, StreamingResponse):
        return StreamingResponse(_turned(answer.body_iterator), answer.status_code, headers)
    del headers["content-length"]
    body = bytes(answer.body)
    return Response(body[: len(body) // 2], answer.status_code, headers)


async def _turned(chunks: object) -> AsyncIterator[bytes]:
    assert isinstance(chunks, AsyncIterator)
    async for chunk in chunks:
        data = bytes(chunk)
        yield bytes([data[0] ^ 0x80]) + data[1:] if data else data
