"""The bell: rung after every commit, so that whoever waits for facts need not look for them all the time."""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[str], None]


class Bell:
    """Tells one listener, from whatever thread, in which workspace something was committed; nobody may listen."""

    __slots__ = ("_listener",)

    def __init__(self) -> None:
        self._listener: Listener | None = None

    def answer(self, listener: Listener | None) -> None:
        """Let somebody listen from now on, in place of who did before; None lets nobody."""
        self._listener = listener

    def ring(self, workspace_id: str) -> None:
        """Tell that something was committed in a workspace."""
        if self._listener is not None:
            self._listener(workspace_id)
