"""The scenarios there are: the library that ships, and a workspace's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sigillo.application.idempotency import Answered, Once, answer_once
from sigillo.application.ports.storage import Answer, Store, Transaction
from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.scenario import Scenario

Read = Callable[[Mapping[str, object]], Scenario]
ScenarioReply = Callable[[Scenario], Answer]


@dataclass(frozen=True, slots=True)
class ScenarioShelf:
    """``library`` is what ships, by name; ``read`` makes a scenario of a document or raises Invalid."""

    library: Mapping[str, Scenario]
    read: Read

    def known(self, tx: Transaction) -> Mapping[str, Scenario]:
        """Give every scenario that letters of the workspace can have."""
        own = tx.scenarios.all()
        return (
            {**self.library, **{name: self.read(document) for name, document in own.items()}} if own else self.library
        )

    def all(self, store: Store, workspace_id: str) -> list[Scenario]:
        """Give every scenario of a workspace, by name."""
        with store.reading(workspace_id) as tx:
            return [scenario for _, scenario in sorted(self.known(tx).items())]

    def add(
        self,
        store: Store,
        workspace_id: str,
        document: Mapping[str, object],
        *,
        reply: ScenarioReply,
        once: Once | None = None,
    ) -> Answered:
        """Keep a scenario like :meth:`put` and answer, once for each idempotency key."""
        scenario = self._own(document)
        with store.writing(workspace_id) as tx:

            def work() -> Answer:
                tx.scenarios.put(scenario.name, document)
                return reply(scenario)

            return answer_once(tx, once, work)

    def put(self, store: Store, workspace_id: str, document: Mapping[str, object]) -> Scenario:
        """Keep a scenario of the workspace's own; raises Invalid with pointers, also for a name of the library."""
        scenario = self._own(document)
        with store.writing(workspace_id) as tx:
            tx.scenarios.put(scenario.name, document)
        return scenario

    def _own(self, document: Mapping[str, object]) -> Scenario:
        scenario = self.read(document)
        if scenario.name in self.library:
            detail = f"{scenario.name!r} is a scenario of the library; give yours another name."
            raise Invalid([FieldError("/name", "reserved_name", detail)])
        return scenario
