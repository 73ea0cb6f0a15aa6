"""The figures by which a sender judges its registered mail.

Tallies are kept by the hour: letters sent, and letters that ended, by outcome, each in the hour in which it happened.
So the figures of a period are about what happened in it: ``sent`` are the letters handed in during the period, and all
shares are over the letters that *ended* in it, whenever they were sent. (A letter takes up to 16 days; shares over
those sent would say little of the last two weeks.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sigillo.domain.calendar import civil_date, civil_instant
from sigillo.domain.letter import Outcome

SENT = "sent"
HOUR_S = 3600
_REACHED = (Outcome.ACCEPTED, Outcome.REFUSED, Outcome.NEGLECTED, Outcome.DELIVERED)
_LOST = (
    Outcome.BOUNCED,
    Outcome.FAILED,
    Outcome.UNKNOWN_MAILBOX,
    Outcome.UNKNOWN_DOMAIN,
    Outcome.FULL_MAILBOX,
    Outcome.VIRUS,
    Outcome.TIMED_OUT,
)
_DIGITS = 6
PERCENTILES = (50, 90, 95, 99)


class Tally(NamedTuple):
    """How many letters of a service were sent, or ended with an outcome, in an hour (since the Unix epoch)."""

    hour: int
    service: str
    what: str
    letters: int


class Wait(NamedTuple):
    """How long, in seconds, a letter accepted in that hour had waited since its notice."""

    hour: int
    service: str
    took_s: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Times from the notice to the acceptance, in seconds; a percentile is the nearest rank's time, not a mean."""

    mean_s: float
    percentiles_s: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one period; a share is None where nothing ended that it could be a share of."""

    sent: int
    outcomes: Mapping[str, int]
    waiting: Waiting | None

    @property
    def ended(self) -> int:
        """Give how many letters ended."""
        return sum(self.outcomes.values())

    @property
    def deliverability(self) -> float | None:
        """Give the share whose recipient was reached, among those whose recipient was to be notified."""
        reached = sum(self.outcomes.get(each, 0) for each in _REACHED)
        return _ratio(reached, reached + sum(self.outcomes.get(each, 0) for each in _LOST))

    def share(self, outcome: Outcome) -> float | None:
        """Give the share of the letters that ended with an outcome."""
        return _ratio(self.outcomes.get(outcome, 0), self.ended)

    @property
    def technical_failure_share(self) -> float | None:
        """Give the share that ended because the provider failed, neither the sender nor the recipient."""
        return self.share(Outcome.FAILED)


def hour_of(at: datetime) -> int:
    """Give the hour since the Unix epoch in which an instant lies."""
    return int(at.timestamp()) // HOUR_S


def hour_start(hour: int) -> datetime:
    """Give the first instant of an hour."""
    return datetime.fromtimestamp(hour * HOUR_S, UTC)


@lru_cache(maxsize=4096)
def day_of(hour: int) -> date:
    """Give the civil day in Paris in which an hour lies; days begin on full hours there."""
    return civil_date(hour_start(hour))


def first_hour_of(day: date) -> int:
    """Give the first hour of a civil day in Paris."""
    return hour_of(civil_instant(day, 0))


def next_hour(at: datetime) -> datetime:
    """Give the first full hour after an instant."""
    return hour_start(hour_of(at)) + timedelta(hours=1)


def figures(tallies: Iterable[Tally], waiting: Waiting | None = None) -> Figures:
    """Sum tallies up."""
    sent, outcomes = 0, dict[str, int]()
    for tally in tallies:
        if tally.what == SENT:
            sent += tally.letters
        else:
            outcomes[tally.what] = outcomes.get(tally.what, 0) + tally.letters
    return Figures(sent, dict(sorted(outcomes.items())), waiting)


def waiting(count: int, sum_s: int, at_rank: Callable[[int], int]) -> Waiting | None:
    """Give the times to acceptance of that many letters; ``at_rank`` gives the time of a rank, the shortest is 0."""
    if not count:
        return None
    return Waiting(round(sum_s / count, 3), {p: at_rank(-(-count * p // 100) - 1) for p in PERCENTILES})


def ranked(counted: Iterable[tuple[int, int]], rank: int) -> tuple[int, int]:
    """Give the value that has a rank among values with how many there are of each, lowest first, and its rank in it.

    Raises LookupError when there are not that many.
    """
    for found, letters in counted:
        if rank < letters:
            return found, rank
        rank -= letters
    raise LookupError(f"{rank + 1} more were looked for than there are")


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, _DIGITS) if whole else None
