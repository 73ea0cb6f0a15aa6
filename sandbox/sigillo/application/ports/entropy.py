"""Chance that nobody can predict, for secrets that must not follow from a seed."""

from __future__ import annotations

from typing import Protocol


class Entropy(Protocol):
    """A source of unpredictable bytes."""

    def __call__(self, size: int, /) -> bytes:
        """Give that many random bytes."""
