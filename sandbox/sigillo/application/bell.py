"""The bell: rung after every commit, so that whoever waits for facts need not look for them all the time."""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[str], None]


class Bell:
    """Tells its listeners, from whatever thread, in which workspace something was committed; nobody may listen."""

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()

    def answer(self, listener: Listener) -> Callable[[], None]:
        """Let somebody listen from now on; give what ends that."""
        self._listeners = (*self._listeners, listener)

        def stop() -> None:
            self._listeners = tuple(other for other in self._listeners if other is not listener)

        return stop

    def ring(self, workspace_id: str) -> None:
        """Tell that something was committed in a workspace."""
        for listener in self._listeners:
            listener(workspace_id)
