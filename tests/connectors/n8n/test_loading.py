"""What n8n made of the package when it loaded it: its nodes, its credential, its lists to choose from."""

from __future__ import annotations

import json
from typing import Any

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.instance import N8n
from tests.connectors.n8n.programs import SERVER_FOLDER
from tests.webhooks.served import Served


def test_the_n8n_is_the_one_that_is_pinned(n8n: N8n) -> None:
    """The program says the version that package.json pins."""
    print(f"n8n {n8n.version}")
    pinned = json.loads((SERVER_FOLDER / "package.json").read_text())["dependencies"]["n8n"]
    assert n8n.version == pinned


def test_n8n_offers_the_nodes_and_a_tool_for_agents(n8n: N8n) -> None:
    """The action, the trigger and, made by n8n of the action, a tool that an AI agent may use."""
    names = {one["name"] for one in n8n.client.get("/types/nodes.json").json()}
    assert {wf.TYPE, wf.TRIGGER, f"{wf.TYPE}Tool"} <= names


def test_things_are_chosen_from_a_list(n8n: N8n, sandbox: Served, credential: str) -> None:
    """A locator lists letters a page at a time, under what people know them by, and finds them by what is typed."""
    made = [sandbox.letter(subject=f"Préavis {number}") for number in range(60)]
    first = _choose(n8n, credential)
    assert first["results"][0]["value"] == made[-1]["id"]
    assert first["results"][0]["name"].startswith("Préavis 59")
    second = _choose(n8n, credential, paginationToken=first["paginationToken"])
    values = [one["value"] for one in (*first["results"], *second["results"])]
    assert values[:60] == [one["id"] for one in reversed(made)]
    assert [one["value"] for one in _choose(n8n, credential, filter="préavis 59")["results"]] == [made[-1]["id"]]


def test_scenarios_are_loaded(n8n: N8n, sandbox: Served, credential: str) -> None:
    """The options of a scenario are those of the workspace."""
    found = n8n.rest(
        "POST", "/dynamic-node-parameters/options", _asking("listScenarios", "additionalFields.scenario", credential)
    )
    wanted = {one["name"] for one in sandbox("GET", "/v1/scenarios")["data"]}
    assert {one["value"] for one in found} == wanted


def _choose(n8n: N8n, credential: str, **more: str) -> dict[str, Any]:
    asking = _asking("listLetters", "letterId", credential) | more
    found: dict[str, Any] = n8n.rest("POST", "/dynamic-node-parameters/resource-locator-results", asking)
    return found


def _asking(method: str, path: str, credential: str) -> dict[str, Any]:
    return {
        "nodeTypeAndVersion": {"name": wf.TYPE, "version": 1},
        "path": path,
        "methodName": method,
        "credentials": {wf.CREDENTIAL_TYPE: {"id": credential, "name": "Sigillo"}},
        "currentNodeParameters": {"resource": "letter", "operation": "get"},
    }
