"""The application: every operation bound to its route, behind the front."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from sigillo.api.access import Doorkeeper, require_scopes
from sigillo.api.catalogue import OPERATIONS
from sigillo.api.desk import OPERATION_KEY, Desk, access_of
from sigillo.api.faulting import answer_despite
from sigillo.api.front import Front
from sigillo.api.intake import Intake
from sigillo.api.operations import Operation
from sigillo.api.outgoing import run_webhooks
from sigillo.api.path_names import route_path
from sigillo.api.problems import MethodNotAllowed
from sigillo.api.rate_limits import USUAL, Limits, RateLimits
from sigillo.api.running import run_clocks
from sigillo.api.shell import APIRouter, FastAPI
from sigillo.application.sandbox import Sandbox
from sigillo.domain.errors import NotFound
from sigillo.domain.faces import Faces
from sigillo.domain.fault import Request as Passing
from sigillo.web import documentation, recipient, verification

Beside = Callable[[], Coroutine[Any, Any, None]]
NO_FACES = Faces()


def create_app(
    sandbox: Sandbox,
    *,
    public_url: str = "http://127.0.0.1:8025",
    refused_keys: frozenset[str] = frozenset(),
    limits: Limits = USUAL,
    faces: Faces = NO_FACES,
    beside: Sequence[Beside] = (),
) -> FastAPI:
    """Give the ASGI application of a sandbox; ``public_url`` is the address people reach it at.

    ``refused_keys`` open nothing: a server that others can reach refuses the key that everybody knows. ``faces`` are
    told to whoever asks; ``beside`` is what runs for as long as the server does, each until it is cancelled.
    """
    doorkeeper = Doorkeeper(sandbox.keys, refused=refused_keys, wrong_rate=limits.wrong_keys)
    desk = Desk(sandbox, public_url.rstrip("/"), Intake(sandbox.letters), doorkeeper, faces)
    app = FastAPI(
        title="Sigillo",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lambda _: _running(sandbox, beside),
    )
    for operation in OPERATIONS:
        app.router.add_route(
            route_path(operation.path), _endpoint(operation, desk), methods=[operation.method], name=operation.id
        )
    for path, page in (
        (verification.PATH, verification.verification_page),
        (documentation.PATH, documentation.documentation_page),
        (documentation.ASSET_PATH, documentation.documentation_asset),
    ):
        app.router.add_route(path, partial(page, desk), methods=["GET"])
    for method, path, answer in recipient.PAGES:
        app.router.add_route(path, partial(answer, desk), methods=[method])
    # In place of FastAPI's own stack, a quarter of a short answer's time: Front turns every error into a problem.
    app.middleware_stack = Front(
        _Routes(app.router),
        doorkeeper=doorkeeper,
        limits=RateLimits(limits.per_key),
        audit=sandbox.audit,
        wall=sandbox.wall,
    )
    return app


def _endpoint(operation: Operation, desk: Desk) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Give what answers an operation's requests, where their keys have the scopes for it."""

    async def answer(request: Request) -> Response:
        request.scope[OPERATION_KEY] = operation
        if needed:
            require_scopes(access_of(request).key, needed)
            if faults.may_strike(access_of(request).workspace_id, passing):
                return await answer_despite(faults, passing, request, work)
        return await work(request)

    needed, faults, work = operation.needs, desk.sandbox.faults, partial(operation.handler, desk)
    passing = Passing(operation.method, operation.id, operation.path)
    return answer


class _Routes:
    """The router, which tells a path that takes other methods from one that is not there."""

    def __init__(self, router: APIRouter) -> None:
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the route that matches; raises MethodNotAllowed or NotFound where none does."""
        try:
            await self._router(scope, receive, send)
        except HTTPException:
            self._refuse(scope)

    def _refuse(self, scope: Scope) -> NoReturn:
        routes = [route for route in self._router.routes if isinstance(route, Route)]
        there = [route for route in routes if route.matches(scope)[0] is not Match.NONE]
        if there:
            raise MethodNotAllowed(sorted({method for route in there for method in route.methods or ()}))
        raise NotFound("There is nothing at this address; /openapi.json lists the operations.", code="no_route")


@asynccontextmanager
async def _running(sandbox: Sandbox, others: Sequence[Beside]) -> AsyncIterator[None]:
    """Let the clocks run, webhooks and mail leave, and what else there is run while the server runs."""
    gc.collect()
    gc.freeze()  # what was imported lives for ever: no need to look at it again with every collection
    beside = [asyncio.create_task(run_clocks(sandbox)), asyncio.create_task(run_webhooks(sandbox))]
    beside.extend(asyncio.create_task(other()) for other in others)
    if sandbox.mail_relay is not None:
        await sandbox.mail_relay.begin()
        beside.append(asyncio.create_task(sandbox.mail_relay.run()))
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        for task in beside:
            with suppress(asyncio.CancelledError):
                await task
        gc.unfreeze()
