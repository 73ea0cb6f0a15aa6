"""The consents of a workspace, in ``letters`` and ``courses`` under ordinals below zero.

The newest has the lowest ordinal, so every index that ends in the ordinal gives them newest first.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import ColumnElement, literal_column, select

from sigillo.application.ports.consents import ConsentFilter
from sigillo.domain.consent import KnownConsent
from sigillo.domain.letter import ConsentStatus, Status
from sigillo.storage import codec
from sigillo.storage.schema import courses, letters
from sigillo.storage.sql.letters import COURSE, LETTER, OF_LETTER, unsought
from sigillo.storage.sql.statements import NO_OFFSET, Query, Scope, value

_BEYOND = 2**62
_ZERO: ColumnElement[int] = literal_column("0")
_STANDING = (ConsentStatus.REQUESTED, ConsentStatus.GIVEN, ConsentStatus.REVOKED)

_OF_RECIPIENT = Query(
    select(*LETTER, *COURSE)
    .join_from(letters, courses, OF_LETTER)
    .where(
        letters.c.workspace == value("workspace_key"),
        letters.c.recipient == value("recipient"),
        letters.c.ordinal < _ZERO,
        courses.c.status.in_([literal_column(f"'{each.value}'") for each in _STANDING]),
    )
    .order_by(letters.c.ordinal),
    ("workspace_key", "recipient"),
)
_WAITING = Query(
    select(letters.c.id)
    .join_from(letters, courses, OF_LETTER)
    .where(
        letters.c.workspace == value("workspace_key"),
        letters.c.recipient == value("recipient"),
        letters.c.ordinal > _ZERO,
        courses.c.status == literal_column(f"'{Status.AWAITING_CONSENT.value}'"),
    )
    .order_by(letters.c.ordinal),
    ("workspace_key", "recipient"),
)


class SqlConsents:
    """The consents, read; they are written as letters are."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def of_recipient(self, email: str) -> list[KnownConsent]:
        """Give a recipient's consents that are asked for, given or revoked, newest first."""
        rows = self._scope.run(_OF_RECIPIENT, self._scope.workspace, email.lower())
        return [self._known(row) for row in rows]

    def waiting(self, email: str) -> list[str]:
        """Give the ids of the letters that wait for a recipient's consent, oldest first."""
        return [row[0] for row in self._scope.run(_WAITING, self._scope.workspace, email.lower())]

    def page(self, wanted: ConsentFilter, *, limit: int, before: int | None) -> list[KnownConsent]:
        """Give at most ``limit`` consents, newest first; one query for each status, as with letters."""
        statuses = (None,) if wanted.status is None else tuple(dict.fromkeys(map(str, wanted.status)))
        rows = [row for status in statuses for row in self._rows(wanted, status, limit=limit, before=before)]
        rows.sort(key=lambda row: int(row[0]))
        return [self._known(row) for row in rows[:limit]]

    def _rows(self, wanted: ConsentFilter, status: str | None, *, limit: int, before: int | None) -> list[codec.Row]:
        given = {"recipient": wanted.recipient and wanted.recipient.lower(), "status": status}
        conditions = {name: each for name, each in given.items() if each is not None}
        bound = -_BEYOND if before is None else -before
        query = _page(tuple(conditions))
        return self._scope.run(query, self._scope.workspace, bound, *conditions.values(), limit).fetchall()

    def _known(self, row: codec.Row) -> KnownConsent:
        cut = len(LETTER)
        return KnownConsent(codec.letter_value(self._scope.workspace_id, row[:cut]), codec.course_value(row[cut:]))


@lru_cache(maxsize=8)
def _page(conditions: tuple[str, ...]) -> Query:
    """Give the query of a page with these conditions; the table whose index finds the consents leads."""
    lead = courses if conditions == ("status",) else letters
    terms = {
        "recipient": letters.c.recipient == value("recipient"),
        "status": courses.c.status == value("status"),
    }
    return Query(
        select(*LETTER, *COURSE)
        .join_from(letters, courses, OF_LETTER)
        .where(lead.c.workspace == value("workspace_key"), lead.c.ordinal > value("after"), unsought(lead) < _ZERO)
        .where(*(terms[name] for name in conditions))
        .order_by(lead.c.ordinal)
        .limit(value("size"))
        .offset(NO_OFFSET),
        ("workspace_key", "after", *conditions, "size"),
    )
