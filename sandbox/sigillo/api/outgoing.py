"""Outgoing messages: the pump of webhooks, with the bodies that the API gives events and threads of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import orjson
from anyio import CapacityLimiter, to_thread

from sigillo.api.letter_text import event_json
from sigillo.application.outbox import Outbox
from sigillo.application.pump import Pump
from sigillo.application.queries import Told
from sigillo.application.sandbox import Sandbox
from sigillo.application.station import Equipment
from sigillo.application.sweeping import Sweeper

_THREADS = 4  # of its own: however much is waiting to be settled, requests find theirs

T = TypeVar("T")


async def run_webhooks(sandbox: Sandbox) -> None:
    """Send the webhooks of every workspace, and drop old deliveries from their logs, until cancelled."""
    limiter = CapacityLimiter(_THREADS)

    async def beside(work: Callable[[], T], /) -> T:
        return await to_thread.run_sync(work, limiter=limiter)

    outbox = Outbox(sandbox.store, sandbox.wall, message_body)
    equipment = Equipment(sandbox.store, sandbox.wall, outbox, sandbox.courier, beside)
    sweeping = asyncio.create_task(Sweeper(equipment).run())
    try:
        await Pump(equipment, sandbox.bell).run()
    finally:
        sweeping.cancel()


def message_body(told: Told) -> bytes:
    """Give the JSON text that webhooks carry for a fact: what the feed of events answers for it."""
    return orjson.dumps(event_json(told.event, told.letter, told.standing))
