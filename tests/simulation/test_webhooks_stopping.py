"""Stopping the pump: a commit at the very moment of it must not make anybody wait for ever."""

from __future__ import annotations

import asyncio

import pytest

from sigillo.application.station import _woken


def test_who_waits_is_stopped_though_woken_at_the_same_time() -> None:
    """The cancellation is not forgotten for the event that was set in the same turn of the loop."""

    async def stopped() -> None:
        stir = asyncio.Event()
        waiting = asyncio.create_task(_woken(stir, 60))
        await asyncio.sleep(0.01)
        stir.set()
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stopped())
