"""The receiver that webhooks are measured with: takes every message and keeps none. Run as a script with its port."""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiohttp import web


async def take(request: web.Request) -> web.Response:
    """Read a message and take it."""
    await request.read()
    return web.Response(status=200, text="taken")


async def serve(port: int) -> None:
    """Listen until the process ends."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
