"""Every operation of the node in the real n8n against the live sandbox, at least once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.instance import N8n
from tests.connectors.n8n.letters import by_id, letter
from tests.webhooks.served import Served

Operation = tuple[str, str]
Step = tuple[str, str, str, dict[str, Any]]

_MESSAGE = {"recipientEmail": "archivio@pec.test", "subject": "Ordine", "content": "Ecco.", "inputFields": "data"}
_TERMS = b"Des conditions.\n"
_SCENARIO = {
    "name": "slow-accept",
    "services": ["lre"],
    "summary": "Ten days.",
    "acts": [{"act": "accept", "after": "P10D"}],
}
_MAIL = (
    b"From: Cliente <cliente@example.com>\r\nTo: archivio@pec.test\r\nSubject: Ordine 12\r\n"
    b"Date: Sun, 01 Mar 2026 10:00:00 +0100\r\nMessage-ID: <12@example.com>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nBuongiorno.\r\n"
)


def of(node: str, field: str = "id") -> dict[str, Any]:
    """A resource locator that takes the id from what a node gave before."""
    return by_id(f"={{{{ $('{node}').first().json.{field} }}}}")


# Workflows as lists of steps: name of the node, resource, operation, parameters. Each runs once, after the one before.
LETTERS: list[Step] = [
    ("Check", "letter", "check", letter()),
    ("Send", "letter", "send", letter(inputFields="data")),
    ("Get", "letter", "get", {"letterId": of("Send")}),
    ("Many", "letter", "getAll", {"limit": 1}),
    ("Proofs", "proof", "getAll", {"letterId": of("Send")}),
    ("Proof", "proof", "download", {"letterId": of("Send"), "kind": "deposit"}),
    ("Bundle", "proof", "downloadAll", {"letterId": of("Send")}),
    ("Verify", "proof", "verify", {"inputFields": "data"}),
    ("Events", "event", "getOfLetter", {"letterId": of("Send"), "limit": 1}),
    ("All events", "event", "getAll", {"limit": 1}),
    ("Wait", "sandbox", "advanceClock", {"by": "P1D"}),
    ("Mails", "sandbox", "getOutgoingMails", {"filters": {"letterId": of("Send")}, "limit": 1}),
    ("Mail", "sandbox", "getOutgoingMail", {"mailId": of("Mails")}),
    ("Another", "letter", "send", letter()),
    ("Cancel", "letter", "cancel", {"letterId": of("Another")}),
]
CONSENTS: list[Step] = [
    ("Upload", "consent", "uploadEvidence", {"inputFields": "data"}),
    ("Ask", "consent", "request", {"recipientEmail": "ada@example.com", "recipientName": "Ada Rossi"}),
    ("Get", "consent", "get", {"consentId": of("Ask")}),
    ("Consent", "sandbox", "playIndividual", {"consentId": of("Ask"), "individualAction": "consent"}),
    ("Many", "consent", "getAll", {"limit": 1}),
    ("Proofs", "consent", "getProofs", {"consentId": of("Ask")}),
    ("Proof", "consent", "downloadProof", {"consentId": of("Ask"), "kind": "consent_request"}),
    ("Events", "event", "getOfConsent", {"consentId": of("Ask"), "limit": 1}),
    ("Revoke", "consent", "revoke", {"consentId": of("Ask")}),
]
PEC: list[Step] = [
    ("Open", "mailbox", "create", {"address": "archivio@pec.test"}),
    ("Mailbox", "mailbox", "get", {"address": of("Open", "address")}),
    ("Change", "mailbox", "update", {"address": of("Open", "address"), "updateFields": {"quotaBytes": 50_000_000}}),
    ("Receive", "mailbox", "receiveMessage", {"address": of("Open", "address"), "inputFields": "data"}),
    ("Send", "pecMessage", "send", _MESSAGE),
    ("Advance", "sandbox", "advanceClock", {"by": "PT1H"}),
    ("Get", "pecMessage", "get", {"letterId": of("Send")}),
    ("Many", "pecMessage", "getAll", {"limit": 1}),
    ("Messages", "mailbox", "getMessages", {"address": of("Open", "address"), "filters": {"kind": "transport"}}),
    ("Message", "mailbox", "getMessage", {"address": of("Open", "address"), "messageId": of("Messages")}),
    ("Download", "mailbox", "downloadMessage", {"address": of("Open", "address"), "messageId": of("Messages")}),
    (
        "Part",
        "mailbox",
        "downloadAttachment",
        {"address": of("Open", "address"), "messageId": of("Messages"), "number": 1},
    ),
    ("Mailboxes", "mailbox", "getAll", {"limit": 1}),
    ("Close", "mailbox", "delete", {"address": of("Open", "address")}),
]
SANDBOX: list[Step] = [
    ("Clock", "sandbox", "getClock", {}),
    ("Speed", "sandbox", "setClockSpeed", {"speed": 0}),
    ("Scenarios", "sandbox", "getScenarios", {}),
    ("Scenario", "sandbox", "createScenario", {"body": _SCENARIO}),
    ("Send", "letter", "send", letter(recipientEmail="ada@example.com")),
    ("Wait", "sandbox", "advanceClock", {"by": "P1D"}),
    ("Open", "sandbox", "playRecipient", {"letterId": of("Send"), "recipientAction": "open"}),
    ("Fault", "sandbox", "createFault", {"additionalFields": {"matchRoute": "/v1/trust", "effectStatus": 503}}),
    ("Faults", "sandbox", "getFaults", {"limit": 1}),
    ("Mend", "sandbox", "deleteFault", {"faultId": of("Fault")}),
    ("Mend all", "sandbox", "deleteFaults", {}),
    ("Reset", "sandbox", "reset", {}),
]
SCRIPTS = {"letters": LETTERS, "consents": CONSENTS, "PEC": PEC, "sandbox": SANDBOX}
_ADDED_BY_N8N = "__CUSTOM_API_CALL__"
# Operations that may rightly have nothing to give.
_MAY_BE_EMPTY = {("sandbox", "deleteFaults")}


def test_the_scripts_cover_every_operation(n8n: N8n) -> None:
    """An operation that n8n offers and no script runs fails here."""
    types = n8n.client.get("/types/nodes.json").json()
    (node,) = (one for one in types if one["name"] == wf.TYPE)
    offered = {
        (resource, option["value"])
        for one in node["properties"]
        if one["name"] == "operation"
        for resource in one["displayOptions"]["show"]["resource"]
        for option in one["options"]
        if option["value"] != _ADDED_BY_N8N
    }
    assert {(resource, operation) for steps in SCRIPTS.values() for _, resource, operation, _ in steps} == offered


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_operation_works(n8n: N8n, sandbox: Served, credential: str, script: str) -> None:
    """Each step gives what its kind of operation gives: an object, rows, a file, or that it is done."""
    settings = {"executeOnce": True, "alwaysOutputData": True}
    steps = [
        wf.sigillo(name, resource, operation, credential=credential, settings=settings, simplify=True, **parameters)
        for name, resource, operation, parameters in SCRIPTS[script]
    ]
    content = _MAIL if script == "PEC" else _TERMS
    run = n8n.run(wf.chain(wf.start(), *wf.file(content, "a.txt", "text/plain"), *_with_file(steps)))
    assert run.status == "success", run.data["data"]["resultData"]["error"]
    for name, resource, operation, _ in SCRIPTS[script]:
        (first, *_) = run.items(name)
        assert first["json"] or (resource, operation) in _MAY_BE_EMPTY, name
        assert ("binary" in first) == operation.startswith("download"), name
        offered = n8n.client.get(f"/schemas/{wf.TYPE}/1.0.0/{resource}/{operation}.json").json()
        assert not first["json"] or not list(unlike(first["json"], offered)), name


def test_a_value_can_be_taken_away(n8n: N8n, sandbox: Served, credential: str) -> None:
    """What an update is told to clear is none any more; what it does not speak of stays."""
    given = {"notifyAddress": "ada@example.com", "forwardTo": "bob@example.com"}
    opened = {"address": "svuota@pec.test", "additionalFields": given}
    changed = {"address": of("Open", "address"), "updateFields": {"clear": ["notify_address"]}}
    steps = [
        wf.sigillo("Open", "mailbox", "create", credential=credential, **opened),
        wf.sigillo("Clear", "mailbox", "update", credential=credential, **changed),
    ]
    (mailbox,) = n8n.run(wf.chain(wf.start(), *steps)).json("Clear")
    assert (mailbox["notify_address"], mailbox["forward_to"]) == (None, "bob@example.com")
    assert sandbox("GET", "/v1/mailboxes/svuota@pec.test")["notify_address"] is None


def test_the_clock_goes_as_far_as_was_chosen(n8n: N8n, sandbox: Served, credential: str) -> None:
    """Of the three ways only the chosen one is sent, whatever the fields of the others hold."""
    now = datetime.fromisoformat(sandbox("GET", "/v1/clock")["now"])
    to = (now + timedelta(days=2)).isoformat()
    way = {"how": "to", "to": to, "by": "P9D", "until": "idle"}
    advance = wf.sigillo("Advance", "sandbox", "advanceClock", credential=credential, **way)
    assert n8n.run(wf.chain(wf.start(), advance)).status == "success"
    assert datetime.fromisoformat(sandbox("GET", "/v1/clock")["now"]) == now + timedelta(days=2)


def test_a_value_unlike_its_schema_is_found() -> None:
    """A member that nobody offers, one that is not there, and one of another type."""
    offered = {"type": "object", "properties": {"id": {"type": "string"}, "to": _list_of({"type": "number"})}}
    assert not list(unlike({"id": None, "to": [1, 2.5]}, offered))
    assert list(unlike({"id": 1, "to": [1, "2"], "more": {}}, offered)) == ["more", "id", "to.1"]
    assert list(unlike({"id": "1"}, offered)) == ["to"]


def test_what_was_done_is_what_the_service_has(n8n: N8n, sandbox: Served, credential: str) -> None:
    """The outcomes of a script, asked of the service itself: cancelled, revoked, verified."""
    settings = {"executeOnce": True}
    steps = [
        wf.sigillo("Send", "letter", "send", credential=credential, settings=settings, **letter(inputFields="data"))
    ]
    where = {"letterId": of("Send")}
    steps += [
        wf.sigillo("Bundle", "proof", "downloadAll", credential=credential, settings=settings, **where),
        wf.sigillo("Verify", "proof", "verify", credential=credential, settings=settings, inputFields="data"),
        wf.sigillo("Cancel", "letter", "cancel", credential=credential, settings=settings, **where),
    ]
    run = n8n.run(wf.chain(wf.start(), *wf.file(_TERMS, "a.txt", "text/plain"), *steps))
    (sent,) = run.json("Send")
    bundle = sandbox.client.get(f"/v1/letters/{sent['id']}/bundle")
    assert run.json("Verify")[0]["conclusion"] == "valid", run.json("Verify")[0]
    assert run.json("Bundle")[0]["fileName"] in bundle.headers["content-disposition"]
    assert sandbox("GET", f"/v1/letters/{sent['id']}")["status"] == "cancelled"


def _with_file(steps: list[wf.Node]) -> list[wf.Node]:
    """The steps, with the first file brought again before a step that sends one and does not follow a download."""
    found: list[wf.Node] = []
    for place, step in enumerate(steps):
        wanted = step["parameters"].get("inputFields")
        fetched = bool(found) and found[-1]["parameters"].get("operation", "").startswith("download")
        if wanted and place > 0 and not fetched:
            code = "return [{ json: {}, binary: $('File').first().binary }];"
            found.append(wf.node(f"File for {step['name']}", "n8n-nodes-base.code", {"jsCode": code}, version=2))
        found.append(step)
    return found


_OF_JSON = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}


def _list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def unlike(value: Any, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where a value is not what a schema of types offers; null is of every type, and an object may be a map.

    The members of the whole are those that are offered; of those inside some may be missing, as events have them.
    """
    if value is None:
        return
    if _OF_JSON[type(value)] != schema["type"]:
        yield at
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from unlike(one, schema["items"], f"{at}.{place}".removeprefix("."))
    elif isinstance(value, dict) and "properties" in schema:
        offered = schema["properties"]
        odd = value.keys() - offered.keys() if at else value.keys() ^ offered.keys()
        yield from sorted(f"{at}.{name}".removeprefix(".") for name in odd)
        for name in sorted(value.keys() & offered.keys()):
            yield from unlike(value[name], offered[name], f"{at}.{name}".removeprefix("."))
