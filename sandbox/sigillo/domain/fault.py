"""Faults: what is to go wrong on purpose, so that a client's retries can be rehearsed. No chance is in them.

A fault meets requests (or webhook attempts) of one workspace in the order in which they come:

1. It lets the first ``skip`` of them pass.
2. Of the others it strikes each ``every``-th, until it has struck ``times`` of them.

Of several faults that meet a request the first that was made and strikes is the one that does; those before it have
counted the request as met, those after it have not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

MOST_LATENCY_MS = 60_000


class When(StrEnum):
    """Whether the work that was asked for is left undone, or done before the answer goes wrong."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Target:
    """What a fault meets: requests by method and by operation id or path template, or webhook attempts by URL.

    None meets any. ``url`` is how a webhook's URL begins.
    """

    method: str | None = None
    route: str | None = None
    webhook: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What goes wrong: a wait, then an answer of this ``status``, or none, or one that was spoilt on its way."""

    status: int | None = None
    retry_after_s: int | None = None
    latency_ms: int = 0
    disconnect: bool = False
    corrupt_body: bool = False
    when: When = When.BEFORE


@dataclass(frozen=True, slots=True)
class Course:
    """Which of those that it meets a fault strikes; ``times`` None is for ever."""

    times: int | None = 1
    skip: int = 0
    every: int = 1


@dataclass(frozen=True, slots=True)
class Plot:
    """A fault as it was asked for; ``preset`` is the name it was asked for by."""

    target: Target
    effect: Effect
    course: Course = field(default_factory=Course)
    preset: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at work, the workspace's ``ordinal``-th; it met ``matched`` and struck ``applied`` of them."""

    id: str
    ordinal: int
    plot: Plot
    matched: int = 0
    applied: int = 0

    @property
    def is_spent(self) -> bool:
        """Tell whether it strikes no more."""
        times = self.plot.course.times
        return times is not None and self.applied >= times

    def meet(self) -> tuple[Fault, bool]:
        """Give the fault after one more that it meets, and whether it strikes it."""
        course, met = self.plot.course, self.matched + 1
        strikes = not self.is_spent and met > course.skip and (met - course.skip) % course.every == 0
        return replace(self, matched=met, applied=self.applied + strikes), strikes


@dataclass(frozen=True, slots=True)
class Request:
    """A request on its way to an operation."""

    method: str
    operation: str
    path: str

    def is_met(self, by: Target) -> bool:
        """Tell whether a target means it."""
        return not by.webhook and by.method in (None, self.method) and by.route in (None, self.operation, self.path)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A webhook on its way to its URL."""

    url: str

    def is_met(self, by: Target) -> bool:
        """Tell whether a target means it."""
        return by.webhook and self.url.startswith(by.url or "")


Passing = Request | Attempt


def strike(faults: Sequence[Fault], passing: Passing) -> tuple[list[Fault], Fault | None]:
    """Let faults, in their order, meet what passes: gives those that have changed, and the one that strikes."""
    changed: list[Fault] = []
    for fault in faults:
        if passing.is_met(fault.plot.target) and not fault.is_spent:
            met, strikes = fault.meet()
            changed.append(met)
            if strikes:
                return changed, met
    return changed, None
