"""Where commands run: short ones at once on the event loop, the others in a thread that may wait for the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import to_thread

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """Do what may wait or take long, beside the event loop."""
    return await to_thread.run_sync(work)
