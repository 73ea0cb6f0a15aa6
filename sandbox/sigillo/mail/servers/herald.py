"""Tells connections that wait for mail when something was committed in their workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sigillo.application.bell import Bell

_GATHER_S = 0.1  # what is committed shortly after one another is told at once


class Herald:
    """Hears the bell, from any thread, and calls who waits, on its event loop."""

    __slots__ = ("_loop", "_rung", "_silence", "_waiting")

    def __init__(self, bell: Bell) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung: set[str] = set()
        self._waiting: dict[str, dict[int, Callable[[], None]]] = {}
        self._silence = bell.answer(self._hear)

    def wait(self, workspace_id: str, call: Callable[[], None]) -> Callable[[], None]:
        """Have somebody called after commits in a workspace; give what ends that."""
        waiting = self._waiting.setdefault(workspace_id, {})
        waiting[id(call)] = call

        def stop() -> None:
            waiting.pop(id(call), None)

        return stop

    def close(self) -> None:
        """Hear nothing any more."""
        self._silence()

    def _hear(self, workspace_id: str) -> None:
        if workspace_id in self._rung or not self._waiting.get(workspace_id):
            return
        self._rung.add(workspace_id)
        try:
            self._loop.call_soon_threadsafe(self._loop.call_later, _GATHER_S, self._tell, workspace_id)
        except RuntimeError:  # the loop is closed: nobody is left to tell
            return

    def _tell(self, workspace_id: str) -> None:
        self._rung.discard(workspace_id)
        for call in list(self._waiting.get(workspace_id, {}).values()):
            call()
