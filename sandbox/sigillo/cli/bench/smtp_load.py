"""A client that hands messages in over SMTP as fast as the server takes them, over a few connections.

Each connection logs in once, if it must, and then sends message after message: the three commands of the envelope in
one piece (RFC 2920), the message once the server asks for it, the next one once it has it. A message that is not taken
ends the measurement.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Iterator
from time import perf_counter


def submit(
    port: int,
    messages: list[bytes],
    *,
    sender: str,
    to: str,
    connections: int,
    secure: bool,
    password: str | None = None,
) -> float:
    """Hand messages in at 127.0.0.1 and give how many a second were taken.

    Where it is ``secure`` there is TLS from the first byte; the certificate is not looked at.
    """
    context = _unchecked() if secure else None
    return asyncio.run(
        _submit(port, messages, context, sender=sender, to=to, connections=connections, password=password)
    )


async def _submit(
    port: int,
    messages: list[bytes],
    context: ssl.SSLContext | None,
    *,
    sender: str,
    to: str,
    connections: int,
    password: str | None,
) -> float:
    clients = [await _Client.opened(port, context, sender, password) for _ in range(connections)]
    waiting = iter(messages)
    began_s = perf_counter()
    await asyncio.gather(*(client.send_all(waiting, sender=sender, to=to) for client in clients))
    taken_s = perf_counter() - began_s
    for client in clients:
        client.close()
    return len(messages) / taken_s


def _unchecked() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class _Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def opened(cls, port: int, secure: ssl.SSLContext | None, sender: str, password: str | None) -> _Client:
        client = cls(*await asyncio.open_connection("127.0.0.1", port, ssl=secure))
        await client._expect(b"220")
        await client._say(b"EHLO bench\r\n", b"250")
        if password is not None:
            plain = base64.b64encode(f"\0{sender}\0{password}".encode())
            await client._say(b"AUTH PLAIN %s\r\n" % plain, b"235")
        return client

    async def send_all(self, waiting: Iterator[bytes], *, sender: str, to: str) -> None:
        """Send what is waiting, together with the other connections."""
        envelope = f"MAIL FROM:<{sender}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode()
        for message in waiting:
            self._writer.write(envelope)
            for answer in (b"250", b"250", b"354"):
                await self._expect(answer)
            await self._say(message + b"\r\n.\r\n", b"250")

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def _say(self, data: bytes, answer: bytes) -> None:
        self._writer.write(data)
        await self._expect(answer)

    async def _expect(self, answer: bytes) -> None:
        line = await self._reader.readline()
        while line[3:4] == b"-":
            line = await self._reader.readline()
        if not line.startswith(answer):
            raise RuntimeError(f"the server said {line!r} in place of {answer.decode()}")
