"""What every connection of the mail servers shares: the sandbox, the reactor, threads, limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.protocols.tls import TLSMemoryBIOFactory

from sigillo.application.convoy import Convoy
from sigillo.application.sandbox import Sandbox
from sigillo.application.submission import HandedIn, Handing, MailRefused
from sigillo.domain.mailbox import Box
from sigillo.mail.servers.herald import Herald
from sigillo.mail.servers.limits import Admission, Limits

T = TypeVar("T")
Joined = asyncio.Future[HandedIn | MailRefused | None]
"""What becomes of a message that goes with others; None where a thread is to take it in."""

GREETING = "Sigillo SANDBOX, no legal value"


@dataclass(frozen=True, slots=True)
class Service:
    """The mail servers' common ground. Whatever may wait or take long is done in ``threads``.

    Passwords are tried in ``lock_threads``, which are few: each takes memory, and those who guess must not keep others
    from their mail.
    """

    sandbox: Sandbox
    reactor: AsyncioSelectorReactor
    threads: Executor
    lock_threads: Executor
    herald: Herald
    convoy: Convoy[Handing, HandedIn | MailRefused]
    limits: Limits
    admission: Admission

    async def beside(self, work: Callable[[], T]) -> T:
        """Do something beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)

    async def hand_in(self, message: Handing) -> HandedIn | MailRefused:
        """Take a message in that is not plain: it is examined in a thread.

        One that is long or goes to many is taken in there as well.
        """
        if not message.is_light:
            return await self._waited(message)
        examined = await self.beside(lambda: self.sandbox.submissions.examine(message))
        return await self.finish(examined, self.join(examined))

    def join(self, message: Handing) -> Joined:
        """Take a light message in with others that are there in the same turn of the event loop."""
        return self.convoy.leave(message.box.workspace_id, message)

    async def finish(self, message: Handing, joined: Joined) -> HandedIn | MailRefused:
        """Give what became of a message that joined; a thread takes it in where the others would have waited."""
        return await joined or await self._waited(message)

    async def _waited(self, message: Handing) -> HandedIn | MailRefused:
        try:
            return await self.beside(lambda: self.sandbox.submissions.hand_in_waiting(message))
        except MailRefused as refused:
            return refused

    async def log_in(self, user: bytes, password: bytes) -> Box | None:
        """Give the mailbox that a client may open, None for a wrong address or password."""
        try:
            address, secret = user.decode(), password.decode()
        except UnicodeDecodeError:
            return None
        mailboxes, loop = self.sandbox.mailboxes, asyncio.get_running_loop()
        return await loop.run_in_executor(self.lock_threads, mailboxes.authenticate, address, secret)


@dataclass(frozen=True, slots=True)
class Secured:
    """What makes connections of a face secure: TLS from the first byte, or on demand where ``is_late``."""

    wrapping: TLSMemoryBIOFactory
    is_late: bool = False
