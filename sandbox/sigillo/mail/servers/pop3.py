"""POP3 (RFC 1939) over a mailbox's INBOX, always under TLS.

Twisted dispatches the commands; what is added are the answers, which wait for the store without keeping anybody else
waiting, and messages sent as they are kept, byte for byte. What a session sees is the INBOX as it was at its login;
what it deletes goes when it says QUIT.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Final

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IDelayedCall
from twisted.mail.pop3 import POP3, POP3Error
from twisted.protocols.basic import LineReceiver

from sigillo.domain.mail_folder import DELETED, INBOX, Change, Stored
from sigillo.domain.mailbox import Box
from sigillo.mail.servers.service import GREETING, Service
from sigillo.mail.servers.session import Session

_PIECE_BYTES: Final = 64 * 1024
_LINES_A_WRITE: Final = 1000
_PLAIN_TEXT: Final = re.compile(rb"[\t -~]*|PASS [^\0]*", re.IGNORECASE)
_CAPABILITIES: Final = (b"USER", b"TOP", b"UIDL", b"PIPELINING", b"RESP-CODES", b"AUTH-RESP-CODE")
Doing = Coroutine[None, None, None]


@dataclass(slots=True)
class Drop:
    """The INBOX as one session sees it: its messages in order, and the numbers (from 1) of those to delete."""

    box: Box
    uid_validity: int
    messages: list[Stored]
    gone: set[int] = field(default_factory=set)

    def __iter__(self) -> Iterator[tuple[int, Stored]]:
        """Give what is left, each with its number."""
        return ((number, one) for number, one in enumerate(self.messages, start=1) if number not in self.gone)

    def at(self, number: bytes) -> tuple[int, Stored]:
        """Give a message by its number; raises POP3Error where there is none."""
        n = int(number) if number.isdigit() and len(number) < 10 else 0
        if not 0 < n <= len(self.messages) or n in self.gone:
            raise POP3Error(b"There is no such message")
        return n, self.messages[n - 1]

    def uidl(self, message: Stored) -> bytes:
        """Give what names a message for ever (RFC 1939 §7)."""
        return b"%d.%d" % (self.uid_validity, message.uid)


class Pop3Connection(LineReceiver, POP3):
    """One client's connection to the POP3 server."""

    AUTH_CMDS = (b"CAPA", b"USER", b"PASS", b"QUIT", b"NOOP")

    def __init__(self, service: Service, address: str) -> None:
        self.MAX_LENGTH = service.limits.line_bytes
        self._service = service
        self._reactor: AsyncioSelectorReactor = service.reactor
        self._session = Session(service, self, address)
        self._user: bytes | None = None
        self.mbox: Drop | None = None

    # The connection

    def connectionMade(self) -> None:
        """Greet, or send away whom there is no room for."""
        if not self._session.is_welcome:
            self._end(b"[SYS/TEMP] Too many connections; close some and try again")
            return
        self._ok(GREETING)
        self.setTimeout(self._session.patience_s)

    def connectionLost(self, reason: object = None) -> None:
        """Forget everything: without QUIT nothing is deleted (RFC 1939 §6)."""
        self._session.lost()

    def callLater(self, period: float, func: Callable[[], None]) -> IDelayedCall:
        """Set a timer on the reactor of this server."""
        return self._reactor.callLater(period, func)

    def timeoutConnection(self) -> None:
        """The client was silent for too long (RFC 1939 §3: nothing is said)."""
        self._session.close()

    def lineLengthExceeded(self, line: bytes) -> None:
        """A command never ends."""
        self._end(b"A line may have %d bytes" % self.MAX_LENGTH)

    def rawDataReceived(self, data: bytes) -> None:
        """Throw away what comes after the end."""

    def lineReceived(self, line: bytes) -> None:
        """Take a command."""
        self.resetTimeout()
        if not _PLAIN_TEXT.fullmatch(line):
            self.failResponse(b"A command is of printable ASCII characters")
            return
        try:
            self.processCommand(*line.split(b" "))
        except POP3Error as refused:
            self.failResponse(refused.args[0])
        except TypeError:  # Twisted hands over as many words as there are
            self.failResponse(b"So many words do not belong to this command")

    # Before the login

    def do_CAPA(self) -> None:
        """Tell what is possible here (RFC 2449)."""
        self._ok("Here it is")
        self.transport.write(b"".join(word + b"\r\n" for word in (*_CAPABILITIES, b".")))

    def do_USER(self, user: bytes) -> None:
        """Name the mailbox."""
        self._must_be_unknown()
        self._user = user
        self._ok("And the password?")

    def do_PASS(self, *words: bytes) -> None:
        """Log in; a password may have blanks."""
        self._must_be_unknown()
        if self._user is None:
            raise POP3Error(b"Say USER first")
        user, self._user = self._user, None
        self._work(self._log_in(user, b" ".join(words)))

    def do_QUIT(self) -> None:
        """Delete what was to be deleted, and say good-bye."""
        if self.mbox is None or not self.mbox.gone:
            self._ok("Bye")
            self._session.close()
        else:
            self._work(self._delete(self.mbox))

    def do_NOOP(self) -> None:
        """Do nothing."""
        self._ok("")

    # After it

    def do_STAT(self) -> None:
        """Count the messages and their bytes."""
        self._work(self._stat())

    def do_LIST(self, number: bytes | None = None) -> None:
        """Give sizes."""
        self._work(self._list(None if number is None else self._drop.at(number)))

    def do_UIDL(self, number: bytes | None = None) -> None:
        """Give what names messages for ever."""
        drop = self._drop
        if number is not None:
            n, message = drop.at(number)
            self._ok(f"{n} {drop.uidl(message).decode()}")
        else:
            self._ok("")
            self._work(self._lines(b"%d %s" % (n, drop.uidl(message)) for n, message in drop))

    def do_RETR(self, number: bytes) -> None:
        """Give a message."""
        self._work(self._message(self._drop.at(number)[1]))

    def do_TOP(self, number: bytes, lines: bytes) -> None:
        """Give a message's header and so many lines of its body."""
        if not lines.isdigit() or len(lines) > 9:
            raise POP3Error(b"Say how many lines")
        self._work(self._message(self._drop.at(number)[1], lines=int(lines)))

    def do_DELE(self, number: bytes) -> None:
        """Have a message deleted at the end."""
        n, _ = self._drop.at(number)
        self._drop.gone.add(n)
        self._ok(f"Message {n} goes with QUIT")

    def do_RSET(self) -> None:
        """Delete nothing after all."""
        self._drop.gone.clear()
        self._ok("Nothing goes")

    # What is behind them

    @property
    def _drop(self) -> Drop:
        assert self.mbox is not None  # Twisted lets nobody else come here
        return self.mbox

    async def _log_in(self, user: bytes, password: bytes) -> None:
        box = await self._service.log_in(user, password)
        if box is None:
            self.failResponse(b"[AUTH] Wrong address or password")
            if self._session.wrong_password():
                self._end(b"[AUTH] Too many wrong passwords")
            return
        self.mbox = await self._service.beside(lambda: self._opened(box))
        self._session.logged_in()
        self._ok(f"{len(self.mbox.messages)} messages")

    def _opened(self, box: Box) -> Drop:
        folders = self._service.sandbox.mail_folders
        folders.sync(box)
        validity = folders.status(box, INBOX).uid_validity
        return Drop(box, validity, [one for one in folders.listing(box, INBOX) if DELETED not in one.flags])

    async def _stat(self) -> None:
        sizes = await self._sizes()
        self._ok(f"{len(sizes)} {sum(size for _, size in sizes)}")

    async def _list(self, one: tuple[int, Stored] | None) -> None:
        if one is not None:
            number, message = one
            size = await self._service.beside(lambda: self._size(message))
            self._ok(f"{number} {size}")
            return
        sizes = await self._sizes()
        self._ok(f"{len(sizes)} messages")
        await self._lines(b"%d %d" % pair for pair in sizes)

    async def _sizes(self) -> list[tuple[int, int]]:
        drop = self._drop
        return await self._service.beside(lambda: [(number, self._size(message)) for number, message in drop])

    def _size(self, message: Stored) -> int:
        """Give a message's size in bytes; one that was never read before is written for it."""
        if message.size_bytes is not None:
            return message.size_bytes
        return len(self._service.sandbox.mail_folders.raw(self._drop.box, message.uid))

    async def _message(self, message: Stored, *, lines: int | None = None) -> None:
        folders, box = self._service.sandbox.mail_folders, self._drop.box
        raw = await self._service.beside(lambda: folders.raw(box, message.uid))
        shown = raw if lines is None else _top(raw, lines)
        self._ok(f"{len(raw)} octets" if lines is None else "The top of it")
        stuffed = (b"\r\n" + shown).replace(b"\r\n.", b"\r\n..")[2:]
        if not stuffed.endswith(b"\r\n"):
            stuffed += b"\r\n"
        with self._session.answering() as outflow:
            for start in range(0, len(stuffed), _PIECE_BYTES):
                await outflow.write(stuffed[start : start + _PIECE_BYTES])
            await outflow.write(b".\r\n")

    async def _lines(self, lines: Iterator[bytes]) -> None:
        with self._session.answering() as outflow:
            while some := list(itertools.islice(lines, _LINES_A_WRITE)):
                await outflow.write(b"\r\n".join([*some, b""]))
            await outflow.write(b".\r\n")

    async def _delete(self, drop: Drop) -> None:
        folders = self._service.sandbox.mail_folders
        uids = [drop.messages[number - 1].uid for number in sorted(drop.gone)]

        def delete() -> None:
            folders.flag(drop.box, INBOX, uids, (DELETED,), Change.ADD)
            folders.expunge(drop.box, INBOX, uids)

        await self._service.beside(delete)
        self._ok("Bye")
        self._session.close()

    def _must_be_unknown(self) -> None:
        if self.mbox is not None:
            raise POP3Error(b"You are logged in already")

    def _work(self, doing: Doing) -> None:
        self._session.work(doing, failed=self._failed)

    def _ok(self, text: str) -> None:
        self.transport.write(b"+OK " + text.encode() + b"\r\n")

    def _end(self, text: bytes) -> None:
        self.failResponse(text)
        self._session.end()

    def _failed(self) -> None:
        self.failResponse(b"[SYS/TEMP] Something went wrong here, and is in the server's log; try again")


def _top(raw: bytes, lines: int) -> bytes:
    """Give a message's header, the blank line and so many lines after it."""
    end = raw.find(b"\r\n\r\n")
    if end < 0:
        return raw
    at = end + 4
    for _ in range(lines):
        following = raw.find(b"\r\n", at)
        if following < 0:
            return raw
        at = following + 2
    return raw[:at]
