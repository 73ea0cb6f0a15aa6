"""The figures and the alert rules of a workspace, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sigillo.domain.alert import Rule
from sigillo.domain.kpi import Tally, Wait, Waiting, waiting
from sigillo.storage.undo import Table, UndoLog


class MemoryTallies:
    def __init__(self, log: UndoLog) -> None:
        self._counts: Table[tuple[int, str, str], int] = Table(log)
        self._waits: Table[int, Wait] = Table(log)

    def add(self, tallies: Sequence[Tally], waits: Sequence[Wait] = ()) -> None:
        for hour, service, what, letters in tallies:
            key = (hour, service, what)
            self._counts.put(key, self._counts.rows.get(key, 0) + letters)
        for wait in waits:
            self._waits.put(wait.ordinal, wait)

    def between(self, first_hour: int, end_hour: int, *, service: str | None) -> list[Tally]:
        found = (Tally(*key, letters) for key, letters in sorted(self._counts.rows.items()))
        return [one for one in found if first_hour <= one.hour < end_hour and service in (None, one.service)]

    def waiting(self, first_hour: int, end_hour: int, *, service: str | None) -> Waiting | None:
        took_s = [took for _, took in self.waits(first_hour, end_hour, service=service)]
        return waiting(len(took_s), sum(took_s), took_s.__getitem__)

    def waits(self, first_hour: int, end_hour: int, *, service: str | None) -> Iterable[tuple[int, int]]:
        ordered = sorted(self._waits.rows.values(), key=lambda wait: (wait.took_s, wait.ordinal))
        of_hours = (one for one in ordered if first_hour <= one.hour < end_hour and service in (None, one.service))
        return [(one.hour, one.took_s) for one in of_hours]


class MemoryRules:
    def __init__(self, log: UndoLog) -> None:
        self._rules: Table[str, Rule | None] = Table(log)

    def all(self) -> list[Rule]:
        return [rule for _, rule in sorted(self._rules.rows.items()) if rule is not None]

    def put(self, rule: Rule) -> None:
        self._rules.put(rule.id, rule)

    def remove(self, rule_id: str) -> None:
        self._rules.put(rule_id, None)
