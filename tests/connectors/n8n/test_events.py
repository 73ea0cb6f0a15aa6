"""Every event of the trigger, as a real webhook that starts a workflow in the real n8n."""

from __future__ import annotations

from typing import Any

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.activation import Starter
from tests.connectors.n8n.instance import N8n
from tests.webhooks.served import Served

# Letters and messages whose courses together hold every event, by the scenario that their address names.
_LETTERS = "accept refuse neglect bounce identity-failed reject fail".split()
_ASKED = "accept consent-refused consent-ignored".split()
_MESSAGES = "deliver unknown late".split()


def test_every_event_starts_a_workflow(activated: Starter, n8n: N8n, sandbox: Served) -> None:
    """Of each type that the trigger offers at least one comes, and is what the journal has."""
    started = activated(["*"])
    made = sandbox.letter("manual@lre.test")
    first = sandbox("GET", f"/v1/letters/{made['id']}/events")["data"][-1]
    for scenario in _LETTERS:
        sandbox.letter(f"{scenario}@lre.test")
    for scenario in _ASKED:
        individual = {"kind": "individual", "name": "Ada Rossi", "email": f"{scenario}@lre.test"}
        sandbox.letter(recipient=individual)
    for scenario in _MESSAGES:
        sandbox.letter(f"{scenario}@pec.test", service="pec")
    sandbox.letter("ordinary@example.com", service="pec")
    sandbox("POST", f"/v1/letters/{sandbox.letter()['id']}/cancel")
    sandbox.advance(by="P40D")
    consent = sandbox("GET", "/v1/consents", params={"status": "given"})["data"][0]
    sandbox("POST", f"/v1/consents/{consent['id']}/revoke")
    journal = _journal(sandbox, first["id"])
    came = {item["json"]["id"]: item["json"] for item in started.runs(len(journal))}
    assert came == journal
    assert {one["type"] for one in came.values()} >= _offered(n8n)


def _journal(sandbox: Served, first: str) -> dict[str, dict[str, Any]]:
    """What happened from one event on."""
    found: dict[str, dict[str, Any]] = {}
    cursor = None
    while first not in found:
        page = sandbox("GET", "/v1/events", params={"limit": 100, **({"cursor": cursor} if cursor else {})})
        found |= {one["id"]: one for one in page["data"]}
        cursor = page["next_cursor"]
    ids = list(found)
    return {one: found[one] for one in ids[: ids.index(first) + 1]}


def _offered(n8n: N8n) -> set[str]:
    types: list[dict[str, Any]] = n8n.client.get("/types/nodes.json").json()
    (node,) = (one for one in types if one["name"] == wf.TRIGGER)
    (events,) = (one for one in node["properties"] if one["name"] == "events")
    return {option["value"] for option in events["options"]} - {"*"}
