"""The letters of a workspace, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, Table, func, literal_column, select, update

from sigillo.application.ports.storage import LetterFilter, Running
from sigillo.domain.letter import Course, Letter
from sigillo.storage import codec
from sigillo.storage.schema import courses, letters, tags
from sigillo.storage.sql.statements import NO_OFFSET, Query, Scope, inserting, value

LETTER = (
    letters.c.ordinal,
    letters.c.id,
    letters.c.service,
    letters.c.reference,
    letters.c.created_at,
    letters.c.document,
)
RUNNING = tuple(courses.c)[1:]
_MOVING = tuple(courses.c)[5:]
COURSE = tuple(courses.c)[5:16]
_BEYOND = 2**62
_EDGE = letters.alias("edge")
_TIMES = ("after", "until")
_ZERO: ColumnElement[int] = literal_column("0")  # what has an ordinal below it is a consent

_ADD_LETTER = inserting(letters)
_ADD_COURSE = inserting(courses)
_ADD_TAG = inserting(tags)
OF_LETTER = (courses.c.workspace == letters.c.workspace) & (courses.c.ordinal == letters.c.ordinal)
_FIND = Query(
    select(*LETTER, *RUNNING)
    .join_from(letters, courses, OF_LETTER)
    .where(letters.c.id == value("id"), letters.c.workspace == value("workspace_key")),
    ("id", "workspace_key"),
)
_DUE = Query(
    select(*RUNNING)
    .where(courses.c.workspace == value("workspace_key"), courses.c.due_at <= value("until"))
    .order_by(courses.c.due_at, courses.c.ordinal)
    .limit(value("size"))
    .offset(NO_OFFSET),
    ("workspace_key", "until", "size"),
)
_NEXT = Query(
    select(func.min(courses.c.due_at)).where(
        courses.c.workspace == value("workspace_key"), courses.c.due_at.is_not(None)
    ),
    ("workspace_key",),
)
_SAVE = Query(
    update(courses)
    .values({column: value(column.name) for column in _MOVING})
    .where(courses.c.workspace == value("workspace_key"), courses.c.ordinal == value("ordinal_key")),
    (*(column.name for column in _MOVING), "workspace_key", "ordinal_key"),
)
_COUNTS = Query(
    select(courses.c.status, func.count())
    .where(courses.c.workspace == value("workspace_key"), courses.c.status.is_not(None), courses.c.ordinal > _ZERO)
    .group_by(courses.c.status)
    .order_by(courses.c.status),
    ("workspace_key",),
)


class SqlLetters:
    """The letters, in ``letters``, ``courses`` and ``tags``."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, letter: Letter, running: Running) -> None:
        """Keep a new letter with where it stands."""
        scope = self._scope
        scope.run(_ADD_LETTER, *codec.letter_row(scope.workspace, letter))
        scope.run(_ADD_COURSE, *codec.course_row(scope.workspace, running))
        for tag in dict.fromkeys(letter.tags):
            scope.run(_ADD_TAG, scope.workspace, tag, letter.ordinal)

    def find(self, letter_id: str) -> tuple[Letter, Running] | None:
        """Give a letter, or None."""
        row = self._scope.run(_FIND, letter_id, self._scope.workspace).fetchone()
        if row is None:
            return None
        cut = len(LETTER)
        return codec.letter_value(self._scope.workspace_id, row[:cut]), codec.running_value(row[cut:])

    def page(self, wanted: LetterFilter, *, limit: int, before: int | None) -> list[tuple[Letter, Course]]:
        """Give at most ``limit`` letters, newest first, of ordinals below ``before``.

        One query for each status wanted: each follows an index from the newest letter on and stops at the limit,
        where one query for several statuses would collect and sort all their letters first.
        """
        statuses = (None,) if wanted.status is None else tuple(dict.fromkeys(map(str, wanted.status)))
        rows = [row for status in statuses for row in self._rows(wanted, status, limit=limit, before=before)]
        rows.sort(key=lambda row: int(row[0]), reverse=True)
        cut, name = len(LETTER), self._scope.workspace_id
        return [(codec.letter_value(name, row[:cut]), codec.course_value(row[cut:])) for row in rows[:limit]]

    def _rows(self, wanted: LetterFilter, status: str | None, *, limit: int, before: int | None) -> list[codec.Row]:
        given = {
            "service": wanted.service,
            "recipient": None if wanted.recipient is None else wanted.recipient.lower(),
            "reference": wanted.reference,
            "tag": wanted.tag,
            "after": codec.to_ms(wanted.created_after),
            "until": codec.to_ms(wanted.created_before),
            "status": status,
        }
        conditions = {name: each for name, each in given.items() if each is not None}
        bound = _BEYOND if before is None else before
        query = _page(tuple(conditions))
        values = [
            each
            for name, given in conditions.items()
            for each in ((self._scope.workspace, given) if name in _TIMES else (given,))
        ]
        return self._scope.run(query, self._scope.workspace, bound, *values, limit).fetchall()

    def due(self, until: datetime, *, limit: int) -> list[Running]:
        """Give the running letters due at ``until`` or before, by (instant, ordinal)."""
        rows = self._scope.run(_DUE, self._scope.workspace, codec.to_ms(until), limit)
        return [codec.running_value(row) for row in rows]

    def next_due_at(self) -> datetime | None:
        """Give the earliest instant at which something is due."""
        (due_at,) = self._scope.run(_NEXT, self._scope.workspace).fetchone()
        return None if due_at is None else codec.to_instant(due_at)

    def save(self, moved: Sequence[Running]) -> None:
        """Keep where letters stand now."""
        workspace = self._scope.workspace
        self._scope.run_many(_SAVE, [codec.move_row(workspace, running) for running in moved])

    def counts(self) -> Mapping[str, int]:
        """Give how many letters have each status."""
        return dict(self._scope.run(_COUNTS, self._scope.workspace).fetchall())


@lru_cache(maxsize=128)
def _page(conditions: tuple[str, ...]) -> Query:
    """Give the query of a page with these conditions of :meth:`SqlLetters._rows`, in this order.

    The table that finds the letters leads: its index gives them newest first, so the query stops at its limit.
    """
    lead = _lead(conditions)
    terms = {
        "service": letters.c.service == value("service"),
        "recipient": letters.c.recipient == value("recipient"),
        "reference": letters.c.reference == value("reference"),
        "tag": tags.c.tag == value("tag"),
        "after": lead.c.ordinal >= _edge(_EDGE.c.created_at >= value("after"), newest=False),
        "until": lead.c.ordinal <= _edge(_EDGE.c.created_at < value("until"), newest=True),
        "status": courses.c.status == value("status"),
    }
    names = [each for name in conditions for each in (("edge_key", name) if name in _TIMES else (name,))]
    others = (table for table in (letters, courses) if table is not lead)
    source: FromClause = lead
    for table in others:
        source = source.join(table, (table.c.workspace == lead.c.workspace) & (table.c.ordinal == lead.c.ordinal))
    return Query(
        select(*LETTER, *COURSE)
        .select_from(source)
        .where(lead.c.workspace == value("workspace_key"), lead.c.ordinal < value("before"), unsought(lead) > _ZERO)
        .where(*(terms[name] for name in conditions))
        .order_by(lead.c.ordinal.desc())
        .limit(value("size"))
        .offset(NO_OFFSET),
        ("workspace_key", "before", *names, "size"),
    )


def unsought(lead: Table) -> ColumnElement[int]:
    """Give a table's ordinal for the bound between letters and consents.

    Two bounds on an ordinal look to SQLite like a narrow range of the primary key, for which it would leave the index
    of statuses aside and read every course; as a sum the ordinal is compared, and not searched.
    """
    ordinal: ColumnElement[int] = lead.c.ordinal
    return ordinal + _ZERO if lead is courses else ordinal


def _lead(conditions: tuple[str, ...]) -> Table:
    if "tag" in conditions:
        return tags
    narrow = "recipient" in conditions or "reference" in conditions
    return courses if "status" in conditions and not narrow else letters


def _edge(bound: ColumnElement[bool], *, newest: bool) -> ScalarSelect[int]:
    """Give the first or last ordinal within a bound of time: instants grow with ordinals, no clock goes back."""
    order = (_EDGE.c.created_at, _EDGE.c.ordinal)
    return (
        select(_EDGE.c.ordinal)
        .where(_EDGE.c.workspace == value("edge_key"), bound, _EDGE.c.ordinal > _ZERO)
        .order_by(*(column.desc() if newest else column for column in order))
        .limit(literal_column("1"))
        .offset(NO_OFFSET)
        .scalar_subquery()
    )
