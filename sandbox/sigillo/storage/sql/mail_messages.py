"""The messages in mailboxes, in ``mail_messages`` and ``mail_headers``.

Lists and searches by flags, dates and sizes read the first table alone, in the order that it has; a search in header
fields walks the second one by itself too: two walks in order take less than one with a look-up for each row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

import orjson
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from sigillo.application.ports.mailboxes import MessageFilter
from sigillo.domain.mail_folder import Kept, MailSearch, MessageKind, Source, Stored, Summary, folded
from sigillo.storage.codec import Row, to_instant, to_ms
from sigillo.storage.flags import flag_columns, flags_value
from sigillo.storage.schema import mail_headers, mail_messages, mailbox_places
from sigillo.storage.sql.mail_conditions import Conditions, listed, sought, sought_in_headers
from sigillo.storage.sql.statements import NO_OFFSET, Query, Scope, inserting, value

_L, _H, _P = mail_messages.c, mail_headers.c, mailbox_places.c
_BEYOND = 2**62
_STORED = (_L.uid, _L.kind, _L.flags, _L.keywords, _L.internal_at, _L.size_bytes)
_REST = (_H.counted_bytes, _H.sha256, _H.letter, _H.sent_at, _H.shown)
_ITS = (_L.workspace == value("workspace_key")) & (_L.mailbox == value("box"))
_ITS_HEADERS = (_H.workspace == value("workspace_key")) & (_H.mailbox == value("box"))
_BESIDE = (_H.workspace == _L.workspace) & (_H.mailbox == _L.mailbox) & (_H.uid == _L.uid)
_NAMED = select(func.json_each(value("uids")).table_valued("value").c.value)
_BOX, _UIDS = ("workspace_key", "box"), ("workspace_key", "box", "uids")

_ADD, _ADD_HEADERS = inserting(mail_messages), inserting(mail_headers)
_LISTING = Query(
    select(*_STORED)
    .where(_ITS, _L.folder == value("n"), _L.uid >= value("first"), _L.uid <= value("last"))
    .order_by(_L.uid),
    (*_BOX, "n", "first", "last"),
)
_STORED_OF_UIDS = Query(
    select(*_STORED).where(_ITS, _L.folder == value("n"), _L.uid.in_(_NAMED)).order_by(_L.uid),
    (*_BOX, "n", "uids"),
)
_OF_UIDS = Query(
    select(_L.folder, *_STORED, *_REST)
    .join_from(mail_messages, mail_headers, _BESIDE)
    .where(_ITS, _L.uid.in_(_NAMED))
    .order_by(_L.uid),
    _UIDS,
)
_COUNTED = Query(select(func.sum(_H.counted_bytes)).where(_ITS_HEADERS, _H.uid.in_(_NAMED)), _UIDS)
_REMOVE = Query(delete(mail_messages).where(_ITS, _L.uid.in_(_NAMED)), _UIDS)
_REMOVE_HEADERS = Query(delete(mail_headers).where(_ITS_HEADERS, _H.uid.in_(_NAMED)), _UIDS)
_FORGET = Query(delete(mail_messages).where(_ITS), _BOX)
_FORGET_HEADERS = Query(delete(mail_headers).where(_ITS_HEADERS), _BOX)
_COUNT = Query(select(func.count()).select_from(mail_messages).where(_ITS), _BOX)
_ONE = (*_BOX, "number")
_SAVE_FLAGS = Query(
    update(mail_messages)
    .values(flags=value("bits"), keywords=value("words"))
    .where(_ITS, _L.folder == value("n"), _L.uid.in_(_NAMED)),
    ("bits", "words", *_BOX, "n", "uids"),
)
_SAVE_SIZE = Query(
    update(mail_messages).values(size_bytes=value("size")).where(_ITS, _L.uid == value("number")), ("size", *_ONE)
)
_READ_TO = Query(select(_P.read_to).where(_P.workspace == value("workspace_key")), ("workspace_key",))
_SAVE_READ_TO = Query(insert(mailbox_places).prefix_with("OR REPLACE"), ("workspace", "read_to"))
_KINDS = {each.value: each for each in MessageKind}


class SqlMessages:
    """The messages of the workspace's mailboxes."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, mailbox: int, messages: Sequence[Kept]) -> None:
        """Keep new messages."""
        key = self._scope.workspace
        self._scope.run_many(_ADD, [_row(key, mailbox, each) for each in messages])
        self._scope.run_many(_ADD_HEADERS, [_header_row(key, mailbox, each) for each in messages])

    def listing(self, mailbox: int, folder: int, *, first: int, last: int | None) -> list[Stored]:
        """Give a folder's messages in a range of uids, by uid."""
        end = _BEYOND if last is None else last
        rows = self._scope.run(_LISTING, self._scope.workspace, mailbox, folder, first, end)
        return [_stored(row) for row in rows]

    def stored(self, mailbox: int, folder: int, uids: Sequence[int]) -> list[Stored]:
        """Give those of the messages that are in a folder, by uid."""
        rows = self._scope.run(_STORED_OF_UIDS, self._scope.workspace, mailbox, folder, _json(uids))
        return [_stored(row) for row in rows]

    def of_uids(self, mailbox: int, uids: Sequence[int]) -> list[Kept]:
        """Give those of the messages that there are, by uid."""
        return [_kept(row) for row in self._scope.run(_OF_UIDS, self._scope.workspace, mailbox, _json(uids))]

    def page(self, mailbox: int, wanted: MessageFilter, *, limit: int, before: int | None) -> list[Kept]:
        """Give messages, newest first."""
        found = listed(wanted)
        bound = _BEYOND if before is None else before
        query = _page(found.names)
        rows = self._scope.run(query, self._scope.workspace, mailbox, bound, *found.values, limit)
        return [_kept(row) for row in rows]

    def search(self, mailbox: int, folder: int, wanted: MailSearch) -> list[int]:
        """Give the uids of a folder's messages that a search wants, in order."""
        found, in_headers = sought(wanted), sought_in_headers(wanted)
        key = self._scope.workspace
        rows = self._scope.run(_search(found.names), key, mailbox, folder, *found.values)
        uids = [uid for (uid,) in rows] if found.ranges is None else [uid for (uid,) in rows if found.holds(uid)]
        if not in_headers.names or not uids:
            return uids
        holding = self._scope.run(_search_headers(in_headers.names), key, mailbox, *in_headers.values)
        there = {uid for (uid,) in holding}
        return [uid for uid in uids if uid in there]

    def save_flags(self, mailbox: int, folder: int, changed: Mapping[tuple[str, ...], Sequence[int]]) -> None:
        """Keep the flags of messages."""
        key = self._scope.workspace
        rows = [(*flag_columns(flags), key, mailbox, folder, _json(uids)) for flags, uids in changed.items()]
        self._scope.run_many(_SAVE_FLAGS, rows)

    def save_size(self, mailbox: int, uid: int, size_bytes: int) -> None:
        """Keep what a message's size is."""
        self._scope.run(_SAVE_SIZE, size_bytes, self._scope.workspace, mailbox, uid)

    def remove(self, mailbox: int, uids: Sequence[int]) -> int:
        """Forget messages; give what they counted for, in bytes."""
        given = (self._scope.workspace, mailbox, _json(uids))
        counted: int | None = self._scope.run(_COUNTED, *given).fetchone()[0]
        self._scope.run(_REMOVE, *given)
        self._scope.run(_REMOVE_HEADERS, *given)
        return counted or 0

    def forget(self, mailbox: int) -> None:
        """Forget every message of a mailbox."""
        self._scope.run(_FORGET, self._scope.workspace, mailbox)
        self._scope.run(_FORGET_HEADERS, self._scope.workspace, mailbox)

    def count(self, mailbox: int) -> int:
        """Give how many messages a mailbox has."""
        count: int = self._scope.run(_COUNT, self._scope.workspace, mailbox).fetchone()[0]
        return count

    def read_to(self) -> int:
        """Give the place in the journal up to which everything was delivered."""
        row = self._scope.run(_READ_TO, self._scope.workspace).fetchone()
        return row[0] if row else 0

    def save_read_to(self, seq: int) -> None:
        """Keep that place."""
        self._scope.run(_SAVE_READ_TO, self._scope.workspace, seq)


@lru_cache(maxsize=256)
def _page(names: tuple[str, ...]) -> Query:
    query = (
        select(_L.folder, *_STORED, *_REST)
        .join_from(mail_messages, mail_headers, _BESIDE)
        .where(_ITS, _L.uid < value("before"), *Conditions.of(names))
        .order_by(_L.uid.desc())
        .limit(value("limit"))
        .offset(NO_OFFSET)
    )
    return Query(query, (*_BOX, "before", *names, "limit"))


@lru_cache(maxsize=512)
def _search(names: tuple[str, ...]) -> Query:
    query = select(_L.uid).where(_ITS, _L.folder == value("n"), *Conditions.of(names)).order_by(_L.uid)
    return Query(query, (*_BOX, "n", *names))


@lru_cache(maxsize=512)
def _search_headers(names: tuple[str, ...]) -> Query:
    return Query(select(_H.uid).where(_ITS_HEADERS, *Conditions.of(names)), (*_BOX, *names))


def _json(uids: Sequence[int]) -> str:
    return orjson.dumps(list(uids)).decode()


def _row(key: int, mailbox: int, kept: Kept) -> Row:
    stored = kept.stored
    bits, words = flag_columns(stored.flags)
    return (
        key,
        mailbox,
        kept.folder,
        stored.uid,
        stored.kind.value,
        bits,
        words,
        to_ms(stored.internal_at),
        stored.size_bytes,
    )


def _header_row(key: int, mailbox: int, kept: Kept) -> Row:
    summary = kept.summary
    texts = (summary.sender, summary.to, summary.cc, summary.subject, summary.message_id)
    return (
        key,
        mailbox,
        kept.stored.uid,
        kept.counted_bytes,
        kept.source.sha256,
        kept.source.letter,
        to_ms(summary.sent_at),
        *map(folded, texts),
        orjson.dumps(texts).decode(),
    )


def _stored(row: Row) -> Stored:
    uid, kind, bits, words, internal_at, size_bytes = row
    at = datetime.fromtimestamp(internal_at / 1000, UTC)  # to_instant remembers, which helps where instants come again
    return Stored(uid, _KINDS[kind], flags_value(bits, words), at, size_bytes)


def _kept(row: Row) -> Kept:
    folder, *stored = row[:7]
    counted_bytes, sha256, letter, sent_at, shown = row[7:]
    sender, to, cc, subject, message_id = orjson.loads(shown)
    sent = None if sent_at is None else to_instant(sent_at)
    summary = Summary(sender, to, cc, subject, message_id, sent)
    return Kept(folder, _stored(tuple(stored)), counted_bytes, Source(sha256, letter), summary)
