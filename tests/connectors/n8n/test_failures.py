"""What goes wrong between n8n and the service: repeated, told in words that help, or left to the next item."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.instance import N8n
from tests.connectors.n8n.letters import by_id, letter
from tests.webhooks.served import KEY, Served

_RATE = {"status": 429, "retry_after_s": 1}
_SENDING = {"method": "POST", "route": "/v1/letters"}
pytestmark = pytest.mark.usefixtures("no_fault_stays")


@pytest.mark.parametrize(
    "effect",
    [
        _RATE,
        {"status": 500},
        {"status": 503, "retry_after_s": 1},
        {"disconnect": True},
        {"status": 500, "when": "after"},
        {"disconnect": True, "when": "after"},
        {"corrupt_body": True},
    ],
    ids=str,
)
def test_a_passing_failure_is_repeated_and_sends_once(
    n8n: N8n, sandbox: Served, credential: str, effect: dict[str, Any]
) -> None:
    """Two failures, then it works; the letter is there once, also when the service had done its work before failing."""
    reference = f"retry-{sorted(effect.items())}".replace(" ", "")
    sandbox("POST", "/v1/faults", json={"match": _SENDING, "effect": effect, "times": 2})
    send = wf.sigillo(
        "Send", "letter", "send", credential=credential, **letter(additionalFields={"reference": reference})
    )
    sent = n8n.run(wf.chain(wf.start(), send)).json("Send")
    kept = sandbox("GET", "/v1/letters", params={"reference": reference})["data"]
    assert [one["id"] for one in kept] == [one["id"] for one in sent]


def test_a_file_is_read_anew_for_each_attempt(n8n: N8n, sandbox: Served, credential: str) -> None:
    """A repeated upload carries the whole file again."""
    sandbox("POST", "/v1/faults", json={"match": _SENDING, "effect": _RATE, "times": 1})
    content = b"0123456789" * 20_000
    send = wf.sigillo("Send", "letter", "send", credential=credential, **letter(inputFields="data"))
    (sent,) = n8n.run(wf.chain(wf.start(), *wf.file(content, "a.txt", "text/plain"), send)).json("Send")
    assert sent["files"][-1]["size"] == len(content)


def test_what_cannot_be_repeated_is_not(n8n: N8n, sandbox: Served, credential: str) -> None:
    """A request without an idempotency key that failed after its work is told and not sent again."""
    match = {"method": "POST", "route": "/v1/clock/advance"}
    fault = sandbox("POST", "/v1/faults", json={"match": match, "effect": {"status": 500}, "times": 5})
    advance = wf.sigillo("Advance", "sandbox", "advanceClock", credential=credential, by="PT1H")
    failure = n8n.run(wf.chain(wf.start(), advance)).failure
    assert failure["httpCode"] == "500"
    assert sandbox("GET", f"/v1/faults/{fault['id']}")["applied"] == 1


def test_n8n_repeating_the_node_sends_nothing_twice(n8n: N8n, sandbox: Served, credential: str) -> None:
    """With “Retry On Fail” the node runs again from its first item; the letters of the first run are not made anew."""
    rows = [{"to": f"accept+{days}d@lre.test"} for days in (1, 2, 3)]
    skipping = {"match": _SENDING, "effect": {"status": 507}, "times": 1, "skip": 2}
    sandbox("POST", "/v1/faults", json=skipping)
    fields = letter(recipientEmail="={{ $json.to }}", additionalFields={"reference": "node-retry"})
    settings = {"retryOnFail": True, "maxTries": 3, "waitBetweenTries": 10}
    send = wf.sigillo("Send", "letter", "send", credential=credential, **fields, settings=settings)
    sent = n8n.run(wf.chain(wf.start(), *wf.items(rows), send)).json("Send")
    kept = sandbox("GET", "/v1/letters", params={"reference": "node-retry"})["data"]
    assert [one["id"] for one in reversed(kept)] == [one["id"] for one in sent]


def test_retrying_an_execution_sends_nothing_twice(n8n: N8n, sandbox: Served, credential: str) -> None:
    """The second of three letters is refused; after a retry, and one with the node put right, each is there once."""
    rows = [{"to": to} for to in ("accept+1d@lre.test", "nobody", "accept+3d@lre.test")]
    fields = letter(recipientEmail="={{ $json.to }}", additionalFields={"reference": "execution-retry"})
    send = wf.sigillo("Send", "letter", "send", credential=credential, **fields)
    refused = n8n.run(wf.chain(wf.start(), *wf.items(rows), send))
    again = n8n.retry(refused, as_saved=False)
    assert [one.failure["context"]["itemIndex"] for one in (refused, again)] == [1, 1]
    workflow = n8n.rest("GET", f"/workflows/{refused.data['workflowId']}")
    workflow["nodes"][-1]["parameters"]["recipientEmail"] = "={{ $json.to.replace('nobody', 'accept@lre.test') }}"
    n8n.rest("PATCH", f"/workflows/{workflow['id']}", {"nodes": workflow["nodes"], "versionId": workflow["versionId"]})
    sent = n8n.retry(again, as_saved=True).json("Send")
    kept = sandbox("GET", "/v1/letters", params={"reference": "execution-retry"})["data"]
    assert len(sent) == 3
    assert [one["id"] for one in reversed(kept)] == [one["id"] for one in sent]


def test_running_a_workflow_once_more_sends_once_more(n8n: N8n, sandbox: Served, credential: str) -> None:
    """Two executions are two wishes, unless the key says that they are one."""
    for key, count in ((None, 2), ("=invoice-{{ 4711 }}", 1)):
        reference = f"wishes-{count}"
        more = {"reference": reference, **({"idempotencyKey": key} if key else {})}
        send = wf.sigillo("Send", "letter", "send", credential=credential, **letter(additionalFields=more))
        workflow = n8n.add(wf.chain(wf.start(), send))
        for _ in range(2):
            assert n8n.press(workflow, "Start").json("Send")
        assert len(sandbox("GET", "/v1/letters", params={"reference": reference})["data"]) == count


def test_a_refused_item_stops_the_node_before_the_next_is_sent(n8n: N8n, sandbox: Served, credential: str) -> None:
    """Of three letters the second is refused: the first is sent, the third is not, and the item is named."""
    rows = [{"to": to} for to in ("accept@lre.test", "nobody", "accept@lre.test")]
    fields = letter(recipientEmail="={{ $json.to }}", additionalFields={"reference": "stopped"})
    send = wf.sigillo("Send", "letter", "send", credential=credential, **fields)
    failure = n8n.run(wf.chain(wf.start(), *wf.items(rows), send)).failure
    assert failure["context"]["itemIndex"] == 1
    assert len(sandbox("GET", "/v1/letters", params={"reference": "stopped"})["data"]) == 1


@pytest.mark.parametrize("way", ["continueRegularOutput", "continueErrorOutput"])
def test_a_refused_item_lets_the_others_go_on_when_asked(n8n: N8n, credential: str, way: str) -> None:
    """The others are sent; the refused one says why, in its place or at the other output, and which item it was."""
    rows = [{"to": to} for to in ("accept@lre.test", "nobody", "accept@lre.test")]
    parameters = letter(recipientEmail="={{ $json.to }}")
    send = wf.sigillo("Send", "letter", "send", credential=credential, **parameters, settings={"onError": way})
    run = n8n.run(wf.chain(wf.start(), *wf.items(rows), send))
    apart = way == "continueErrorOutput"
    good = [item for item in run.items("Send") if "id" in item["json"]]
    bad = run.items("Send", output=1) if apart else [item for item in run.items("Send") if "id" not in item["json"]]
    assert [item["pairedItem"]["item"] for item in good] == [0, 2]
    (refused,) = bad
    assert "Recipient Email" in str(refused["json"]["error"])
    assert "1" in str(refused["pairedItem"])


def test_wrong_fields_are_all_named_as_people_see_them(n8n: N8n, credential: str) -> None:
    """One wrong field is the message; of several each is told, in one run."""
    one = wf.sigillo("Send", "letter", "send", credential=credential, **letter(recipientEmail="nobody"))
    failure = n8n.run(wf.chain(wf.start(), one)).failure
    assert failure["message"].startswith("Recipient Email: ")
    wrong = letter(recipientEmail="nobody", additionalFields={"tags": f"good,{'x' * 65}"})
    several = wf.sigillo("Send", "letter", "send", credential=credential, **wrong)
    failure = n8n.run(wf.chain(wf.start(), several)).failure
    assert failure["message"] == "Please check: Recipient Email, Tags #2"
    assert "Code: " in failure["description"]


def test_what_is_not_there_is_told(n8n: N8n, credential: str) -> None:
    """An unknown letter is a sentence of the service with its status."""
    get = wf.sigillo("Get", "letter", "get", credential=credential, letterId=by_id("ltr_00000000000000000000"))
    failure = n8n.run(wf.chain(wf.start(), get)).failure
    assert failure["httpCode"] == "404"
    assert "ltr_00000000000000000000" in failure["message"]


def test_an_unreadable_field_sends_nothing(n8n: N8n, sandbox: Served, credential: str) -> None:
    """Text that is no JSON is told with the name of its field."""
    parameters = letter(metadataInput="json", metadataJson="{deal:", additionalFields={"reference": "unreadable"})
    send = wf.sigillo("Send", "letter", "send", credential=credential, **parameters)
    assert n8n.run(wf.chain(wf.start(), send)).failure["message"] == "Metadata must be valid JSON"
    assert not sandbox("GET", "/v1/letters", params={"reference": "unreadable"})["data"]


def test_a_refused_key_is_told(n8n: N8n, sandbox: Served) -> None:
    """A wrong key is told as such, by the node and by the test of the credential; the right one passes."""
    url = str(sandbox.client.base_url)
    wrong = n8n.credential(url, "sk_test_wrong")
    get = wf.sigillo("Many", "letter", "getAll", credential=wrong)
    assert n8n.run(wf.chain(wf.start(), get)).failure["message"] == "Sigillo refused the API key"
    assert n8n.test_credential(wrong, url, "sk_test_wrong")["status"] == "Error"
    assert n8n.test_credential(wrong, url, KEY)["status"] == "OK"


def test_a_server_that_is_not_there_is_told(n8n: N8n) -> None:
    """A wrong address is told with where to put it right."""
    nowhere = n8n.credential("http://127.0.0.1:9", KEY)
    many = wf.sigillo("Many", "letter", "getAll", credential=nowhere)
    failure = n8n.run(wf.chain(wf.start(), many)).failure
    assert failure["message"] == "Sigillo did not answer GET /v1/letters"
    assert "Check the address in the credential" in failure["description"]
