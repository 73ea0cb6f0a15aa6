"""A station: one workspace's webhooks. It looks who has something to do, and keeps a lane for each that has.

One endpoint, one lane, one task: a slow or dead endpoint delays no other.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

from sigillo.application.endpoints import retry_time
from sigillo.application.lane import Beside, Lane
from sigillo.application.outbox import Outbox
from sigillo.application.ports.courier import Courier
from sigillo.application.ports.storage import Store
from sigillo.application.ports.wall import Wall
from sigillo.application.sorting import Sorted, sort_on

PERIOD_S = 1.0
"""How often a station looks although no bell was rung: attempts fall due while a clock runs."""

_GAP_S = 0.01
_QUIET_GAP_S = 0.05
_MOST_LANES = 1_000  # letters may bring any number of addresses
_log = logging.getLogger("sigillo.webhooks")


@dataclass(frozen=True, slots=True)
class Survey:
    """Who has something to do: ``readers`` of the journal, endpoints with something ``due``, and the journal's end.

    ``sorts`` tells that letters brought URLs of their own.
    """

    readers: tuple[int, ...]
    due: tuple[int, ...]
    sorts: bool
    last: int
    resets: int


@dataclass(frozen=True, slots=True)
class Equipment:
    """What stations work with."""

    store: Store
    wall: Wall
    outbox: Outbox
    courier: Courier
    beside: Beside


class Station:
    """The webhooks of one workspace. For one event loop; :meth:`run` is its only task."""

    def __init__(self, equipment: Equipment, workspace_id: str) -> None:
        self._with = equipment
        self._workspace_id = workspace_id
        self._lanes: dict[int, tuple[Lane, asyncio.Task[None]]] = {}
        self._survey: Survey | None = None
        self._sorted: Sorted | None = None
        self._stir = asyncio.Event()

    def wake(self) -> None:
        """Tell that something was committed."""
        self._stir.set()

    async def run(self) -> None:
        """Look when woken and once a second, until cancelled."""
        while True:
            self._stir.clear()
            try:
                await self._look()
            except Exception:  # noqa: BLE001 – the next look may succeed, so it must come; the error is logged
                _log.exception("Webhooks of %s could not be looked for", self._workspace_id)
            await asyncio.sleep(_GAP_S if self._lanes else _QUIET_GAP_S)
            await _woken(self._stir, PERIOD_S)

    async def stop(self, *, within_s: float) -> None:
        """Let what is on its way come back and be settled, for so long; then let go."""
        running = list(self._lanes.values())
        for lane, _ in running:
            lane.stop()
        if running:
            _, late = await asyncio.wait([task for _, task in running], timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _look(self) -> None:
        before = self._survey
        found = await self._with.beside(self._surveyed)
        news = before is None or (before.last, before.resets) != (found.last, found.resets)
        if before is not None and before.resets != found.resets:
            self._forget()
        due = set(found.due)
        if found.sorts and news:
            due |= await self._sort()
        for ordinal in found.readers:
            self._ensure(ordinal, wake=news or ordinal in due)
        for ordinal in sorted(due - set(found.readers)):
            self._ensure(ordinal, wake=True, once=True)
        self._survey = found

    def _surveyed(self) -> Survey:
        with self._with.store.reading(self._workspace_id) as tx:
            return Survey(
                readers=tuple(each.ordinal for each in tx.endpoints.readers()),
                due=tuple(tx.deliveries.due_endpoints(retry_time(tx.workspace, self._with.wall()))),
                sorts=tx.endpoints.sorted_to() is not None,
                last=tx.events.last(),
                resets=tx.workspace.resets,
            )

    async def _sort(self) -> set[int]:
        """Queue the events of letters with a URL of their own, and start sending after each part of them."""
        queued: set[int] = set()
        more = True
        while more:
            work = partial(sort_on, self._with.store, self._with.wall, self._workspace_id, before=self._sorted)
            self._sorted = await self._with.beside(work)
            found = () if self._sorted is None else self._sorted.endpoints
            for ordinal in found:
                self._ensure(ordinal, wake=True, once=True)
            queued.update(found)
            more = self._sorted is not None and self._sorted.more
        return queued

    def _forget(self) -> None:
        """Break off whatever is on its way: the workspace was reset, and what it is about is gone."""
        for _, task in self._lanes.values():
            task.cancel()
        self._lanes.clear()

    def _ensure(self, ordinal: int, *, wake: bool, once: bool = False) -> None:
        there = self._lanes.get(ordinal)
        if there is not None and not there[1].done():
            if wake:
                there[0].wake()
            return
        if once and len(self._lanes) >= _MOST_LANES:
            return  # what is due stays due: it is found again when a lane has ended
        lane = Lane(
            self._with.outbox, self._with.courier, self._with.beside, workspace_id=self._workspace_id, ordinal=ordinal
        )
        task = asyncio.create_task(lane.run(once=once))
        self._lanes[ordinal] = lane, task
        task.add_done_callback(partial(self._lane_ended, ordinal))

    def _lane_ended(self, ordinal: int, task: asyncio.Task[None]) -> None:
        if ordinal in self._lanes and self._lanes[ordinal][1] is task:
            del self._lanes[ordinal]
        if task.cancelled():
            return
        if task.exception() is not None:
            _log.error(
                "Sending to an endpoint of %s broke, and begins anew", self._workspace_id, exc_info=task.exception()
            )
        else:
            self._stir.set()  # it may have been disabled, which is news for the others


async def _woken(stir: asyncio.Event, within_s: float) -> None:
    # Not `wait_for`: before Python 3.12 it forgets that it was cancelled where the event is set at the same time.
    try:
        async with asyncio.timeout(within_s):
            await stir.wait()
    except TimeoutError:
        return
