"""The courier: carries one webhook message to one address and brings back what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """One attempt to be made. ``message_id`` is the ``webhook-id``, the same at every attempt of an event.

    ``timestamp_s`` is the ``webhook-timestamp`` in whole seconds of wall time; ``secrets`` (``whsec_…``) each sign, the
    newest first; ``live`` says that only public addresses may be called; ``body`` is the JSON text as it is signed.
    A ``spoilt`` one was damaged on its way on purpose: its signature is the body's, and half of the body is sent.
    """

    workspace_id: str
    url: str
    message_id: str
    timestamp_s: int
    secrets: tuple[str, ...]
    body: bytes
    live: bool
    spoilt: bool = False

    @property
    def sent(self) -> bytes:
        """Give the bytes that go out."""
        return self.body[: len(self.body) // 2] if self.spoilt else self.body


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of an attempt.

    ``status`` is None where nobody answered, and ``error`` says why in plain words then; ``body`` holds the first bytes
    of the answer; ``request_headers`` are those that were sent; ``latency_ms`` is wall time.
    """

    status: int | None
    latency_ms: float
    request_headers: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    error: str | None


class Courier(Protocol):
    """Carries messages; it never raises for what an address does."""

    async def carry(self, parcel: Parcel) -> Carried:
        """Make one attempt, within the courier's own limit of time."""

    def refusal(self, url: str, *, live: bool) -> str | None:
        """Say why a URL would never be called, as far as that can be told without asking anybody; None is good."""

    async def close(self) -> None:
        """Let go of connections."""
