"""The figures and the alert rules of a workspace, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from sigillo.domain.alert import Rule
from sigillo.domain.kpi import Tally, Wait, Waiting, ranked, waiting
from sigillo.storage.undo import Table, UndoLog


class MemoryTallies:
    def __init__(self, log: UndoLog) -> None:
        self._counts: Table[tuple[int, str, str], int] = Table(log)
        self._waits: Table[Wait, int] = Table(log)

    def add(self, tallies: Sequence[Tally], waits: Sequence[Wait] = ()) -> None:
        for hour, service, what, letters in tallies:
            key = (hour, service, what)
            self._counts.put(key, self._counts.rows.get(key, 0) + letters)
        for wait in waits:
            self._waits.put(wait, self._waits.rows.get(wait, 0) + 1)

    def between(self, first_hour: int, end_hour: int, *, service: str | None) -> list[Tally]:
        found = (Tally(*key, letters) for key, letters in sorted(self._counts.rows.items()))
        return [one for one in found if first_hour <= one.hour < end_hour and service in (None, one.service)]

    def waiting(self, first_hour: int, end_hour: int, *, service: str | None) -> Waiting | None:
        counted = sorted(
            (wait.took_s, letters)
            for wait, letters in self._waits.rows.items()
            if first_hour <= wait.hour < end_hour and service in (None, wait.service)
        )
        count, sum_s = sum(letters for _, letters in counted), sum(took_s * letters for took_s, letters in counted)
        return waiting(count, sum_s, lambda rank: ranked(counted, rank)[0])


class MemoryRules:
    def __init__(self, log: UndoLog) -> None:
        self._rules: Table[str, Rule | None] = Table(log)

    def all(self) -> list[Rule]:
        return [rule for _, rule in sorted(self._rules.rows.items()) if rule is not None]

    def put(self, rule: Rule) -> None:
        self._rules.put(rule.id, rule)

    def remove(self, rule_id: str) -> None:
        self._rules.put(rule_id, None)
