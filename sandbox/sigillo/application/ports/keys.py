"""The API keys of a workspace; they are never taken away, only revoked, so that their uses keep a name."""

from __future__ import annotations

from typing import Protocol

from sigillo.domain.api_key import ApiKey


class KeyRows(Protocol):
    """The keys of the workspace; a reset leaves them."""

    def add(self, key: ApiKey) -> None:
        """Keep a new key; raises :class:`~sigillo.domain.errors.Conflict` when its hash is kept already."""

    def count(self) -> int:
        """Give how many there are, the revoked ones included: the ordinal of the newest."""

    def find(self, key_id: str) -> ApiKey | None:
        """Give a key, or None."""

    def page(self, *, limit: int, before: int | None) -> list[ApiKey]:
        """Give at most ``limit`` keys, newest first, of ordinals below ``before``."""

    def save(self, key: ApiKey) -> None:
        """Keep when a key was revoked."""
