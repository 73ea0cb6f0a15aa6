"""Faults in memory."""

from __future__ import annotations

from collections.abc import Sequence

from sigillo.domain.fault import Fault
from sigillo.storage.undo import Table, UndoLog


class MemoryFaults:
    """The faults of one workspace; None stands where one was taken away."""

    def __init__(self, log: UndoLog) -> None:
        self._faults: Table[int, Fault | None] = Table(log)

    def add(self, fault: Fault) -> None:
        """Keep a new fault."""
        self._faults.put(fault.ordinal, fault)

    def count(self) -> int:
        """Give how many were ever made."""
        return len(self._faults.rows)

    def all(self) -> list[Fault]:
        """Give every fault that is there, the first first."""
        return [fault for fault in self._faults.rows.values() if fault is not None]

    def save(self, faults: Sequence[Fault]) -> None:
        """Keep how many each has met and struck."""
        for fault in faults:
            self._faults.put(fault.ordinal, fault)

    def remove(self, fault_ids: Sequence[str]) -> None:
        """Take faults away."""
        for fault in self.all():
            if fault.id in fault_ids:
                self._faults.put(fault.ordinal, None)
