"""The application: every operation bound to its route, behind the front."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import NoReturn

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from sigillo.api.access import Doorkeeper
from sigillo.api.catalogue import OPERATIONS
from sigillo.api.desk import Desk
from sigillo.api.front import Front
from sigillo.api.intake import Intake
from sigillo.api.path_names import route_path
from sigillo.api.problems import MethodNotAllowed
from sigillo.api.running import run_clocks
from sigillo.application.sandbox import Sandbox
from sigillo.domain.errors import NotFound
from sigillo.web import documentation, verification


def create_app(
    sandbox: Sandbox, *, public_url: str = "http://127.0.0.1:8025", refused_keys: frozenset[str] = frozenset()
) -> FastAPI:
    """Give the ASGI application of a sandbox; ``public_url`` is the address people reach it at.

    ``refused_keys`` open nothing: a server that others can reach refuses the key that everybody knows.
    """
    desk = Desk(sandbox, public_url.rstrip("/"), Intake(sandbox.letters))
    app = FastAPI(
        title="Sigillo",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lambda _: _running_clocks(sandbox),
    )
    for operation in OPERATIONS:
        app.router.add_route(
            route_path(operation.path), partial(operation.handler, desk), methods=[operation.method], name=operation.id
        )
    for path, page in (
        (verification.PATH, verification.verification_page),
        (documentation.PATH, documentation.documentation_page),
        (documentation.ASSET_PATH, documentation.documentation_asset),
    ):
        app.router.add_route(path, partial(page, desk), methods=["GET"])
    # In place of FastAPI's own stack, a quarter of a short answer's time: Front turns every error into a problem.
    doorkeeper = Doorkeeper(sandbox.workspaces, refused=refused_keys)
    app.middleware_stack = Front(_Routes(app.router), doorkeeper=doorkeeper)
    return app


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
async def _running_clocks(sandbox: Sandbox) -> AsyncIterator[None]:
    """Let the clocks run while the server does."""
    gc.collect()
    gc.freeze()  # what was imported lives for ever: no need to look at it again with every collection
    clocks = asyncio.create_task(run_clocks(sandbox))
    try:
        yield
    finally:
        clocks.cancel()
        with suppress(asyncio.CancelledError):
            await clocks
        gc.unfreeze()
