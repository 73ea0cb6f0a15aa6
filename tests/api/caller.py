"""A caller of the application inside one process, and the smallest good letter.

Every answer is held against the contract's document: one that the document does not tell of fails its test.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.applications import Starlette

from sigillo.api.app import create_app
from sigillo.application.sandbox import Sandbox
from tests.specs import conformity

KEY = "sk_test_demo"
OTHER_KEY = "sk_test_other"
LIVE_KEY = "sk_live_demo"
PDF = b"%PDF-1.7\n% one page\n%%EOF\n"


class Caller:
    """Sends requests with one key and waits for the answers."""

    def __init__(self, sandbox: Sandbox, app: Starlette, loop: asyncio.AbstractEventLoop, *, key: str = KEY) -> None:
        self.sandbox = sandbox
        self.app = app
        self.key = key
        self._loop = loop

    def with_key(self, key: str) -> Caller:
        """The same application, asked with another key."""
        return Caller(self.sandbox, self.app, self._loop, key=key)

    def __call__(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One request; the key is sent unless the headers say otherwise."""
        headers = {"authorization": f"Bearer {self.key}", **request.pop("headers", {})}
        return self._loop.run_until_complete(self._ask(method, path, headers, request))

    def together(self, *requests: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
        """Several requests at once."""

        async def ask() -> list[httpx.Response]:
            headers = {"authorization": f"Bearer {self.key}"}
            return await asyncio.gather(
                *(
                    self._ask(method, path, {**headers, **request.pop("headers", {})}, request)
                    for method, path, request in requests
                )
            )

        return self._loop.run_until_complete(ask())

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], request: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://sigillo.test") as client:
            response = await client.request(method, path, headers=dict(headers), **request)
        conformity.check(response)
        return response


def caller_of(sandbox: Sandbox, loop: asyncio.AbstractEventLoop) -> Caller:
    """A caller of a sandbox with the workspaces of the three keys, where they are not there yet."""
    from sigillo.domain.workspace import Mode

    sandbox.workspaces.ensure("demo", seed="1", key=KEY)
    sandbox.workspaces.ensure("other", seed="2", key=OTHER_KEY)
    sandbox.workspaces.ensure("live", seed="3", key=LIVE_KEY, mode=Mode.LIVE)
    return Caller(sandbox, create_app(sandbox), loop)


def letter(**changes: object) -> dict[str, object]:
    """The smallest good letter, with changes; None takes a field out."""
    smallest: dict[str, object] = {
        "service": "lre",
        "recipient": {"name": "Jeanne Dupré", "email": "accept@lre.test"},
        "subject": "Résiliation du bail",
        "content": "Madame, Monsieur,",
    }
    return {name: value for name, value in {**smallest, **changes}.items() if value is not None}


def pointers(response: httpx.Response) -> dict[str, str]:
    """The pointers of a 422, each with its code; everything that a problem document must have is there."""
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"} == set(problem)
    assert problem["status"] == response.status_code
    assert problem["request_id"] == response.headers["request-id"]
    assert problem["detail"]
    assert all(one["detail"] for one in problem["errors"])
    return {one["pointer"]: one["code"] for one in problem["errors"]}
