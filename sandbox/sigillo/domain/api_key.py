"""An API key: what it may do. The secret itself is nowhere here; it is kept as its SHA-256."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sigillo.domain.ids import Lot
from sigillo.domain.rate import Rate

_LONG_SECRET = 24
_SHOWN = 12
_SHOWN_OF_SHORT = 8


class Scope(StrEnum):
    """What a key may be used for. Keys themselves are managed with all three together."""

    READ = "read"
    SEND = "send"
    SANDBOX = "sandbox"


ALL_SCOPES: tuple[Scope, ...] = tuple(Scope)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a workspace, its ``ordinal``-th (from 1).

    ``starts`` are the first characters of the secret, for people to know it by; None where nobody noted them.
    ``created_at`` and ``revoked_at`` are wall time; the first is None for a key older than these notes. ``rate`` is
    None where the server's own limit holds.
    """

    id: str
    workspace_id: str
    ordinal: int
    sha256: str
    name: str
    scopes: tuple[Scope, ...]
    starts: str | None
    created_at: datetime | None
    rate: Rate | None = None
    revoked_at: datetime | None = None

    @property
    def manages_keys(self) -> bool:
        """Tell whether it may make and revoke keys."""
        return self.revoked_at is None and set(ALL_SCOPES) <= set(self.scopes)


def in_order(scopes: Collection[Scope]) -> tuple[Scope, ...]:
    """Give scopes once each, in the order in which they are always written."""
    return tuple(scope for scope in ALL_SCOPES if scope in scopes)


def key_id(key_sha256: str) -> str:
    """Give the id of the key with this hex hash: it says nothing of the secret, and a key has one id everywhere."""
    return Lot.of_seed(key_sha256).child("api key").token("key")


def first_characters(secret: str) -> str:
    """Give the beginning of a secret that may be shown: twelve characters of a long one, eight of a short one."""
    return secret[: _SHOWN if len(secret) >= _LONG_SECRET else _SHOWN_OF_SHORT]
