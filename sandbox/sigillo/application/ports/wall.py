"""Wall time, which only running clocks need."""

from __future__ import annotations

from typing import Protocol


class Wall(Protocol):
    """A clock on the wall."""

    def __call__(self) -> float:
        """Give seconds since the Unix epoch."""
