"""Measuring in a process of its own: nothing that an earlier measurement left in memory or caches weighs on it."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_KIB = 1024
_FORGET_PEAK = "5"  # proc(5), clear_refs: the peak starts anew from what is resident now


@dataclass(frozen=True, slots=True)
class Machine:
    """What the numbers were measured on; ``load`` is the one-minute average before the first measurement."""

    cores: int
    python: str
    system: str
    load: float


def machine() -> Machine:
    """Describe this machine as it is now."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return Machine(cores, python, f"{platform.system()} {platform.machine()}", round(os.getloadavg()[0], 2))


def apart(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function of a module in a fresh process, and give what it gives."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


def resident_bytes(pid: int | str = "self", *, peak: bool = False) -> int:
    """Give what a process holds in memory now, or the most that it held (Linux; 0 elsewhere)."""
    field = "VmHWM:" if peak else "VmRSS:"
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * _KIB for line in lines if line.startswith(field)), 0)


def forget_peak(pid: int | str = "self") -> None:
    """Let the peak start anew; where the system cannot, the peak stays what it was."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text(_FORGET_PEAK)
    except OSError:
        return
