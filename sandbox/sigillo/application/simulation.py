"""The loop that lets time pass: pop the earliest due item, decide, append, compute what is due next, until the target.

Order is (instant, ordinal of the letter), whatever the batches: a batch takes everything due up to its horizon, and
what falls due again inside the horizon is popped in its turn. Each batch is one transaction with the clock's position
in it, so a process killed in the middle goes on from the last whole batch to the same journal.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from threading import Lock

from sigillo.application.ports.storage import Running, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.steps import step_due
from sigillo.domain.calendar import LATEST, format_instant
from sigillo.domain.clock import Clock, forward_target
from sigillo.domain.errors import AlreadyAdvancing, FieldError, Invalid
from sigillo.domain.events import Event

BATCH = 10_000
_MAX_MOVES = 2 * BATCH  # in one transaction, so that memory stays flat however often letters fall due again

NEXT_EVENT = "next_event"
IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Advanced:
    """What happened while the clock went from ``before`` to ``after``: how many events of each type."""

    before: datetime
    after: datetime
    events: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Passed:
    """One batch: events by type, the last instant carried out, and whether more is due up to the target."""

    events: Counter[str]
    last: datetime | None
    more: bool


class Simulation:
    """Moves the clocks of workspaces; at most one advance of a workspace at a time."""

    def __init__(self, store: Store, wall: Wall, *, batch: int = BATCH) -> None:
        self._store = store
        self._wall = wall
        self._batch = batch
        self._guard = Lock()
        self._advancing: set[str] = set()

    def clock(self, workspace_id: str) -> tuple[Clock, datetime]:
        """Give a workspace's clock and the instant it shows."""
        with self._store.reading(workspace_id) as tx:
            clock = tx.workspace.clock
        return clock, clock.now(self._wall())

    def set_speed(self, workspace_id: str, speed: float) -> tuple[Clock, datetime]:
        """Freeze the clock (0) or let it run at a speed; what fell due before happens first."""
        with self._store.writing(workspace_id) as tx:
            now = catch_up(tx, self._wall())
            clock = tx.workspace.clock.with_speed(speed, self._wall())
            tx.save_workspace(replace(tx.workspace, clock=clock))
        return clock, now

    def advance_by(self, workspace_id: str, duration: timedelta) -> Advanced:
        """Let a duration pass."""
        now = self.clock(workspace_id)[1]
        if duration > LATEST - now:
            detail = f"The clock stands at {format_instant(now)} and ends at {format_instant(LATEST)}."
            raise Invalid([FieldError("/by", "out_of_range", detail)])
        return self._advance(workspace_id, now + duration)

    def advance_to(self, workspace_id: str, target: datetime) -> Advanced:
        """Let time pass until an instant, which must not lie in the past."""
        return self._advance(workspace_id, forward_target(target, self.clock(workspace_id)[1], "/to"))

    def advance_until(self, workspace_id: str, goal: str) -> Advanced:
        """Let time pass until the next event has happened (``next_event``) or nothing is due any more (``idle``)."""
        if goal == IDLE:
            return self._advance(workspace_id, None)
        with self._store.reading(workspace_id) as tx:
            next_at = tx.letters.next_due_at()
        now = self.clock(workspace_id)[1]
        return self._advance(workspace_id, max(now, next_at) if next_at else now)

    def tick(self, workspace_id: str) -> None:
        """Carry out what fell due on a running clock; a workspace that is being advanced is left to that."""
        with self._guard:
            if workspace_id in self._advancing:
                return
        with self._store.writing(workspace_id) as tx:
            catch_up(tx, self._wall())

    def _advance(self, workspace_id: str, target: datetime | None) -> Advanced:
        self._claim(workspace_id)
        try:
            return self._advance_claimed(workspace_id, target)
        finally:
            with self._guard:
                self._advancing.discard(workspace_id)

    def _claim(self, workspace_id: str) -> None:
        with self._guard:
            if workspace_id in self._advancing:
                raise AlreadyAdvancing("The clock is being advanced by another request; wait for its answer.")
            self._advancing.add(workspace_id)

    def _advance_claimed(self, workspace_id: str, target: datetime | None) -> Advanced:
        counts: Counter[str] = Counter()
        before: datetime | None = None
        more = True
        while more:
            with self._store.writing(workspace_id) as tx:
                wall_s = self._wall()
                now = tx.workspace.clock.now(wall_s)
                before = before or now
                passed = run_batch(tx, max(target, now) if target else LATEST, limit=self._batch)
                more = passed.more
                reached = passed.last if more or target is None else target
                clock = tx.workspace.clock.at(max(reached or now, now), wall_s)
                tx.save_workspace(replace(tx.workspace, clock=clock))
            counts += passed.events
        return Advanced(before or clock.position, clock.position, dict(sorted(counts.items())))


def catch_up(tx: Transaction, wall_s: float) -> datetime:
    """Carry out everything due until now, fix the clock's position there and give it.

    Called first by every command, so that nothing is written into the journal after something later.
    """
    now = tx.workspace.clock.now(wall_s)
    if not tx.workspace.clock.speed:
        return now
    while run_batch(tx, now, limit=BATCH).more:
        pass
    tx.save_workspace(replace(tx.workspace, clock=tx.workspace.clock.at(now, wall_s)))
    return now


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the collector of cycles from searching a batch: it makes many values and no cycle (a tenth of the time)."""
    working = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if working:
            gc.enable()


@_collector_at_rest()
def run_batch(tx: Transaction, until: datetime, *, limit: int) -> Passed:
    """Carry out, in order, at most one batch of what is due at ``until`` or before."""
    batch = tx.letters.due(until, limit=limit)
    if not batch:
        return Passed(Counter(), None, more=False)
    full = len(batch) == limit
    horizon = _rank(batch[-1]) if full else (until, float("inf"))
    heap = [(*_rank(running), running) for running in batch]
    heapify(heap)
    moved: dict[int, Running] = {}
    facts: list[tuple[int, Event]] = []
    last = until
    moves = 0
    while heap and moves < _MAX_MOVES:
        last, ordinal, running = heappop(heap)
        done = step_due(running)
        facts.extend((ordinal, event) for event in done.events)
        moved[ordinal] = done.running
        moves += 1
        if done.running.due is not None and _rank(done.running) <= horizon:
            heappush(heap, (*_rank(done.running), done.running))
    tx.events.append(facts)
    tx.letters.save(list(moved.values()))
    return Passed(Counter(event.type.value for _, event in facts), last, more=full or bool(heap))


def _rank(running: Running) -> tuple[datetime, int]:
    assert running.due is not None  # only letters with something due are ranked
    return running.due.at, running.ordinal
