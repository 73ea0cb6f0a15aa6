"""IMAP4rev1 (RFC 3501) over the folders of a mailbox, always under TLS.

Twisted speaks the protocol: states, dispatch by tables, logging in, what FETCH asks for. What is added: a command is
put together whole, its literals included, within limits, before it is carried out; it is carried out beside the event
loop and answered before the next one is read; and IDLE tells of new mail.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Coroutine
from typing import Any, Final

from twisted.cred.error import UnauthorizedLogin
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.mail.imap4 import (
    IAccount,
    IllegalClientResponse,
    IMAP4Server,
    LOGINCredentials,
    PLAINCredentials,
)

from sigillo.domain.mailbox import Box
from sigillo.mail.servers import imap_folders, imap_messages
from sigillo.mail.servers.imap_command import Command, TooMuch
from sigillo.mail.servers.imap_talk import Refused, Talk
from sigillo.mail.servers.imap_words import flags, instant, name, ranges, tokens, word
from sigillo.mail.servers.service import GREETING, Service
from sigillo.mail.servers.session import Session

Work = Callable[..., Coroutine[None, None, str]]
_CAPABILITIES: Final = (
    *(b"IMAP4rev1", b"SASL-IR", b"IDLE", b"NAMESPACE", b"UIDPLUS"),
    *(b"MOVE", b"UNSELECT", b"ID", b"CHILDREN", b"SPECIAL-USE"),
)
_BY_UID: Final = (b"COPY", b"FETCH", b"STORE", b"SEARCH", b"MOVE")
_FLAGS_FIRST: Final = re.compile(rb"\(([^()]*)\) ?")


def _doing(work: Work, *, knows_uids: bool = False) -> Callable[..., None]:
    """Give what Twisted calls for a command of somebody who logged in: it is carried out, and answered."""

    def begin(connection: ImapConnection, tag: bytes, *given: Any, uid: int | None = None) -> None:
        by_uid = {"by_uid": bool(uid)} if knows_uids else {}
        connection.begin(tag, work(connection.talk, *given, **by_uid))

    return begin


class ImapConnection(IMAP4Server):
    """One client's connection to the IMAP server."""

    IDENT = GREETING.encode()

    def __init__(self, service: Service, address: str) -> None:
        IMAP4Server.__init__(self, {b"PLAIN": PLAINCredentials, b"LOGIN": LOGINCredentials})
        self.MAX_LENGTH = service.limits.line_bytes
        self.portal = self  # which logs in: see :meth:`login`
        self._service = service
        self._reactor: AsyncioSelectorReactor = service.reactor
        self._session = Session(service, self, address)
        self._talk: Talk | None = None
        self._command = Command(service.limits)
        self._stop_waiting: Callable[[], None] | None = None
        self._is_looking = self._has_news = False

    # The connection

    def connectionMade(self) -> None:
        """Greet, or send away whom there is no room for."""
        self.tags: dict[bytes, bytes] = {}
        if not self._session.is_welcome:
            self._bye(b"Too many connections; close some and try again")
            return
        self.setTimeout(self._session.patience_s)
        self.sendServerGreeting()

    def connectionLost(self, reason: object = None) -> None:
        """Forget everything."""
        self._wait_no_longer()
        self._session.lost()
        self._command.close()

    def callLater(self, period: float, func: Callable[[], None]) -> IDelayedCall:
        """Set a timer on the reactor of this server."""
        return self._reactor.callLater(period, func)

    def timeoutConnection(self) -> None:
        """The client was silent for too long."""
        self._bye(b"Nothing came for too long")

    def lineLengthExceeded(self, line: bytes) -> None:
        """A command never ends."""
        self._bye(b"A line may have %d bytes" % self.MAX_LENGTH)

    def lineReceived(self, line: bytes) -> None:
        """Take a line of a command, or what belongs to logging in or to IDLE."""
        if self._session.is_over:
            return
        self.resetTimeout()
        if self.parseState != "command":
            IMAP4Server.lineReceived(self, line)
            return
        try:
            awaited_bytes = self._command.add_line(line)
        except TooMuch as much:
            self._too_much(much)
            return
        if awaited_bytes is None:
            self._carry_out(self._command.taken())
        else:
            self.sendContinuationRequest(b"Go on")
            if awaited_bytes:
                self.setRawMode()

    def rawDataReceived(self, data: bytes) -> None:
        """Take a piece of a literal."""
        if self._session.is_over:
            return
        self.resetTimeout()
        rest = self._command.add_bytes(data)
        if rest is not None:
            self.setLineMode(rest)

    def sendContinuationRequest(self, msg: bytes | None = b"") -> None:
        """Ask for more."""
        self.sendLine(b"+ " + (msg or b""))

    # Dispatch

    def listCapabilities(self) -> list[bytes]:
        """Give what is possible here."""
        return [*_CAPABILITIES, *(b"AUTH=" + mechanism for mechanism in self.challengers)]

    def do_UID(self, tag: bytes, command: bytes, line: bytes) -> None:
        """Carry out a command whose numbers are uids."""
        command = command.upper()
        if command == b"EXPUNGE":
            self.begin(tag, imap_messages.expunge_some(self.talk, ranges(line)))
        elif command in _BY_UID:
            self.dispatchCommand(tag, command, line, uid=1)
        else:
            raise IllegalClientResponse("UID does not go with this command")

    def do_ID(self, tag: bytes, line: bytes) -> None:
        """Say who serves (RFC 2971)."""
        self.sendUntaggedResponse(b'ID ("name" "Sigillo SANDBOX")')
        self.sendPositiveResponse(tag, b"Pleased to meet you")

    def do_LOGOUT(self, tag: bytes) -> None:
        """Say good-bye."""
        self.sendUntaggedResponse(b"BYE Until next time")
        self.sendPositiveResponse(tag, b"Logged out")
        self._session.close()

    def do_IDLE(self, tag: bytes) -> None:
        """Tell of new mail as it comes, until the client has enough of it (RFC 2177)."""
        IMAP4Server.do_IDLE(self, tag)
        self._stop_waiting = self._service.herald.wait(self.talk.box.workspace_id, self._look)
        self._look()

    def parse_idle(self, line: bytes) -> None:
        """End IDLE, whatever the client says: it may only say DONE."""
        self._wait_no_longer()
        IMAP4Server.parse_idle(self)

    # Logging in

    def do_login_now(self, tag: bytes, user: bytes, password: bytes) -> None:
        """Log in by LOGIN."""
        self._session.work(self._log_in(tag, user, password), failed=self._failing(tag))

    def do_authenticate(self, tag: bytes, line: bytes) -> None:
        """Log in by AUTHENTICATE, which may bring its answer with it (RFC 4959)."""
        mechanism, _, initial = line.partition(b" ")
        if mechanism.upper() == b"PLAIN" and initial:
            credentials = PLAINCredentials()
            try:
                credentials.setResponse(base64.b64decode(initial, validate=True))
            except binascii.Error:
                raise IllegalClientResponse("This is no base64") from None
            self.do_login_now(tag, credentials.username, credentials.password)
        else:
            IMAP4Server.do_AUTHENTICATE(self, tag, mechanism)

    def login(self, credentials: Any, mind: object, *interfaces: object) -> Deferred[Any]:
        """Check a password, as Twisted asks a portal to."""
        outcome: Deferred[Any] = Deferred()
        work = self._authenticate(credentials, outcome)
        self._session.work(work, failed=lambda: outcome.errback(UnauthorizedLogin()))
        return outcome

    async def _authenticate(self, credentials: Any, outcome: Deferred[Any]) -> None:
        box = await self._service.log_in(credentials.username or b"", credentials.password or b"")
        if box is None:
            outcome.errback(UnauthorizedLogin())
            self._count_wrong_password()
            return
        self._logged_in(box)
        outcome.callback((IAccount, None, lambda: None))

    async def _log_in(self, tag: bytes, user: bytes, password: bytes) -> None:
        box = await self._service.log_in(user, password)
        if box is None:
            self.sendNegativeResponse(tag, b"[AUTHENTICATIONFAILED] Wrong address or password")
            self._count_wrong_password()
            return
        self._logged_in(box)
        self.sendPositiveResponse(tag, b"[CAPABILITY %s] Logged in" % b" ".join(self.listCapabilities()))

    def _logged_in(self, box: Box) -> None:
        self._talk = Talk(self._service, self._session, box, self.transport.write)
        self.state = "auth"
        self._session.logged_in()

    def _count_wrong_password(self) -> None:
        if self._session.wrong_password():
            self._bye(b"Too many wrong passwords")

    # What is behind it all

    def _carry_out(self, command: bytes) -> None:
        try:
            self.parse_command(command)
        except (ValueError, UnicodeError):
            self.sendBadResponse(None, b"A command is of ASCII characters")

    @property
    def talk(self) -> Talk:
        """Give what commands work on."""
        assert self._talk is not None  # Twisted dispatches commands of those who logged in to nobody else
        return self._talk

    def begin(self, tag: bytes, doing: Coroutine[None, None, str]) -> None:
        """Carry out a command, and answer it."""
        self._session.work(self._answer(tag, doing), failed=self._failing(tag))

    async def _answer(self, tag: bytes, doing: Coroutine[None, None, str]) -> None:
        try:
            self.sendPositiveResponse(tag, _line(await doing))
        except Refused as refused:
            self.sendNegativeResponse(tag, _line(str(refused)))
        except IllegalClientResponse as illegal:
            self.sendBadResponse(tag, _line(str(illegal)))
        finally:
            if self._talk is not None:
                self.state = "auth" if self._talk.selected is None else "select"

    def _look(self) -> None:
        """Tell what is new while the client waits; what comes meanwhile is told right after."""
        self._has_news = True
        if not self._is_looking and self._talk is not None:
            self._is_looking = True
            self._session.work(self._looking(self._talk), failed=self._stop_looking)

    async def _looking(self, talk: Talk) -> None:
        try:
            while self._has_news:
                self._has_news = False
                await talk.look()
        except Refused as refused:  # the folder is gone, or the mailbox
            self._bye(_line(str(refused)))
        self._stop_looking()

    def _stop_looking(self) -> None:
        self._is_looking = False

    def _wait_no_longer(self) -> None:
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None

    def _too_much(self, much: TooMuch) -> None:
        if much.is_fatal:
            self._bye(_line(str(much)))
        else:
            self.sendNegativeResponse(much.tag, _line(str(much)))

    def _bye(self, text: bytes) -> None:
        self.sendUntaggedResponse(b"BYE " + text)
        self._session.end()

    def _failing(self, tag: bytes) -> Callable[[], None]:
        return lambda: self.sendNegativeResponse(
            tag, b"[SERVERBUG] Something went wrong here, and is in the server's log; try again"
        )

    # The tables: readers of the arguments, and what is done with them

    def arg_rest(self, line: bytes | None) -> tuple[bytes, bytes]:
        """Read all that follows as it stands."""
        return line or b"", b""

    def arg_word(self, line: bytes | None) -> tuple[bytes, bytes]:
        """Read a word."""
        return word(line or b"")

    def arg_name(self, line: bytes | None) -> tuple[str, bytes]:
        """Read a folder's name, or a pattern of names."""
        return name(line or b"")

    def arg_ranges(self, line: bytes | None) -> tuple[Any, bytes]:
        """Read a set of numbers."""
        text, rest = word(line or b"")
        return ranges(text), rest

    def arg_tokens(self, line: bytes | None) -> tuple[Any, bytes]:
        """Read all that follows as words and lists."""
        return tokens(line or b""), b""

    def arg_flags(self, line: bytes | None) -> tuple[tuple[str, ...], bytes]:
        """Read all that follows as flags."""
        return flags(line or b""), b""

    def arg_items(self, line: bytes | None) -> tuple[Any, bytes]:
        """Read what FETCH asks for."""
        try:
            items, rest = self.arg_fetchatt(line or b"")
            return items, rest
        except IllegalClientResponse:
            raise
        except Exception:  # noqa: BLE001 -- Twisted's parser raises the bare class
            raise IllegalClientResponse("This is nothing to fetch") from None

    def opt_flags(self, line: bytes) -> tuple[tuple[str, ...], bytes]:
        """Read flags in parentheses, if there are some."""
        found = _FLAGS_FIRST.match(line)
        return (flags(found[1]), line[found.end() :]) if found else ((), line)

    def opt_instant(self, line: bytes) -> tuple[Any, bytes]:
        """Read an instant, if there is one."""
        if not line.startswith(b'"'):
            return None, line
        text, rest = word(line)
        return instant(text), rest

    def arg_message(self, line: bytes) -> tuple[bytes, bytes]:
        """Read the literal that is a message."""
        return self._command.message(line), b""

    unauth_LOGIN = (do_login_now, arg_word, arg_word)
    unauth_AUTHENTICATE = (do_authenticate, arg_rest)
    unauth_STARTTLS = None
    unauth_ID = auth_ID = select_ID = (do_ID, arg_rest)
    unauth_LOGOUT = auth_LOGOUT = select_LOGOUT = (do_LOGOUT,)
    auth_IDLE = select_IDLE = (do_IDLE,)
    auth_NOOP = select_NOOP = select_CHECK = (_doing(imap_messages.noop),)
    auth_NAMESPACE = select_NAMESPACE = (_doing(imap_folders.namespace),)
    auth_SELECT = select_SELECT = (_doing(imap_folders.select), arg_name)
    auth_EXAMINE = select_EXAMINE = (_doing(imap_folders.examine), arg_name)
    auth_CREATE = select_CREATE = (_doing(imap_folders.create), arg_name)
    auth_DELETE = select_DELETE = (_doing(imap_folders.delete), arg_name)
    auth_RENAME = select_RENAME = (_doing(imap_folders.rename), arg_name, arg_name)
    auth_SUBSCRIBE = select_SUBSCRIBE = (_doing(imap_folders.subscribe), arg_name)
    auth_UNSUBSCRIBE = select_UNSUBSCRIBE = (_doing(imap_folders.unsubscribe), arg_name)
    auth_LIST = select_LIST = (_doing(imap_folders.list_all), arg_name, arg_name)
    auth_LSUB = select_LSUB = (_doing(imap_folders.list_subscribed), arg_name, arg_name)
    auth_STATUS = select_STATUS = (_doing(imap_folders.status), arg_name, arg_tokens)
    auth_APPEND = select_APPEND = (_doing(imap_messages.append), arg_name, opt_flags, opt_instant, arg_message)
    select_CLOSE = (_doing(imap_folders.close),)
    select_UNSELECT = (_doing(imap_folders.unselect),)
    select_EXPUNGE = (_doing(imap_messages.expunge),)
    select_SEARCH = (_doing(imap_messages.search, knows_uids=True), arg_tokens)
    select_FETCH = (_doing(imap_messages.fetch, knows_uids=True), arg_ranges, arg_items)
    select_STORE = (_doing(imap_messages.store, knows_uids=True), arg_ranges, arg_word, arg_flags)
    select_COPY = (_doing(imap_messages.copy, knows_uids=True), arg_ranges, arg_name)
    select_MOVE = (_doing(imap_messages.move, knows_uids=True), arg_ranges, arg_name)
    select_UID = (do_UID, arg_word, arg_rest)


def _line(text: str) -> bytes:
    return " ".join(text.split()).encode("ascii", "replace")
