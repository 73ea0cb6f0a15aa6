"""How long letters waited for their acceptance: kept by the day, asked for by any span of hours.

1. The bands say how many letters there are of each 4 hours of waiting: full days from their sums, the days that the
   span cuts from their rows.
2. A percentile's rank lies in one band; the rows of that band, on the days that have any, give the exact time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, FromClause, func, literal_column, select, union_all
from sqlalchemy.dialects.sqlite import insert

from sigillo.domain.kpi import Wait, Waiting, day_of, first_hour_of, ranked, waiting
from sigillo.storage.schema import wait_bands, waits
from sigillo.storage.sql.statements import Query, Scope, value

BAND_S = 4 * 3600
_NO_DAY = -1

_ADD = insert(waits)
_ADD_WAIT = Query(
    _ADD.on_conflict_do_update(
        index_elements=list(waits.primary_key.columns), set_={"letters": waits.c.letters + _ADD.excluded.letters}
    ),
    tuple(waits.columns.keys()),
)
_ADD_UP = insert(wait_bands)
_ADD_TO_BAND = Query(
    _ADD_UP.on_conflict_do_update(
        index_elements=list(wait_bands.primary_key.columns),
        set_={
            "letters": wait_bands.c.letters + _ADD_UP.excluded.letters,
            "sum_s": wait_bands.c.sum_s + _ADD_UP.excluded.sum_s,
        },
    ),
    tuple(wait_bands.columns.keys()),
)


def keep(scope: Scope, kept: Sequence[Wait]) -> None:
    """Add waits to those there are; of the same hour and length they become one row."""
    key = scope.workspace
    rows = Counter(kept)
    letters, sum_s = Counter[tuple[int, int, str]](), Counter[tuple[int, int, str]]()
    for (hour, service, took_s), count in rows.items():
        band = (day_of(hour).toordinal(), took_s // BAND_S, service)
        letters[band] += count
        sum_s[band] += count * took_s
    scope.run_many(
        _ADD_WAIT,
        [
            (key, day_of(hour).toordinal(), took_s, hour, service, count)
            for (hour, service, took_s), count in rows.items()
        ],
    )
    scope.run_many(_ADD_TO_BAND, [(key, *band, count, sum_s[band]) for band, count in letters.items()])


def waiting_between(scope: Scope, first_hour: int, end_hour: int, *, service: str | None) -> Waiting | None:
    """Give the times to acceptance of the hours up to, not including, the end; None where nothing was accepted."""
    key, given = scope.workspace, () if service is None else (service,)
    first_day, end_day = day_of(first_hour), day_of(end_hour)
    cuts_first, cuts_end = first_hour != first_hour_of(first_day), end_hour != first_hour_of(end_day)
    hours = (first_hour, end_hour)
    full = (first_day.toordinal() + cuts_first, end_day.toordinal())
    cut = (first_day.toordinal() if cuts_first else _NO_DAY, end_day.toordinal() if cuts_end else _NO_DAY)
    bands = scope.run(_bands(service is not None), key, *full, *given, key, *cut, *hours, *given).fetchall()

    @cache
    def within(band: int) -> list[tuple[int, int]]:
        days = (first_day.toordinal(), end_day.toordinal(), band)
        span_s = (band * BAND_S, (band + 1) * BAND_S)
        return scope.run(_times(service is not None), key, key, *days, *span_s, *hours, *given).fetchall()

    def at_rank(rank: int) -> int:
        band, rank_within = ranked(((band, letters) for band, letters, _ in bands), rank)
        return ranked(within(band), rank_within)[0]

    return waiting(sum(letters for _, letters, _ in bands), sum(sum_s for _, _, sum_s in bands), at_rank)


@cache
def _bands(of_service: bool) -> Query:
    full = select(wait_bands.c.band, wait_bands.c.letters, wait_bands.c.sum_s).where(
        wait_bands.c.workspace == value("workspace_key"),
        wait_bands.c.day >= value("first_full_day"),
        wait_bands.c.day < value("end_full_day"),
        *_of_service(wait_bands, of_service),
    )
    cut = select(
        waits.c.took_s.op("/")(literal_column(str(BAND_S))).label("band"),
        waits.c.letters,
        waits.c.took_s * waits.c.letters,
    ).where(
        waits.c.workspace == value("workspace_key"),
        (waits.c.day == value("first_cut_day")) | (waits.c.day == value("end_cut_day")),
        *_of_hours(),
        *_of_service(waits, of_service),
    )
    both = union_all(full, cut).subquery()
    found = select(both.c.band, func.sum(both.c.letters), func.sum(both.c.sum_s))
    service = ("service",) if of_service else ()
    of_full = ("workspace_key", "first_full_day", "end_full_day", *service)
    of_cut = ("workspace_key", "first_cut_day", "end_cut_day", "first_hour", "end_hour", *service)
    return Query(found.group_by(both.c.band).order_by(both.c.band), (*of_full, *of_cut))


@cache
def _times(of_service: bool) -> Query:
    days = select(wait_bands.c.day).where(
        wait_bands.c.workspace == value("workspace_key"),
        wait_bands.c.day >= value("first_day"),
        wait_bands.c.day <= value("end_day"),
        wait_bands.c.band == value("band"),
    )
    found = select(waits.c.took_s, func.sum(waits.c.letters)).where(
        waits.c.workspace == value("workspace_key"),
        waits.c.day.in_(days),
        waits.c.took_s >= value("shortest_s"),
        waits.c.took_s < value("end_s"),
        *_of_hours(),
        *_of_service(waits, of_service),
    )
    names = ("workspace_key", "workspace_key", "first_day", "end_day", "band", "shortest_s", "end_s")
    service = ("service",) if of_service else ()
    return Query(found.group_by(waits.c.took_s).order_by(waits.c.took_s), (*names, "first_hour", "end_hour", *service))


def _of_hours() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return waits.c.hour >= value("first_hour"), waits.c.hour < value("end_hour")


def _of_service(table: FromClause, of_service: bool) -> tuple[ColumnElement[bool], ...]:
    return (table.c.service == value("service"),) if of_service else ()
