"""Mailboxes and their folders in memory."""

from __future__ import annotations

from itertools import islice

from sigillo.domain.mail_folder import SEEN, Folder
from sigillo.domain.mailbox import AddressTaken, Mailbox, Tenure
from sigillo.storage.memory_mail_messages import MemoryMessages
from sigillo.storage.undo import Table, UndoLog


class MemoryMailboxes:
    """The mailboxes of one workspace; ``by_address`` has those of every workspace."""

    def __init__(self, log: UndoLog, by_address: Table[str, Mailbox]) -> None:
        self._by_address = by_address
        self._mailboxes: Table[int, Mailbox | None] = Table(log)
        self._past: Table[int, Tenure] = Table(log)

    def add(self, mailbox: Mailbox) -> None:
        if mailbox.address in self._by_address.rows:
            raise AddressTaken(mailbox.address)
        self.save(mailbox)

    def count(self) -> int:
        return len(self._mailboxes.rows)

    def at(self, ordinal: int) -> Mailbox | None:
        return self._mailboxes.rows.get(ordinal)

    def find(self, address: str) -> Mailbox | None:
        return next((one for one in self._there() if one.address == address), None)

    def page(self, *, limit: int, before: int | None) -> list[Mailbox]:
        there = sorted(self._there(), key=lambda one: -one.ordinal)
        return list(islice((one for one in there if before is None or one.ordinal < before), limit))

    def dialect_of(self, domain: str) -> str | None:
        there = (one for one in self._there() if one.address.endswith(f"@{domain}"))
        return min(((one.ordinal, one.dialect) for one in there), default=(0, None))[1]

    def watched(self) -> list[Mailbox]:
        return sorted((one for one in self._there() if one.settings.watches), key=lambda one: one.ordinal)

    def save(self, mailbox: Mailbox) -> None:
        self._mailboxes.put(mailbox.ordinal, mailbox)
        self._by_address.put(mailbox.address, mailbox)

    def remove(self, ordinal: int, tenure: Tenure) -> None:
        gone = self._mailboxes.rows[ordinal]
        assert gone is not None
        self._mailboxes.put(ordinal, None)
        self._by_address.drop(gone.address)
        self._past.put(ordinal, tenure)

    def past(self) -> list[Tenure]:
        return [self._past.rows[ordinal] for ordinal in sorted(self._past.rows)]

    def forget_past(self) -> None:
        for ordinal in list(self._past.rows):
            self._past.drop(ordinal)

    def _there(self) -> list[Mailbox]:
        return [one for one in self._mailboxes.rows.values() if one is not None]


class MemoryFolders:
    def __init__(self, log: UndoLog, messages: MemoryMessages) -> None:
        self._messages = messages
        self._folders: Table[tuple[int, int], Folder] = Table(log)

    def add(self, mailbox: int, folder: Folder) -> None:
        self.save(mailbox, folder)

    def all(self, mailbox: int) -> list[Folder]:
        return [self._folders.rows[key] for key in sorted(self._folders.rows) if key[0] == mailbox]

    def save(self, mailbox: int, folder: Folder) -> None:
        self._folders.put((mailbox, folder.number), folder)

    def remove(self, mailbox: int, number: int) -> None:
        self._folders.drop((mailbox, number))

    def forget(self, mailbox: int) -> None:
        for each in self.all(mailbox):
            self.remove(mailbox, each.number)

    def counts(self, mailbox: int, number: int, *, beyond: int) -> tuple[int, int, int]:
        there = self._messages.listing(mailbox, number, first=1, last=None)
        unseen = sum(SEEN not in one.flags for one in there)
        return len(there), unseen, sum(one.uid > beyond for one in there)
