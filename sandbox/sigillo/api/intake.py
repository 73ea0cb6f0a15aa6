"""The intake: letters that arrive in the same turn of the event loop share one transaction, each with its own answer.

Where that would wait, each goes to a thread that may.
"""

from __future__ import annotations

from sigillo.api.working import in_thread
from sigillo.application.convoy import Convoy
from sigillo.application.idempotency import Answered
from sigillo.application.letters import Letters, Order, Refusal


class Intake:
    """The letters of all workspaces on their way in; for one event loop."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._convoy: Convoy[Order, Answered | Refusal] = Convoy(letters.submit_now)

    async def take(self, workspace_id: str, order: Order) -> Answered:
        """Take a letter in; raises what refuses it."""
        outcome = await self._convoy.leave(workspace_id, order)
        if outcome is None:
            letters = self._letters
            return await in_thread(
                lambda: letters.submit(workspace_id, order.draft, reply=order.reply, once=order.once)
            )
        if isinstance(outcome, Answered):
            return outcome
        raise outcome
