"""What a server pays at its start for webhooks that nobody asked for."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import asyncio, sys
from sigillo.api.app import create_app
from sigillo.bootstrap import build
app = create_app(build(data=None))
async def run():
    async with app.router.lifespan_context(app):
        await asyncio.sleep(0.2)
asyncio.run(run())
print(sorted({name.partition(".")[0] for name in sys.modules} & {"aiohttp", "yarl", "ssl"}))
"""


def test_the_client_is_imported_with_the_first_message() -> None:
    """A server that starts and sends nothing has imported no HTTP client."""
    ran = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert set(ran.stdout.strip("[]\n").replace("'", "").split(", ")) <= {"", "ssl"}
