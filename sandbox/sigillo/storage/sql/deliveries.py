"""Deliveries and their attempts, in ``deliveries`` and ``attempts``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

import orjson
from sqlalchemy import delete, func, literal_column, select, update

from sigillo.application.ports.webhooks import DeliveryFilter
from sigillo.domain.endpoint import Attempt, Delivery, DeliveryStatus
from sigillo.storage.codec import Row, to_instant, to_ms
from sigillo.storage.schema import attempts, deliveries, webhook_endpoints
from sigillo.storage.sql.statements import NO_OFFSET, Query, Scope, inserting, value

_BEYOND = 2**62
_D = deliveries.c
_STATUS: Mapping[str, DeliveryStatus] = {each.value: each for each in DeliveryStatus}
_HERE = _D.workspace == value("workspace_key")
_ITS = _HERE & (_D.endpoint == value("at_endpoint"))
_PENDING = _D.status == literal_column("'pending'")
_OPEN = _D.status.in_([literal_column("'pending'"), literal_column("'waiting'")])
_DELIVERY = (webhook_endpoints.c.id, *tuple(_D)[1:])
_ENDPOINT = (webhook_endpoints.c.workspace == _D.workspace) & (webhook_endpoints.c.ordinal == _D.endpoint)
_WHOLE = select(*_DELIVERY).join_from(deliveries, webhook_endpoints, _ENDPOINT)
_STANDING = ("line", "status", "attempts", "tries", "next_attempt_at", "settled_at", "answer_status")

_LAST = Query(select(func.max(_D.number)).where(_HERE), ("workspace_key",))
_ADD = inserting(deliveries)
_SAVE = Query(
    update(deliveries)
    .values({_D[name]: value(f"new_{name}") for name in _STANDING})
    .where(_HERE, _D.number == value("its_number")),
    (*(f"new_{name}" for name in _STANDING), "workspace_key", "its_number"),
)
_OLDEST = Query(
    _WHOLE.where(_HERE, _D.number > value("after")).order_by(_D.number).limit(value("limit")).offset(NO_OFFSET),
    ("workspace_key", "after", "limit"),
)
_FIND = Query(_WHOLE.where(_HERE, _D.number == value("its_number")), ("workspace_key", "its_number"))
_DUE = Query(
    _WHOLE.where(_ITS, _PENDING, _D.next_attempt_at <= value("until"))
    .order_by(_D.next_attempt_at, _D.number)
    .limit(value("limit"))
    .offset(NO_OFFSET),
    ("workspace_key", "at_endpoint", "until", "limit"),
)
_LINE = Query(
    _WHOLE.where(_ITS, _OPEN, _D.line == value("in_line")).order_by(_D.seq, _D.number),
    ("workspace_key", "at_endpoint", "in_line"),
)
_ANY_OPEN = Query(
    select(_D.number).where(_ITS, _OPEN).limit(literal_column("1")).offset(NO_OFFSET),
    ("workspace_key", "at_endpoint"),
)
_DUE_ENDPOINTS = Query(
    select(_D.endpoint)
    .join_from(deliveries, webhook_endpoints, _ENDPOINT)
    .where(
        _HERE, webhook_endpoints.c.status == literal_column("'enabled'"), _PENDING, _D.next_attempt_at <= value("until")
    )
    .distinct()
    .order_by(_D.endpoint),
    ("workspace_key", "until"),
)
_TAKEN = Query(
    select(_D.seq).where(_ITS, _D.seq > value("beyond")).order_by(_D.seq),
    ("workspace_key", "at_endpoint", "beyond"),
)
_DROP = Query(delete(deliveries).where(_HERE, _D.number == value("its_number")), ("workspace_key", "its_number"))
_ITS_ATTEMPTS = (attempts.c.workspace == value("workspace_key")) & (attempts.c.delivery == value("its_number"))
_DROP_ATTEMPTS = Query(
    delete(attempts).where(_ITS_ATTEMPTS, attempts.c.number <= value("up_to")),
    ("workspace_key", "its_number", "up_to"),
)
_ADD_ATTEMPT = inserting(attempts)
_ATTEMPTS = Query(
    select(*tuple(attempts.c)[2:]).where(_ITS_ATTEMPTS).order_by(attempts.c.number),
    ("workspace_key", "its_number"),
)


class SqlDeliveries:
    """The deliveries of the workspace."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def last_number(self) -> int:
        """Give the number of the newest delivery; 0 before the first."""
        last: int | None = self._scope.run(_LAST, self._scope.workspace).fetchone()[0]
        return last or 0

    def add(self, deliveries: Sequence[Delivery]) -> None:
        """Keep new deliveries."""
        self._scope.run_many(_ADD, [_row(self._scope.workspace, each) for each in deliveries])

    def save(self, deliveries: Sequence[Delivery]) -> None:
        """Keep how deliveries stand now."""
        key = self._scope.workspace
        self._scope.run_many(_SAVE, [(each.line, *_standing(each), key, each.number) for each in deliveries])

    def add_attempts(self, attempts: Sequence[tuple[int, Attempt]]) -> None:
        """Keep attempts, each with its delivery's number."""
        key = self._scope.workspace
        self._scope.run_many(_ADD_ATTEMPT, [(key, number, *_attempt_row(each)) for number, each in attempts])

    def find(self, number: int) -> Delivery | None:
        """Give a delivery, or None."""
        found = self._all(_FIND, number)
        return found[0] if found else None

    def attempts(self, number: int) -> list[Attempt]:
        """Give a delivery's attempts from the first."""
        return [_attempt(row) for row in self._scope.run(_ATTEMPTS, self._scope.workspace, number)]

    def page(self, wanted: DeliveryFilter, *, limit: int, before: int | None) -> list[Delivery]:
        """Give at most ``limit`` deliveries, newest first, of numbers below ``before``."""
        given = {
            "endpoint_id": wanted.endpoint_id,
            "event_id": wanted.event_id,
            "subject_id": wanted.letter_id,
            "status": _json(wanted.status),
            "event_type": _json(wanted.event_type),
        }
        conditions = {name: each for name, each in given.items() if each is not None}
        bound = _BEYOND if before is None else before
        return self._all(_page(tuple(conditions)), bound, *conditions.values(), limit)

    def due(self, endpoint: int, until: datetime, *, limit: int) -> list[Delivery]:
        """Give an endpoint's pending deliveries due at ``until`` or before, by (next attempt, number)."""
        return self._all(_DUE, endpoint, to_ms(until), limit)

    def line(self, endpoint: int, line: int) -> list[Delivery]:
        """Give the open deliveries of a line, by seq."""
        return self._all(_LINE, endpoint, line)

    def any_open(self, endpoint: int) -> bool:
        """Tell whether anything is pending or waiting on an endpoint."""
        return self._scope.run(_ANY_OPEN, self._scope.workspace, endpoint).fetchone() is not None

    def due_endpoints(self, until: datetime) -> list[int]:
        """Give the enabled endpoints on which something is due at ``until`` or before, ascending."""
        return [row[0] for row in self._scope.run(_DUE_ENDPOINTS, self._scope.workspace, to_ms(until))]

    def taken(self, endpoint: int, beyond: int) -> list[int]:
        """Give the places beyond ``beyond`` whose events have a delivery on an endpoint already."""
        return [row[0] for row in self._scope.run(_TAKEN, self._scope.workspace, endpoint, beyond)]

    def oldest(self, *, after: int, limit: int) -> list[Delivery]:
        """Give at most ``limit`` deliveries of numbers beyond ``after``, oldest first."""
        return self._all(_OLDEST, after, limit)

    def drop(self, numbers: Sequence[int]) -> None:
        """Forget deliveries with their attempts."""
        key = self._scope.workspace
        self._scope.run_many(_DROP_ATTEMPTS, [(key, number, _BEYOND) for number in numbers])
        self._scope.run_many(_DROP, [(key, number) for number in numbers])

    def drop_attempts(self, number: int, *, up_to: int) -> None:
        """Forget a delivery's attempts up to that one."""
        self._scope.run(_DROP_ATTEMPTS, self._scope.workspace, number, up_to)

    def _all(self, query: Query, *values: object) -> list[Delivery]:
        rows = self._scope.run(query, self._scope.workspace, *values)
        return [_value(self._scope.workspace_id, row) for row in rows]


@lru_cache(maxsize=64)
def _page(conditions: tuple[str, ...]) -> Query:
    """Give the query of a page restricted by these columns; statuses and types come as JSON lists."""
    columns = {
        "endpoint_id": webhook_endpoints.c.id == value("endpoint_id"),
        "event_id": _D.event_id == value("event_id"),
        "subject_id": _D.subject_id == value("subject_id"),
        "status": _D.status.in_(select(func.json_each(value("status")).table_valued("value").c.value)),
        "event_type": _D.event_type.in_(select(func.json_each(value("event_type")).table_valued("value").c.value)),
    }
    query = (
        _WHOLE.where(_HERE, _D.number < value("before"), *(columns[name] for name in conditions))
        .order_by(_D.number.desc())
        .limit(value("limit"))
        .offset(NO_OFFSET)
    )
    return Query(query, ("workspace_key", "before", *conditions, "limit"))


def _json(words: tuple[str, ...] | None) -> str | None:
    return None if words is None else orjson.dumps([str(word) for word in words]).decode()


def _row(workspace: int, each: Delivery) -> Row:
    return (
        workspace,
        each.number,
        each.endpoint,
        each.seq,
        each.line,
        each.event_id,
        each.event_type,
        each.subject_id,
        to_ms(each.created_at),
        *_standing(each),
    )


def _standing(each: Delivery) -> Row:
    """Give the columns that change, ``status`` to ``answer_status``."""
    return (
        each.status.value,
        each.attempts,
        each.tries,
        to_ms(each.next_attempt_at),
        to_ms(each.settled_at),
        each.answer_status,
    )


def _value(workspace_id: str, row: Row) -> Delivery:
    """Read the endpoint's id, then ``number`` to ``answer_status``."""
    endpoint_id, number, endpoint, seq, line, event_id, event_type, subject_id, created_at, *rest = row
    status, tried, tries, next_attempt_at, settled_at, answer_status = rest
    return Delivery(
        number=number,
        workspace_id=workspace_id,
        endpoint=endpoint,
        endpoint_id=endpoint_id,
        seq=seq,
        line=line,
        event_id=event_id,
        event_type=event_type,
        subject_id=subject_id,
        created_at=to_instant(created_at),
        status=_STATUS[status],
        attempts=tried,
        tries=tries,
        next_attempt_at=None if next_attempt_at is None else to_instant(next_attempt_at),
        settled_at=None if settled_at is None else to_instant(settled_at),
        answer_status=answer_status,
    )


def _attempt_row(attempt: Attempt) -> Row:
    return (
        attempt.number,
        to_ms(attempt.at),
        to_ms(attempt.sent_at),
        attempt.status,
        attempt.latency_ms,
        _headers(attempt.request_headers),
        _headers(attempt.headers),
        attempt.body,
        attempt.error,
    )


def _attempt(row: Row) -> Attempt:
    number, at, sent_at, status, latency_ms, request_headers, headers, body, error = row
    return Attempt(
        number=number,
        at=to_instant(at),
        sent_at=to_instant(sent_at),
        status=status,
        latency_ms=latency_ms,
        request_headers=orjson.loads(request_headers),
        headers=orjson.loads(headers),
        body=body,
        error=error,
    )


def _headers(headers: Mapping[str, str]) -> str:
    """Write headers; an HTTP library's names may be texts of a kind of their own, which orjson does not take."""
    return orjson.dumps({str(name): each for name, each in headers.items()}).decode()
