"""The folder that an IMAP session has selected, as its client knows it: numbers change only when the client is told."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sigillo.domain.mail_folder import FolderStatus, Stored
from sigillo.mail.servers.imap_words import Ranges, chosen

_FEW = 2000  # messages of which every look compares the flags


class Selected:
    """What the client was told of a folder. Message numbers count from 1, in order of uid."""

    def __init__(
        self, name: str, status: FolderStatus, listing: Sequence[Stored], *, noticed_uid: int, is_read_only: bool
    ) -> None:
        self.name = name
        self.is_read_only = is_read_only
        self.status = status
        self.uids = [one.uid for one in listing]
        self.recent = {uid for uid in self.uids[-status.recent :] if uid > noticed_uid} if status.recent else set()
        self._stored = {one.uid: one for one in listing}

    def __len__(self) -> int:
        """Give how many messages the client knows of."""
        return len(self.uids)

    def number(self, uid: int) -> int:
        """Give the number of a message that there is."""
        return bisect_left(self.uids, uid) + 1

    def at(self, uid: int) -> Stored:
        """Give a message that there is."""
        return self._stored[uid]

    def flags(self, uid: int) -> tuple[str, ...]:
        """Give a message's flags, as this session sees them."""
        flags = self._stored[uid].flags
        return (*flags, "\\Recent") if uid in self.recent else flags

    def chosen(self, wanted: Ranges, *, by_uid: bool) -> list[int]:
        """Give the uids of the messages in a set of uids or of numbers; those that there are not are left out."""
        if by_uid:
            return chosen(wanted, self.uids)
        return [self.uids[number - 1] for number in chosen(wanted, range(1, len(self.uids) + 1))]

    def first_unseen(self) -> int | None:
        """Give the number of the first message without \\Seen."""
        return next((n for n, uid in enumerate(self.uids, 1) if "\\Seen" not in self._stored[uid].flags), None)

    def note(self, changed: Iterable[Stored]) -> None:
        """Take over how messages stand now."""
        for one in changed:
            if one.uid in self._stored:
                self._stored[one.uid] = one

    def must_compare(self, status: FolderStatus) -> bool:
        """Tell whether every message has to be looked at again; in a large folder only counts tell it."""
        return len(self.uids) <= _FEW or (status.messages, status.unseen) != (len(self.uids), self.status.unseen)

    def removed(self, uids: Iterable[int]) -> list[int]:
        """Forget messages; give the number of each at the moment it went, as EXPUNGE tells them (§7.4.1)."""
        gone = sorted({uid for uid in uids if uid in self._stored})
        numbers = [self.number(uid) - place for place, uid in enumerate(gone)]
        for uid in gone:
            del self._stored[uid]
            self.recent.discard(uid)
        self.uids = [uid for uid in self.uids if uid in self._stored]
        return numbers

    def renewed(self, status: FolderStatus, listing: Sequence[Stored], *, noticed_uid: int) -> Changes:
        """Take over how the folder stands, and give what the client has to be told of."""
        there = {one.uid: one for one in listing}
        went = self.removed([uid for uid in self.uids if uid not in there])
        changed = [uid for uid in self.uids if there[uid].flags != self._stored[uid].flags]
        has_new = len(there) > len(self.uids)
        self.recent.update(one.uid for one in listing if one.uid > noticed_uid and one.uid not in self._stored)
        self._stored = there
        self.uids = [one.uid for one in listing]
        self.status = status
        return Changes(went, changed, has_new=has_new)


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened in a folder: numbers that went, in order of telling; uids with other flags; whether any is new."""

    went: list[int]
    changed: list[int]
    has_new: bool
