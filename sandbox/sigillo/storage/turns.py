"""A lock whose waiters get it in the order in which they came.

A plain lock goes to whoever runs first when it is released, and that is most often the thread that has just released
it: an advance of many batches would keep everybody else waiting until its end.
"""

from __future__ import annotations

from collections import deque
from threading import Lock


class FairLock:
    """A lock for threads; it is handed over, never open while somebody waits."""

    __slots__ = ("_guard", "_held", "_waiting")

    def __init__(self) -> None:
        self._guard = Lock()
        self._held = False
        self._waiting: deque[Lock] = deque()

    def acquire(self, *, blocking: bool = True) -> bool:
        """Take the lock, after all those who wait for it; False at once where it would wait and must not."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            if not blocking:
                return False
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            turn.acquire()
        except BaseException:  # Ctrl-C while waiting: nobody may hand the lock to one who is gone
            self._give_up(turn)
            raise
        return True

    def release(self) -> None:
        """Hand the lock to the first who waits, or open it."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False

    def _give_up(self, turn: Lock) -> None:
        with self._guard:
            waits = turn in self._waiting
            if waits:
                self._waiting.remove(turn)
        if not waits:
            self.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
