"""The method: ours and its floor take turns in one run, and what is compared is their medians.

A machine's speed wanders by a quarter within minutes, and other work disturbs it. So no number here stands alone:

1. Each round measures ours, then its floor (and a peer, where there is one), one right after the other.
2. A round's ratio is ours through the floor of the same round; the row's ratio is the median of these.
3. Beside each median stands the spread, the least and the most that a round gave.

A floor is the least work that any implementation must do for the same result, on the same machine at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How much to measure: rounds of each comparison, letters of the big runs, seconds of each short measurement."""

    rounds: int = 5
    letters: int = 100_000
    sample_s: float = 1.0
    upload_mb: int = 256


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement in its row's unit; ``per_cpu`` is the same by the processor's time, where that says something."""

    value: float
    per_cpu: float | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted: a bound of the value, or of its ratio to the floor; a least one unless ``at_most``."""

    bound: float
    of_floor: bool = False
    at_most: bool = False

    def reached_by(self, reached: float) -> bool:
        """Tell whether a value (or ratio) is within the bound."""
        return reached <= self.bound if self.at_most else reached >= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``floor_name`` says what the floor does; ``by_cpu`` judges the processor's time."""

    bench: str
    what: str
    unit: str
    ours: tuple[Sample, ...]
    floor: tuple[Sample, ...] = ()
    floor_name: str = ""
    goal: Goal | None = None
    by_cpu: bool = False
    note: str = ""

    @property
    def values(self) -> list[float]:
        """Give ours of each round, in the order of the rounds."""
        return [self._taken(sample) for sample in self.ours]

    @property
    def floor_values(self) -> list[float]:
        """Give the floor of each round, in the order of the rounds."""
        return [self._taken(sample) for sample in self.floor]

    @property
    def ratio(self) -> float | None:
        """Give the median over the rounds of ours through the floor, None without a floor."""
        pairs = zip(self.values, self.floor_values, strict=True) if self.floor else ()
        ratios = [ours / floor for ours, floor in pairs if floor]
        return median(ratios) if ratios else None

    @property
    def cpu_ratio(self) -> float | None:
        """Give the same by the processor's time, which other work on the machine disturbs less; None where unknown."""
        pairs = zip(self.ours, self.floor, strict=True) if self.floor else ()
        ratios = [ours.per_cpu / floor.per_cpu for ours, floor in pairs if ours.per_cpu and floor.per_cpu]
        return median(ratios) if ratios else None

    @property
    def reached(self) -> bool | None:
        """Tell whether the goal is reached, None where there is none."""
        if self.goal is None:
            return None
        found = self.ratio if self.goal.of_floor else median(self.values)
        return found is not None and self.goal.reached_by(found)

    def _taken(self, sample: Sample) -> float:
        return sample.per_cpu if self.by_cpu and sample.per_cpu is not None else sample.value


def interleave(rounds: int, measures: Mapping[str, Callable[[], Sample]], tell: Tell) -> dict[str, tuple[Sample, ...]]:
    """Let each measure take its turn in every round; gives the samples of each by its name."""
    found: dict[str, list[Sample]] = {name: [] for name in measures}
    for number in range(1, rounds + 1):
        for name, measure in measures.items():
            tell(f"round {number} of {rounds}: {name}")
            found[name].append(measure())
    return {name: tuple(samples) for name, samples in found.items()}


def rate(work: Callable[[int], object], seconds: float) -> Sample:
    """Call ``work`` with 0, 1, 2… for that long; gives calls per second, and per second of the processor's time."""
    count = 0
    cpu_s, began_s = process_time(), perf_counter()
    end_s = began_s + seconds
    while True:
        work(count)
        count += 1
        now_s = perf_counter()
        if now_s >= end_s:
            break
    return per_second(count, wall_s=now_s - began_s, cpu_s=process_time() - cpu_s)


def per_second(count: int, *, wall_s: float, cpu_s: float) -> Sample:
    """Give a count as a rate."""
    return Sample(count / wall_s, count / cpu_s if cpu_s else None)
