"""A mail server in a process of its own: keeps what it is handed in a folder, one file a message.

`python -m tests.mail.mail_server PORT FOLDER [CERTIFICATE KEY] [USER PASSWORD]`; it says `ready` when it listens. A
recipient whose address begins with `unknown` is refused, with `grey` deferred the first time, as greylisting does; one
with `kill` ends the server after the message was kept and before it was acknowledged, as a power cut would.
"""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Keeper:
    """Keeps messages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_RCPT(  # noqa: N802 – aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: object
    ) -> str:
        """Take a recipient, or not."""
        if address.startswith("unknown"):
            return "550 5.1.1 No such mailbox"
        marker = self.folder.with_name("deferred")
        if address.startswith("grey") and not marker.exists():
            marker.touch()
            return "451 4.2.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 – aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a message."""
        number = len(list(self.folder.iterdir()))
        head = f"{envelope.mail_from} {','.join(envelope.rcpt_tos)} tls={has_tls(server)}\n".encode()
        content = envelope.original_content or b""
        (self.folder / f"{number:04d}").write_bytes(head + content)
        marker = self.folder.with_name("killed")
        if "kill" in envelope.rcpt_tos[0] and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return "250 OK"


def has_tls(server: SMTP) -> bool:
    """Whether the connection is encrypted."""
    return server.transport is not None and server.transport.get_extra_info("ssl_object") is not None


async def main(port: int, folder: Path, certificate: str, key: str, user: str, password: str) -> None:
    """Serve until the process ends."""
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
        good = isinstance(given, LoginPassword) and given == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=good, handled=good)

    def made() -> SMTP:
        wanted = {"authenticator": check, "auth_required": True, "auth_require_tls": False} if user else {}
        return SMTP(Keeper(folder), hostname="mail.test", enable_SMTPUTF8=True, **wanted)

    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", port, ssl=context)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), *[*sys.argv[3:], "", "", "", ""][:4]))
