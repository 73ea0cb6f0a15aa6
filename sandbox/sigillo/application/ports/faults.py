"""The faults of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sigillo.domain.fault import Fault


class FaultRows(Protocol):
    """The faults of the workspace; a reset takes them away."""

    def add(self, fault: Fault) -> None:
        """Keep a new fault."""

    def count(self) -> int:
        """Give how many were ever made since the workspace was empty: the ordinal of the newest."""

    def all(self) -> list[Fault]:
        """Give every fault that is there, the first that was made first."""

    def save(self, faults: Sequence[Fault]) -> None:
        """Keep how many each has met and struck."""

    def remove(self, fault_ids: Sequence[str]) -> None:
        """Take faults away; their numbers are not given again."""
