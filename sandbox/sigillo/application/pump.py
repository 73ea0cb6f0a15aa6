"""The pump: a station for every workspace, woken by the bell.

Nothing polls busily: stations sleep until something is committed in their workspace, and look once a second besides.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from sigillo.application.bell import Bell
from sigillo.application.station import PERIOD_S, Equipment, Station

_STOP_WITHIN_S = 3.0
_log = logging.getLogger("sigillo.webhooks")


class Pump:
    """Sends the webhooks of every workspace while :meth:`run` runs. For one event loop."""

    def __init__(self, equipment: Equipment, bell: Bell) -> None:
        self._with = equipment
        self._bell = bell
        self._stations: dict[str, tuple[Station, asyncio.Task[None]]] = {}
        self._rung: set[str] = set()

    async def run(self) -> None:
        """Send until cancelled; then what is on its way is given a little time to come back and be settled."""
        loop = asyncio.get_running_loop()
        stop_listening = self._bell.answer(partial(self._hear, loop))
        try:
            while True:
                await self._open_stations()
                await asyncio.sleep(PERIOD_S)
        finally:
            stop_listening()
            await self._stop()

    def _hear(self, loop: asyncio.AbstractEventLoop, workspace_id: str) -> None:
        """Note a commit; called in whatever thread made it, also in one that outlives the loop."""
        if workspace_id in self._rung or self._with.outbox.is_settling:
            return
        self._rung.add(workspace_id)
        try:
            loop.call_soon_threadsafe(self._wake, workspace_id)
        except RuntimeError:  # the loop is closed: nobody is left to wake
            return

    def _wake(self, workspace_id: str) -> None:
        self._rung.discard(workspace_id)
        if workspace_id in self._stations:
            self._stations[workspace_id][0].wake()

    async def _open_stations(self) -> None:
        try:
            found = await self._with.beside(self._with.store.workspaces)
        except Exception:  # noqa: BLE001 – those there are go on, and it is tried again; the error is logged
            _log.exception("The workspaces could not be read")
            return
        for workspace in found:
            if workspace.id not in self._stations:
                station = Station(self._with, workspace.id)
                self._stations[workspace.id] = station, asyncio.create_task(station.run())

    async def _stop(self) -> None:
        tasks = [task for _, task in self._stations.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        stations = [station for station, _ in self._stations.values()]
        await asyncio.gather(*(station.stop(within_s=_STOP_WITHIN_S) for station in stations))
        await self._with.courier.close()
