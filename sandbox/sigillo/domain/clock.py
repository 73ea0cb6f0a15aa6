"""The workspace's simulated clock: frozen, or running at a speed; it never goes back and never leaves its range.

Wall time is an argument: ``wall_s`` is a monotonic reading in seconds from whoever owns it, or from a test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sigillo.domain.calendar import LATEST, format_instant, in_range
from sigillo.domain.errors import FieldError, Invalid

DEFAULT_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
MAX_SPEED = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Clock:
    """``position`` is the last instant fixed in the journal; from ``anchor_s`` (wall) on time runs at ``speed``.

    ``speed`` 0 is frozen, 1 real time, 1440 a day a minute. ``anchor_s`` is None while frozen.
    """

    position: datetime = DEFAULT_START
    speed: float = 0.0
    anchor_s: float | None = None

    def now(self, wall_s: float) -> datetime:
        """Give the simulated instant at the wall reading, to the millisecond."""
        if not self.speed or self.anchor_s is None:
            return self.position
        elapsed_ms = int(max(0.0, wall_s - self.anchor_s) * self.speed * 1000)
        ceiling_ms = (LATEST - self.position) // timedelta(milliseconds=1)
        return self.position + timedelta(milliseconds=min(elapsed_ms, ceiling_ms))

    def at(self, position: datetime, wall_s: float) -> Clock:
        """Give the clock moved forward to ``position``; a position in the past leaves it where it is."""
        anchor = wall_s if self.speed else None
        return replace(self, position=max(in_range(position), self.position), anchor_s=anchor)

    def with_speed(self, speed: float, wall_s: float) -> Clock:
        """Give the clock running at ``speed`` from the instant it shows at ``wall_s``."""
        if not 0 <= speed <= MAX_SPEED:
            raise Invalid([FieldError("/speed", "out_of_range", f"speed is between 0 (frozen) and {MAX_SPEED:.0f}.")])
        return Clock(self.now(wall_s), float(speed), wall_s if speed else None)


def forward_target(target: datetime, now: datetime, pointer: str) -> datetime:
    """Give the target back when it lies ahead and in range; else raise :class:`Invalid` at ``pointer``."""
    if target < now:
        detail = f"The clock stands at {format_instant(now)} and never goes back; name a later instant."
        raise Invalid([FieldError(pointer, "in_the_past", detail)])
    if target > LATEST:
        detail = f"The clock stands at {format_instant(now)} and ends at {format_instant(LATEST)}."
        raise Invalid([FieldError(pointer, "out_of_range", detail)])
    return target
