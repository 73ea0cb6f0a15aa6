"""The figures of a period, whole and by group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sigillo.application.ports.storage import Store
from sigillo.domain.calendar import EARLIEST, LATEST, civil_date
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.kpi import SENT, Figures, Tally, Wait, figures, hour_of, hour_start, next_hour

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
        with self.store.reading(workspace_id) as tx:
            counts = tx.tallies.between(hour_of(first), hour_of(end), service=service)
            waits = tx.tallies.waits(hour_of(first), hour_of(end), service=service)
            took_s, by_group = _times(waits, grouping)
            ever = tx.tallies.between(0, hour_of(next_hour(LATEST)), service=service) if period != Period() else counts
        groups = {key: figures(of, by_group.get(key, ())) for key, of in _grouped(counts, grouping).items()}
        shown_first = period.first or (hour_start(counts[0].hour) if counts else EARLIEST)
        shown_end = period.end or (hour_start(counts[-1].hour + 1) if counts else next_hour(LATEST))
        return Told(shown_first, shown_end, figures(counts, took_s), groups, _on_their_way(ever))


def _on_their_way(counts: Iterable[Tally]) -> int:
    return sum(tally.letters if tally.what == SENT else -tally.letters for tally in counts)


def _grouped(counts: Iterable[Tally], grouping: Grouping | None) -> Mapping[str, list[Tally]]:
    if grouping is None:
        return {}
    key_of = _key_of(grouping)
    found: dict[str, list[Tally]] = {}
    for tally in counts:
        found.setdefault(key_of(tally.hour, tally.service), []).append(tally)
    if len(found) > MOST_GROUPS:
        detail = f"There are {len(found)} groups, at most {MOST_GROUPS} are told at once: narrow `from` and `to`."
        raise Invalid([FieldError("/group_by", "too_many_groups", detail)])
    return dict(sorted(found.items()))


def _times(waits: Iterable[Wait], grouping: Grouping | None) -> tuple[list[int], Mapping[str, list[int]]]:
    """Give the times of all, and of each group, each in ascending order as they come."""
    if grouping is None:
        return [took_s for _, _, took_s, _ in waits], {}
    key_of = _key_of(grouping)
    took: list[int] = []
    by_group: dict[str, list[int]] = {}
    for hour, service, took_s, _ in waits:
        took.append(took_s)
        by_group.setdefault(key_of(hour, service), []).append(took_s)
    return took, by_group


def _key_of(grouping: Grouping) -> Callable[[int, str], str]:
    if grouping is Grouping.SERVICE:
        return lambda _, service: service
    known: dict[int, str] = {}

    def key(hour: int, _: str) -> str:
        found = known.get(hour)
        if found is None:
            found = known[hour] = civil_date(hour_start(hour)).strftime(_CALENDAR[grouping])
        return found

    return key


_CALENDAR = {Grouping.DAY: "%Y-%m-%d", Grouping.WEEK: "%G-W%V", Grouping.MONTH: "%Y-%m"}
