"""The pump beside a test: a courier that carries nothing anywhere, and an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sigillo.api.outgoing import message_body
from sigillo.application.endpoints import EndpointDraft, retry_time
from sigillo.application.outbox import Outbox
from sigillo.application.ports.courier import Carried, Parcel
from sigillo.application.ports.storage import Answer
from sigillo.application.ports.webhooks import DeliveryFilter
from sigillo.application.pump import Pump
from sigillo.application.sandbox import Sandbox
from sigillo.application.station import Equipment
from sigillo.domain.endpoint import Delivery, Endpoint
from sigillo.domain.workspace import Mode
from tests.simulation.world import World

T = TypeVar("T")
WITHIN_S = 10.0
ALL = DeliveryFilter()


@dataclass
class FakeCourier:
    """Keeps every parcel in the order of the attempts; ``status`` decides, ``delay_s`` is how long an address takes."""

    status: Callable[[Parcel], int | None] = lambda _: 200
    delay_s: Callable[[Parcel], float] = lambda _: 0.0
    parcels: list[Parcel] = field(default_factory=list)
    closed: bool = False

    async def carry(self, parcel: Parcel) -> Carried:
        """Make one attempt."""
        self.parcels.append(parcel)
        await asyncio.sleep(self.delay_s(parcel))
        status = self.status(parcel)
        error = None if status is not None else "Nobody answered."
        return Carried(status, 1.5, {"webhook-id": parcel.message_id}, {"x-answer": "yes"}, b"thanks", error)

    async def close(self) -> None:
        """Note it."""
        self.closed = True

    def ids(self, url: str) -> list[str]:
        """The ``webhook-id`` of each attempt at an address, in order."""
        return [parcel.message_id for parcel in self.parcels if parcel.url == url]


class Post:
    """A world with a pump that may be started and stopped."""

    def __init__(self, data: Path | None = None, *, mode: Mode = Mode.TEST) -> None:
        self.courier = FakeCourier()
        self.world = World(data, courier=self.courier, mode=mode)
        self.sandbox: Sandbox = self.world.sandbox
        self.id = self.world.id

    @contextmanager
    def pumping(self) -> Iterator[None]:
        """Send while the block runs."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        running = asyncio.run_coroutine_threadsafe(self._pump(), loop)
        try:
            yield
        finally:
            running.cancel()
            asyncio.run_coroutine_threadsafe(_ended(), loop).result(WITHIN_S)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _pump(self) -> None:
        async def beside(work: Callable[[], T], /) -> T:
            return await asyncio.to_thread(work)

        sandbox = self.sandbox
        outbox = Outbox(sandbox.store, sandbox.wall, message_body)
        await Pump(Equipment(sandbox.store, sandbox.wall, outbox, sandbox.courier, beside), sandbox.bell).run()

    def endpoint(self, url: str = "http://one.test/", *types: str) -> Endpoint:
        """Register an endpoint."""
        made: list[Endpoint] = []
        self.sandbox.endpoints.add(self.id, EndpointDraft(url, types or None), reply=lambda one: _kept(made, one))
        return made[0]

    def ping(self, endpoint: Endpoint) -> Delivery:
        """Queue a test."""
        made: list[Delivery] = []
        self.sandbox.endpoints.test(self.id, endpoint.id, reply=lambda one: _kept(made, one))
        return made[0]

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Queue a delivery again."""
        made: list[Delivery] = []
        self.sandbox.endpoints.redeliver(self.id, delivery.id, reply=lambda one: _kept(made, one))
        return made[0]

    def now(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint as it stands now."""
        return self.sandbox.endpoints.get(self.id, endpoint.id)

    def deliveries(self, wanted: DeliveryFilter = ALL) -> list[Delivery]:
        """Every delivery, oldest first."""
        return self.sandbox.endpoints.deliveries(self.id, wanted, limit=100_000, before=None)[::-1]

    def nothing_is_due(self) -> bool:
        """Tell whether every attempt that is due was made and settled."""
        with self.sandbox.store.reading(self.id) as tx:
            return not tx.deliveries.due_endpoints(retry_time(tx.workspace, self.sandbox.wall()))

    def journal(self, letter_id: str | None = None) -> list[str]:
        """The ids of all facts, or of a letter's, oldest first."""
        if letter_id is not None:
            return [event.id for event in self.sandbox.queries.history(self.id, letter_id)[1]]
        return [event_id for _, event_id, _, _ in self.world.journal()]


def until(what: Callable[[], object], *, within_s: float = WITHIN_S) -> None:
    """Wait for something that other threads bring about."""
    end_s = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < end_s, f"it did not happen within {within_s} s"
        time.sleep(0.005)


def in_order(ids: Sequence[str], expected: Sequence[str]) -> bool:
    """Tell whether ids came in the expected order, each at least once, whatever was repeated."""
    return list(dict.fromkeys(each for each in ids if each in set(expected))) == list(expected)


def _kept(made: list[T], one: T) -> Answer:
    made.append(one)
    return Answer("", 200, {}, b"")


async def _ended() -> None:
    """Wait for every other task of the loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
