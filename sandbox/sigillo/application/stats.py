"""The figures of a period, whole and by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sigillo.application.ports.storage import Store, Transaction
from sigillo.domain.calendar import EARLIEST, LATEST
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.kpi import SENT, Figures, Tally, day_of, figures, first_hour_of, hour_of, hour_start, next_hour

MOST_GROUPS = 1000


class Grouping(StrEnum):
    """By what figures are split; days, ISO weeks and months are civil ones of Europe/Paris."""

    SERVICE = "service"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant up to, not including, another; both are full hours. None leaves the side open."""

    first: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The figures of a period, those of its groups by key, and how many letters are on their way now."""

    first: datetime
    end: datetime
    total: Figures
    groups: Mapping[str, Figures]
    in_progress: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Reads the figures of any workspace."""

    store: Store

    def read(self, workspace_id: str, period: Period, *, service: str | None, grouping: Grouping | None) -> Told:
        """Give the figures of a period; raises :class:`Invalid` when it has more than :data:`MOST_GROUPS` groups."""
        first, end = period.first or EARLIEST, period.end or next_hour(LATEST)
        span = (hour_of(first), hour_of(end))
        with self.store.reading(workspace_id) as tx:
            counts = tx.tallies.between(*span, service=service)
            ever = tx.tallies.between(0, hour_of(next_hour(LATEST)), service=service) if period != Period() else counts
            total = figures(counts, tx.tallies.waiting(*span, service=service))
            groups = _groups(tx, span, counts, service, grouping) if grouping else {}
        shown_first = period.first or (hour_start(counts[0].hour) if counts else EARLIEST)
        shown_end = period.end or (hour_start(counts[-1].hour + 1) if counts else next_hour(LATEST))
        return Told(shown_first, shown_end, total, groups, _on_their_way(ever))


def _on_their_way(counts: Iterable[Tally]) -> int:
    return sum(tally.letters if tally.what == SENT else -tally.letters for tally in counts)


def _groups(
    tx: Transaction, span: tuple[int, int], counts: Sequence[Tally], service: str | None, grouping: Grouping
) -> Mapping[str, Figures]:
    if grouping is Grouping.SERVICE:
        names = sorted({tally.service for tally in counts})
        return {
            name: figures((one for one in counts if one.service == name), tx.tallies.waiting(*span, service=name))
            for name in names
        }
    found: dict[date, list[Tally]] = {}
    for tally in counts:
        found.setdefault(_first_day(day_of(tally.hour), grouping), []).append(tally)
    if len(found) > MOST_GROUPS:
        detail = f"There are {len(found)} groups, at most {MOST_GROUPS} are told at once: narrow `from` and `to`."
        raise Invalid([FieldError("/group_by", "too_many_groups", detail)])
    return {
        day.strftime(_KEYS[grouping]): figures(
            found[day], tx.tallies.waiting(*_within(span, day, grouping), service=service)
        )
        for day in sorted(found)
    }


def _first_day(day: date, grouping: Grouping) -> date:
    """Give the first day of the week or month in which a day lies, or the day."""
    if grouping is Grouping.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grouping is Grouping.WEEK else day


def _within(span: tuple[int, int], day: date, grouping: Grouping) -> tuple[int, int]:
    """Give the hours of the group that begins with a day, those of the period alone."""
    end = _first_day(day + timedelta(days=_MOST_DAYS[grouping]), grouping)
    return max(span[0], first_hour_of(day)), min(span[1], first_hour_of(end))


_KEYS = {Grouping.DAY: "%Y-%m-%d", Grouping.WEEK: "%G-W%V", Grouping.MONTH: "%Y-%m"}
_MOST_DAYS = {Grouping.DAY: 1, Grouping.WEEK: 7, Grouping.MONTH: 31}
