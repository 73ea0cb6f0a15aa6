"""What is in a mailbox: folders, and messages with their flags, in the words of IMAP (RFC 3501)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from sigillo.domain.errors import FieldError, Invalid

INBOX: Final = "INBOX"
SEPARATOR: Final = "/"
SENT_FOLDER: Final = "Sent"
ARCHIVE_FOLDER: Final = "Archive"
FIRST_FOLDERS: Final[Mapping[str, str | None]] = MappingProxyType(
    {INBOX: None, SENT_FOLDER: "\\Sent", "Drafts": "\\Drafts", "Trash": "\\Trash", ARCHIVE_FOLDER: "\\Archive"}
)
"""The folders of a new mailbox, with their special use (RFC 6154)."""

SEEN, ANSWERED, FLAGGED, DELETED, DRAFT = "\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"
SYSTEM_FLAGS: Final = (SEEN, ANSWERED, FLAGGED, DELETED, DRAFT)
_BY_LOWER: Final = {flag.lower(): flag for flag in SYSTEM_FLAGS}
_RECENT: Final = "\\recent"
_KEYWORD: Final = re.compile(r'[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]{1,64}')  # an atom, RFC 3501 §9
_MOST_KEYWORDS: Final = 50
_LONGEST_NAME: Final = 255


class MessageKind(StrEnum):
    """What a message in a mailbox is: a receipt, an envelope, a copy of what was sent, or any other message.

    The receipts and ``transport`` are named as the proofs are. ``message`` is what a client put there itself.
    """

    ACCEPTANCE = "acceptance"
    NON_ACCEPTANCE = "non_acceptance"
    DELIVERY = "delivery"
    NON_DELIVERY = "non_delivery"
    DELAY_NOTICE = "delay_notice"
    FINAL_DELAY_NOTICE = "final_delay_notice"
    TRANSPORT = "transport"
    ANOMALY = "anomaly"
    SENT = "sent"
    MESSAGE = "message"

    __hash__ = str.__hash__  # Enum hashes in Python, and lists of messages look these up


class Change(StrEnum):
    """How flags are changed (RFC 3501 §6.4.6)."""

    ADD = "add"
    REMOVE = "remove"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder. ``number`` counts those ever made in the mailbox; ``special_use`` is one of RFC 6154, or None.

    ``last_uid`` is the highest uid that was ever in it, ``noticed_uid`` the highest that a session was told of: what
    lies beyond is recent (RFC 3501 §2.3.2).
    """

    number: int
    name: str
    uid_validity: int
    is_subscribed: bool = True
    special_use: str | None = None
    last_uid: int = 0
    noticed_uid: int = 0

    @property
    def uid_next(self) -> int:
        """Give a uid that the next message of the folder will not be below."""
        return self.last_uid + 1


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """How a folder stands (RFC 3501 §6.3.10)."""

    messages: int
    unseen: int
    recent: int
    uid_next: int
    uid_validity: int


class Stored(NamedTuple):
    """A message as lists of a folder have it. (A NamedTuple: 100,000 of them are built for one SELECT.)

    ``uid`` grows with each message of the whole mailbox, and a message that is moved gets a new one; ``flags`` are in
    the order of :func:`in_order`, without ``\\Recent``. ``size_bytes`` is None until the message was written for the
    first time: receipts are written when they are read.
    """

    uid: int
    kind: MessageKind
    flags: tuple[str, ...]
    internal_at: datetime
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The header fields that messages are looked for by, each on one line, decoded; ``sent_at`` is the Date."""

    sender: str = ""
    to: str = ""
    cc: str = ""
    subject: str = ""
    message_id: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a message's bytes come from: kept as they came (``sha256``), or written from a letter when they are read.

    ``letter`` is the letter's ordinal; the message's kind says which of its receipts or envelopes it is.
    """

    sha256: str | None = None
    letter: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A message with all that is kept of it. ``folder`` is the folder's number.

    ``counted_bytes`` is what it takes of the quota: its size, and for what is written from a letter the size of the
    letter's message as far as it carries it and a flat 8 KiB.
    """

    folder: int
    stored: Stored
    counted_bytes: int
    source: Source
    summary: Summary


@dataclass(frozen=True, slots=True)
class MailSearch:
    """Which messages; everything that is given must be so (RFC 3501 §6.4.4; other combinations are made of several).

    ``uids`` are ranges with both ends, None for no end. Instants: at or after ``since``, before ``before``. Texts are
    looked for anywhere in the field, whatever their case; ``headers`` are (name, text), ``body`` and ``text`` are
    looked for in the message as it is read, which is slow.
    """

    uids: tuple[tuple[int, int | None], ...] | None = None
    with_flags: tuple[str, ...] = ()
    without_flags: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None
    sent_since: datetime | None = None
    sent_before: datetime | None = None
    larger_bytes: int | None = None
    smaller_bytes: int | None = None
    sender: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    message_id: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: tuple[str, ...] = ()
    text: tuple[str, ...] = ()

    @property
    def needs_sizes(self) -> bool:
        """Tell whether it asks for sizes, which are not known of every message."""
        return self.larger_bytes is not None or self.smaller_bytes is not None

    @property
    def needs_reading(self) -> bool:
        """Tell whether messages must be written and read for it."""
        return bool(self.headers or self.body or self.text)


def in_order(flags: Iterable[str]) -> tuple[str, ...]:
    """Give flags each once, the system's first and keywords sorted, without ``\\Recent``, which nobody sets.

    Raises :class:`Invalid` for what is no flag and for more keywords than a message may have.
    """
    given = {_BY_LOWER.get(flag.lower(), flag) for flag in flags if flag.lower() != _RECENT}
    keywords = sorted(given.difference(SYSTEM_FLAGS))
    wrong = next((word for word in keywords if not _KEYWORD.fullmatch(word)), None)
    if wrong is not None or len(keywords) > _MOST_KEYWORDS:
        detail = "A flag is one of the system's or a keyword of up to 64 ASCII characters; a message has at most 50."
        raise Invalid([FieldError("/flags", "bad_flag", detail)])
    return (*(flag for flag in SYSTEM_FLAGS if flag in given), *keywords)


def changed_flags(before: tuple[str, ...], given: tuple[str, ...], how: Change) -> tuple[str, ...]:
    """Give the flags of a message after a change."""
    if how is Change.SET:
        return in_order(given)
    if how is Change.ADD:
        return in_order((*before, *given))
    gone = set(given)
    return tuple(flag for flag in before if flag not in gone)


def folder_name(name: str) -> str:
    """Give a folder's name as it is kept: INBOX in capitals, no separator at its end.

    Raises :class:`Invalid` for a name that is too long, that is empty between separators or has control characters.
    """
    plain = name.removesuffix(SEPARATOR)
    first, slash, rest = plain.partition(SEPARATOR)
    if first.upper() == INBOX:
        plain = INBOX + slash + rest
    levels = plain.split(SEPARATOR)
    if not plain.isprintable() or not all(levels) or len(plain) > _LONGEST_NAME:
        detail = f"A folder's name has 1 to {_LONGEST_NAME} printable characters, with {SEPARATOR} between its levels."
        raise Invalid([FieldError("/name", "bad_folder_name", detail)])
    return plain


def parents(name: str) -> list[str]:
    """Give the folders that a folder lies in, the outermost first."""
    levels = name.split(SEPARATOR)
    return [SEPARATOR.join(levels[:depth]) for depth in range(1, len(levels))]


def folded(text: str) -> str:
    """Give a text as it is compared in searches: without its case."""
    return text.casefold()
