"""Webhook endpoints, in ``webhook_endpoints``; a removed one stays as an empty row, so that its ordinal stays taken."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import ColumnElement, delete, func, insert, literal_column, not_, select, update

from sigillo.domain.endpoint import Endpoint, EndpointStatus
from sigillo.storage.codec import Row, to_instant, to_ms
from sigillo.storage.schema import attempts, deliveries, webhook_endpoints, webhook_places
from sigillo.storage.sql.statements import NO_OFFSET, Query, Scope, inserting, value

_BEYOND = 2**62
_E = webhook_endpoints.c
_COLUMNS = tuple(_E)[1:-1]
_CHANGING = tuple(_E)[2:]
_HERE = _E.workspace == value("workspace_key")
_THERE = _HERE & not_(_E.removed)


def _asking(*conditions: ColumnElement[bool], names: tuple[str, ...]) -> Query:
    return Query(select(*_COLUMNS).where(_THERE, *conditions), ("workspace_key", *names))


_LAST = Query(select(func.max(_E.ordinal)).where(_HERE), ("workspace_key",))
_ADD = inserting(webhook_endpoints)
_SAVE = Query(
    update(webhook_endpoints)
    .values({column: value(f"new_{column.name}") for column in _CHANGING})
    .where(_HERE, _E.ordinal == value("number")),
    (*(f"new_{column.name}" for column in _CHANGING), "workspace_key", "number"),
)
_FIND = _asking(_E.id == value("id"), names=("id",))
_AT = _asking(_E.ordinal == value("number"), names=("number",))
_OF_LETTERS = _asking(_E.letters_only, _E.url == value("url"), names=("url",))
_READERS = Query(
    select(*_COLUMNS)
    .where(_THERE, not_(_E.letters_only), _E.status == literal_column(f"'{EndpointStatus.ENABLED.value}'"))
    .order_by(_E.ordinal),
    ("workspace_key",),
)
_PAGE = Query(
    select(*_COLUMNS)
    .where(_THERE, _E.ordinal < value("before"))
    .order_by(_E.ordinal.desc())
    .limit(value("limit"))
    .offset(NO_OFFSET),
    ("workspace_key", "before", "limit"),
)
_REWIND = Query(
    update(webhook_endpoints)
    .values(position=literal_column("0"), failures=literal_column("0"), failing_since=literal_column("NULL"))
    .where(_HERE),
    ("workspace_key",),
)
_ITS_DELIVERIES = (deliveries.c.workspace == value("workspace_key")) & (deliveries.c.endpoint == value("number"))
_DROP_ATTEMPTS = Query(
    delete(attempts).where(
        attempts.c.workspace == value("key"),
        attempts.c.delivery.in_(select(deliveries.c.number).where(_ITS_DELIVERIES)),
    ),
    ("key", "workspace_key", "number"),
)
_DROP_DELIVERIES = Query(delete(deliveries).where(_ITS_DELIVERIES), ("workspace_key", "number"))
_MY_PLACE = webhook_places.c.workspace == value("workspace_key")
_PLACE = Query(select(webhook_places.c.sorted_to).where(_MY_PLACE), ("workspace_key",))
_MOVE_PLACE = Query(
    update(webhook_places).values(sorted_to=value("place")).where(_MY_PLACE), ("place", "workspace_key")
)
_ADD_PLACE = Query(insert(webhook_places), ("workspace", "sorted_to"))


class SqlEndpoints:
    """The endpoints of the workspace."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def last_ordinal(self) -> int:
        """Give the highest ordinal that was ever given; 0 before the first."""
        last: int | None = self._scope.run(_LAST, self._scope.workspace).fetchone()[0]
        return last or 0

    def add(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint."""
        self._scope.run(_ADD, self._scope.workspace, endpoint.ordinal, *_row(endpoint), 0)

    def save(self, endpoint: Endpoint) -> None:
        """Keep an endpoint that changed."""
        self._scope.run(_SAVE, *_row(endpoint), 0, self._scope.workspace, endpoint.ordinal)

    def remove(self, endpoint: Endpoint) -> None:
        """Forget an endpoint with its secrets and its deliveries."""
        key, ordinal = self._scope.workspace, endpoint.ordinal
        self._scope.run(_DROP_ATTEMPTS, key, key, ordinal)
        self._scope.run(_DROP_DELIVERIES, key, ordinal)
        empty = Endpoint(ordinal, endpoint.id, endpoint.workspace_id, "", "", endpoint.created_at)
        self._scope.run(_SAVE, *_row(empty), 1, key, ordinal)

    def find(self, endpoint_id: str) -> Endpoint | None:
        """Give an endpoint, or None."""
        return self._one(_FIND, endpoint_id)

    def at(self, ordinal: int) -> Endpoint | None:
        """Give an endpoint by its ordinal, or None."""
        return self._one(_AT, ordinal)

    def of_letters(self, url: str) -> Endpoint | None:
        """Give the endpoint that was made for letters with this URL, or None."""
        return self._one(_OF_LETTERS, url)

    def page(self, *, limit: int, before: int | None) -> list[Endpoint]:
        """Give at most ``limit`` endpoints, newest first, of ordinals below ``before``."""
        return self._all(_PAGE, _BEYOND if before is None else before, limit)

    def readers(self) -> list[Endpoint]:
        """Give the enabled endpoints that read the journal themselves, by ordinal."""
        return self._all(_READERS)

    def sorted_to(self) -> int | None:
        """Give the place up to which letters' own addresses were dealt with; None before the first."""
        row = self._scope.run(_PLACE, self._scope.workspace).fetchone()
        return row[0] if row else None

    def save_sorted_to(self, place: int) -> None:
        """Keep that place."""
        if not self._scope.run(_MOVE_PLACE, place, self._scope.workspace).rowcount:
            self._scope.run(_ADD_PLACE, self._scope.workspace, place)

    def rewind(self) -> None:
        """Let everything begin at place 0, failures forgotten."""
        self._scope.run(_REWIND, self._scope.workspace)
        self._scope.run(_MOVE_PLACE, 0, self._scope.workspace)

    def _one(self, query: Query, *values: object) -> Endpoint | None:
        found = self._all(query, *values)
        return found[0] if found else None

    def _all(self, query: Query, *values: object) -> list[Endpoint]:
        rows = self._scope.run(query, self._scope.workspace, *values)
        return [_value(self._scope.workspace_id, row) for row in rows]


def _row(endpoint: Endpoint) -> Row:
    """Give the columns ``id`` to ``failing_since``."""
    types = endpoint.event_types
    return (
        endpoint.id,
        endpoint.url,
        endpoint.secret,
        to_ms(endpoint.created_at),
        endpoint.description,
        None if types is None else orjson.dumps(types).decode(),
        int(endpoint.letters_only),
        endpoint.status.value,
        endpoint.disabled_reason,
        to_ms(endpoint.disabled_at),
        endpoint.secrets_made,
        endpoint.previous_secret,
        endpoint.previous_until_s,
        endpoint.position,
        endpoint.failures,
        to_ms(endpoint.failing_since),
    )


def _value(workspace_id: str, row: Row) -> Endpoint:
    """Read the columns ``ordinal`` to ``failing_since``."""
    named: dict[str, Any] = dict(zip((column.name for column in _COLUMNS), row, strict=True))
    for name in ("created_at", "disabled_at", "failing_since"):
        named[name] = None if named[name] is None else to_instant(named[name])
    types = named["event_types"]
    named["event_types"] = None if types is None else tuple(orjson.loads(types))
    named["letters_only"] = bool(named["letters_only"])
    named["status"] = EndpointStatus(named["status"])
    return Endpoint(workspace_id=workspace_id, **named)
