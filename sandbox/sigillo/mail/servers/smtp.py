"""SMTP submission (RFC 6409): a mail client hands in messages, always under TLS and with its mailbox's password.

Twisted speaks the protocol; what is added: TLS before anything else, whole commands one after another also where they
take time, messages taken in pieces onto disk, and answers with enhanced codes (RFC 3463). Nothing is ever sent outside:
a message becomes letters of the sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from twisted.cred.error import UnauthorizedLogin
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.mail.imap4 import IllegalClientResponse, PLAINCredentials
from twisted.mail.interfaces import IMessageDelivery
from twisted.mail.smtp import ESMTP, SMTP, Address, LOGINCredentials, User
from twisted.protocols.basic import LineReceiver

from sigillo.application.submission import HandedIn, Handing, MailRefused
from sigillo.domain.mailbox import Box
from sigillo.mail.servers.service import GREETING, Joined, Secured, Service
from sigillo.mail.servers.session import Session
from sigillo.mail.servers.smtp_data import Incoming, Unfit

HOST: Final = b"localhost"
_HAS_CODE: Final = re.compile(rb"[245]\.\d{1,3}\.\d{1,3} ")
# What Twisted answers with, in enhanced codes; 2.0.0, 4.0.0 or 5.0.0 stands for any other.
_ENHANCED: Final = {235: b"2.7.0", 454: b"4.7.0", 500: b"5.5.2", 501: b"5.5.4", 503: b"5.5.1", 504: b"5.5.4"}
_ENHANCED_TOO: Final = {535: b"5.7.8", 553: b"5.1.3", 451: b"4.3.0"}
_BODIES: Final = (b"7BIT", b"8BITMIME")
_PLAIN_TEXT: Final = re.compile(rb"[\t -~]*")


class SmtpConnection(LineReceiver, ESMTP):
    """One client's connection to a submission server."""

    noisy = False

    def __init__(self, service: Service, secured: Secured, address: str) -> None:
        ESMTP.__init__(self, {b"PLAIN": PLAINCredentials, b"LOGIN": LOGINCredentials})
        self._from: Address | None = None
        self._to: list[tuple[User, object]] = []
        self._helo: tuple[bytes | None, bytes] = (None, b"")
        self.transport: Any = None
        self.host = HOST
        self.portal = self  # which logs in: see :meth:`login`
        self.MAX_LENGTH = service.limits.line_bytes
        self._reactor: AsyncioSelectorReactor = service.reactor
        self._limits = service.limits
        self._secured = secured
        self._is_secure = not secured.is_late
        self._session = Session(service, self, address)
        self._box: Box | None = None
        self._incoming: Incoming | None = None

    # The connection

    def connectionMade(self) -> None:
        """Greet, or send away whom there is no room for."""
        if not self._session.is_welcome:
            self._refuse_service("4.7.0 Too many connections; close some and try again")
            return
        ESMTP.connectionMade(self)
        self.setTimeout(self._session.patience_s)

    def connectionLost(self, reason: object = None) -> None:
        """Forget everything."""
        self._session.lost()
        self._forget_message()

    def callLater(self, period: float, func: Callable[[], None]) -> IDelayedCall:
        """Set a timer on the reactor of this server."""
        return self._reactor.callLater(period, func)

    def timeoutConnection(self) -> None:
        """The client was silent for too long."""
        self._refuse_service("4.4.2 Nothing came for too long")

    def greeting(self) -> bytes:
        """Give the first line."""
        return HOST + b" ESMTP " + GREETING.encode()

    def lineLengthExceeded(self, line: bytes) -> None:
        """A command never ends."""
        self._say(500, f"5.5.2 A line may have {self.MAX_LENGTH:,} bytes; closing")
        self._session.end()

    def lineReceived(self, line: bytes) -> None:
        """Take a command, or the next step of logging in."""
        if not _PLAIN_TEXT.fullmatch(line):
            self._say(500, "5.5.2 A command is of printable ASCII characters")
            return
        try:
            ESMTP.lineReceived(self, line)
        except (IllegalClientResponse, ValueError):
            self.mode = "COMMAND"
            self._say(501, "5.5.2 This is not what the mechanism expects")

    def sendCode(self, code: int, message: bytes = b"") -> None:
        """Answer; what Twisted itself says gets its enhanced code."""
        if code not in (220, 334, 354) and not _HAS_CODE.match(message):
            enhanced = _ENHANCED.get(code) or _ENHANCED_TOO.get(code) or b"%d.0.0" % (code // 100)
            message = enhanced + b" " + message
        ESMTP.sendCode(self, code, message)

    # Commands

    def extensions(self) -> dict[bytes, list[bytes] | None]:
        """Give what EHLO tells; passwords are only spoken of under TLS."""
        told: dict[bytes, list[bytes] | None] = {
            b"SIZE": [b"%d" % self._limits.message_bytes],
            b"8BITMIME": None,
            b"PIPELINING": None,
            b"ENHANCEDSTATUSCODES": None,
        }
        return told | ({b"AUTH": list(self.challengers)} if self._is_secure else {b"STARTTLS": None})

    def do_EHLO(self, rest: bytes) -> None:
        """Tell what is possible here."""
        if self._names_itself(rest):
            SMTP.sendCode(self, 250, HOST + b" " + GREETING.encode() + b"\n" + self.listExtensions())

    def do_HELO(self, rest: bytes) -> None:
        """Greet an old client, which cannot log in."""
        if self._names_itself(rest):
            SMTP.sendCode(self, 250, HOST)

    def do_NOOP(self, rest: bytes) -> None:
        """Do nothing."""
        self._say(250, "2.0.0 OK")

    def do_VRFY(self, rest: bytes) -> None:
        """Tell nothing about mailboxes (RFC 5321 §7.3)."""
        self._say(252, "2.5.2 Send a message and see")

    def do_HELP(self, rest: bytes) -> None:
        """Tell where to read on."""
        self._say(214, "2.0.0 A PEC sandbox: log in and hand in messages; it never sends them outside")

    def do_RSET(self, rest: bytes) -> None:
        """Forget the message that was begun."""
        self._forget_message()
        self._say(250, "2.0.0 Forgotten")

    def do_QUIT(self, rest: bytes) -> None:
        """Say good-bye."""
        self._say(221, "2.0.0 Bye")
        self._session.close()

    def ext_STARTTLS(self, rest: bytes) -> None:
        """Begin TLS; what was said before is forgotten, and what was sent with it is not heard (RFC 3207 §4.2)."""
        if rest:
            self._say(501, "5.5.4 STARTTLS takes nothing after it")
        elif self._is_secure:
            self._say(503, "5.5.1 The connection is under TLS already")
        else:
            self._say(220, "2.0.0 Begin TLS")
            self.clearLineBuffer()
            self._forget_message()
            self._helo = (None, b"")
            self._secure()

    def ext_AUTH(self, rest: bytes) -> None:
        """Log in (RFC 4954)."""
        if not self._is_secure:
            self._say(538, "5.7.11 Passwords are taken under TLS only; say STARTTLS first")
        elif self.authenticated or self._from is not None:
            self._say(503, "5.5.1 Log in once, before the message")
        elif not rest:
            self._say(501, "5.5.4 Name a mechanism: AUTH PLAIN or AUTH LOGIN")
        else:
            ESMTP.ext_AUTH(self, b"PLAIN " if rest.upper() == b"PLAIN =" else rest)

    def login(self, credentials: Any, mind: object, *interfaces: object) -> Deferred[Any]:
        """Check a password, as Twisted asks a portal to."""
        outcome: Deferred[Any] = Deferred()
        self._session.work(self._log_in(credentials, outcome), failed=self._failed)
        return outcome

    def do_MAIL(self, rest: bytes) -> None:
        """Begin a message; what its parameters promise is checked (RFC 1870, RFC 6152)."""
        if self._must_log_in():
            return
        found = self.mail_re.match(rest)
        wrong = self._wrong_parameter((found.group("opts") or b"") if found else b"")
        if wrong is not None:
            self._say(*wrong)
        else:
            ESMTP.do_MAIL(self, rest)

    def do_RCPT(self, rest: bytes) -> None:
        """Add a recipient."""
        if self._must_log_in():
            return
        found = self.rcpt_re.match(rest)
        if found and found.group("opts"):
            self._say(555, "5.5.4 No parameter is known here")
        elif len(self._to) >= self._limits.recipients:
            self._say(452, f"4.5.3 A message may have {self._limits.recipients:,} recipients here; send it in parts")
        else:
            ESMTP.do_RCPT(self, rest)

    def do_DATA(self, rest: bytes) -> None:
        """Let the message come."""
        if self._must_log_in():
            return
        if rest:
            self._say(501, "5.5.4 DATA takes nothing after it")
        elif self._from is None or not self._to:
            self._say(503, "5.5.1 Name the sender with MAIL and recipients with RCPT first")
        else:
            self._incoming = Incoming(
                most_bytes=self._limits.message_bytes, most_line_bytes=self._limits.message_line_bytes
            )
            self._say(354, "End the message with a line that is a dot")
            self.setRawMode()

    def rawDataReceived(self, data: bytes) -> None:
        """Take a piece of the message."""
        if self._incoming is None or self._session.is_over:
            return
        self.resetTimeout()
        try:
            rest = self._incoming.feed(data)
        except Unfit as unfit:
            self._say(*unfit.args)
            self._session.end()
            return
        if rest is not None:
            self._message_came(self._incoming)
            self.setLineMode(rest)

    def validateFrom(self, helo: object, origin: Address) -> Address:
        """Take any sender: whether it may be this one is judged with the message."""
        return origin

    def validateTo(self, user: User) -> Callable[[], None]:
        """Take any recipient: what becomes of each is told by receipts."""
        return lambda: None

    # What is behind them

    async def _log_in(self, credentials: Any, outcome: Deferred[Any]) -> None:
        self._box = await self._session.service.log_in(credentials.username or b"", credentials.password or b"")
        if self._box is not None:
            self._session.logged_in()
            outcome.callback((IMessageDelivery, None, lambda: None))
            return
        outcome.errback(UnauthorizedLogin())
        if self._session.wrong_password():
            self._refuse_service("4.7.0 Too many wrong passwords")

    def _message_came(self, incoming: Incoming) -> None:
        """Hand in what is short and plain with others of this turn of the loop; what may take longer is work."""
        message = None
        with suppress(Unfit):  # which is told where it is read again
            message = self._handing(incoming.message()) if incoming.is_short else None
        if message is None or not (message.is_light and message.is_plain):
            self._session.work(self._hand_in(incoming), failed=self._failed)
            return
        self.paused = True  # until this turn is over: what comes until then is little, and waits in the buffer
        joined = self._session.service.join(message)
        joined.add_done_callback(partial(self._round_made, message))

    def _round_made(self, message: Handing, joined: Joined) -> None:
        outcome = None if joined.exception() else joined.result()
        if not self.connected:
            return
        if outcome is None:
            self._session.work(self._finish(message, joined), failed=self._failed)
            return
        self._tell(outcome)
        self.paused = False
        self.dataReceived(b"")

    async def _finish(self, message: Handing, joined: Joined) -> None:
        self._tell(await self._session.service.finish(message, joined))

    async def _hand_in(self, incoming: Incoming) -> None:
        service = self._session.service
        try:
            message = self._handing(await service.beside(incoming.message))
        except Unfit as unfit:
            self._say(*unfit.args)
            self._forget_message()
            return
        self._tell(await service.hand_in(message))

    def _handing(self, raw: bytes) -> Handing:
        box, origin = self._box, self._from
        assert box is not None and origin is not None  # DATA is for whoever logged in and named a sender
        return Handing(box, bytes(origin).decode(), [bytes(user.dest).decode() for user, _ in self._to], raw)

    def _tell(self, outcome: HandedIn | MailRefused) -> None:
        if isinstance(outcome, HandedIn):
            self._say(250, f"2.0.0 Taken as {outcome.message_id}")
        else:
            self._say(outcome.code, f"{outcome.enhanced} {outcome.text}")
        self._forget_message()

    def _names_itself(self, name: bytes) -> bool:
        if not name:
            self._say(501, "5.5.4 Say your name after it")
            return False
        self._helo = (name, b"")
        self._forget_message()
        return True

    def _must_log_in(self) -> bool:
        if not self._is_secure:
            self._say(530, "5.7.0 Say STARTTLS first")
        elif self._box is None:
            self._say(530, "5.7.0 Log in first")
        return self._box is None

    def _wrong_parameter(self, given: bytes) -> tuple[int, str] | None:
        """Give the answer to parameters of MAIL that cannot be met."""
        for one in given.split():
            name, _, value = one.upper().partition(b"=")
            if name == b"SIZE" and value.isdigit():
                if int(value[:20]) > self._limits.message_bytes:
                    return 552, f"5.3.4 The message may have {self._limits.message_bytes:,} bytes; send a shorter one"
            elif not (name == b"BODY" and value in _BODIES) and name != b"AUTH":
                return 555, f"5.5.4 Not known here: {one[:40].decode()}"
        return None

    def _secure(self) -> None:
        """Put TLS between this protocol and its transport, as the transport's own startTLS does, with our reactor."""
        wrapping = self._secured.wrapping
        secure = wrapping.protocol(wrapping, self, False)
        plain, self.transport = self.transport, secure
        plain.protocol = secure
        secure.makeConnection(plain)
        self._is_secure = True

    def _forget_message(self) -> None:
        self._from, self._to = None, []
        if self._incoming is not None:
            self._incoming.close()
            self._incoming = None

    def _say(self, code: int, text: str) -> None:
        self.sendCode(code, text.encode("ascii", "replace"))

    def _refuse_service(self, text: str) -> None:
        self._say(421, text)
        self._session.end()

    def _failed(self) -> None:
        self._forget_message()
        self._say(451, "4.3.0 Something went wrong here, and is in the server's log; try again")
