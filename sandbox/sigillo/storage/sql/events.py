"""The journal of a workspace: append only, each letter's facts chained."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from sqlalchemy import ColumnElement, func, literal_column, select

from sigillo.application.ports.storage import Recorded
from sigillo.domain.events import Event
from sigillo.domain.ids import subject_of_event
from sigillo.domain.letter import Letter
from sigillo.storage import codec
from sigillo.storage.schema import events, letters
from sigillo.storage.sql.letters import LETTER
from sigillo.storage.sql.statements import NO_OFFSET, Query, Scope, inserting, inserting_at_once, value

_EVENT = (events.c.index, events.c.type, events.c.at, events.c.data, events.c.digest)
_BEYOND = 2**62
_ONE: ColumnElement[int] = literal_column("1")

_ITS_LETTER = (letters.c.workspace == events.c.workspace) & (letters.c.ordinal == events.c.ordinal)
_AT_ONCE = 50  # facts of one statement: a third less time for each; more of them gain nothing further
_ADD = inserting(events)
_ADD_AT_ONCE = inserting_at_once(events, _AT_ONCE)
_LAST = Query(select(func.max(events.c.seq)).where(events.c.workspace == value("workspace_key")), ("workspace_key",))
_OF_LETTER = Query(
    select(letters.c.id, *_EVENT)
    .join_from(events, letters, _ITS_LETTER)
    .where(events.c.workspace == value("workspace_key"), events.c.ordinal == value("ordinal"))
    .order_by(events.c.index),
    ("workspace_key", "ordinal"),
)
_SEQ = Query(
    select(events.c.seq)
    .join_from(letters, events, _ITS_LETTER)
    .where(
        letters.c.id.in_((value("letter_id"), value("consent_id"))),
        letters.c.workspace == value("workspace_key"),
        events.c.index == value("n"),
    ),
    ("letter_id", "consent_id", "workspace_key", "n"),
)
_OWN = (events.c.workspace == value("workspace_key")) & (events.c.ordinal == literal_column("0"))
_OWN_SEQ = Query(select(events.c.seq).where(_OWN, events.c.index == value("n")), ("workspace_key", "n"))
_OWN_LAST = Query(
    select(events.c.index, events.c.digest)
    .where(_OWN)
    .order_by(events.c.index.desc())
    .limit(literal_column("1"))
    .offset(NO_OFFSET),
    ("workspace_key",),
)


class SqlEvents:
    """The journal, in ``events``; ``seq`` counts the workspace's facts. One writer, so nothing can be overtaken."""

    __slots__ = ("_last", "_scope")

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._last: int | None = None

    def append(self, events: Sequence[tuple[int, Event]]) -> None:
        """Append facts in order, each with its letter's ordinal."""
        workspace = self._scope.workspace
        first = self._seq() + 1
        rows = [
            codec.event_row(workspace, seq, ordinal, event) for seq, (ordinal, event) in enumerate(events, start=first)
        ]
        whole = len(rows) - len(rows) % _AT_ONCE
        for cut in range(0, whole, _AT_ONCE):
            self._scope.run(_ADD_AT_ONCE, *chain.from_iterable(rows[cut : cut + _AT_ONCE]))
        self._scope.run_many(_ADD, rows[whole:])
        self._last = first + len(rows) - 1

    def of_letter(self, ordinal: int) -> list[Event]:
        """Give a letter's facts from the first."""
        found = []
        previous: bytes | None = None
        for letter_id, *row in self._scope.run(_OF_LETTER, self._scope.workspace, ordinal):
            found.append(codec.event_value(letter_id, tuple(row), previous))
            previous = row[-1]
        return found

    def last_of_workspace(self) -> tuple[int, str]:
        """Give the index and digest of the last fact of the workspace itself; 0 and "" before the first."""
        row = self._scope.run(_OWN_LAST, self._scope.workspace).fetchone()
        return (row[0], row[1].hex()) if row else (0, "")

    def last(self) -> int:
        """Give the place of the last fact; 0 before the first."""
        return self._seq()

    def seq_of(self, event_id: str) -> int | None:
        """Give an event's place in the journal, or None."""
        token, index = subject_of_event(event_id) or ("", _BEYOND)
        if index >= _BEYOND:
            return None
        if self._scope.workspace_id.endswith(f"_{token}"):
            row = self._scope.run(_OWN_SEQ, self._scope.workspace, index).fetchone()
        else:
            row = self._scope.run(_SEQ, f"ltr_{token}", f"con_{token}", self._scope.workspace, index).fetchone()
        return row[0] if row else None

    def newest(self, types: Sequence[str] | None, *, limit: int, before: int | None) -> list[Recorded]:
        """Give at most ``limit`` facts, newest first, below the place ``before``."""
        return self._page(types, newest=True, bound=_BEYOND if before is None else before, limit=limit)

    def following(self, types: Sequence[str] | None, *, limit: int, after: int) -> list[Recorded]:
        """Give at most ``limit`` facts, oldest first, beyond the place ``after`` (0 starts at the first)."""
        return self._page(types, newest=False, bound=after, limit=limit)

    def _page(self, types: Sequence[str] | None, *, newest: bool, bound: int, limit: int) -> list[Recorded]:
        """One query for each type: each follows an index and stops at the limit, however rare the type is."""
        scope = self._scope
        choices: list[tuple[str, ...]] = [()] if types is None else [(str(each),) for each in dict.fromkeys(types)]
        query = _page(types is not None, newest)
        rows = [row for choice in choices for row in scope.run(query, scope.workspace, bound, *choice, limit)]
        rows.sort(key=lambda row: int(row[0]), reverse=newest)
        known: dict[int, Letter] = {}
        return [self._recorded(row, known) for row in rows[:limit]]

    def _recorded(self, row: codec.Row, known: dict[int, Letter]) -> Recorded:
        seq, previous, ordinal = row[:3]
        if ordinal is None:
            return Recorded(seq, codec.event_value(self._scope.workspace_id, row[8:], previous), None)
        letter = known.get(ordinal)
        if letter is None:
            letter = known[ordinal] = codec.letter_value(self._scope.workspace_id, row[2:8])
        return Recorded(seq, codec.event_value(letter.id, row[8:], previous), letter)

    def _seq(self) -> int:
        if self._last is None:
            self._last = self._scope.run(_LAST, self._scope.workspace).fetchone()[0] or 0
        return self._last


@lru_cache(maxsize=64)
def _page(of_type: bool, newest: bool) -> Query:
    """Give the query of a page of the journal, restricted to one type or not."""
    before = events.alias("before")
    previous = (
        select(before.c.digest)
        .where(
            before.c.workspace == events.c.workspace,
            before.c.ordinal == events.c.ordinal,
            before.c.index == events.c.index - _ONE,
        )
        .scalar_subquery()
    )
    bound = events.c.seq < value("bound") if newest else events.c.seq > value("bound")
    query = (
        select(events.c.seq, previous, *LETTER, *_EVENT)
        .join_from(events, letters, _ITS_LETTER, isouter=True)
        .where(events.c.workspace == value("workspace_key"), bound)
        .order_by(events.c.seq.desc() if newest else events.c.seq)
        .limit(value("size"))
        .offset(NO_OFFSET)
    )
    if of_type:
        return Query(query.where(events.c.type == value("type")), ("workspace_key", "bound", "type", "size"))
    return Query(query, ("workspace_key", "bound", "size"))
