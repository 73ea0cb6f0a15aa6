"""The flags of a message as columns: bits for the system's, the keywords between blanks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sigillo.domain.mail_folder import SYSTEM_FLAGS

_BITS = {flag: 1 << place for place, flag in enumerate(SYSTEM_FLAGS)}


def flag_bits(flags: Iterable[str]) -> int:
    """Give the bits of the system's flags among these."""
    return sum(_BITS.get(flag, 0) for flag in flags)


def keywords(flags: Iterable[str]) -> list[str]:
    """Give the keywords among these."""
    return [flag for flag in flags if flag not in _BITS]


@lru_cache(maxsize=1024)
def flag_columns(flags: tuple[str, ...]) -> tuple[int, str | None]:
    """Give the bits and the keywords of flags, None without any."""
    words = keywords(flags)
    return flag_bits(flags), f" {' '.join(words)} " if words else None


@lru_cache(maxsize=1024)
def flags_value(bits: int, words: str | None) -> tuple[str, ...]:
    """Read the columns back."""
    return (*(flag for flag, bit in _BITS.items() if bits & bit), *(words or "").split())
