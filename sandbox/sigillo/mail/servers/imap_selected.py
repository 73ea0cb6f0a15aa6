"""The folder that an IMAP session has selected, as its client knows it: numbers change only when the client is told.

Of a small folder all messages are known, so that flags that somebody else changes are told. Of a large one only the
uids are, and how messages stand is read when it is asked for: opening a folder of 100,000 messages takes no second.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from twisted.mail.imap4 import IllegalClientResponse

from sigillo.domain.mail_folder import FolderStatus, Stored
from sigillo.mail.servers.imap_words import Ranges, chosen

_ALL: Final[Ranges] = ((1, None),)  # which clients ask for without knowing whether there is any

FEW = 2000  # messages of a folder that is small


@dataclass(frozen=True, slots=True)
class Standing:
    """How a folder stands in the store: its uids in order, and its messages where it is small."""

    status: FolderStatus
    uids: Sequence[int]
    messages: Sequence[Stored] | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened in a folder: numbers that went, in order of telling; uids with other flags; whether any is new."""

    went: list[int]
    changed: list[int]
    has_new: bool


class Selected:
    """What the client was told of a folder. Message numbers count from 1, in order of uid."""

    def __init__(self, name: str, standing: Standing, *, noticed_uid: int, is_read_only: bool) -> None:
        self.name = name
        self.is_read_only = is_read_only
        self.status = standing.status
        self.uids = list(standing.uids)
        last = self.uids[-self.status.recent :] if self.status.recent else []
        self.recent = {uid for uid in last if uid > noticed_uid}
        self._known = {one.uid: one for one in standing.messages or ()}

    def __len__(self) -> int:
        """Give how many messages the client knows of."""
        return len(self.uids)

    def has(self, uid: int) -> bool:
        """Tell whether the client knows of a message."""
        place = bisect_left(self.uids, uid)
        return place < len(self.uids) and self.uids[place] == uid

    def number(self, uid: int) -> int:
        """Give the number of a message that there is."""
        return bisect_left(self.uids, uid) + 1

    def numbers(self, uids: Iterable[int]) -> list[int]:
        """Give the numbers of messages, in order; those that there are not are left out."""
        wanted = set(uids)
        return [number for number, uid in enumerate(self.uids, 1) if uid in wanted]

    def unknown(self, uids: Iterable[int]) -> list[int]:
        """Give those of the messages of which it is not known how they stand."""
        return [uid for uid in uids if uid not in self._known]

    def known(self, uids: Iterable[int]) -> list[Stored]:
        """Give how messages stand, those that are known."""
        return [self._known[uid] for uid in uids if uid in self._known]

    def at(self, uid: int) -> Stored:
        """Give how a message stands that is known."""
        return self._known[uid]

    def flags(self, uid: int) -> tuple[str, ...]:
        """Give the flags of a message that is known, as this session sees them."""
        flags = self._known[uid].flags
        return (*flags, "\\Recent") if uid in self.recent else flags

    def chosen(self, wanted: Ranges, *, by_uid: bool) -> list[int]:
        """Give the uids of the messages in a set of uids or of numbers.

        Uids that there are not are left out; IllegalClientResponse for a number that no message has (§9, seq-number).
        """
        if by_uid:
            return chosen(wanted, self.uids)
        most = len(self.uids)
        if any(number is not None and number > most for one in wanted for number in one) and wanted != _ALL:
            raise IllegalClientResponse(f"The folder has {most} messages")
        return [self.uids[number - 1] for number in chosen(wanted, range(1, len(self.uids) + 1))]

    def note(self, messages: Iterable[Stored]) -> None:
        """Take over how messages stand now."""
        self._known.update((one.uid, one) for one in messages if self.has(one.uid))

    def removed(self, uids: Iterable[int]) -> list[int]:
        """Forget messages; give the number of each at the moment it went, as EXPUNGE tells them (§7.4.1)."""
        gone = sorted({uid for uid in uids if self.has(uid)})
        numbers = [self.number(uid) - place for place, uid in enumerate(gone)]
        for uid in gone:
            self._known.pop(uid, None)
            self.recent.discard(uid)
        left = set(gone)
        self.uids = [uid for uid in self.uids if uid not in left]
        return numbers

    def renewed(self, standing: Standing, *, noticed_uid: int) -> Changes:
        """Take over how the folder stands, and give what the client has to be told of."""
        there = set(standing.uids)
        went = self.removed([uid for uid in self.uids if uid not in there])
        now = {one.uid: one for one in standing.messages or ()}
        changed = [
            uid for uid in self.uids if uid in now and uid in self._known and now[uid].flags != self.at(uid).flags
        ]
        has_new = len(there) > len(self.uids)
        self.recent.update(uid for uid in standing.uids if uid > noticed_uid and not self.has(uid))
        self._known = now
        self.uids = list(standing.uids)
        self.status = standing.status
        return Changes(went, changed, has_new=has_new)
