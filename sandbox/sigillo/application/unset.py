"""What a change leaves as it is, where None has a meaning of its own."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

T = TypeVar("T")


class Unset(Enum):
    """The type of :data:`UNSET`."""

    UNSET = "unset"


UNSET = Unset.UNSET


def chosen(wanted: T | Unset, before: T) -> T:
    """Give what is wanted, or what was before where nothing is."""
    return before if isinstance(wanted, Unset) else wanted
