"""The peer of messages handed in: aiosmtpd, which takes every message and keeps none.

Run as ``python bare_sink.py PORT``; it prints ``ready`` once it listens. The bench starts it as a process of its own.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial

from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP


async def main(port: int) -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(SMTP, Sink()), "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1])))
