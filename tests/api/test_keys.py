"""API keys: scopes, secrets told once, revoking, and what each was used for."""

from __future__ import annotations

import pytest

from sigillo.api.catalogue import OPERATIONS
from sigillo.domain.api_key import ALL_SCOPES, Scope
from tests.api.caller import LIVE_KEY, Caller, letter, pointers


def made(api: Caller, *scopes: str, **more: object) -> dict[str, str]:
    """A new key of these scopes."""
    answer = api("POST", "/v1/api-keys", json={"name": "the connector", "scopes": list(scopes), **more})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/api-keys/{answer.json()['id']}"
    body: dict[str, str] = answer.json()
    return body


def test_a_key_does_what_its_scopes_say(api: Caller) -> None:
    """Each scope opens its operations; the others are refused with the name of the scope that is missing."""
    reader, sender, player = (api.with_key(made(api, one)["secret"]) for one in ("read", "send", "sandbox"))
    asked = {
        "read": ("GET", "/v1/letters", {}),
        "send": ("POST", "/v1/letters", {"json": letter()}),
        "sandbox": ("POST", "/v1/clock/advance", {"json": {"by": "PT1S"}}),
    }
    for has, caller in (("read", reader), ("send", sender), ("sandbox", player)):
        for needed, (method, path, request) in asked.items():
            answer = caller(method, path, **request)
            if has == needed:
                assert answer.status_code in (200, 201)
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
                assert f"`{needed}`" in answer.json()["detail"]
    refused = reader("GET", "/v1/api-keys")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert "read, send, sandbox" in refused.json()["detail"]


def test_every_operation_has_its_scope() -> None:
    """Reading needs `read`, changing `send` or `sandbox`, keys all three; only what is open needs none."""
    for operation in OPERATIONS:
        assert bool(operation.needs) is not operation.open, operation.id
        if operation.path.startswith("/v1/api-keys"):
            assert operation.needs == ALL_SCOPES
        elif operation.sandbox_only and operation.method != "GET":
            assert operation.needs == (Scope.SANDBOX,)


def test_a_secret_is_told_once(api: Caller) -> None:
    """The secret is in the first answer alone: not in the same answer again, not in the key, not in the list."""
    request = {"name": "mine", "scopes": ["send", "read", "read"]}
    once = {"idempotency-key": "k1"}
    first = api("POST", "/v1/api-keys", json=request, headers=once)
    secret = first.json()["secret"]
    assert secret.startswith("sk_test_") and len(secret) == 40
    assert first.json()["scopes"] == ["read", "send"]
    again = api("POST", "/v1/api-keys", json=request, headers=once)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == {**first.json(), "secret": None}
    key_id = first.json()["id"]
    for path in ("/v1/api-keys", f"/v1/api-keys/{key_id}", f"/v1/api-keys/{key_id}/uses"):
        shown = api("GET", path)
        assert shown.status_code == 200
        assert secret not in shown.text
    assert api("GET", f"/v1/api-keys/{key_id}").json()["starts_with"] == secret[:12]
    listed = api("GET", "/v1/api-keys", params={"limit": 1}).json()
    assert [one["id"] for one in listed["data"]] == [key_id]
    older = api("GET", "/v1/api-keys", params={"limit": 1, "cursor": listed["next_cursor"]}).json()
    assert (older["data"][0]["name"], older["has_more"]) == ("first key", False)
    assert older["data"][0]["starts_with"] == "sk_test_"


def test_a_live_key_is_called_so(memory_api: Caller) -> None:
    """The secrets of a live workspace begin with sk_live_."""
    assert made(memory_api.with_key(LIVE_KEY), "read")["secret"].startswith("sk_live_")


def test_a_revoked_key_is_refused_at_once(api: Caller) -> None:
    """A key that was just used opens nothing after it was revoked; revoking again changes nothing."""
    key = made(api, "read")
    theirs = api.with_key(key["secret"])
    assert theirs("GET", "/v1/letters").status_code == 200
    revoked = api("DELETE", f"/v1/api-keys/{key['id']}")
    assert (revoked.status_code, bool(revoked.json()["revoked_at"])) == (200, True)
    refused = theirs("GET", "/v1/letters")
    assert (refused.status_code, refused.json()["code"]) == (401, "key_revoked")
    assert api("DELETE", f"/v1/api-keys/{key['id']}").json()["revoked_at"] == revoked.json()["revoked_at"]
    assert [one["status"] for one in api("GET", f"/v1/api-keys/{key['id']}/uses").json()["data"]] == [401, 200]


def test_the_last_key_that_manages_keys_stays(api: Caller) -> None:
    """Nobody can lock everybody out: the last key of all scopes goes only when another one is there."""
    (mine,) = api("GET", "/v1/api-keys").json()["data"]
    refused = api("DELETE", f"/v1/api-keys/{mine['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_managing_key")
    other = api.with_key(made(api, "read", "send", "sandbox")["secret"])
    assert api("DELETE", f"/v1/api-keys/{mine['id']}").status_code == 200
    assert api("GET", "/v1/me").status_code == 401
    assert other("GET", "/v1/me").status_code == 200


def test_a_key_grants_no_more_than_it_has(memory_api: Caller) -> None:
    """A key with a rate gives that rate or less; wrong scopes and rates are told at their place."""
    slow = memory_api.with_key(made(memory_api, "read", "send", "sandbox", rate_limit="100/min")["secret"])
    wanted = {"name": "x", "scopes": ["read"]}
    assert pointers(slow("POST", "/v1/api-keys", json=wanted)) == {"/rate_limit": "more_than_yours"}
    fast = slow("POST", "/v1/api-keys", json={**wanted, "rate_limit": "2/s"})
    assert pointers(fast) == {"/rate_limit": "more_than_yours"}
    assert slow("POST", "/v1/api-keys", json={**wanted, "rate_limit": "100/min"}).status_code == 201
    bad = {"name": "", "scopes": ["write"], "rate_limit": "0/min"}
    assert set(pointers(memory_api("POST", "/v1/api-keys", json=bad))) == {"/name", "/scopes/0", "/rate_limit"}
    assert pointers(memory_api("POST", "/v1/api-keys", json={**wanted, "scopes": []})) == {"/scopes": "too_few"}


def test_keys_of_another_workspace_are_not_there(memory_api: Caller) -> None:
    """A key, its uses and its revoking are not found from another workspace."""
    key = made(memory_api, "read")
    other = memory_api.with_key("sk_test_other")
    for method, path in (("GET", ""), ("GET", "/uses"), ("DELETE", "")):
        assert other(method, f"/v1/api-keys/{key['id']}{path}").status_code == 404


def test_the_uses_of_a_key(api: Caller) -> None:
    """Each request is there with its operation, status and id, newest first, page by page."""
    key = made(api, "read")
    theirs = api.with_key(key["secret"])
    theirs("GET", "/v1/me", headers={"request-id": "r1"})
    theirs("POST", "/v1/letters", json=letter(), headers={"request-id": "r2"})
    theirs("GET", "/v1/nothing", headers={"request-id": "r3"})
    place = f"/v1/api-keys/{key['id']}/uses"
    seen, cursor = [], None
    while True:
        page = api("GET", place, params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [(one["request_id"], one["operation"], one["status"]) for one in page["data"]]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert seen == [("r3", None, 404), ("r2", "sendLetter", 403), ("r1", "getMe", 200)]
    assert api("GET", f"/v1/api-keys/{key['id']}").json()["last_used_at"] is not None
    assert pointers(api("GET", place, params={"cursor": "x"})) == {"/cursor": "bad_cursor"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_secret_is_in_no_log(memory_api: Caller, caplog: pytest.LogCaptureFixture, method: str) -> None:
    """Neither a good nor a wrong key is repeated in the log or in an answer."""
    caplog.set_level("DEBUG")
    for secret in ("sk_test_demo", "sk_test_nobody-has-this"):
        answer = memory_api.with_key(secret)(method, "/v1/api-keys", **({"json": {}} if method == "POST" else {}))
        assert secret not in answer.text
        assert secret not in caplog.text
