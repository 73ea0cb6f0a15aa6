"""The mail faces of a server: their sockets at once, what serves them when the first client comes.

1. Sockets listen from the start, so that nobody is turned away and a port that is taken is told at once.
2. What speaks the protocols takes half a second to import. That is not paid at the start: it is imported, in a thread,
   when the first client connects, who waits that once; a server without mail clients never imports it.
3. Twisted's reactor then works on the server's own event loop and takes the sockets over.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from sigillo.application.sandbox import Sandbox
from sigillo.mail.servers.limits import USUAL, Limits

_BACKLOG = 128
_HERE = "sigillo.mail.servers"


@dataclass(frozen=True, slots=True)
class MailFaces:
    """Serves mail clients on sockets that listen already, by the name of the face: smtps, submission, imaps, pop3s.

    ``certificate`` gives the server's key and certificates as PEM, for each connection; the first time may take long.
    """

    sandbox: Sandbox
    listeners: Mapping[str, socket.socket]
    certificate: Callable[[], bytes]
    limits: Limits = USUAL

    async def run(self) -> None:
        """Serve until cancelled; then connections end, and the sockets are closed."""
        try:
            await self._somebody()
            await self._serve()
        finally:
            for listener in self.listeners.values():
                listener.close()

    async def _serve(self) -> None:
        reactors = await asyncio.to_thread(import_module, f"{_HERE}.reactor")
        reactor = reactors.open_reactor()  # before the rest, which asks for one while it is imported
        try:
            running = await asyncio.to_thread(import_module, f"{_HERE}.running")
            await asyncio.to_thread(self.certificate)  # the first one takes long
            servers = running.begin(self.sandbox, self.listeners, self.certificate, reactor=reactor, limits=self.limits)
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                await servers.stop()
        finally:
            reactors.close_reactor(reactor)

    async def _somebody(self) -> None:
        """Wait for the first client."""
        loop = asyncio.get_running_loop()
        came = asyncio.Event()
        for listener in self.listeners.values():
            loop.add_reader(listener.fileno(), came.set)
        try:
            await came.wait()
        finally:
            for listener in self.listeners.values():
                loop.remove_reader(listener.fileno())


def listen(host: str, ports: Mapping[str, int]) -> dict[str, socket.socket | OSError]:
    """Listen for each face on its port, 0 leaving it out; gives the sockets, or why a port cannot be had."""
    return {name: _listening(host, port) for name, port in ports.items() if port}


def _listening(host: str, port: int) -> socket.socket | OSError:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError as taken:
        listener.close()
        return taken
    return listener
