"""A lane: the messages to one endpoint on their way, some at once, those of one line one after the other.

1. Exchange with the outbox, beside the event loop: settle what came back, take what is next.
2. Workers each take a line and send its messages in order; one that fails stops its line.
3. Exchange again when enough came back, when little is left to send, or when the bell was rung.

An endpoint whose last attempts all failed is broken: nothing new is sent, one line at a time is tried, until one
succeeds. Nothing that a lane holds is lost when it ends: what was not settled is read again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from sigillo.application.outbox import Haul, Item, Order, Outbox
from sigillo.application.ports.courier import Carried, Courier, Parcel
from sigillo.application.settling import Outcome
from sigillo.domain.endpoint import BREAKER_FAILURES, succeeds

AT_ONCE = 32
"""Requests to one endpoint at the same time."""

_CHUNK = 256
_LOW = 64
_ENOUGH = 128
_LINGER_S = 0.02

T = TypeVar("T")


class Beside(Protocol):
    """Does what may wait for the store in a thread, beside the event loop."""

    async def __call__(self, work: Callable[[], T], /) -> T:
        """Do the work and give what it gives."""


class Lane:
    """The messages to one endpoint. For one event loop; :meth:`run` is its only task."""

    def __init__(self, outbox: Outbox, courier: Courier, beside: Beside, *, workspace_id: str, ordinal: int) -> None:
        self._outbox = outbox
        self._courier = courier
        self._beside = beside
        self._workspace_id = workspace_id
        self._ordinal = ordinal
        self._haul: Haul | None = None
        self._lines: dict[int, deque[Item]] = {}
        self._ready: deque[int] = deque()
        self._unsettled: set[int] = set()
        self._outcomes: list[Outcome] = []
        self._stalled: set[int] = set()
        self._workers: set[asyncio.Task[None]] = set()
        self._stir = asyncio.Event()
        self._rung = False
        self._stopping = False
        self._failures = 0
        self._read_to: int | None = None
        self._saved_to: int | None = None

    def wake(self) -> None:
        """Tell that there may be something new to send."""
        self._rung = True
        self._stir.set()

    def stop(self) -> None:
        """Send nothing more; :meth:`run` ends when what is on its way came back and was settled."""
        self._stopping = True
        self._stir.set()

    async def run(self, *, once: bool = False) -> None:
        """Send until the endpoint takes nothing any more, or it is stopped; with ``once`` until nothing is left."""
        try:
            while await self._exchanged():
                self._launch()
                if self._is_idle and (self._stopping or (once and not self._rung)):
                    return
                await self._pause()
        finally:
            for worker in self._workers:
                worker.cancel()

    @property
    def _is_broken(self) -> bool:
        return self._failures >= BREAKER_FAILURES

    @property
    def _is_idle(self) -> bool:
        more = self._haul is not None and self._haul.more and not self._stopping
        return not self._workers and not self._outcomes and not more

    async def _exchanged(self) -> bool:
        self._rung = False
        self._stalled.clear()  # what stalled until now is open in the database once these outcomes are settled
        outcomes, self._outcomes = self._outcomes, []
        self._unsettled.difference_update(each.delivery.seq for each in outcomes)
        position = min(self._unsettled) - 1 if self._unsettled else self._read_to
        if self._is_broken and not self._workers:
            self._drop()
        order = Order(
            outcomes=outcomes,
            position=None if position == self._saved_to else position,
            read_to=self._read_to,
            busy=frozenset(self._lines),
            room=self._room,
            resets=None if self._haul is None else self._haul.resets,
        )
        haul = await self._beside(partial(self._outbox.exchange, self._workspace_id, self._ordinal, order))
        if haul is None:
            return False
        self._saved_to = position
        self._accept(haul)
        return True

    @property
    def _room(self) -> int:
        if self._stopping or (self._is_broken and self._workers):
            return 0
        return _CHUNK if len(self._ready) < _LOW else 0

    def _drop(self) -> None:
        """Forget what was not sent; it is read again from the position when the endpoint is whole."""
        self._lines.clear()
        self._ready.clear()
        self._unsettled.clear()
        self._read_to = None

    def _accept(self, haul: Haul) -> None:
        if not self._workers and not self._outcomes:
            self._failures = haul.endpoint.failures
        self._haul = haul
        self._read_to = haul.read_to
        for chain in haul.chains:
            if chain and chain[0].delivery.line not in self._stalled:
                self._begin(chain[0].delivery.line, chain)
        for item in haul.fresh:
            line = item.delivery.line
            self._unsettled.add(item.delivery.seq)
            if line in self._lines:
                self._lines[line].append(item)
            elif line in haul.blocked or line in self._stalled:
                self._outcomes.append(Outcome(item.delivery))
            else:
                self._begin(line, [item])

    def _begin(self, line: int, items: Sequence[Item]) -> None:
        self._lines[line] = deque(items)
        self._ready.append(line)

    def _launch(self) -> None:
        for _ in range(min(len(self._ready), (1 if self._is_broken else AT_ONCE) - len(self._workers))):
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._worker_ended)

    def _worker_ended(self, worker: asyncio.Task[None]) -> None:
        self._workers.discard(worker)
        self._stir.set()

    async def _work(self) -> None:
        probing = self._is_broken
        while self._ready and not self._stopping and (probing or not self._is_broken):
            await self._send_line(self._ready.popleft())
            probing = False

    async def _send_line(self, line: int) -> None:
        items = self._lines[line]
        while items and not self._stopping:
            outcome = await self._sent(items[0])
            items.popleft()
            self._came_back(outcome)
            if _stops(outcome):
                self._stalled.add(line)
                self._outcomes.extend(Outcome(each.delivery) for each in items if not each.delivery.number)
                break
        del self._lines[line]

    async def _sent(self, item: Item) -> Outcome:
        assert self._haul is not None  # items come with a haul
        endpoint, sent_s = self._haul.endpoint, self._outbox.wall()
        parcel = Parcel(
            workspace_id=self._workspace_id,
            url=endpoint.url,
            message_id=item.delivery.event_id,
            timestamp_s=int(sent_s),
            secrets=endpoint.signing_secrets(sent_s),
            body=item.body,
            live=self._haul.live,
        )
        return Outcome(item.delivery, await self._courier.carry(parcel), sent_s)

    def _came_back(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        carried = outcome.carried
        self._failures = 0 if carried is not None and succeeds(carried.status) else self._failures + 1
        if len(self._outcomes) in (1, _ENOUGH):
            self._stir.set()

    async def _pause(self) -> None:
        """Wait until an exchange is worth it: not at all when nothing is on its way, else until more came back."""
        end_s: float | None = None
        now_s = asyncio.get_running_loop().time
        while not self._is_due:
            self._stir.clear()
            if end_s is None and (self._outcomes or self._rung):
                end_s = now_s() + _LINGER_S
            try:
                async with asyncio.timeout(None if end_s is None else max(0.0, end_s - now_s())):
                    await self._stir.wait()
            except TimeoutError:
                return

    @property
    def _is_due(self) -> bool:
        if not self._workers:
            return bool(self._rung or self._stopping or not self._is_idle)
        hungry = len(self._ready) < _LOW and self._haul is not None and self._haul.more and not self._is_broken
        return len(self._outcomes) >= _ENOUGH or hungry


def _stops(outcome: Outcome) -> bool:
    carried: Carried | None = outcome.carried
    return (carried is None or not succeeds(carried.status)) and not outcome.delivery.is_last_try
