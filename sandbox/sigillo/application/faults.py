"""Faults on purpose: made, listed, taken away, and asked whether they strike what passes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sigillo.application.idempotency import Answered, Once, answer_once
from sigillo.application.ports.storage import Answer, Store, Transaction
from sigillo.application.workspaces import require_sandbox
from sigillo.domain.errors import Conflict, NotFound
from sigillo.domain.fault import Fault, Passing, Plot, Target, strike

MOST_FAULTS = 100
FaultReply = Callable[[Fault], Answer]


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of all workspaces.

    What they aim at is remembered for each workspace, so that a workspace without faults costs one look-up; counting
    is done in the store, where a restart finds it again.
    """

    store: Store
    _targets: dict[str, tuple[Target, ...]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def create(self, workspace_id: str, plot: Plot, *, reply: FaultReply, once: Once | None = None) -> Answered:
        """Make a fault; raises :class:`~sigillo.domain.errors.Forbidden` in a live workspace."""
        try:
            with self.store.writing(workspace_id) as tx:
                require_sandbox(tx.workspace)
                return answer_once(tx, once, lambda: reply(_add(tx, plot)))
        finally:
            self._forget(workspace_id)

    def page(self, workspace_id: str, *, limit: int, before: int | None) -> list[Fault]:
        """Give at most ``limit`` faults, newest first, of ordinals below ``before``."""
        with self.store.reading(workspace_id) as tx:
            require_sandbox(tx.workspace)
            found = reversed(tx.faults.all())
            return [fault for fault in found if before is None or fault.ordinal < before][:limit]

    def get(self, workspace_id: str, fault_id: str) -> Fault:
        """Give a fault with what it counted; raises :class:`NotFound`."""
        with self.store.reading(workspace_id) as tx:
            require_sandbox(tx.workspace)
            return _find(tx, fault_id)

    def remove(self, workspace_id: str, fault_id: str | None) -> list[Fault]:
        """Take a fault away, or all of them, and give what was there; raises :class:`NotFound`."""
        try:
            with self.store.writing(workspace_id) as tx:
                require_sandbox(tx.workspace)
                gone = tx.faults.all() if fault_id is None else [_find(tx, fault_id)]
                tx.faults.remove([fault.id for fault in gone])
            return gone
        finally:
            self._forget(workspace_id)

    def may_strike(self, workspace_id: str, passing: Passing) -> bool:
        """Tell, without counting, whether any fault means what passes."""
        targets = self._targets.get(workspace_id)
        if targets is None:
            targets = self._remember(workspace_id)
        return bool(targets) and any(passing.is_met(target) for target in targets)

    def meet(self, workspace_id: str, passing: Passing) -> Fault | None:
        """Count what passes, and give the fault that strikes it."""
        with self.store.writing(workspace_id) as tx:
            changed, striking = strike(tx.faults.all(), passing)
            tx.faults.save(changed)
        if not changed or any(fault.is_spent for fault in changed):
            self._forget(workspace_id)
        return striking

    def _remember(self, workspace_id: str) -> tuple[Target, ...]:
        with self._lock:  # who has committed since waits to forget until this is remembered
            with self.store.reading(workspace_id) as tx:
                targets = tuple(fault.plot.target for fault in tx.faults.all() if not fault.is_spent)
            self._targets[workspace_id] = targets
        return targets

    def _forget(self, workspace_id: str) -> None:
        with self._lock:
            self._targets.pop(workspace_id, None)


def _add(tx: Transaction, plot: Plot) -> Fault:
    if len(tx.faults.all()) >= MOST_FAULTS:
        raise Conflict(f"A workspace has at most {MOST_FAULTS} faults; take some away.", code="too_many_faults")
    ordinal = tx.faults.count() + 1
    fault = Fault(tx.workspace.lot.child("fault", ordinal).token("fault"), ordinal, plot)
    tx.faults.add(fault)
    return fault


def _find(tx: Transaction, fault_id: str) -> Fault:
    found = next((fault for fault in tx.faults.all() if fault.id == fault_id), None)
    if found is None:
        raise NotFound(f"There is no fault {fault_id[:40]!r} in this workspace.")
    return found
