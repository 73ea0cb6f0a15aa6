"""Rates: how many a window may hold, and the generic cell rate algorithm that watches over it.

GCRA (ITU-T I.371, annex A) keeps one number for whoever is watched: the instant at which their bucket would be empty
again. A request is let in while that instant is no more than a window ahead; each pushes it on by one share of the
window. So a whole window's quota may come at once, and after it one request for each share that passes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from sigillo.domain.errors import MalformedInput

_UNITS_S = {"s": 1, "min": 60, "h": 3600}
_TEXT = re.compile(r"([1-9][0-9]{0,8})/(s|min|h)")
_HAIR = 1e-9  # of a share: sums of shares are not exact


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``quota`` in any ``window_s`` seconds, as written ``6000/min``."""

    quota: int
    window_s: int

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read ``6000/min``, ``10/s`` or ``100000/h``; raises :class:`MalformedInput`."""
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise MalformedInput(f"{text[:40]!r} is not a rate: write 10/s, 6000/min or 100000/h.")
        return cls(int(found[1]), _UNITS_S[found[2]])

    def __str__(self) -> str:
        unit = next(name for name, length_s in _UNITS_S.items() if length_s == self.window_s)
        return f"{self.quota}/{unit}"

    @property
    def per_second(self) -> float:
        """Give the rate in the long run."""
        return self.quota / self.window_s


@dataclass(frozen=True, slots=True)
class Passage:
    """Whether one more is let in, and what is left. ``empty_at_s`` is to be given to the next :func:`pass_one`.

    ``reset_s`` is in how many seconds everything is there again, ``retry_s`` in how many one more may come (0: now).
    """

    allowed: bool
    empty_at_s: float
    remaining: int
    reset_s: float
    retry_s: float


def pass_one(rate: Rate, empty_at_s: float, now_s: float) -> Passage:
    """Let one pass at ``now_s`` where the rate allows it; one that is refused costs nothing."""
    share_s = rate.window_s / rate.quota
    begins_s = max(empty_at_s, now_s)
    ahead_s = begins_s + share_s - now_s
    over_s = ahead_s - rate.window_s
    if over_s > share_s * _HAIR:
        return Passage(False, empty_at_s, 0, begins_s - now_s, over_s)
    remaining = math.floor((rate.window_s - ahead_s) / share_s + _HAIR)
    return Passage(True, now_s + ahead_s, remaining, ahead_s, 0.0)
