"""Things that are costly to build and follow from their name alone: the most recent ones are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps the ``most`` last used values, each built once at first need; threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, name: K, build: Callable[[], V]) -> V:
        """Give the value of a name, building it where it is not kept; ``build`` runs while others wait."""
        with self._lock:
            value = self._kept[name] if name in self._kept else build()
            self._kept[name] = value
            self._kept.move_to_end(name)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return value
