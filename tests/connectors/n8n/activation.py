"""Workflows that wait for events of the service."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.instance import Execution, N8n
from tests.webhooks.served import Served

_QUIET_S = 1.5
_PATIENCE_S = 30.0


@dataclass(frozen=True)
class Activated:
    """An activated workflow that begins with the trigger."""

    n8n: N8n
    sandbox: Served
    workflow: str

    @property
    def endpoints(self) -> list[dict[str, Any]]:
        """What the service calls of this n8n."""
        found: list[dict[str, Any]] = self.sandbox("GET", "/v1/webhook-endpoints", params={"limit": 100})["data"]
        here = str(self.n8n.client.base_url)
        return [one for one in found if one["url"].startswith(here)]

    @property
    def endpoint(self) -> dict[str, Any]:
        """The one endpoint of this workflow; fails when there is none, or another one."""
        (found,) = (one for one in self.endpoints if self.workflow in one["description"])
        return found

    @property
    def secret(self) -> str:
        """What signs its messages, as n8n keeps it."""
        kept = self.n8n.rest("GET", f"/workflows/{self.workflow}")["staticData"]
        return str(kept["node:Trigger"]["secret"])

    def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until it is as wanted."""
        end_s = time.monotonic() + _PATIENCE_S
        while not wanted():
            assert time.monotonic() < end_s, self.endpoints
            time.sleep(0.1)

    def runs(self, count: int) -> list[dict[str, Any]]:
        """The items with which so many executions began."""
        executions = self.n8n.executions(self.workflow, count=count)
        return [_first(execution) for execution in executions]

    def stays_quiet(self, count: int) -> None:
        """Nothing more runs for a while."""
        time.sleep(_QUIET_S)
        found = self.n8n.public("GET", "/executions", params={"workflowId": self.workflow})["data"]
        assert len(found) == count


class Starter:
    """Makes activated workflows and switches them off at the end."""

    def __init__(self, n8n: N8n, sandbox: Served, credential: str, numbers: Iterator[int]) -> None:
        self._n8n, self._sandbox, self._credential, self._numbers = n8n, sandbox, credential, numbers
        self.started: list[Activated] = []

    def __call__(self, events: list[str], *, credential: str = "", **parameters: Any) -> Activated:
        """A new workflow that waits for these events."""
        webhook_id = str(UUID(int=next(self._numbers)))
        first = wf.trigger(events, credential=credential or self._credential, webhook_id=webhook_id, **parameters)
        workflow = self._n8n.add(wf.chain(first, wf.node("Out", "n8n-nodes-base.noOp")))
        self._n8n.activate(workflow)
        self.started.append(Activated(self._n8n, self._sandbox, workflow))
        return self.started[-1]


def _first(execution: Execution) -> dict[str, Any]:
    assert execution.status == "success", execution.data["data"]["resultData"]
    (item,) = execution.items("Trigger")
    return item
