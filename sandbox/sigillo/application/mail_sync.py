"""Delivery into mailboxes: rows made from the journal, which alone says what there is.

A letter's own transaction writes nothing for mailboxes. A place in the journal says how far it was read for them.

1. Read the facts beyond the place that put something into a mailbox (:mod:`sigillo.domain.pec_arrivals`).
2. Put a row for each message into the mailboxes there are, numbered in the order of the journal; the message itself
   is written when somebody reads it. A letter that came has no longer its room promised, but taken.
3. Move the place, in the same transaction: whoever is killed in between begins at 1 again, and nothing comes twice.

Whoever puts a message into a mailbox by hand delivers first, so that uids do not depend on when somebody looked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sigillo.application.mail_contents import News, put_each, special_folder
from sigillo.application.ports.storage import Recorded, Store, Transaction
from sigillo.domain.letter import Letter
from sigillo.domain.mail_folder import ARCHIVE_FOLDER, INBOX, SEEN, Folder, MessageKind, Source
from sigillo.domain.mailbox import Mailbox
from sigillo.domain.pec_arrivals import ARRIVING, Arrival, arrivals

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages came into each mailbox, by its ordinal, and whether there is more to read."""

    counts: Counter[int]
    more: bool


def sync(store: Store, workspace_id: str, *, chunk: int = CHUNK) -> Counter[int]:
    """Deliver all that there is, a part of it in each transaction; gives how many came into each mailbox."""
    counts: Counter[int] = Counter()
    with store.reading(workspace_id) as tx:
        more = tx.mail_messages.read_to() < tx.events.last()
    while more:
        with store.writing(workspace_id) as tx:
            delivered = deliver_some(tx, limit=chunk)
        counts += delivered.counts
        more = delivered.more
    return counts


def deliver(tx: Transaction) -> None:
    """Deliver all that there is, in this transaction."""
    while deliver_some(tx, limit=CHUNK).more:
        pass


def deliver_some(tx: Transaction, *, limit: int) -> Delivered:
    """Read at most ``limit`` facts and deliver what they bring."""
    place, last = tx.mail_messages.read_to(), tx.events.last()
    if place >= last:
        return Delivered(Counter(), more=False)
    if not tx.mailboxes.page(limit=1, before=None):
        tx.mail_messages.save_read_to(last)
        return Delivered(Counter(), more=False)
    found = tx.events.following(ARRIVING, limit=limit, after=place)
    round_ = _Round(tx)
    for one in found:
        round_.bring(one)
    counts = round_.keep()
    more = len(found) == limit
    tx.mail_messages.save_read_to(found[-1].seq if more else last)
    return Delivered(counts, more)


@dataclass(slots=True)
class _Round:
    """What facts bring, gathered by mailbox and kept at once."""

    tx: Transaction
    mailboxes: dict[str, Mailbox | None] = field(default_factory=dict)
    news: dict[str, list[tuple[str, News]]] = field(default_factory=dict)
    came: Counter[str] = field(default_factory=Counter)

    def bring(self, one: Recorded) -> None:
        """Gather the messages of a fact."""
        if one.letter is None:
            return
        for arrival in arrivals(one.letter, one.event):
            mailbox = self._at(arrival.address)
            if mailbox is not None:
                if arrival.kind is MessageKind.TRANSPORT and one.letter.ordinal > mailbox.settings.made_after_letter:
                    self.came[arrival.address] += arrival.counted_bytes
                for address, folder, news in copies(mailbox, arrival.folder, _news(one.letter, one, arrival)):
                    if self._at(address) is not None:
                        self.news.setdefault(address, []).append((folder, news))

    def keep(self) -> Counter[int]:
        """Put everything where it belongs; gives how much came into each mailbox."""
        counts: Counter[int] = Counter()
        for address, news in self.news.items():
            mailbox = self._at(address)
            assert mailbox is not None
            mailbox = mailbox.promising(-self.came[address])
            folders: dict[str, Folder] = {}
            for name in dict.fromkeys(name for name, _ in news):
                mailbox, folders[name] = special_folder(self.tx, mailbox, name)
            put_each(self.tx, mailbox, [(folders[name], one) for name, one in news])
            counts[mailbox.ordinal] = len(news)
        return counts

    def _at(self, address: str) -> Mailbox | None:
        if address not in self.mailboxes:
            self.mailboxes[address] = self.tx.mailboxes.find(address)
        return self.mailboxes[address]


def _news(letter: Letter, one: Recorded, arrival: Arrival) -> News:
    return News(
        kind=arrival.kind,
        flags=arrival.flags,
        internal_at=one.event.at,
        size_bytes=None,
        counted_bytes=arrival.counted_bytes,
        source=Source(letter=letter.ordinal),
        summary=arrival.summary,
    )


def copies(mailbox: Mailbox, folder: str, news: News) -> Iterator[tuple[str, str, News]]:
    """Give where a message goes: its folder, the archive, and where new mail is forwarded to, which goes no further.

    Providers give the archive room of its own, so what it keeps counts for nothing here.
    """
    yield mailbox.address, folder, news
    if mailbox.settings.archive:
        yield mailbox.address, ARCHIVE_FOLDER, replace(news, flags=(SEEN,), counted_bytes=0)
    forward_to = (mailbox.settings.forward_to or mailbox.address).lower()
    if forward_to != mailbox.address and news.kind in _FORWARDED:
        yield forward_to, INBOX, news


_FORWARDED = frozenset({MessageKind.TRANSPORT, MessageKind.ANOMALY})
