"""Faults, in ``faults``: each as a document, with what it counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import orjson
from sqlalchemy import func, select, update

from sigillo.domain.fault import Course, Effect, Fault, Plot, Target, When
from sigillo.storage.codec import Row, to_json
from sigillo.storage.schema import faults
from sigillo.storage.sql.statements import Query, Scope, inserting, value

_HERE = faults.c.workspace == value("workspace_key")
_ADD = inserting(faults)
_COUNT = Query(select(func.count()).select_from(faults).where(_HERE), ("workspace_key",))
_ALL = Query(
    select(faults.c.ordinal, faults.c.document, faults.c.matched, faults.c.applied)
    .where(_HERE, faults.c.removed.is_(False))
    .order_by(faults.c.ordinal),
    ("workspace_key",),
)
_SAVE = Query(
    update(faults)
    .values(matched=value("met"), applied=value("struck"))
    .where(_HERE, faults.c.ordinal == value("number")),
    ("met", "struck", "workspace_key", "number"),
)
_REMOVE = Query(
    update(faults).values(removed=value("gone")).where(_HERE, faults.c.ordinal == value("number")),
    ("gone", "workspace_key", "number"),
)


class SqlFaults:
    """The faults of the workspace."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, fault: Fault) -> None:
        """Keep a new fault."""
        document = to_json({"id": fault.id, **asdict(fault.plot)})
        self._scope.run(_ADD, self._scope.workspace, fault.ordinal, document, fault.matched, fault.applied, False)

    def count(self) -> int:
        """Give how many were ever made."""
        count: int = self._scope.run(_COUNT, self._scope.workspace).fetchone()[0]
        return count

    def all(self) -> list[Fault]:
        """Give every fault that is there, the first first."""
        return [_value(row) for row in self._scope.run(_ALL, self._scope.workspace)]

    def save(self, faults: Sequence[Fault]) -> None:
        """Keep how many each has met and struck."""
        for fault in faults:
            self._scope.run(_SAVE, fault.matched, fault.applied, self._scope.workspace, fault.ordinal)

    def remove(self, fault_ids: Sequence[str]) -> None:
        """Take faults away."""
        for fault in self.all():
            if fault.id in fault_ids:
                self._scope.run(_REMOVE, True, self._scope.workspace, fault.ordinal)


def _value(row: Row) -> Fault:
    ordinal, document, matched, applied = row
    told = orjson.loads(document)
    effect = told["effect"]
    plot = Plot(
        Target(**told["target"]),
        Effect(**{**effect, "when": When(effect["when"])}),
        Course(**told["course"]),
        told["preset"],
    )
    return Fault(told["id"], ordinal, plot, matched, applied)
