"""The messages in mailboxes, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from sigillo.application.ports.mailboxes import MessageFilter
from sigillo.domain.mail_folder import SEEN, Kept, MailSearch, Stored, folded
from sigillo.storage.undo import Table, UndoLog

_PLACE = 0


class MemoryMessages:
    """The messages by mailbox and uid."""

    def __init__(self, log: UndoLog) -> None:
        self._messages: Table[tuple[int, int], Kept] = Table(log)
        self._places: Table[int, int] = Table(log)

    def add(self, mailbox: int, messages: Sequence[Kept]) -> None:
        for each in messages:
            self._messages.put((mailbox, each.stored.uid), each)

    def listing(self, mailbox: int, folder: int, *, first: int, last: int | None) -> list[Stored]:
        there = (one.stored for one in self._of(mailbox) if one.folder == folder)
        return [one for one in there if first <= one.uid and (last is None or one.uid <= last)]

    def stored(self, mailbox: int, folder: int, uids: Sequence[int]) -> list[Stored]:
        return [one.stored for one in self.of_uids(mailbox, uids) if one.folder == folder]

    def of_uids(self, mailbox: int, uids: Sequence[int]) -> list[Kept]:
        rows = self._messages.rows
        return [rows[mailbox, uid] for uid in sorted(set(uids)) if (mailbox, uid) in rows]

    def page(self, mailbox: int, wanted: MessageFilter, *, limit: int, before: int | None) -> list[Kept]:
        there = reversed(list(self._of(mailbox)))
        found = (one for one in there if (before is None or one.stored.uid < before) and _listed(wanted, one))
        return list(islice(found, limit))

    def search(self, mailbox: int, folder: int, wanted: MailSearch) -> list[int]:
        there = (one for one in self._of(mailbox) if one.folder == folder)
        return [one.stored.uid for one in there if _found(wanted, one)]

    def save_flags(self, mailbox: int, folder: int, changed: Mapping[tuple[str, ...], Sequence[int]]) -> None:
        for flags, uids in changed.items():
            for before in (one for one in self.of_uids(mailbox, uids) if one.folder == folder):
                after = replace(before, stored=before.stored._replace(flags=flags))
                self._messages.put((mailbox, after.stored.uid), after)

    def save_size(self, mailbox: int, uid: int, size_bytes: int) -> None:
        before = self._messages.rows[mailbox, uid]
        self._messages.put((mailbox, uid), replace(before, stored=before.stored._replace(size_bytes=size_bytes)))

    def remove(self, mailbox: int, uids: Sequence[int]) -> int:
        gone = self.of_uids(mailbox, uids)
        for each in gone:
            self._messages.drop((mailbox, each.stored.uid))
        return sum(each.counted_bytes for each in gone)

    def count(self, mailbox: int) -> int:
        return sum(1 for _ in self._of(mailbox))

    def forget(self, mailbox: int) -> None:
        self.remove(mailbox, [one.stored.uid for one in self._of(mailbox)])

    def read_to(self) -> int:
        return self._places.rows.get(_PLACE, 0)

    def save_read_to(self, seq: int) -> None:
        self._places.put(_PLACE, seq)

    def _of(self, mailbox: int) -> Iterator[Kept]:
        return iter([self._messages.rows[key] for key in sorted(self._messages.rows) if key[0] == mailbox])


def _listed(wanted: MessageFilter, one: Kept) -> bool:
    return (
        wanted.folder in (None, one.folder)
        and wanted.kind in (None, one.stored.kind)
        and not (wanted.is_unseen and SEEN in one.stored.flags)
        and (wanted.sender is None or _holds(one.summary.sender, wanted.sender))
        and (wanted.subject is None or _holds(one.summary.subject, wanted.subject))
        and (wanted.after is None or one.stored.internal_at > wanted.after)
    )


def _found(wanted: MailSearch, one: Kept) -> bool:
    return _by_list(wanted, one.stored) and _by_dates(wanted, one) and _by_fields(wanted, one)


def _by_list(wanted: MailSearch, one: Stored) -> bool:
    size = one.size_bytes
    return (
        (wanted.uids is None or any(a <= one.uid and (b is None or one.uid <= b) for a, b in wanted.uids))
        and all(flag in one.flags for flag in wanted.with_flags)
        and not any(flag in one.flags for flag in wanted.without_flags)
        and (wanted.larger_bytes is None or size is None or size > wanted.larger_bytes)
        and (wanted.smaller_bytes is None or size is None or size < wanted.smaller_bytes)
    )


def _by_dates(wanted: MailSearch, one: Kept) -> bool:
    sent, internal = one.summary.sent_at, one.stored.internal_at
    return (
        (wanted.since is None or internal >= wanted.since)
        and (wanted.before is None or internal < wanted.before)
        and (wanted.sent_since is None or (sent is not None and sent >= wanted.sent_since))
        and (wanted.sent_before is None or (sent is not None and sent < wanted.sent_before))
    )


def _by_fields(wanted: MailSearch, one: Kept) -> bool:
    summary = one.summary
    sought = (
        (summary.sender, wanted.sender),
        (summary.to, wanted.to),
        (summary.cc, wanted.cc),
        (summary.subject, wanted.subject),
        (summary.message_id, wanted.message_id),
    )
    return all(_holds(text, each) for text, words in sought for each in words)


def _holds(text: str, part: str) -> bool:
    return folded(part) in folded(text)
