"""What recipients receive, through the API: listed, read, and taken as the message itself."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import Any

from tests.api.caller import LIVE_KEY, OTHER_KEY, Caller, letter, pointers


def send(api: Caller, email: str, kind: str = "professional", **more: object) -> dict[str, Any]:
    """A letter to an address, taken in."""
    recipient = {"kind": kind, "name": "Zoé Lefèvre", "email": email}
    answer = api("POST", "/v1/letters", json=letter(recipient=recipient, **more))
    assert answer.status_code == 201, answer.text
    sent: dict[str, Any] = answer.json()
    return sent


def listed(api: Caller, **wanted: str) -> list[dict[str, Any]]:
    """The first page of messages."""
    answer = api("GET", "/v1/outgoing-mail", params=wanted)
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


def idle(api: Caller) -> None:
    """Let everything happen."""
    assert api("POST", "/v1/clock/advance", json={"until": "idle"}).status_code == 200


def test_every_fact_that_reaches_the_recipient_is_a_message(api: Caller) -> None:
    """A neglected letter sends its notice and three reminders, newest first, each at the instant of its fact."""
    sent = send(api, "neglect@lre.test")
    assert listed(api) == []
    idle(api)
    mails = listed(api)
    assert [mail["kind"] for mail in mails] == ["reminder"] * 3 + ["notice"]
    events = {one["id"]: one for one in api("GET", "/v1/events", params={"limit": "100"}).json()["data"]}
    for mail in mails:
        assert mail["sent_at"] == events[mail["event_id"]]["occurred_at"]
        assert mail["id"] == mail["event_id"].replace("evt_", "mail_")
        assert (mail["letter_id"], mail["number"]) == (sent["id"], sent["number"])
        assert mail["expires_at"] == "2026-01-20T23:00:00Z"
        assert mail["to"] == {"name": "Zoé Lefèvre", "email": "neglect@lre.test"}


def test_what_bounced_is_told_as_such(api: Caller) -> None:
    """A notice that came back is listed with its reason; the one that arrived later is not marked."""
    sent = send(api, "softbounce@lre.test")
    idle(api)
    notices = listed(api, letter_id=sent["id"], kind="notice")
    assert [one["bounced"] for one in notices] == [False, True]
    assert notices[0]["reason"] is None
    assert "mailbox is full" in notices[1]["reason"]


def test_an_individual_is_asked_once_by_name_of_the_sender(api: Caller) -> None:
    """The request for a consent names the sender and no letter; it is found by the letter that waits for it."""
    sent = send(api, "manual@lre.test", "individual")
    [asked] = listed(api, letter_id=sent["id"])
    assert (asked["kind"], asked["letter_id"], asked["consent_id"]) == (
        "consent_request",
        None,
        sent["consent"]["consent_id"],
    )
    whole = api("GET", f"/v1/outgoing-mail/{asked['id']}").json()
    assert sent["sender"]["email"] in whole["text"]
    assert sent["number"] not in whole["text"] + whole["html"]
    assert sent["subject"] not in whole["text"] + whole["html"]
    send(api, "manual@lre.test", "individual")
    assert len(listed(api)) == 1


def test_before_the_acceptance_no_message_tells_who_sends(api: Caller) -> None:
    """R. 53-3 I: notice and reminders hide sender and subject; what follows the acceptance tells both."""
    sent = send(api, "accept@lre.test", subject="Résiliation du bail n° 7")
    send(api, "neglect@ere.test", subject="Résiliation du bail n° 7")
    idle(api)
    hidden = ("Résiliation du bail n° 7", sent["sender"]["name"], sent["sender"]["email"], sent["sender"]["company"])
    told: dict[str, set[str]] = {}
    for one in listed(api):
        whole = api("GET", f"/v1/outgoing-mail/{one['id']}").json()
        everything = whole["text"] + whole["html"] + str(whole["headers"])
        told.setdefault(one["kind"], set()).update(word for word in hidden if word in everything)
    assert told == {"notice": set(), "reminder": set(), "access": set(hidden)}


def test_filters_narrow_and_cursors_go_on(api: Caller) -> None:
    """By address without case, by letter, by kind; pages of one add up to the whole, and new letters shift nothing."""
    first = send(api, "neglect@lre.test")
    send(api, "refuse@ere.test")
    idle(api)
    assert {one["to"]["email"] for one in listed(api, to="NEGLECT@lre.test")} == {"neglect@lre.test"}
    assert [one["kind"] for one in listed(api, letter_id=first["id"], kind="reminder")] == ["reminder"] * 3
    assert listed(api, letter_id=first["id"], to="refuse@ere.test") == []
    assert listed(api, letter_id="ltr_00000000000000000000") == []
    for wanted in ({}, {"to": "neglect@lre.test"}, {"letter_id": first["id"]}, {"kind": "reminder"}):
        whole = [one["id"] for one in listed(api, **wanted)]
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = api("GET", "/v1/outgoing-mail", params={**wanted, **cursor, "limit": "1"}).json()
            found += [one["id"] for one in page["data"]]
            if not page["has_more"]:
                break
            cursor = {"cursor": page["next_cursor"]}
            send(api, "manual@lre.test")
        assert found == whole
    other = api("GET", "/v1/outgoing-mail", params={**cursor, "kind": "notice"})
    assert pointers(other) == {"/cursor": "bad_cursor"}


def test_the_message_itself_is_the_same_bytes_by_either_way(api: Caller) -> None:
    """`format=eml` and `Accept: message/rfc822` give what the JSON tells, and it parses without a defect."""
    send(api, "refuse@lre.test")
    idle(api)
    [notice] = listed(api)
    path = f"/v1/outgoing-mail/{notice['id']}"
    told = api("GET", path).json()
    raw = api("GET", path, params={"format": "eml"})
    assert raw.headers["content-type"] == "message/rfc822"
    assert raw.headers["content-disposition"].startswith(f'attachment; filename="{notice["id"]}.eml"')
    assert raw.content == api("GET", path, headers={"accept": "message/rfc822"}).content
    message = message_from_bytes(raw.content, policy=default)
    assert not message.defects
    assert [(one["name"], one["value"]) for one in told["headers"]] == [
        (name, str(value)) for name, value in message.items()
    ]
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == told["text"]
    assert html.get_content().replace("\r\n", "\n") == told["html"]
    assert told["links"][0]["url"] in told["text"]


def test_others_and_live_workspaces_see_none(api: Caller) -> None:
    """Another workspace's message is not found, a live key is refused, an unknown id is not found."""
    send(api, "refuse@lre.test")
    idle(api)
    [notice] = listed(api)
    path = f"/v1/outgoing-mail/{notice['id']}"
    assert api.with_key(OTHER_KEY)("GET", path).status_code == 404
    for live in ("/v1/outgoing-mail", path):
        assert api.with_key(LIVE_KEY)("GET", live).json()["code"] == "live_workspace"
    for wrong in ("mail_00000000000000000000_01", notice["id"][:-2] + "99", "mail_x_1"):
        assert api("GET", f"/v1/outgoing-mail/{wrong}").status_code == 404
    assert pointers(api("GET", "/v1/outgoing-mail", params={"kind": "spam", "to": "nobody"})) == {
        "/kind": "unknown_value",
        "/to": "bad_email",
    }
