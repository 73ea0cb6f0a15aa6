"""Running clocks: what falls due on them happens, twice a second, until the server stops."""

from __future__ import annotations

import asyncio
import logging

from sigillo.api.working import in_thread
from sigillo.application.sandbox import Sandbox

PERIOD_S = 0.5
_log = logging.getLogger("sigillo.api.clocks")


async def run_clocks(sandbox: Sandbox, *, period_s: float = PERIOD_S) -> None:
    """Tick every workspace whose clock runs, for ever; an error is logged and the next tick comes all the same."""
    while True:
        await asyncio.sleep(period_s)
        try:
            await in_thread(lambda: tick_all(sandbox))
        except Exception:  # noqa: BLE001 – the clocks must not stop for one error; it is logged
            _log.exception("A tick of the running clocks failed; the next one comes in %s s", period_s)


def tick_all(sandbox: Sandbox) -> None:
    """Carry out what fell due on every running clock; one workspace's error does not keep the others."""
    for workspace in sandbox.store.workspaces():
        if workspace.clock.speed:
            try:
                sandbox.simulation.tick(workspace.id)
            except Exception:  # noqa: BLE001 – one workspace must not stop the others; it is logged
                _log.exception("The clock of %s failed to tick", workspace.id)
