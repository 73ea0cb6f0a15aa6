"""The real n8n on loopback, with a package in it and everything that would call home switched off."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.connectors.n8n.package import NAME
from tests.connectors.n8n.process import Process, free_ports
from tests.connectors.n8n.programs import SERVER, environment
from tests.connectors.n8n.workflows import CREDENTIAL_TYPE

_PATIENCE_S = 60.0
_SCOPES = ["workflow:activate", "workflow:deactivate", "execution:read", "execution:list"]
OWNER = {"email": "owner@example.com", "firstName": "Ada", "lastName": "Prova", "password": "Passw0rd-of-tests"}


@dataclass(frozen=True)
class Execution:
    """One run of a workflow, read when it had ended."""

    data: dict[str, Any]

    @property
    def status(self) -> str:
        """`success` or `error`."""
        return str(self.data["status"])

    @property
    def failure(self) -> dict[str, Any]:
        """What stopped it: message, description, the item."""
        assert self.status == "error", self.data["status"]
        error: dict[str, Any] = self.data["data"]["resultData"]["error"]
        return error

    def items(self, node: str, *, output: int = 0) -> list[dict[str, Any]]:
        """The items that a node gave; fails with what stopped the run when it did not come to it."""
        result = self.data["data"]["resultData"]
        assert node in result["runData"], result.get("error")
        run = result["runData"][node][-1]
        assert "data" in run, run.get("error")
        found: list[dict[str, Any]] = run["data"]["main"][output] or []
        return found

    def json(self, node: str) -> list[dict[str, Any]]:
        """The JSON of the items that a node gave."""
        return [item["json"] for item in self.items(node)]


@dataclass(frozen=True)
class N8n:
    """A running n8n, its owner logged in."""

    client: httpx.Client
    process: Process

    @property
    def version(self) -> str:
        """The version that it says of itself."""
        return self.process.version

    def rest(self, method: str, path: str, body: object = None) -> Any:
        """A call as the editor makes it."""
        answer = self.client.request(method, f"/rest{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()["data"]

    def credential(self, url: str, key: str) -> str:
        """A new credential for a server of one's own; its id."""
        data = {"environment": "own", "url": url, "apiKey": key}
        made = self.rest("POST", "/credentials", {"name": "Sigillo", "type": CREDENTIAL_TYPE, "data": data})
        return str(made["id"])

    def test_credential(self, identity: str, url: str, key: str) -> dict[str, Any]:
        """What pressing “Retry” in the credential's dialogue says."""
        data = {"environment": "own", "url": url, "apiKey": key}
        wanted = {"id": identity, "name": "Sigillo", "type": CREDENTIAL_TYPE, "data": data}
        said: dict[str, Any] = self.rest("POST", "/credentials/test", {"credentials": wanted})
        return said

    def add(self, workflow: dict[str, Any]) -> str:
        """Keep a workflow; its id."""
        return str(self.rest("POST", "/workflows", workflow)["id"])

    def run(self, workflow: dict[str, Any]) -> Execution:
        """Keep a workflow, press its start, and give the run when it has ended."""
        return self.press(self.add(workflow), workflow["nodes"][0]["name"])

    def press(self, workflow: str, start: str) -> Execution:
        """Run a workflow that n8n has, from the node that starts it, and give the run when it has ended."""
        # Older versions want the workflow once more.
        whole = self.rest("GET", f"/workflows/{workflow}")
        wanted = {"workflowData": whole, "triggerToStartFrom": {"name": start}}
        started = self.rest("POST", f"/workflows/{workflow}/run", wanted)
        return self.execution(str(started["executionId"]))

    def retry(self, execution: Execution, *, as_saved: bool) -> Execution:
        """Retry a failed execution, with the workflow of then or as it is saved now; the new one when it has ended."""
        asked = {"loadWorkflow": as_saved}
        started = self.rest("POST", f"/executions/{execution.data['id']}/retry", asked)
        return self.execution(str(started["id"]))

    def command(self, *arguments: str | Path) -> str:
        """Run n8n's command beside the server, on the same data; what it wrote."""
        (port,) = free_ports(1)
        settings = self.process.settings | {"N8N_RUNNERS_BROKER_PORT": str(port)}
        said = subprocess.run(
            ["node", SERVER, *arguments],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env=environment(**settings),
        )
        assert said.returncode == 0, said.stdout + said.stderr
        return said.stdout

    def execution(self, identity: str) -> Execution:
        """An execution, as soon as it has ended."""
        end_s = time.monotonic() + _PATIENCE_S
        while True:
            data = self.public("GET", f"/executions/{identity}", params={"includeData": "true"})
            if data["status"] in ("success", "error", "crashed", "canceled"):
                return Execution(data)
            assert time.monotonic() < end_s, data["status"]
            time.sleep(0.1)

    def executions(self, workflow: str, *, count: int = 1) -> list[Execution]:
        """The ended executions of a workflow, oldest first, as soon as there are so many."""
        end_s = time.monotonic() + _PATIENCE_S
        while True:
            query = {"workflowId": workflow, "limit": 250, "includeData": "true"}
            found = self.public("GET", "/executions", params=query)["data"]
            # In one question: what is asked once more may have begun meanwhile.
            if len(found) >= count and all(one["finished"] or one["status"] == "error" for one in found):
                return [Execution(one) for one in reversed(found)]
            assert time.monotonic() < end_s, f"{len(found)} of {count} executions"
            time.sleep(0.1)

    def activate(self, workflow: str) -> None:
        """Switch a workflow on and wait until its trigger has subscribed."""
        self.public("POST", f"/workflows/{workflow}/activate")
        self._published(workflow, "published")

    def deactivate(self, workflow: str) -> None:
        """Switch it off again and wait until its trigger has unsubscribed."""
        self.public("POST", f"/workflows/{workflow}/deactivate")
        self._published(workflow, "not_published")

    def _published(self, workflow: str, wanted: str) -> None:
        # Older versions, which do not know this question, answer when all is done.
        end_s = time.monotonic() + _PATIENCE_S
        while True:
            answer = self.client.get(f"/rest/workflows/{workflow}/publication-status")
            state = answer.json().get("data", {}) if answer.status_code == 200 else {"status": wanted}
            if state["status"] != "in_progress":
                assert state["status"] == wanted, state
                return
            assert time.monotonic() < end_s, state
            time.sleep(0.05)

    def binary(self, item: dict[str, Any], field: str = "data") -> bytes:
        """The bytes in a binary field of an item."""
        query = {"id": item["binary"][field]["id"], "action": "download"}
        answer = self.client.get("/rest/binary-data", params=query)
        assert answer.status_code == 200, answer.text
        return answer.content

    def public(self, method: str, path: str, **request: Any) -> Any:
        """A call of n8n's public API."""
        answer = self.client.request(method, f"/api/v1{path}", **request)
        assert answer.status_code < 300, answer.text
        return answer.json()


@contextlib.contextmanager
def running(folder: Path, package: Path, **settings: str) -> Iterator[N8n]:
    """n8n with an unpacked package among its nodes, its data in a folder that is new, its owner logged in.

    `settings` are variables of its environment.
    """
    shutil.copytree(package, folder / ".n8n" / "nodes" / "node_modules" / NAME)
    process = Process.on(folder, **settings)
    headers = {"browser-id": "tests"}
    try:
        process.start()
        with httpx.Client(base_url=process.address, headers=headers, timeout=60, trust_env=False) as client:
            yield _entered(client, process)
    finally:
        process.end()


def _entered(client: httpx.Client, process: Process) -> N8n:
    n8n = N8n(client, process)
    n8n.rest("POST", "/owner/setup", OWNER)
    key = n8n.rest("POST", "/api-keys", {"label": "tests", "expiresAt": None, "scopes": _SCOPES})
    client.headers["X-N8N-API-KEY"] = key["rawApiKey"]
    return n8n
