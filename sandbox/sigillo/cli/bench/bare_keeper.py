"""The nearest peer of messages handed in: aiosmtpd under TLS, which keeps each message as a row of SQLite.

Run as ``python bare_keeper.py PORT DATABASE PEM``, where PEM holds the key and the certificates; it prints ``ready``
once it listens. Each message is a transaction of its own, with the pragmas of Sigillo's own database.
"""

from __future__ import annotations

import asyncio
import sqlite3
import ssl
import sys
from typing import Any

from aiosmtpd.smtp import SMTP


class Keeper:
    """Keeps messages."""

    def __init__(self, database: str) -> None:
        self._database = sqlite3.connect(database, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, sender, recipients, data)")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        """Keep a message, and say so."""
        row = (envelope.mail_from, ",".join(envelope.rcpt_tos), envelope.content)
        self._database.execute("INSERT INTO messages (sender, recipients, data) VALUES (?, ?, ?)", row)
        return "250 OK"


async def main(port: int, database: str, pem: str) -> None:
    """Serve until killed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    keeper = Keeper(database)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keeper), "127.0.0.1", port, ssl=context)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
