"""The intake: letters that arrive in the same turn of the event loop share one transaction, each with its own answer.

1. A request leaves its letter and waits; the first of a turn asks for the round to be made when the turn is over.
2. The round takes all letters that were left, in the order of arrival, in one transaction on the loop.
3. Where that would wait (somebody else writes, the clock runs), each goes to a thread that may wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sigillo.api.working import in_thread
from sigillo.application.idempotency import Answered
from sigillo.application.letters import Letters, Order, Refusal

_Waiting = asyncio.Future[Answered | Refusal | None]


class Intake:
    """The letters of all workspaces on their way in; for one event loop."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._left: dict[str, list[tuple[Order, _Waiting]]] = {}

    async def take(self, workspace_id: str, order: Order) -> Answered:
        """Take a letter in; raises what refuses it."""
        outcome = await self._leave(workspace_id, order)
        if outcome is None:
            letters = self._letters
            return await in_thread(
                lambda: letters.submit(workspace_id, order.draft, reply=order.reply, once=order.once)
            )
        if isinstance(outcome, Answered):
            return outcome
        raise outcome

    def _leave(self, workspace_id: str, order: Order) -> _Waiting:
        loop = asyncio.get_running_loop()
        waiting: _Waiting = loop.create_future()
        if not self._left:
            loop.call_soon(self._make_rounds)
        self._left.setdefault(workspace_id, []).append((order, waiting))
        return waiting

    def _make_rounds(self) -> None:
        left, self._left = self._left, {}
        for workspace_id, waiting in left.items():
            self._make_round(workspace_id, waiting)

    def _make_round(self, workspace_id: str, left: list[tuple[Order, _Waiting]]) -> None:
        try:
            taken = self._letters.submit_now(workspace_id, [order for order, _ in left])
        except Exception as error:  # noqa: BLE001 – whatever it is, each of those who wait is told
            for _, waiting in left:
                if not waiting.done():
                    waiting.set_exception(error)
            return
        outcomes: Sequence[Answered | Refusal | None] = taken if taken is not None else [None] * len(left)
        for (_, waiting), outcome in zip(left, outcomes, strict=True):
            if not waiting.done():
                waiting.set_result(outcome)
