"""One client's connection, whatever protocol it speaks: one thing at a time, patience within limits, a clean end.

1. What a command does beside the event loop is waited for before the next command is read; until then nothing is read
   at all, so a client that sends ahead is slowed down by its own network connection.
2. An answer that the client does not take is not written on for ever.
3. A refusal that ends the connection is left time to be read: closing at once, with input unread, would make the
   network discard it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from twisted.internet.interfaces import IDelayedCall

from sigillo.mail.servers.service import Service

_log = logging.getLogger("sigillo.mail.servers")


class Speaker(Protocol):
    """What a session needs of its protocol: a Twisted line receiver with a timeout."""

    connected: int
    transport: Any

    def pauseProducing(self) -> None:
        """Read nothing for now."""

    def resumeProducing(self) -> None:
        """Read on."""

    def setTimeout(self, period: float | None) -> float | None:
        """Set how long the client may be silent."""

    def setRawMode(self) -> None:
        """Take bytes as they come, in place of lines."""


class Session:
    """What one connection has beside its protocol. ``patience_s`` is how long it may be silent now."""

    def __init__(self, service: Service, speaker: Speaker, address: str) -> None:
        self.service = service
        self.patience_s = service.limits.login_s
        self.is_over = False
        self._speaker = speaker
        self._address = address
        self._wrong_passwords = 0
        self._task: asyncio.Task[None] | None = None
        self._ending: IDelayedCall | None = None
        self.is_welcome = service.admission.enter(address)

    def work(self, doing: Coroutine[None, None, None], *, failed: Callable[[], None]) -> None:
        """Carry out a command that takes time; ``failed`` answers where it comes to grief, which is logged."""
        self._speaker.pauseProducing()
        self._speaker.setTimeout(None)
        self._task = asyncio.get_running_loop().create_task(self._carry_out(doing, failed))

    def logged_in(self) -> None:
        """The client is known now, and may be silent for longer."""
        self.patience_s = self.service.limits.idle_s

    def wrong_password(self) -> bool:
        """Count a wrong password, and tell whether it was one too many, on this connection or from this address."""
        self._wrong_passwords += 1
        is_guessing = self.service.admission.missed(self._address, self.service.reactor.seconds())
        return is_guessing or self._wrong_passwords >= self.service.limits.wrong_passwords

    def end(self) -> None:
        """Close once what was said had time to be read; what still comes is thrown away until then."""
        self.is_over = True
        self._speaker.setTimeout(None)
        self._speaker.setRawMode()
        self._later(self.close)

    def close(self) -> None:
        """Close in good order, and soon after in any case: TLS would wait for the client's own closing."""
        self.is_over = True
        self._speaker.transport.loseConnection()
        self._later(self._speaker.transport.abortConnection)

    def lost(self) -> None:
        """The connection is gone; what was begun for it in a thread ends by itself."""
        self.is_over = True
        self._speaker.setTimeout(None)
        if self._ending is not None and self._ending.active():
            self._ending.cancel()
        self.service.admission.leave(self._address)

    @contextmanager
    def answering(self) -> Iterator[Outflow]:
        """Give what an answer of many bytes is written through."""
        outflow = Outflow(self._speaker, self.service.limits.write_s)
        transport = self._speaker.transport
        transport.registerProducer(outflow, True)
        try:
            yield outflow
        finally:
            if self._speaker.connected:
                transport.unregisterProducer()

    def _later(self, call: Callable[[], None]) -> None:
        if self._ending is not None and self._ending.active():
            self._ending.cancel()
        self._ending = self.service.reactor.callLater(self.service.limits.linger_s, call)

    async def _carry_out(self, doing: Coroutine[None, None, None], failed: Callable[[], None]) -> None:
        try:
            await doing
        except GoneError:
            return
        except Exception:  # noqa: BLE001 – one command must not take the server down; it is logged
            _log.exception("A command of a mail client failed")
            if self._speaker.connected:
                failed()
        if self._speaker.connected:
            self._speaker.setTimeout(None if self.is_over else self.patience_s)
            self._speaker.resumeProducing()


class GoneError(Exception):
    """The client is not there any more, or takes nothing."""


class Outflow:
    """Writes as fast as the client reads; Twisted calls the methods in camel case."""

    def __init__(self, speaker: Speaker, patience_s: float) -> None:
        self._speaker = speaker
        self._patience_s = patience_s
        self._free = asyncio.Event()
        self._free.set()

    async def write(self, data: bytes) -> None:
        """Write, when there is room; raises GoneError for a client that makes none."""
        try:
            async with asyncio.timeout(self._patience_s):
                await self._free.wait()
        except TimeoutError:
            self._speaker.transport.abortConnection()
            raise GoneError from None
        if not self._speaker.connected:
            raise GoneError
        self._speaker.transport.write(data)

    def pauseProducing(self) -> None:
        """There is no room."""
        self._free.clear()

    def resumeProducing(self) -> None:
        """There is room again."""
        self._free.set()

    def stopProducing(self) -> None:
        """The client is gone."""
        self._free.set()
