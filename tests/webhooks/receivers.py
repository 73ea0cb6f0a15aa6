"""Receivers of webhooks: one that keeps what it gets and answers as it is told, and one that answers any bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Got:
    """A message as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    peer: object


@dataclass
class Receiver:
    """What came, in its order; ``url`` ends without a slash."""

    url: str = ""
    got: list[Got] = field(default_factory=list)


async def _fine(_: web.Request) -> web.Response:
    return web.Response(text="thanks")


@asynccontextmanager
async def receiving(answer: Handler = _fine) -> AsyncIterator[Receiver]:
    """A receiver on loopback that keeps each message and then answers."""
    receiver = Receiver()

    async def handle(request: web.Request) -> web.StreamResponse:
        peer = request.transport.get_extra_info("peername") if request.transport else None
        receiver.got.append(Got(request.path_qs, dict(request.headers), await request.read(), peer))
        return await answer(request)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@asynccontextmanager
async def answering(reply: bytes, *, then_wait_s: float = 0, ssl: object = None) -> AsyncIterator[str]:
    """A server that reads a request's beginning, answers with these bytes, waits and closes; its host and port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(65_536)
            writer.write(reply)
            await writer.drain()
            await asyncio.sleep(then_wait_s)
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=ssl)  # type: ignore[arg-type]  # a context or none
    host, port = server.sockets[0].getsockname()
    try:
        yield f"{host}:{port}"
    finally:
        server.close()
        await server.wait_closed()
