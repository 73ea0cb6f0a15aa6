"""Figures of many letters: deliverability, shares and percentiles, whole and by day, out of a database on the disk.

The counts are written as moves write them, without the letters themselves: ten times the letters of `advance` over a
month, half of them accepted. Each answer's totals must be those that were written, or the bench stops.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from sigillo.application.stats import Grouping, Period
from sigillo.cli.bench.rounds import Goal, Row, Sample, Settings, Tell, interleave
from sigillo.cli.bench.world import START, World
from sigillo.domain.kpi import SENT, Tally, Wait, hour_of
from sigillo.domain.letter import Outcome

_TIMES = 10  # letters of `advance` for one letter here
_HOURS = 30 * 24
_OUTCOMES = (Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.REFUSED, Outcome.NEGLECTED)
_STRIDE = 982_451_653  # a prime, so that the times come in no order
_LONGEST_S = int(timedelta(days=15).total_seconds())


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure the figures of everything, and of every day."""
    count = settings.letters * _TIMES
    with TemporaryDirectory(prefix="sigillo-bench-") as name, World.open(Path(name)) as world:
        tell(f"counting {count:,} letters")
        _count(world, count)
        measures = {
            "whole": lambda: _read(world, count, None),
            "by day": lambda: _read(world, count, Grouping.DAY),
        }
        found = interleave(settings.rounds, measures, tell)
    for what, samples in found.items():
        yield Row("figures", f"{count:,} letters, {what}", "s", samples, goal=Goal(1.0, at_most=True))


def _count(world: World, count: int) -> None:
    first = hour_of(START)
    with world.sandbox.store.writing(world.workspace_id) as tx:
        for ordinal in range(1, count + 1):
            hour = first + ordinal * _HOURS // count
            outcome = _OUTCOMES[ordinal % len(_OUTCOMES)]
            waits = [Wait(hour, "lre", ordinal * _STRIDE % _LONGEST_S)] if outcome is Outcome.ACCEPTED else []
            tx.tallies.add([Tally(hour, "lre", SENT, 1), Tally(hour, "lre", outcome.value, 1)], waits)


def _read(world: World, count: int, grouping: Grouping | None) -> Sample:
    cpu_s, began_s = process_time(), perf_counter()
    told = world.sandbox.stats.read(world.workspace_id, Period(), service=None, grouping=grouping)
    taken_s, cpu_s = perf_counter() - began_s, process_time() - cpu_s
    if (told.total.sent, told.total.ended) != (count, count):
        raise RuntimeError(
            f"{count} letters were counted, but the figures say {told.total.sent} and {told.total.ended}"
        )
    return Sample(taken_s, cpu_s)
