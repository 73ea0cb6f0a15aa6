"""Consents in storage: kept among the letters, with ordinals below zero, and never found as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sigillo.domain.consent import KnownConsent


@dataclass(frozen=True, slots=True)
class ConsentFilter:
    """Which consents to list; None does not restrict. ``recipient`` is an e-mail address, compared without case."""

    status: tuple[str, ...] | None = None
    recipient: str | None = None


class ConsentRows(Protocol):
    """The consents of the workspace; they are added, found by id and saved as letters are."""

    def of_recipient(self, email: str) -> list[KnownConsent]:
        """Give a recipient's consents that are asked for, given or revoked, newest first; one query by an index."""

    def waiting(self, email: str) -> list[str]:
        """Give the ids of the letters that wait for a recipient's consent, oldest first."""

    def page(self, wanted: ConsentFilter, *, limit: int, before: int | None) -> list[KnownConsent]:
        """Give at most ``limit`` consents, newest first, whose ordinals without their sign are below ``before``."""
