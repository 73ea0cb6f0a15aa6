"""The trigger in activated workflows of the real n8n, with real webhooks of a live sandbox."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from tests.connectors.n8n.activation import Starter
from tests.connectors.n8n.instance import N8n
from tests.connectors.n8n.programs import LOSES_FILES
from tests.webhooks.served import Served


def test_activation_subscribes_and_deactivation_unsubscribes(activated: Starter, n8n: N8n) -> None:
    """While the workflow is active the service has one endpoint for it, with its events and where it comes from."""
    started = activated(["letter.deposited", "letter.accepted"])
    (endpoint,) = started.endpoints
    assert endpoint["event_types"] == ["letter.deposited", "letter.accepted"]
    assert started.workflow in endpoint["description"]
    n8n.deactivate(started.workflow)
    assert not started.endpoints
    n8n.activate(started.workflow)
    assert len(started.endpoints) == 1


def test_an_event_starts_the_workflow_with_its_data(activated: Starter, sandbox: Served) -> None:
    """One item an event, with what the feed of events says; what was not asked for starts nothing."""
    started = activated(["letter.deposited"])
    made = sandbox.letter()
    (item,) = started.runs(1)
    events = sandbox("GET", f"/v1/letters/{made['id']}/events")["data"]
    assert item["json"] == next(event for event in events if event["type"] == "letter.deposited")
    sandbox("POST", f"/v1/webhook-endpoints/{started.endpoints[0]['id']}/test")
    started.stays_quiet(1)


def test_every_event_can_be_asked_for(activated: Starter, sandbox: Served) -> None:
    """With all events nothing is filtered: even a ping starts the workflow."""
    started = activated(["*"])
    (endpoint,) = started.endpoints
    assert endpoint["event_types"] is None
    sandbox("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test")
    (item,) = started.runs(1)
    assert item["json"]["type"] == "ping"


@pytest.mark.parametrize("form", ["pdf", "asice"])
def test_a_proof_comes_attached(activated: Starter, n8n: N8n, sandbox: Served, form: str) -> None:
    """The proof that an event announces is in the binary field, byte for byte, under its name."""
    started = activated(["proof.available"], attachProof=True, proofFormat=form, outputField="proof")
    made = sandbox.letter()
    (item,) = started.runs(1)
    kind = item["json"]["data"]["proof"]["kind"]
    answer = sandbox.client.get(f"/v1/letters/{made['id']}/proofs/{kind}", params={"format": form})
    assert n8n.binary(item, "proof") == answer.content
    assert f'"{item["binary"]["proof"]["fileName"]}"' in answer.headers["content-disposition"]


@pytest.mark.skipif(LOSES_FILES, reason="this n8n loses files of events that come at the same time")
def test_a_proof_in_no_such_format_comes_in_another(activated: Starter, n8n: N8n, sandbox: Served) -> None:
    """The receipts of a PEC message are no PDF: they come as the mail that they are, none is left out."""
    started = activated(["proof.available"], attachProof=True)
    made = sandbox.letter("deliver@pec.test", service="pec")
    sandbox.advance(by="PT1H")
    offered = sandbox("GET", f"/v1/letters/{made['id']}/proofs")["data"]

    def came() -> list[dict[str, Any]]:
        return [item for item in started.runs(1) if item["json"]["data"]["letter"]["id"] == made["id"]]

    started.until(lambda: len(came()) == len(offered))
    for item in came():
        proof = item["json"]["data"]["proof"]
        answer = sandbox.client.get(f"/v1/letters/{made['id']}/proofs/{proof['kind']}", params={"format": "eml"})
        assert "pdf" not in proof["formats"]
        assert n8n.binary(item) == answer.content


@pytest.mark.usefixtures("no_fault_stays")
def test_what_the_service_did_not_sign_is_refused(activated: Starter, n8n: N8n, sandbox: Served) -> None:
    """A stranger's message, a changed body, an old or an unsigned message: 401, though the service does not answer."""
    started = activated(["letter.deposited"])
    url, secret = started.endpoints[0]["url"], started.secret
    now = datetime.now(UTC)  # noqa: TID251 – the receiver compares with its own clock
    good = _Message.signed(secret, at=now)
    assert good.send(url).status_code == 200
    flawed = {
        "a stranger's": _Message.signed("whsec_" + "A" * 32, at=now),
        "changed": replace(good, body=good.body.replace(b"evt_1", b"evt_2")),
        "old": _Message.signed(secret, at=now - timedelta(seconds=301)),
        "of tomorrow": _Message.signed(secret, at=now + timedelta(days=1)),
        "unsigned": replace(good, signature=""),
    }
    sandbox("POST", "/v1/faults", json={"match": {"route": "getWebhookEndpoint"}, "effect": {"disconnect": True}})
    answers = {name: message.send(url).status_code for name, message in flawed.items()}
    assert answers == dict.fromkeys(flawed, 401)
    started.stays_quiet(1)


def test_a_subscription_that_vanished_is_made_anew(activated: Starter, n8n: N8n, sandbox: Served) -> None:
    """Somebody deleted the endpoint at the service: deactivating does not mind, activating subscribes again."""
    started = activated(["letter.deposited"])
    sandbox("DELETE", f"/v1/webhook-endpoints/{started.endpoints[0]['id']}")
    n8n.deactivate(started.workflow)
    n8n.activate(started.workflow)
    sandbox.letter()
    assert len(started.runs(1)) == 1


def test_what_is_left_of_an_earlier_life_is_removed(activated: Starter, n8n: N8n, sandbox: Served) -> None:
    """An endpoint at the workflow's address whose secret n8n does not know gives way to a new one."""
    started = activated(["letter.deposited"])
    url = started.endpoints[0]["url"]
    n8n.deactivate(started.workflow)
    stale = sandbox.endpoint(url)
    n8n.activate(started.workflow)
    (endpoint,) = started.endpoints
    assert (endpoint["url"], endpoint["id"] == stale["id"]) == (url, False)


def test_events_go_on_while_a_secret_is_changed(activated: Starter, sandbox: Served) -> None:
    """After a rotation the service signs with both secrets for a day, and the old one is still believed."""
    started = activated(["letter.deposited"])
    sandbox("POST", f"/v1/webhook-endpoints/{started.endpoints[0]['id']}/rotate-secret")
    sandbox.letter()
    assert len(started.runs(1)) == 1


@dataclass(frozen=True)
class _Message:
    id: str
    timestamp: str
    signature: str
    body: bytes

    @classmethod
    def signed(cls, secret: str, *, at: datetime) -> _Message:
        """A message signed by the public library that verifies them."""
        body = json.dumps({"id": "evt_1", "type": "letter.deposited", "data": {}})
        signature = Webhook(secret).sign("evt_1", at, body)
        return cls("evt_1", str(int(at.timestamp())), signature, body.encode())

    def send(self, url: str) -> httpx.Response:
        """Post it."""
        headers = {
            "webhook-id": self.id,
            "webhook-timestamp": self.timestamp,
            "webhook-signature": self.signature,
            "content-type": "application/json",
        }
        return httpx.post(url, content=self.body, headers=headers, trust_env=False)
