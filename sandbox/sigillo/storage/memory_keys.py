"""API keys in memory."""

from __future__ import annotations

from itertools import islice

from sigillo.domain.api_key import ApiKey
from sigillo.domain.errors import Conflict
from sigillo.storage.undo import Table, UndoLog


class MemoryKeys:
    """The keys of one workspace; ``by_hash`` has those of every workspace."""

    def __init__(self, log: UndoLog, by_hash: Table[str, ApiKey]) -> None:
        self._keys: Table[int, ApiKey] = Table(log)
        self._by_hash = by_hash

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        if key.sha256 in self._by_hash.rows:
            raise Conflict(f"The API key {key.id} is kept already.")
        self.save(key)

    def count(self) -> int:
        """Give how many there are."""
        return len(self._keys.rows)

    def find(self, key_id: str) -> ApiKey | None:
        """Give a key, or None."""
        return next((key for key in self._keys.rows.values() if key.id == key_id), None)

    def page(self, *, limit: int, before: int | None) -> list[ApiKey]:
        """Give keys, newest first."""
        ordinals = (each for each in sorted(self._keys.rows, reverse=True) if before is None or each < before)
        return [self._keys.rows[each] for each in islice(ordinals, limit)]

    def save(self, key: ApiKey) -> None:
        """Keep when a key was revoked."""
        self._keys.put(key.ordinal, key)
        self._by_hash.put(key.sha256, key)
