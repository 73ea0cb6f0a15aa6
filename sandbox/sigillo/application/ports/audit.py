"""The audit: every use of every key, append only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple, Protocol


class Use(NamedTuple):
    """One request made with a key. ``number`` grows by one with each use of any key.

    ``at_s`` is wall time in seconds since the Unix epoch; ``operation`` is None where the path led to none, ``status``
    None where the client went away before its answer.
    """

    number: int
    at_s: float
    key_id: str
    operation: str | None
    status: int | None
    request_id: str

    @property
    def at(self) -> datetime:
        """Give the instant, to the millisecond."""
        return datetime.fromtimestamp(int(self.at_s * 1000) / 1000, UTC)


class Audit(Protocol):
    """Where uses are noted. Whoever notes is on the event loop: a note must not wait."""

    def note(self, key_id: str, operation: str | None, *, at_s: float, status: int | None, request_id: str) -> None:
        """Note a use; it is kept when this returns, whatever becomes of the process."""

    def uses(self, key_id: str, *, limit: int, before: int | None) -> list[Use]:
        """Give at most ``limit`` of a key's last uses, newest first, of numbers below ``before``."""

    def last_used_at_s(self, key_id: str) -> float | None:
        """Give when a key was used last, None where nothing is known of it."""

    def close(self) -> None:
        """Let go of files."""
