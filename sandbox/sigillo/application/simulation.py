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
from math import inf
from threading import Lock

from sigillo.application.alerts import judge
from sigillo.application.ports.storage import Running, Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.steps import step_due
from sigillo.application.tallying import count_ended, watched
from sigillo.domain.calendar import LATEST, format_instant
from sigillo.domain.clock import Clock, forward_target
from sigillo.domain.errors import AlreadyAdvancing, FieldError, Invalid
from sigillo.domain.events import Event, EventType
from sigillo.domain.kpi import next_hour

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

    events: Counter[EventType]
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
        now = self.clock(workspace_id)[1]
        advanced = Advanced(now, now, {})
        while not advanced.events and (next_at := self._next_due_at(workspace_id)):
            advanced = self._advance(workspace_id, max(now, next_at))
        return replace(advanced, before=now)

    def _next_due_at(self, workspace_id: str) -> datetime | None:
        with self._store.reading(workspace_id) as tx:
            pending = (tx.letters.next_due_at(), tx.workspace.alerts_at)
        return min((at for at in pending if at is not None), default=None)

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
        counts: Counter[EventType] = Counter()
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
        return Advanced(before or clock.position, clock.position, {str(kind): counts[kind] for kind in sorted(counts)})


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
    """Carry out, in order, at most one batch of what is due at ``until`` or before, judgements of alerts included.

    A judgement ends the batch: everything due up to its hour happens first, and nothing after it.
    """
    batch = _Batch(tx, until, limit=limit)
    last = batch.run()
    batch.keep()
    types = Counter([event.type for _, event in batch.facts])
    hour = batch.alerts_at
    if batch.is_cut or hour is None or hour > until:
        return Passed(types, last, more=batch.is_cut)
    types.update(judge(tx, hour))
    return Passed(types, hour, more=True)


class _Batch:
    """One batch: what is due, popped in order, and what came of it. ``bound`` is how far it may go."""

    def __init__(self, tx: Transaction, until: datetime, *, limit: int) -> None:
        self._tx = tx
        self._watched = watched(tx)
        self.alerts_at = tx.workspace.alerts_at
        self.bound = until if self.alerts_at is None else min(until, self.alerts_at)
        found = tx.letters.due(self.bound, limit=limit)
        self._full = len(found) == limit
        self._horizon = _rank(found[-1]) if self._full else (until, inf)
        self._heap = [(*_rank(running), running) for running in found]
        heapify(self._heap)
        self._moved: dict[int, Running] = {}
        self._ended: list[Running] = []
        self.facts: list[tuple[int, Event]] = []

    def run(self) -> datetime | None:
        """Carry out what is due, and give the instant of the last of it."""
        heap, moved, facts, horizon = self._heap, self._moved, self.facts, self._horizon
        last: datetime | None = None
        moves = 0
        while heap and moves < _MAX_MOVES and heap[0][0] <= self.bound:
            last, ordinal, running = heappop(heap)
            done = step_due(running)
            for event in done.events:
                facts.append((ordinal, event))
            moved[ordinal] = done.running
            moves += 1
            again = done.running.due
            if again is None:
                self._over(done.running)
            elif (again.at, ordinal) <= horizon:
                heappush(heap, (again.at, ordinal, done.running))
        return last

    def keep(self) -> None:
        """Write what came of it."""
        self._tx.events.append(self.facts)
        self._tx.letters.save(list(self._moved.values()))
        count_ended(self._tx, self._ended)
        if self.alerts_at != self._tx.workspace.alerts_at:
            self._tx.save_workspace(replace(self._tx.workspace, alerts_at=self.alerts_at))

    @property
    def is_cut(self) -> bool:
        """Tell whether something due up to the bound was left for the next batch."""
        beyond = self._full and self._horizon[0] <= self.bound
        return beyond or bool(self._heap and self._heap[0][0] <= self.bound)

    def _over(self, running: Running) -> None:
        """Note a letter that is over; where a rule watches how it ended, go no further than the next full hour."""
        outcome, at = running.course.outcome, running.course.status_at
        if outcome is None or at is None:
            return
        self._ended.append(running)
        if outcome in self._watched and (self.alerts_at is None or next_hour(at) < self.alerts_at):
            self.alerts_at = next_hour(at)
            self.bound = min(self.bound, self.alerts_at)


def _rank(running: Running) -> tuple[datetime, int]:
    assert running.due is not None  # only letters with something due are ranked
    return running.due.at, running.ordinal
