"""Convoys: orders that arrive in the same turn of an event loop share one transaction, each with its own outcome.

1. Somebody leaves an order and waits; the first of a turn asks for the round to be made when the turn is over.
2. The round takes all orders of a workspace that were left, in their order, in one transaction on the loop.
3. Where that would wait (somebody else writes, the clock runs), each outcome is None: a thread that may wait does it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

OrderT = TypeVar("OrderT")
OutcomeT = TypeVar("OutcomeT")


class Convoy(Generic[OrderT, OutcomeT]):
    """Orders of all workspaces on their way in; for one event loop.

    ``carry_out`` takes the id of a workspace and its orders, and gives as many outcomes, or None where it would wait.
    """

    def __init__(self, carry_out: Callable[[str, list[OrderT]], Sequence[OutcomeT | None] | None]) -> None:
        self._carry_out = carry_out
        self._left: dict[str, list[tuple[OrderT, asyncio.Future[OutcomeT | None]]]] = {}

    def leave(self, workspace_id: str, order: OrderT) -> asyncio.Future[OutcomeT | None]:
        """Leave an order, and give what its outcome is awaited with; whatever carrying out raises is raised by it."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[OutcomeT | None] = loop.create_future()
        if not self._left:
            loop.call_soon(self._make_rounds)
        self._left.setdefault(workspace_id, []).append((order, waiting))
        return waiting

    def _make_rounds(self) -> None:
        left, self._left = self._left, {}
        for workspace_id, waiting in left.items():
            self._make_round(workspace_id, waiting)

    def _make_round(self, workspace_id: str, left: list[tuple[OrderT, asyncio.Future[OutcomeT | None]]]) -> None:
        try:
            done = self._carry_out(workspace_id, [order for order, _ in left])
        except Exception as error:  # noqa: BLE001 – whatever it is, each of those who wait is told
            for _, waiting in left:
                if not waiting.done():
                    waiting.set_exception(error)
            return
        outcomes: Sequence[OutcomeT | None] = done if done is not None else [None] * len(left)
        for (_, waiting), outcome in zip(left, outcomes, strict=True):
            if not waiting.done():
                waiting.set_result(outcome)
