"""Sweeping: deliveries that are kept no longer leave the log, in small parts, beside whatever is sent.

1. Walk the log from its oldest delivery, as far as deliveries can be old enough and leaving the newest alone.
2. Of each part drop what has ended and is outlived (:meth:`~sigillo.domain.endpoint.Delivery.is_outlived`), in a
   transaction of its own that looks again: a delivery may have been queued once more, or the workspace reset.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from functools import partial

from sigillo.application.endpoints import retry_time
from sigillo.application.ports.storage import Transaction
from sigillo.application.station import Equipment
from sigillo.domain.endpoint import KEPT_FOR, KEPT_NEWEST, Delivery

_PERIOD_S = 60.0
_GAP_S = 0.05
_PART = 500
_log = logging.getLogger("sigillo.webhooks")


class Sweeper:
    """Sweeps the logs of every workspace. For one event loop; :meth:`run` is its only task."""

    def __init__(self, equipment: Equipment, *, period_s: float = _PERIOD_S) -> None:
        self._with = equipment
        self._period_s = period_s

    async def run(self) -> None:
        """Sweep now and then, for ever; an error is logged, and the next round comes all the same."""
        while True:
            await asyncio.sleep(self._period_s)
            try:
                await self._round()
            except Exception:  # noqa: BLE001 – the next round may succeed, so it must come; the error is logged
                _log.exception("Old webhook deliveries could not be dropped")

    async def _round(self) -> None:
        for workspace in await self._with.beside(self._with.store.workspaces):
            after: int | None = 0
            while after is not None:
                after = await self._with.beside(partial(self.sweep, workspace.id, after=after))
                await asyncio.sleep(_GAP_S)

    def sweep(self, workspace_id: str, *, after: int) -> int | None:
        """Drop what is outlived of one part of the log, beyond a number; give where to go on, None at the end."""
        with self._with.store.reading(workspace_id) as tx:
            part = self._part(tx, after)
            outlived = [each.number for each in self._outlived(tx, part)]
        if outlived:
            with self._with.store.writing(workspace_id) as tx:
                there = filter(None, map(tx.deliveries.find, outlived))
                tx.deliveries.drop([each.number for each in self._outlived(tx, there)])
        return part[-1].number if len(part) == _PART else None

    def _part(self, tx: Transaction, after: int) -> list[Delivery]:
        last = tx.deliveries.last_number() - KEPT_NEWEST
        if after >= last:
            return []
        until = retry_time(tx.workspace, self._with.wall()) - KEPT_FOR
        return [
            each
            for each in tx.deliveries.oldest(after=after, limit=_PART)
            if each.number <= last and each.created_at <= until
        ]

    def _outlived(self, tx: Transaction, deliveries: Iterable[Delivery]) -> list[Delivery]:
        now = retry_time(tx.workspace, self._with.wall())
        found = ((each, tx.endpoints.at(each.endpoint)) for each in deliveries)
        return [each for each, endpoint in found if endpoint is not None and each.is_outlived(endpoint, now)]
