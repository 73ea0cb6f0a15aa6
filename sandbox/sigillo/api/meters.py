"""Meters: how much of a rate each of many has used, in a bounded table."""

from __future__ import annotations

from sigillo.domain.rate import Passage, Rate, pass_one

_MOST = 10_000


class Meters:
    """One number for each who is watched: when they would have used nothing (see ``domain.rate``)."""

    def __init__(self, *, most: int = _MOST) -> None:
        self._empty_at_s: dict[str, float] = {}
        self._most = most

    def take(self, who: str, rate: Rate, now_s: float) -> Passage:
        """Let one pass at an instant of a clock that only goes forward, or not."""
        passage = self.peek(who, rate, now_s)
        if who not in self._empty_at_s and len(self._empty_at_s) >= self._most:
            self._make_room(now_s)
        self._empty_at_s[who] = passage.empty_at_s
        return passage

    def peek(self, who: str, rate: Rate, now_s: float) -> Passage:
        """Tell what :meth:`take` would give, and take nothing."""
        return pass_one(rate, self._empty_at_s.get(who, now_s), now_s)

    def _make_room(self, now_s: float) -> None:
        """Drop those who have used nothing by now; where that is nobody, the half that was seen first."""
        used = {who: empty_at_s for who, empty_at_s in self._empty_at_s.items() if empty_at_s > now_s}
        if len(used) >= self._most:
            used = dict(list(used.items())[self._most // 2 :])
        self._empty_at_s = used
