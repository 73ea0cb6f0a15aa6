"""Webhook endpoints through the API: what is answered, what is refused, and who gets to see a secret."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.caller import LIVE_KEY, OTHER_KEY, Caller, letter, pointers

URL = "https://hooks.example.com/sigillo"


def made(api: Caller, **wanted: object) -> dict[str, Any]:
    """A new endpoint."""
    answer = api("POST", "/v1/webhook-endpoints", json={"url": URL, **wanted})
    assert answer.status_code == 201, answer.text
    endpoint: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/webhook-endpoints/{endpoint['id']}"
    return endpoint


def test_an_endpoint_is_registered_read_changed_and_deleted(api: Caller) -> None:
    """It reads back as it was answered, without its secret; a change is seen; what is deleted is not found."""
    endpoint = made(api, description="our CRM", event_types=["proof.available", "letter.accepted"])
    secret = endpoint.pop("secret")
    assert secret.startswith("whsec_")
    assert endpoint["event_types"] == ["letter.accepted", "proof.available"]
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    assert api("GET", path).json() == endpoint
    assert (endpoint["enabled"], endpoint["status"], endpoint["letters_only"]) == (True, "enabled", False)
    changed = api("PATCH", path, json={"event_types": None, "enabled": False, "url": "http://127.0.0.1:9/x"}).json()
    assert changed["event_types"] is None
    assert (changed["enabled"], changed["status"]) == (False, "disabled")
    assert changed["disabled_reason"]
    assert (changed["url"], changed["description"]) == ("http://127.0.0.1:9/x", "our CRM")
    again = api("PATCH", path, json={"enabled": True, "description": None}).json()
    assert (again["status"], again["disabled_reason"], again["description"]) == ("enabled", None, None)
    assert api("PATCH", path, json={}).json() == again
    assert api("DELETE", path).status_code == 204
    assert api("DELETE", path).status_code == 404
    assert api("GET", path).status_code == 404


def test_lists_are_newest_first_and_go_on(api: Caller) -> None:
    """Pages of endpoints follow one another without a gap, newest first."""
    ids = [made(api)["id"] for _ in range(5)]
    first = api("GET", "/v1/webhook-endpoints", params={"limit": 3}).json()
    second = api("GET", "/v1/webhook-endpoints", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [one["id"] for one in first["data"] + second["data"]] == ids[::-1]
    assert (first["has_more"], second["has_more"], second["next_cursor"]) == (True, False, None)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.com/", "bad_url"),
        ("ftp://x", "too_short"),
        ("", "blank"),
        ("https://user:pw@example.com/", "bad_url"),
        ("https://:pw@example.com/", "bad_url"),
        ("https://example.com/a b", "bad_url"),
        ("https://exämple.com/", "bad_url"),
        ("https://example.com/%zz", "bad_url"),
        ("http://169.254.169.254/latest/meta-data/", "address_refused"),
        ("http://10.0.0.7:8080/hook", "address_refused"),
        ("http://[::ffff:192.168.1.1]/", "address_refused"),
        ("http://0xa9fea9fe/", "address_refused"),
    ],
)
def test_bad_addresses_are_refused(memory_api: Caller, url: str, code: str) -> None:
    """A URL that cannot be called is a problem at its field, when registering, changing and sending a letter."""
    endpoint = made(memory_api)
    answer = memory_api("POST", "/v1/webhook-endpoints", json={"url": url})
    assert pointers(answer) == {"/url": code}
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    assert pointers(memory_api("PATCH", path, json={"url": url})) == {"/url": code}
    sent = memory_api("POST", "/v1/letters", json=letter(webhook_url=url, subject=""))
    assert pointers(sent)["/webhook_url"] == code
    assert len(pointers(sent)) == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/", "https://localhost/", "http://2130706433/", "http://[::1]/"])
def test_loopback_is_for_the_sandbox_only(memory_api: Caller, url: str) -> None:
    """This machine is a good address in a sandbox and a refused one in a live workspace."""
    assert made(memory_api, url=url)["url"] == url
    live = memory_api.with_key(LIVE_KEY)
    answer = live("POST", "/v1/webhook-endpoints", json={"url": url})
    assert pointers(answer) == {"/url": "address_refused"}
    assert "live workspace" in answer.json()["errors"][0]["detail"]
    assert made(live)["url"] == URL


def test_unknown_types_are_named(memory_api: Caller) -> None:
    """Each unknown type of event is a problem at its place."""
    answer = memory_api("POST", "/v1/webhook-endpoints", json={"url": URL, "event_types": ["letter.accepted", "x.y"]})
    assert pointers(answer) == {"/event_types/1": "unknown_value"}
    assert pointers(memory_api("POST", "/v1/webhook-endpoints", json={"event_types": [], "colour": 1})) == {
        "/url": "missing",
        "/event_types": "too_few",
        "/colour": "unknown_field",
    }


def test_a_secret_is_told_when_it_is_made_and_never_again(api: Caller) -> None:
    """Registering and rotating tell the secret; reading, listing, changing and problems do not."""
    endpoint = made(api)
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    rotated = api("POST", f"{path}/rotate-secret")
    assert rotated.status_code == 200
    secrets = {endpoint["secret"], rotated.json()["secret"]}
    assert len(secrets) == 2
    assert rotated.json()["previous_secret_until"]
    assert (endpoint["secret_number"], rotated.json()["secret_number"]) == (1, 2)
    ping = api("POST", f"{path}/test").json()
    answers = [
        api("GET", path),
        api("GET", "/v1/webhook-endpoints"),
        api("PATCH", path, json={"description": "x"}),
        api("PATCH", path, json={"secret": "whsec_x"}),
        api("GET", f"/v1/webhook-deliveries/{ping['id']}"),
        api("GET", "/v1/webhook-deliveries"),
        api("GET", "/v1/events"),
        api("DELETE", path),
    ]
    assert not [answer.url for answer in answers for secret in secrets if secret[6:] in answer.text]


def test_the_same_request_again_gives_the_same_secret(api: Caller) -> None:
    """Under an idempotency key the answer is given again, its secret with it, and one endpoint is made."""
    ask = {"json": {"url": URL}, "headers": {"idempotency-key": "one"}}
    first, again = api("POST", "/v1/webhook-endpoints", **ask), api("POST", "/v1/webhook-endpoints", **ask)
    assert (first.status_code, first.json()) == (201, again.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert len(api("GET", "/v1/webhook-endpoints").json()["data"]) == 1
    other = {**ask, "json": {"url": URL, "description": "other"}}
    assert api("POST", "/v1/webhook-endpoints", **other).json()["code"] == "idempotency_key_reused"
    path = f"/v1/webhook-endpoints/{first.json()['id']}/rotate-secret"
    turned = [api("POST", path, headers={"idempotency-key": "two"}).json()["secret"] for _ in range(2)]
    assert turned[0] == turned[1] != first.json()["secret"]
    assert api("POST", "/v1/webhook-endpoints", **ask).json()["secret"] == first.json()["secret"]
    api("POST", path)
    assert api("POST", "/v1/webhook-endpoints", **ask).json()["secret"] is None


def test_no_kept_answer_holds_a_secret(api: Caller) -> None:
    """What is kept under idempotency keys tells no secret to who reads the store."""
    endpoint = api("POST", "/v1/webhook-endpoints", json={"url": URL}, headers={"idempotency-key": "one"}).json()
    path = f"/v1/webhook-endpoints/{endpoint['id']}/rotate-secret"
    secret = api("POST", path, headers={"idempotency-key": "two"}).json()["secret"]
    workspace_id = api("GET", "/v1/me").json()["workspace"]["id"]
    with api.sandbox.store.reading(workspace_id) as tx:
        kept = [tx.answers.find(key) for key in ("one", "two")]
    for answer in kept:
        assert answer is not None
        assert endpoint["secret"][6:].encode() not in answer.body
        assert secret[6:].encode() not in answer.body
        assert b"whsec" not in answer.body


def test_secrets_follow_from_the_seed_in_a_sandbox_only(memory_api: Caller) -> None:
    """Two workspaces have different secrets; a live one's cannot be foreseen."""
    first, other = made(memory_api), made(memory_api.with_key(OTHER_KEY))
    live = memory_api.with_key(LIVE_KEY)
    assert len({first["secret"], other["secret"], made(live)["secret"], made(live)["secret"]}) == 4


def test_a_ping_is_queued_and_listed(api: Caller) -> None:
    """A test is a delivery of the type ping, which no filter keeps out and no journal holds."""
    endpoint = made(api, event_types=["letter.accepted"])
    path = f"/v1/webhook-endpoints/{endpoint['id']}/test"
    answer = api("POST", path, headers={"idempotency-key": "ping"})
    assert answer.status_code == 202
    ping = answer.json()
    assert answer.headers["location"] == f"/v1/webhook-deliveries/{ping['id']}"
    assert (ping["event_type"], ping["status"], ping["letter_id"]) == ("ping", "pending", None)
    assert api("POST", path, headers={"idempotency-key": "ping"}).json() == ping
    detail = api("GET", answer.headers["location"]).json()
    assert detail["event"]["type"] == "ping"
    assert detail["event"]["id"] == ping["event_id"]
    assert detail["event"]["data"] == {"endpoint": {"id": endpoint["id"], "url": URL}}
    assert (detail["attempts"], detail["url"]) == ([], URL)
    assert api("GET", "/v1/webhook-deliveries").json()["data"] == [ping]
    assert "ping" not in [event["type"] for event in api("GET", "/v1/events").json()["data"]]


def test_deliveries_are_filtered(memory_api: Caller) -> None:
    """Each filter keeps what it names, and a cursor is good for its own filters alone."""
    one, two = made(memory_api), made(memory_api)
    for endpoint in (one, two, one):
        memory_api("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test")

    def count(**filters: object) -> int:
        return len(memory_api("GET", "/v1/webhook-deliveries", params=filters).json()["data"])

    assert (count(), count(endpoint_id=one["id"]), count(endpoint_id=two["id"])) == (3, 2, 1)
    assert (count(status="pending,failed"), count(status="delivered")) == (3, 0)
    assert (count(event_type="ping"), count(event_type="letter.accepted,letter.refused")) == (3, 0)
    assert count(letter_id="ltr_0123456789abcdefghjk") == 0
    event_id = memory_api("GET", "/v1/webhook-deliveries").json()["data"][0]["event_id"]
    assert count(event_id=event_id) == 1
    page = memory_api("GET", "/v1/webhook-deliveries", params={"limit": 1, "status": "pending"}).json()
    rest = memory_api("GET", "/v1/webhook-deliveries", params={"status": "pending", "cursor": page["next_cursor"]})
    assert len(rest.json()["data"]) == 2
    wrong = memory_api("GET", "/v1/webhook-deliveries", params={"status": "failed", "cursor": page["next_cursor"]})
    assert pointers(wrong) == {"/cursor": "bad_cursor"}
    bad = memory_api("GET", "/v1/webhook-deliveries", params={"status": "lost", "endpoint_id": "x", "colour": "red"})
    assert set(pointers(bad)) == {"/status/0", "/endpoint_id", "/colour"}


def test_a_disabled_endpoint_is_sent_nothing(memory_api: Caller) -> None:
    """Testing or redelivering to a disabled endpoint is a conflict that says what to do."""
    endpoint = made(memory_api)
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    ping = memory_api("POST", f"{path}/test").json()
    memory_api("PATCH", path, json={"enabled": False})
    for refused in (
        memory_api("POST", f"{path}/test"),
        memory_api("POST", f"/v1/webhook-deliveries/{ping['id']}/redeliver"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "endpoint_disabled")
        assert "nable it" in refused.json()["detail"]


def test_another_workspace_sees_nothing(memory_api: Caller) -> None:
    """Endpoints and deliveries of one workspace are not found in another."""
    endpoint = made(memory_api)
    ping = memory_api("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test").json()
    other = memory_api.with_key(OTHER_KEY)
    place, sent = f"/v1/webhook-endpoints/{endpoint['id']}", f"/v1/webhook-deliveries/{ping['id']}"
    asked = [
        other("GET", place),
        other("PATCH", place, json={}),
        other("DELETE", place),
        other("POST", f"{place}/test"),
        other("POST", f"{place}/rotate-secret"),
        other("GET", sent),
        other("POST", f"{sent}/redeliver"),
    ]
    assert [answer.status_code for answer in asked] == [404] * 7
    assert other("GET", "/v1/webhook-endpoints").json()["data"] == []
    assert other("GET", "/v1/webhook-deliveries").json()["data"] == []
