"""What a mailbox sends to its owner's other addresses: told of new mail, and mail forwarded outside."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from hashlib import sha256

from tests.api.caller import Caller
from tests.api.test_mailbox_messages import ANNA, ORDINARY, listed, raw_of, receive, send
from tests.api.test_mailboxes import MARIO, made
from tests.api.test_outgoing_mail import listed as outgoing

OWNER, ELSEWHERE = "anna@example.com", "archivio@example.org"
WIDE = {"limit": "100"}


def whole(api: Caller, mail_id: str) -> dict[str, object]:
    """A message as the API tells it."""
    answer = api("GET", f"/v1/outgoing-mail/{mail_id}")
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


def test_whoever_set_an_address_is_told_of_new_mail(api: Caller) -> None:
    """Sender and subject in Italian, French and English, no content, no link; one for each PEC, none for a receipt."""
    made(api, ANNA, notify_address=OWNER)
    made(api, notify_address="mario@example.com")
    sent = send(api, ANNA)
    [notice] = outgoing(api)
    assert (notice["kind"], notice["to"]["email"], notice["letter_id"]) == ("mailbox_notice", OWNER, sent["id"])
    assert notice["subject"] == f"Nuova PEC nella casella {ANNA}"
    told = whole(api, notice["id"])
    for text in (str(told["text"]), str(told["html"])):
        for word in (MARIO, "Diffida è urgente", "Buongiorno", "Bonjour", "Hello", "SANDBOX"):
            assert word in text
        assert "Spett.le" not in text
        assert "/r/" not in text
    assert told["links"] == []
    assert [one["id"] for one in outgoing(api, kind="mailbox_notice", to=OWNER.upper())] == [notice["id"]]
    assert [one["id"] for one in outgoing(api, letter_id=sent["id"])] == [notice["id"]]
    assert outgoing(api, to=ANNA) == outgoing(api, kind="forwarded") == []


def test_mail_is_forwarded_to_any_address_as_it_came(api: Caller) -> None:
    """An address that is no mailbox gets the envelope below Resent fields, its bytes and its signature unchanged."""
    made(api, ANNA, forward_to=ELSEWHERE)
    sent = send(api, ANNA)
    [forwarded] = outgoing(api)
    assert (forwarded["kind"], forwarded["to"]["email"]) == ("forwarded", ELSEWHERE)
    assert forwarded["id"].endswith("_forwarded")
    assert forwarded["subject"] == "POSTA CERTIFICATA: Diffida è urgente"
    raw = api("GET", f"/v1/outgoing-mail/{forwarded['id']}", params={"format": "eml"}).content
    envelope = raw_of(api, listed(api, ANNA)[0])
    assert raw.endswith(b"\r\n" + envelope)
    proof = api("GET", f"/v1/letters/{sent['id']}/proofs/transport", params={"format": "eml"}).content
    assert proof == envelope
    read = message_from_bytes(raw, policy=default)
    assert not read.defects
    assert (read["Resent-From"], read["Resent-To"], read["Subject"]) == (ANNA, ELSEWHERE, forwarded["subject"])
    judged = api("POST", "/v1/verifications", files={"files": ("m.eml", raw)}).json()
    assert judged["conclusion"] == "valid", judged
    assert "Diffida" in str(whole(api, forwarded["id"])["text"])


def test_what_was_sent_stays_whoever_is_told_now(api: Caller) -> None:
    """A changed address hears of what comes from then on; the earlier messages stay as they were."""
    path = f"/v1/mailboxes/{ANNA}"
    made(api, ANNA)
    send(api, ANNA)
    assert outgoing(api) == []
    api("PATCH", path, json={"notify_address": OWNER, "forward_to": ELSEWHERE})
    assert outgoing(api) == []
    send(api, ANNA)
    first = outgoing(api)
    assert [one["kind"] for one in first] == ["forwarded", "mailbox_notice"]
    api("PATCH", path, json={"notify_address": "new@example.com", "forward_to": None})
    assert outgoing(api) == first
    send(api, ANNA)
    assert [one["to"]["email"] for one in outgoing(api)] == ["new@example.com", ELSEWHERE, OWNER]
    api("PATCH", path, json={"archive": True})
    assert len(outgoing(api)) == 3
    before = outgoing(api)
    api("DELETE", path)
    assert outgoing(api) == before
    assert outgoing(api, to=OWNER) == [one for one in before if one["to"]["email"] == OWNER] != []
    assert outgoing(api, letter_id=str(before[0]["letter_id"])) == before[:1]
    assert whole(api, before[1]["id"])["kind"] == "forwarded"
    made(api, ANNA, notify_address=OWNER)
    assert outgoing(api) == before
    api("POST", "/v1/workspace/reset", json={})
    assert outgoing(api) == []


def test_a_copy_to_a_mailbox_is_no_message_that_leaves(api: Caller) -> None:
    """What another mailbox got in its INBOX is not forwarded outside too, not even once that mailbox was made later."""
    made(api, ANNA, forward_to="Office@comune.test")
    send(api, ANNA)
    [outside] = outgoing(api)
    made(api, "office@comune.test")
    send(api, ANNA)
    assert [one["id"] for one in outgoing(api)] == [outside["id"]]
    assert [one["kind"] for one in listed(api, "office@comune.test")] == ["transport"]


def test_a_mailbox_that_is_removed_has_sent_on_what_came(api: Caller) -> None:
    """Its copies reach the other mailbox though nobody looked before; once that is removed, none of them leaves."""
    office = "office@comune.test"
    made(api, ANNA, forward_to=office)
    made(api, office)
    send(api, ANNA)
    api("DELETE", f"/v1/mailboxes/{ANNA}")
    assert [one["kind"] for one in listed(api, office)] == ["transport"]
    api("DELETE", f"/v1/mailboxes/{office}")
    assert outgoing(api) == []


def test_pages_end_between_two_messages_of_a_fact(api: Caller) -> None:
    """Pages of one add up to the whole, with other messages in between and by either filter."""
    made(api, ANNA, notify_address=OWNER, forward_to=ELSEWHERE)
    for _ in range(3):
        send(api, ANNA)
        send(api, "deliver@pec.test")
    for wanted in ({}, {"to": OWNER}, {"kind": "forwarded"}):
        every = [one["id"] for one in outgoing(api, **wanted)]
        assert len(every) == (3 if wanted else 6)
        found: list[str] = []
        cursor: dict[str, str] = {}
        for _ in every:
            page = api("GET", "/v1/outgoing-mail", params={**wanted, **cursor, "limit": "1"}).json()
            found += [one["id"] for one in page["data"]]
            cursor = {"cursor": page["next_cursor"]}
        assert found == every
        assert not page["has_more"]


def test_a_reset_begins_again_with_who_is_told(api: Caller) -> None:
    """After a reset nothing was sent, and the addresses hear of new mail as before."""
    made(api, ANNA, notify_address=OWNER)
    send(api, ANNA)
    first = outgoing(api)
    api("POST", "/v1/workspace/reset", json={"seed": "1"})
    assert outgoing(api) == []
    send(api, ANNA)
    again = outgoing(api)
    assert [(one["kind"], one["to"]) for one in again] == [(one["kind"], one["to"]) for one in first]


def test_mail_let_in_by_hand_is_told_of_and_forwarded(api: Caller) -> None:
    """As any that arrives: an anomaly with its sender, an envelope byte for byte; the journal notes both."""
    made(api)
    send(api, MARIO)
    envelope = raw_of(api, listed(api, kind="transport")[0])
    made(api, ANNA, notify_address=OWNER, forward_to=ELSEWHERE)
    came = [receive(api, raw, ANNA).json() for raw in (ORDINARY, envelope)]
    assert [one["kind"] for one in came] == ["anomaly", "transport"]
    sent = list(reversed(outgoing(api)))
    assert [one["kind"] for one in sent] == ["mailbox_notice", "forwarded"] * 2
    assert [one["number"] for one in sent] == [one["id"] for one in came for _ in range(2)]
    assert {one["letter_id"] for one in sent} == {None}
    first, second = (str(whole(api, sent[place]["id"])["text"]) for place in (0, 2))
    for text, words in ((first, ("ufficio@example.com", came[0]["subject"])), (second, (MARIO, "Diffida"))):
        assert all(word in text for word in words), text
    for place, one in ((1, came[0]), (3, came[1])):
        raw = api("GET", f"/v1/outgoing-mail/{sent[place]['id']}", params={"format": "eml"}).content
        assert raw.endswith(b"\r\n" + raw_of(api, one))
        assert sent[place]["subject"] == message_from_bytes(raw, policy=default)["Subject"] == one["subject"]
    assert outgoing(api, to=OWNER) == [sent[2], sent[0]]
    assert outgoing(api, kind="forwarded", to=ELSEWHERE) == [sent[3], sent[1]]
    assert outgoing(api, letter_id=str(send(api, "deliver@pec.test")["id"])) == []
    [last, _] = api("GET", "/v1/events", params={"type": "mailbox.received"}).json()["data"]
    assert last["data"]["mailbox"] == {
        "address": ANNA,
        "message_id": came[1]["id"],
        "kind": "transport",
        "sender": MARIO,
        "subject": came[1]["subject"],
    }
    assert last["data"]["sha256"] == sha256(envelope).hexdigest()


def test_mail_let_in_by_hand_goes_to_a_mailbox_or_outside(api: Caller) -> None:
    """A copy that another mailbox gets is no message that leaves; the same request again tells of nothing new."""
    made(api, ANNA, notify_address=OWNER, forward_to="office@comune.test")
    made(api, "office@comune.test")
    for _ in range(2):
        assert receive(api, ORDINARY, ANNA, headers={"idempotency-key": "m3"}).status_code == 201
    assert [one["kind"] for one in outgoing(api)] == ["mailbox_notice"]
    assert [one["kind"] for one in listed(api, "office@comune.test")] == ["anomaly"]
