"""What the figures and the alerts of a workspace are kept in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sigillo.domain.alert import Rule
from sigillo.domain.kpi import Tally, Wait, Waiting


class TallyRows(Protocol):
    """Counts by the hour, added up as letters are sent and end."""

    def add(self, tallies: Sequence[Tally], waits: Sequence[Wait] = ()) -> None:
        """Add counts to those there are, and keep how long letters had waited."""

    def between(self, first_hour: int, end_hour: int, *, service: str | None) -> list[Tally]:
        """Give the counts of the hours from the first up to, not including, the end, by hour, service and what."""

    def waiting(self, first_hour: int, end_hour: int, *, service: str | None) -> Waiting | None:
        """Give the times to acceptance of the hours, None where nothing was accepted."""


class RuleRows(Protocol):
    """The workspace's alert rules that were made or changed."""

    def all(self) -> list[Rule]:
        """Give every rule kept, in order of id."""

    def put(self, rule: Rule) -> None:
        """Keep a rule, in place of one of the same id."""

    def remove(self, rule_id: str) -> None:
        """Forget a rule."""
