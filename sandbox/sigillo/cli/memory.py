"""Memory that goes back to the system: of a server that rests, only what it needs is resident."""

from __future__ import annotations

import ctypes
import platform
from typing import Final

_THRESHOLD_OPTION: Final = -3  # M_MMAP_THRESHOLD, mallopt(3)
_LARGE_BYTES: Final = 1024 * 1024


def return_large_blocks() -> bool:
    """Have blocks of a mebibyte and more taken from the system one by one, and given back when they are freed.

    The C library of Linux begins so, but from the first large block that is freed it keeps those of that size: the 16
    MiB that judging a password takes (:mod:`sigillo.domain.password`) stayed resident, once for each thread. Gives
    whether it was done; other systems have libraries that give memory back by themselves.
    """
    if platform.system() != "Linux":
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_THRESHOLD_OPTION, _LARGE_BYTES))
    except (AttributeError, OSError):
        return False
