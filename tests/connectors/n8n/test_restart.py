"""Activated workflows when n8n is ended and started again, and when the service is not as it was."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.connectors.n8n.activation import Activated, Starter
from tests.connectors.n8n.instance import N8n, running
from tests.connectors.n8n.package import Package
from tests.webhooks.served import KEY, Served

_EVENTS = ["letter.deposited"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_subscription_outlives_n8n(activated: Starter, n8n: N8n, sandbox: Served, how: signal.Signals) -> None:
    """The one endpoint stays through end and start; what happens before, meanwhile and after runs once each."""
    started = activated(_EVENTS)
    before = started.endpoint["id"]
    letters = [sandbox.letter()["id"]]
    assert _letters(started, 1) == letters
    n8n.process.end(how)
    letters.append(sandbox.letter()["id"])
    n8n.process.start()
    letters.append(sandbox.letter()["id"])
    sandbox.advance(by="PT1H")
    assert sorted(_letters(started, 3)) == sorted(letters)
    started.stays_quiet(3)
    assert [one["id"] for one in started.endpoints] == [before]


def test_a_secret_that_is_lost_is_replaced(activated: Starter, sandbox: Served) -> None:
    """Changed twice, the secret that n8n keeps signs no more: n8n gets another one, and the event comes again."""
    started = activated(_EVENTS)
    before = started.endpoint
    _change_secret(sandbox, before["id"])
    sent = sandbox.letter()["id"]
    started.until(lambda: started.endpoint["secret_number"] == 4)
    sandbox.advance(by="PT1H")
    assert _letters(started, 1) == [sent]
    started.stays_quiet(1)
    assert started.endpoint["id"] == before["id"]


def test_activation_says_that_the_service_is_not_there(activated: Starter, n8n: N8n) -> None:
    """Nobody listens at the address in the credential: the activation fails and says so."""
    nowhere = n8n.credential("http://127.0.0.1:9", KEY)
    with pytest.raises(AssertionError, match=r"Sigillo did not answer GET|Check the address in the credential"):
        activated(_EVENTS, credential=nowhere)


@pytest.fixture
def asking(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Iterator[N8n]:
    """An n8n that looks after its subscriptions when it starts, as older ones do and newer ones where they are told."""
    with running(
        tmp_path_factory.mktemp("n8n-asking"), package.unpacked, N8N_USE_WORKFLOW_PUBLICATION_SERVICE="false"
    ) as instance:
        yield instance


@pytest.mark.long
@pytest.mark.usefixtures("no_fault_stays")
def test_what_is_gone_at_the_start_is_made_anew(asking: N8n, sandbox: Served, numbers: Iterator[int]) -> None:
    """What was deleted is made anew, a changed secret replaced, the rest stays; a slow service is waited for."""
    activated = Starter(asking, sandbox, asking.credential(str(sandbox.client.base_url), KEY), numbers)
    workflows = [activated(_EVENTS) for _ in range(3)]
    kept, deleted, changed = (one.endpoint["id"] for one in workflows)
    asking.process.end(signal.SIGKILL)
    sandbox("DELETE", f"/v1/webhook-endpoints/{deleted}")
    _change_secret(sandbox, changed)
    fault = {"match": {"route": "getWebhookEndpoint"}, "effect": {"disconnect": True}, "times": 3}
    sandbox("POST", "/v1/faults", json=fault)
    asking.process.start()
    workflows[2].until(lambda: workflows[2].endpoint["secret_number"] == 4)
    assert [one.endpoint["id"] == old for one, old in zip(workflows, (kept, deleted, changed), strict=True)] == [
        True,
        False,
        True,
    ]
    sent = sandbox.letter()["id"]
    assert [_letters(one, 1) for one in workflows] == [[sent]] * 3


def _letters(started: Activated, count: int) -> list[str]:
    return [item["json"]["data"]["letter"]["id"] for item in started.runs(count)]


def _change_secret(sandbox: Served, endpoint_id: str) -> None:
    # Twice: the one before the last goes on signing for a day.
    for _ in range(2):
        sandbox("POST", f"/v1/webhook-endpoints/{endpoint_id}/rotate-secret")
