"""The figures of a period, whole and by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sigillo.application.ports.storage import Store, Transaction
from sigillo.domain.calendar import EARLIEST, LATEST, civil_date
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.kpi import SENT, Figures, Tally, Waiting, figures, hour_of, hour_start, next_hour, waiting

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
    keys = _calendar({tally.hour for tally in counts}, _CALENDAR[grouping])
    found: dict[str, list[Tally]] = {}
    for tally in counts:
        found.setdefault(keys[tally.hour], []).append(tally)
    if len(found) > MOST_GROUPS:
        detail = f"There are {len(found)} groups, at most {MOST_GROUPS} are told at once: narrow `from` and `to`."
        raise Invalid([FieldError("/group_by", "too_many_groups", detail)])
    times: dict[str, list[int]] = {key: [] for key in found}
    take = {hour: times[key].append for hour, key in keys.items()}
    for hour, took_s in tx.tallies.waits(*span, service=service):
        take[hour](took_s)
    return {key: figures(found[key], _waiting(times[key])) for key in sorted(found)}


def _waiting(took_s: list[int]) -> Waiting | None:
    return waiting(len(took_s), sum(took_s), took_s.__getitem__)


def _calendar(hours: Iterable[int], form: str) -> Mapping[int, str]:
    """Give the civil day, week or month in Paris of each hour."""
    return {hour: civil_date(hour_start(hour)).strftime(form) for hour in sorted(hours)}


_CALENDAR = {Grouping.DAY: "%Y-%m-%d", Grouping.WEEK: "%G-W%V", Grouping.MONTH: "%Y-%m"}
