"""PEC mailboxes over the API: made, told their password once, changed, listed, deleted."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any

import pytest

from tests.api.caller import LIVE_KEY, OTHER_KEY, Caller, letter, pointers

MARIO = "mario@studio.test"


def made(api: Caller, address: str = MARIO, **more: object) -> dict[str, Any]:
    """A new mailbox, with its password."""
    answer = api("POST", "/v1/mailboxes", json={"address": address, **more})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_mailbox_is_made_with_a_password_told_once(api: Caller) -> None:
    """The password opens the mailbox, follows from the seed, and is in the first answer alone."""
    once = {"idempotency-key": "k1"}
    first = api("POST", "/v1/mailboxes", json={"address": "Mario@Studio.test"}, headers=once)
    assert first.status_code == 201
    assert first.headers["location"] == f"/v1/mailboxes/{MARIO}"
    password = first.json()["password"]
    assert api.sandbox.mailboxes.authenticate(MARIO, password) is not None
    assert api.sandbox.mailboxes.authenticate(MARIO, password[:-1]) is None
    again = api("POST", "/v1/mailboxes", json={"address": "Mario@Studio.test"}, headers=once)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == {**first.json(), "password": None}
    for path in ("/v1/mailboxes", f"/v1/mailboxes/{MARIO}"):
        assert password not in api("GET", path).text
    shown = api("GET", f"/v1/mailboxes/{MARIO.upper()}").json()
    assert shown == {name: value for name, value in first.json().items() if name != "password"}
    assert (shown["quota_bytes"], shown["used_bytes"], shown["messages"]) == (1 << 30, 0, 0)
    assert (shown["dialect"], shown["ordinary_mail"], shown["limits"]["recipients"]) == ("sigillo", "accept", 50)


def test_a_chosen_password_is_never_told(api: Caller) -> None:
    """Whoever chooses a password knows it; it opens the mailbox until it is changed."""
    assert made(api, password="as I like it")["password"] is None
    assert api.sandbox.mailboxes.authenticate(MARIO, "as I like it") is not None
    changed = api("PATCH", f"/v1/mailboxes/{MARIO}", json={"password": "another one"})
    assert changed.status_code == 200
    assert "another one" not in changed.text
    assert api.sandbox.mailboxes.authenticate(MARIO, "as I like it") is None
    assert api.sandbox.mailboxes.authenticate(MARIO, "another one") is not None


def test_a_live_mailbox_has_an_unpredictable_password(memory_api: Caller) -> None:
    """In a live workspace the password follows from no seed."""
    live = memory_api.with_key(LIVE_KEY)
    passwords = {made(live, f"box{n}@studio.test")["password"] for n in range(2)}
    assert len(passwords) == 2
    assert not any(password.startswith("pec_") for password in passwords)


def test_an_address_is_taken_once(api: Caller) -> None:
    """A second mailbox at an address is refused, in another workspace too, which does not see the first."""
    made(api)
    other = api.with_key(OTHER_KEY)
    for caller in (api, other):
        refused = caller("POST", "/v1/mailboxes", json={"address": MARIO})
        assert (refused.status_code, refused.json()["code"]) == (409, "address_taken")
    assert other("GET", f"/v1/mailboxes/{MARIO}").status_code == 404
    assert api("DELETE", f"/v1/mailboxes/{MARIO}").status_code == 204
    assert api("GET", f"/v1/mailboxes/{MARIO}").status_code == 404
    assert api("DELETE", f"/v1/mailboxes/{MARIO}").status_code == 404
    assert made(other)["messages"] == 0


def test_a_mailbox_is_changed(api: Caller) -> None:
    """What is named changes, null takes back what may be absent, all else stays."""
    limits = {"product_bytes": 1000, "recipients": 2, "messages_per_minute": 6, "blocked_extensions": [".exe"]}
    before = made(api, dialect="aruba", forward_to="office@studio.test", archive=True, limits=limits)
    assert (before["ordinary_mail"], before["limits"]) == ("refuse", limits)
    path = f"/v1/mailboxes/{MARIO}"
    changed = api("PATCH", path, json={"quota_bytes": 5, "ordinary_mail": "accept", "limits": None}).json()
    assert (changed["quota_bytes"], changed["ordinary_mail"], changed["limits"]["recipients"]) == (5, "accept", 500)
    assert (changed["forward_to"], changed["archive"]) == ("office@studio.test", True)
    last = api("PATCH", path, json={"forward_to": None, "notify_address": "m@example.com", "archive": False}).json()
    assert (last["forward_to"], last["notify_address"], last["archive"]) == (None, "m@example.com", False)
    assert api("PATCH", path, json={}).json() == last


def test_mailboxes_are_listed_newest_first(api: Caller) -> None:
    """A cursor leads to the older ones."""
    for n in range(3):
        made(api, f"box{n}@studio.test")
    first = api("GET", "/v1/mailboxes", params={"limit": 2}).json()
    assert [one["address"] for one in first["data"]] == ["box2@studio.test", "box1@studio.test"]
    rest = api("GET", "/v1/mailboxes", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["address"] for one in rest["data"]] == ["box0@studio.test"]
    assert not rest["has_more"]


BAD = {
    "no address": ({}, {"/address": "missing"}),
    "no mailbox": ({"address": "nobody"}, {"/address": "bad_email"}),
    "accents": ({"address": "josé@studio.test"}, {"/address": "bad_format"}),
    "slash": ({"address": "a/b@studio.test"}, {"/address": "bad_format"}),
    "short password": ({"address": MARIO, "password": "short"}, {"/password": "too_short"}),
    "blank password": ({"address": MARIO, "password": "tab\tin the word"}, {"/password": "bad_format"}),
    "dialect": ({"address": MARIO, "dialect": "gmail"}, {"/dialect": "unknown_value"}),
    "quota": ({"address": MARIO, "quota_bytes": -1}, {"/quota_bytes": "out_of_range"}),
    "quota as text": ({"address": MARIO, "quota_bytes": "5"}, {"/quota_bytes": "wrong_type"}),
    "unknown": ({"address": MARIO, "qouta_bytes": 5}, {"/qouta_bytes": "unknown_field"}),
    "several": (
        {"address": MARIO, "notify_address": "é@x.test", "forward_to": "ü@x.test"},
        {"/notify_address": "bad_address", "/forward_to": "bad_address"},
    ),
    "limits": ({"address": MARIO, "limits": {"product_bytes": 5}}, {"/limits/recipients": "missing"}),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_mailbox_is_refused(memory_api: Caller, name: str) -> None:
    """Every wrong field is named with its pointer, and nothing is made."""
    body, wrong = BAD[name]
    refused = memory_api("POST", "/v1/mailboxes", json=body)
    assert refused.status_code == 422
    assert pointers(refused) == wrong
    assert memory_api("GET", "/v1/mailboxes").json()["data"] == []


def test_a_domain_has_one_provider(api: Caller) -> None:
    """A new mailbox speaks the dialect of its domain; another one is refused by name, until the domain is empty."""
    assert made(api, dialect="aruba")["dialect"] == "aruba"
    there = made(api, "Anna@Studio.test")
    assert (there["dialect"], there["ordinary_mail"]) == ("aruba", "refuse")
    refused = api("POST", "/v1/mailboxes", json={"address": "b@studio.test", "dialect": "poste"})
    assert (refused.status_code, pointers(refused)) == (422, {"/dialect": "dialect_of_domain"})
    assert "studio.test speaks aruba" in refused.text
    for address in (MARIO, "anna@studio.test"):
        api("DELETE", f"/v1/mailboxes/{address}")
    assert made(api, "b@studio.test", dialect="poste")["dialect"] == "poste"
    assert made(api, "anna@comune.test")["dialect"] == "sigillo"


def test_the_sandbox_s_own_domains_have_their_dialects(api: Caller) -> None:
    """At legalmail.pec.test a mailbox speaks as Legalmail does, at pec.test as the RFC; no other way."""
    assert made(api, "mario@legalmail.pec.test")["dialect"] == "legalmail"
    assert made(api, "mario@pec.test", dialect="sigillo")["dialect"] == "sigillo"
    for address, dialect in (("a@pec.test", "aruba"), ("a@namirial.pec.test", "sigillo")):
        refused = api("POST", "/v1/mailboxes", json={"address": address, "dialect": dialect})
        assert pointers(refused) == {"/dialect": "dialect_of_domain"}


def test_an_unknown_address_answers_in_the_dialect_of_its_domain(api: Caller) -> None:
    """Aruba says of an unknown mailbox `altro`, the RFC `no-dest`: the domain decides, not who sends."""
    made(api, "anna@comune.test", dialect="aruba")
    sent = letter(
        service="pec",
        sender={"name": "Mario Rossi", "email": "mario@pec.test"},
        recipient={"name": "Comune", "email": "nobody@comune.test"},
    )
    answer = api("POST", "/v1/letters", json=sent)
    assert answer.status_code == 201, answer.text
    api("POST", "/v1/clock/advance", json={"until": "idle"})
    notice = api("GET", f"/v1/letters/{answer.json()['id']}/proofs/non_delivery", params={"format": "eml"})
    parts = message_from_bytes(notice.content, policy=policy.default).walk()
    told = next(part.get_content() for part in parts if part.get_filename() == "daticert.xml")
    assert b'errore="altro"' in (told if isinstance(told, bytes) else told.encode())


def test_a_bad_change_changes_nothing(memory_api: Caller) -> None:
    """A wrong field beside a right one leaves both as they were."""
    before = made(memory_api)
    refused = memory_api("PATCH", f"/v1/mailboxes/{MARIO}", json={"quota_bytes": 7, "forward_to": "ü@x.test"})
    assert pointers(refused) == {"/forward_to": "bad_address"}
    assert memory_api("GET", f"/v1/mailboxes/{MARIO}").json()["quota_bytes"] == before["quota_bytes"]
