"""Mail to recipients: who writes a message, and who carries it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sigillo.domain.outgoing_mail import OutgoingMail
from sigillo.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is sent: ``raw`` is RFC 5322 with CRLF; ``headers`` in their order, decoded for reading.

    ``sender`` and ``recipient`` are the addresses of the envelope, ``page_url`` where the recipient answers, empty
    where nothing is asked.
    """

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    page_url: str
    sender: str
    recipient: str
    raw: bytes


class Scribe(Protocol):
    """Writes messages: the same bytes for the same fact, whenever it is asked."""

    def write(self, mail: OutgoingMail, workspace: Workspace) -> Message:
        """Write a message whole."""

    def subject(self, mail: OutgoingMail) -> str:
        """Give a message's subject line alone."""


class Handed(StrEnum):
    """What came of handing a message to the relay.

    ``REFUSED`` is for good, ``DEFERRED`` not now; ``DOWN`` says that the relay could not be spoken to at all.
    """

    TAKEN = "taken"
    REFUSED = "refused"
    DEFERRED = "deferred"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one attempt; ``detail`` is the relay's word on it, without any secret."""

    handed: Handed
    detail: str = ""


class Relay(Protocol):
    """Hands messages to a mail server. ``is_loopback`` says that it is on this machine."""

    is_loopback: bool

    async def send(self, message: Message) -> Receipt:
        """Hand one message over; raises nothing for what the network or the server does."""

    async def rest(self) -> None:
        """Close what is open until the next message."""


@dataclass(frozen=True, slots=True)
class MailPlace:
    """How far the relay has come: the place in the journal as it was after so many resets of the workspace."""

    resets: int
    position: int


@dataclass(frozen=True, slots=True)
class Deferred:
    """A message put off after so many resets: the place of its fact, its letter's ordinal, and the attempts it had."""

    resets: int
    position: int
    line: int
    tries: int


class MailRows(Protocol):
    """How far the relay has come with the workspace's journal, and what it put off; a reset does not forget it."""

    def place(self) -> MailPlace | None:
        """Give the place, None before the relay was first seen."""

    def save(self, place: MailPlace) -> None:
        """Keep the place, and forget what was put off after another number of resets."""

    def deferred(self, resets: int) -> list[Deferred]:
        """Give what was put off after so many resets, by position."""

    def defer(self, mail: Deferred) -> None:
        """Keep that a message waits, in place of what was known of it."""

    def settle(self, position: int) -> None:
        """Forget a message that waited."""
