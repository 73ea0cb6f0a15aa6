"""Mailboxes, their folders and what lies in them. A reset empties them and leaves them, their owners and passwords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sigillo.domain.mail_folder import Folder, Kept, MailSearch, MessageKind, Stored
from sigillo.domain.mailbox import Mailbox, Tenure


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages of a mailbox to list; None does not restrict. ``folder`` is a folder's number.

    ``sender`` and ``subject`` are looked for anywhere in the field, whatever their case; ``after`` an instant.
    """

    folder: int | None = None
    kind: MessageKind | None = None
    is_unseen: bool = False
    sender: str | None = None
    subject: str | None = None
    after: datetime | None = None


class MailboxRows(Protocol):
    """The mailboxes of the workspace."""

    def add(self, mailbox: Mailbox) -> None:
        """Keep a new one; raises :class:`~sigillo.domain.mailbox.AddressTaken` where any workspace has its address."""

    def count(self) -> int:
        """Give how many were ever made, the removed ones included: the ordinal of the newest."""

    def at(self, ordinal: int) -> Mailbox | None:
        """Give the one with an ordinal, or None."""

    def find(self, address: str) -> Mailbox | None:
        """Give the one at an address in lower case, or None."""

    def page(self, *, limit: int, before: int | None) -> list[Mailbox]:
        """Give at most ``limit`` of them, newest first, of ordinals below ``before``."""

    def dialect_of(self, domain: str) -> str | None:
        """Give the dialect of the oldest that there is at a mail domain, in lower case; None without one."""

    def watched(self) -> list[Mailbox]:
        """Give those whose new mail some address hears of, or did, by ordinal."""

    def save(self, mailbox: Mailbox) -> None:
        """Keep how it stands now; its address stays."""

    def remove(self, ordinal: int, tenure: Tenure) -> None:
        """Forget one, whose folders and messages are gone already, but its tenure; its ordinal is not given again."""

    def past(self) -> list[Tenure]:
        """Give the tenures of those that were removed, by ordinal."""

    def forget_past(self) -> None:
        """Forget those tenures, when the journal begins again."""


class FolderRows(Protocol):
    """The folders of mailboxes, each named by the ordinal of its mailbox and its own number."""

    def add(self, mailbox: int, folder: Folder) -> None:
        """Keep a new folder."""

    def all(self, mailbox: int) -> list[Folder]:
        """Give the folders of a mailbox, by number."""

    def save(self, mailbox: int, folder: Folder) -> None:
        """Keep how a folder stands now."""

    def remove(self, mailbox: int, number: int) -> None:
        """Forget a folder; it has no messages any more."""

    def forget(self, mailbox: int) -> None:
        """Forget every folder of a mailbox; they have no messages any more."""

    def counts(self, mailbox: int, number: int, *, beyond: int) -> tuple[int, int, int]:
        """Give how many messages a folder has, how many of them are unseen, and how many have uids above ``beyond``."""


class MessageRows(Protocol):
    """The messages in mailboxes, each named by the ordinal of its mailbox and its uid."""

    def add(self, mailbox: int, messages: Sequence[Kept]) -> None:
        """Keep new messages; their uids are new."""

    def listing(self, mailbox: int, folder: int, *, first: int, last: int | None) -> list[Stored]:
        """Give a folder's messages with uids from ``first`` to ``last`` (None: no end), by uid; no more is read."""

    def stored(self, mailbox: int, folder: int, uids: Sequence[int]) -> list[Stored]:
        """Give those of the messages that are in a folder, by uid; no more of them is read."""

    def of_uids(self, mailbox: int, uids: Sequence[int]) -> list[Kept]:
        """Give those of the messages that there are, by uid, whatever folder they are in."""

    def page(self, mailbox: int, wanted: MessageFilter, *, limit: int, before: int | None) -> list[Kept]:
        """Give at most ``limit`` messages, newest first, of uids below ``before``."""

    def search(self, mailbox: int, folder: int, wanted: MailSearch) -> list[int]:
        """Give the uids of a folder's messages that a search wants, in order, as far as rows can tell.

        What needs a message's text is left out, and a message of unknown size passes.
        """

    def save_flags(self, mailbox: int, folder: int, changed: Mapping[tuple[str, ...], Sequence[int]]) -> None:
        """Keep flags, each with the uids of the messages of a folder that have them now."""

    def save_size(self, mailbox: int, uid: int, size_bytes: int) -> None:
        """Keep what a message's size is, now that it was written."""

    def remove(self, mailbox: int, uids: Sequence[int]) -> int:
        """Forget messages; give what they counted for against the quota, in bytes."""

    def forget(self, mailbox: int) -> None:
        """Forget every message of a mailbox."""

    def count(self, mailbox: int) -> int:
        """Give how many messages a mailbox has."""

    def read_to(self) -> int:
        """Give the place in the journal up to which everything was delivered; 0 at first and after a reset."""

    def save_read_to(self, seq: int) -> None:
        """Keep that place."""
