"""A PEC mailbox: an address with a password and a quota, and how its provider treats what comes in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sigillo.domain.errors import Conflict
from sigillo.domain.ids import Lot
from sigillo.domain.password import Password
from sigillo.domain.pec.dialects import ARUBA, DIALECTS, SIGILLO, Limits

DEFAULT_QUOTA_BYTES: Final = 1 << 30
MOST_MAILBOXES: Final = 10_000
"""Mailboxes ever made in a workspace, so that :attr:`Mailbox.next_validity` fits the 32 bits that IMAP has for it."""

RECEIPT_BYTES: Final = 8 * 1024
"""What a receipt or an envelope counts for against the quota, beside the message that it carries."""

DEFAULT_DIALECT: Final = SIGILLO.name
_REFUSING: Final = frozenset({ARUBA.name})
_FOLDERS_BITS: Final = 16


class OrdinaryMail(StrEnum):
    """What becomes of a message that is no PEC: wrapped in an anomaly envelope (RFC 6109 §3.2.2), or turned away."""

    ACCEPT = "accept"
    REFUSE = "refuse"


class Watcher(StrEnum):
    """Who hears of new mail: an address that is told of it, or one that gets a copy."""

    NOTIFY = "notify"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Watch:
    """An address that hears of new mail: of facts above the place ``after`` up to ``until`` (None: still)."""

    watcher: Watcher
    address: str
    after: int
    until: int | None = None

    def covers(self, seq: int) -> bool:
        """Tell whether the fact at a place in the journal is within it."""
        return self.after < seq and (self.until is None or seq <= self.until)


@dataclass(frozen=True, slots=True)
class Tenure:
    """A mailbox's time at an address: the facts above the place ``after`` up to ``until`` (None: still) came to it.

    It outlasts the mailbox, so that what ``watches`` heard stays told once the mailbox is removed.
    """

    address: str
    after: int
    until: int | None = None
    watches: tuple[Watch, ...] = ()

    def covers(self, seq: int) -> bool:
        """Tell whether the fact at a place in the journal is within it."""
        return self.after < seq and (self.until is None or seq <= self.until)


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """What the owner of a mailbox chose, and from when on.

    ``notify_address`` is told of new mail, ``forward_to`` gets a copy of it; ``archive`` keeps a copy of everything in
    the folder Archive. ``limits`` None leaves them to the dialect. The mailbox gets mail of facts above the place
    ``made_after`` in the journal; ``watches`` are those who hear of it and those who did, the oldest first.
    ``promised_bytes`` is the room of the letters that are under way to it, all of ordinals above ``made_after_letter``.
    """

    ordinary_mail: OrdinaryMail
    notify_address: str | None = None
    forward_to: str | None = None
    archive: bool = False
    limits: Limits | None = None
    made_after: int = 0
    watches: tuple[Watch, ...] = ()
    made_after_letter: int = 0
    promised_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox that somebody logged in to: all that the folders' commands need of it."""

    workspace_id: str
    ordinal: int
    address: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox. ``ordinal`` counts those ever made in the workspace, from 1; ``address`` is in lower case.

    ``passwords`` counts the passwords made for it; ``last_uid`` is the number of its newest message, ``folders`` counts
    the folders ever made in it, and ``used_bytes`` is what counts against ``quota_bytes``.
    """

    ordinal: int
    id: str
    workspace_id: str
    address: str
    dialect: str
    password: Password = field(repr=False)
    created_at: datetime
    settings: MailboxSettings
    quota_bytes: int = DEFAULT_QUOTA_BYTES
    passwords: int = 1
    last_uid: int = 0
    folders: int = 0
    used_bytes: int = 0

    @property
    def box(self) -> Box:
        """Give what its folders are asked for by."""
        return Box(self.workspace_id, self.ordinal, self.address)

    @property
    def tenure(self) -> Tenure:
        """Give its time at its address, which goes on."""
        return Tenure(self.address, self.settings.made_after, watches=self.settings.watches)

    @property
    def limits(self) -> Limits:
        """Give the limits of its plan: its own, else those of the provider that it imitates."""
        return self.settings.limits or DIALECTS[self.dialect].limits

    @property
    def next_validity(self) -> int:
        """Give the UIDVALIDITY of its next folder.

        It grows with every folder and with every mailbox, also one made again at an address (RFC 3501 §2.3.1.1).
        """
        return (self.ordinal << _FOLDERS_BITS) + self.folders + 1

    def has_room(self, size_bytes: int) -> bool:
        """Tell whether a message that counts for so much still fits."""
        return self.used_bytes + size_bytes <= self.quota_bytes

    def has_room_to_come(self, size_bytes: int) -> bool:
        """Tell whether a message still fits beside those that are under way."""
        return self.has_room(size_bytes + self.settings.promised_bytes)

    def promising(self, size_bytes: int) -> Mailbox:
        """Give it with room for so much more that is under way; a negative number came, or will not."""
        promised = max(0, self.settings.promised_bytes + size_bytes)
        return replace(self, settings=replace(self.settings, promised_bytes=promised))

    def counting(self, size_bytes: int) -> Mailbox:
        """Give it with so much more in it; a negative number is taken away."""
        return replace(self, used_bytes=max(0, self.used_bytes + size_bytes))


class MailboxFull(Conflict):
    """The message would not fit into the quota; nothing of it was kept."""

    code = "mailbox_full"


class AddressTaken(Conflict):
    """Another mailbox, of any workspace, has the address."""

    code = "address_taken"

    def __init__(self, address: str) -> None:
        super().__init__(f"There is a mailbox {address} on this server already; choose another address.")


def mailbox_id(workspace: Lot, ordinal: int) -> str:
    """Give the id of the workspace's ``ordinal``-th mailbox; those of its messages are made of it."""
    return workspace.child("mailbox", ordinal).token("mbx")


def derived_password(workspace: Lot, ordinal: int, generation: int) -> str:
    """Give the ``generation``-th password of a mailbox of a test workspace, 100 bits that follow from the seed."""
    return workspace.child("mailbox password", ordinal, generation).token("pec")


def usual_ordinary_mail(dialect: str) -> OrdinaryMail:
    """Give what the provider that a new mailbox imitates does with ordinary mail."""
    return OrdinaryMail.REFUSE if dialect in _REFUSING else OrdinaryMail.ACCEPT
