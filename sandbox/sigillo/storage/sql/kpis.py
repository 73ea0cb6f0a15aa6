"""The figures and the alert rules of a workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from sigillo.domain.alert import Rule
from sigillo.domain.kpi import Tally, Wait, Waiting
from sigillo.storage.rules import rule_text, rule_value
from sigillo.storage.schema import alert_rules, tallies
from sigillo.storage.sql.statements import Query, Scope, value
from sigillo.storage.sql.waits import keep, waiting_between

_ADD = insert(tallies)
_ADD_TALLY = Query(
    _ADD.on_conflict_do_update(
        index_elements=list(tallies.primary_key.columns),
        set_={"letters": tallies.c.letters + _ADD.excluded.letters},
    ),
    tuple(tallies.columns.keys()),
)
_TALLIES = Query(
    select(tallies.c.hour, tallies.c.service, tallies.c.what, tallies.c.letters)
    .where(
        tallies.c.workspace == value("workspace_key"),
        tallies.c.hour >= value("first_hour"),
        tallies.c.hour < value("end_hour"),
    )
    .order_by(tallies.c.hour, tallies.c.service, tallies.c.what),
    ("workspace_key", "first_hour", "end_hour"),
)
_RULES = Query(
    select(alert_rules.c.document).where(alert_rules.c.workspace == value("workspace_key")).order_by(alert_rules.c.id),
    ("workspace_key",),
)
_PUT_RULE = Query(insert(alert_rules).prefix_with("OR REPLACE"), tuple(alert_rules.columns.keys()))
_DROP_RULE = Query(
    delete(alert_rules).where(alert_rules.c.workspace == value("workspace_key"), alert_rules.c.id == value("id")),
    ("workspace_key", "id"),
)


class SqlTallies:
    """Counts, in ``tallies`` and ``waits``. They wait for the end of the transaction: many letters, one row."""

    __slots__ = ("_counts", "_scope", "_waits")

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._counts: Counter[tuple[int, str, str]] = Counter()
        self._waits: list[Wait] = []

    def add(self, tallies: Sequence[Tally], waits: Sequence[Wait] = ()) -> None:
        """Add counts to those there are, and keep how long letters had waited."""
        for hour, service, what, letters in tallies:
            self._counts[hour, service, what] += letters
        self._waits.extend(waits)

    def flush(self) -> None:
        """Write what waited."""
        if self._counts:
            key = self._scope.workspace
            self._scope.run_many(_ADD_TALLY, [(key, *which, letters) for which, letters in self._counts.items()])
            self._counts.clear()
        if self._waits:
            keep(self._scope, self._waits)
            self._waits.clear()

    def between(self, first_hour: int, end_hour: int, *, service: str | None) -> list[Tally]:
        """Give the counts of the hours from the first up to, not including, the end, by hour, service and what."""
        self.flush()
        rows = self._scope.run(_TALLIES, self._scope.workspace, first_hour, end_hour)
        return [Tally(*row) for row in rows if service in (None, row[1])]

    def waiting(self, first_hour: int, end_hour: int, *, service: str | None) -> Waiting | None:
        """Give the times to acceptance of the hours, None where nothing was accepted."""
        self.flush()
        return waiting_between(self._scope, first_hour, end_hour, service=service)


class SqlRules:
    """The alert rules, in ``alert_rules``."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def all(self) -> list[Rule]:
        """Give every rule kept, in order of id."""
        return [rule_value(document) for (document,) in self._scope.run(_RULES, self._scope.workspace)]

    def put(self, rule: Rule) -> None:
        """Keep a rule, in place of one of the same id."""
        self._scope.run(_PUT_RULE, self._scope.workspace, rule.id, rule_text(rule))

    def remove(self, rule_id: str) -> None:
        """Forget a rule."""
        self._scope.run(_DROP_RULE, self._scope.workspace, rule_id)
