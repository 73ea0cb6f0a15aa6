"""What is in PEC mailboxes over the API: listed, unwrapped, fetched, and let in from outside."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.caller import LIVE_KEY, OTHER_KEY, PDF, Caller, letter, pointers
from tests.api.test_mailboxes import MARIO, made

ANNA = "anna@comune.test"
ORDINARY = (
    b"From: Ufficio <ufficio@example.com>\r\nTo: mario@studio.test\r\nSubject: Preventivo\r\n"
    b"Message-ID: <p1@example.com>\r\nDate: Mon, 5 Jan 2026 09:00:00 +0100\r\n\r\nBuongiorno\r\n"
)


def send(api: Caller, address: str, **more: object) -> dict[str, Any]:
    """Send a PEC with a file from Mario, and let everything happen that is due."""
    uploaded = api("POST", "/v1/files", files={"file": ("contratto.pdf", PDF)}).json()
    pec = letter(
        service="pec",
        sender={"name": "Mario Rossi", "email": MARIO},
        recipient={"name": "Comune", "email": address},
        subject="Diffida è urgente",
        content="Spett.le Comune,",
        file_ids=[uploaded["id"]],
        **more,
    )
    answer = api("POST", "/v1/letters", json=pec)
    assert answer.status_code == 201, answer.text
    api("POST", "/v1/clock/advance", json={"until": "idle"})
    body: dict[str, Any] = answer.json()
    return body


def listed(api: Caller, address: str = MARIO, **query: object) -> list[dict[str, Any]]:
    """The messages of a mailbox, newest first."""
    answer = api("GET", f"/v1/mailboxes/{address}/messages", params=query)
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


def receive(api: Caller, raw: bytes, address: str = MARIO, **more: Any) -> Any:
    """Let a message come in."""
    return api("POST", f"/v1/mailboxes/{address}/messages", files={"message": ("m.eml", raw)}, **more)


def unwrapped(api: Caller, message: dict[str, Any]) -> dict[str, Any]:
    """A message taken apart."""
    answer = api("GET", f"/v1/mailboxes/{message['mailbox']}/messages/{message['id']}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def raw_of(api: Caller, message: dict[str, Any]) -> bytes:
    """A message as it stands."""
    answer = api("GET", f"/v1/mailboxes/{message['mailbox']}/messages/{message['id']}", params={"view": "raw"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "message/rfc822"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    return answer.content


def test_both_sides_of_a_pec_are_listed(api: Caller) -> None:
    """Receipts and the sent copy in the sender's mailbox, the envelope in the recipient's, all naming the letter."""
    made(api)
    made(api, ANNA)
    sent = send(api, ANNA)
    assert [one["kind"] for one in listed(api)] == ["delivery", "acceptance", "sent"]
    assert [one["kind"] for one in listed(api, ANNA)] == ["transport"]
    assert {one["letter_id"] for one in listed(api)} == {sent["id"]}
    shown = api("GET", f"/v1/mailboxes/{MARIO}").json()
    assert shown["messages"] == 3
    assert shown["used_bytes"] > 2 * 8192


def test_lists_are_filtered_and_paged(api: Caller) -> None:
    """By folder, kind, what nobody read, sender, subject and instant; a cursor is good for its own list alone."""
    made(api)
    send(api, "late@pec.test")
    assert [one["kind"] for one in listed(api, folder="INBOX")] == ["delivery", "delay_notice", "acceptance"]
    assert [one["kind"] for one in listed(api, folder="Sent")] == ["sent"]
    assert [one["kind"] for one in listed(api, kind="delay_notice")] == ["delay_notice"]
    assert len(listed(api, unseen="true")) == 3
    assert [one["kind"] for one in listed(api, **{"from": "MARIO@"})] == ["sent"]
    assert [one["kind"] for one in listed(api, subject="consegna: diffida È")] == ["delivery"]
    received = listed(api, kind="acceptance")[0]["received_at"]
    assert len(listed(api, after=received)) == 2
    first = api("GET", f"/v1/mailboxes/{MARIO}/messages", params={"limit": 3}).json()
    rest = api("GET", f"/v1/mailboxes/{MARIO}/messages", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [one["kind"] for one in rest["data"]] == ["sent"]
    wrong = api(
        "GET", f"/v1/mailboxes/{MARIO}/messages", params={"limit": 3, "kind": "sent", "cursor": first["next_cursor"]}
    )
    assert wrong.status_code == 422


def test_a_receipt_is_unwrapped(api: Caller) -> None:
    """What it certifies, the message inside with its file, and a signature that holds; nothing is flagged as seen."""
    made(api)
    send(api, "deliver@pec.test")
    receipt = unwrapped(api, listed(api, kind="delivery")[0])
    assert receipt["pec"]["kind"] == "avvenuta-consegna"
    assert receipt["pec"]["recipient"] == "deliver@pec.test"
    assert receipt["pec"]["recipients"] == [{"address": "deliver@pec.test", "certified": True}]
    assert (receipt["pec"]["error"], receipt["pec"]["receipt_type"]) == (None, "complete")
    assert receipt["pec"]["text"].startswith("Ricevuta di avvenuta consegna")
    assert receipt["message"]["text"].startswith("Spett.le Comune,")
    assert receipt["message"]["subject"] == "Diffida è urgente"
    assert receipt["signature"]["conclusion"] == "valid", receipt["signature"]
    assert receipt["oddities"] == []
    assert receipt["unseen"]
    [file] = receipt["message"]["attachments"]
    assert (file["name"], file["size"]) == ("contratto.pdf", len(PDF))
    fetched = api("GET", file["url"])
    assert fetched.content == PDF
    assert fetched.headers["content-disposition"].startswith("attachment; ")
    assert fetched.headers["x-content-type-options"] == "nosniff"
    for number in ("0", "2", "x", "99999999999"):
        assert api("GET", file["url"][:-1] + number).status_code == 404


def test_a_failure_says_why(api: Caller) -> None:
    """The rule's word and the provider's words are told; an acceptance carries no message."""
    made(api)
    send(api, "unknown@pec.test")
    failure = unwrapped(api, listed(api, kind="non_delivery")[0])
    assert failure["pec"]["error"] == "no-dest"
    assert failure["pec"]["error_detail"].startswith("5.1.1 - ")
    assert unwrapped(api, listed(api, kind="acceptance")[0])["message"] is None


def test_raw_is_the_proof(api: Caller) -> None:
    """The message as it stands is the letter's proof, byte for byte, and its size is known from then on."""
    made(api)
    sent = send(api, "deliver@pec.test")
    receipt = listed(api, kind="delivery")[0]
    assert receipt["size"] is None
    proof = api("GET", f"/v1/letters/{sent['id']}/proofs/delivery", params={"format": "eml"}).content
    assert raw_of(api, receipt) == proof
    assert listed(api, kind="delivery")[0]["size"] == len(proof) == unwrapped(api, receipt)["size"]


def test_ordinary_mail_comes_in_wrapped(api: Caller) -> None:
    """Mail that is no PEC arrives in a signed anomaly envelope that holds it, once under one key."""
    made(api)
    once = {"idempotency-key": "m1"}
    came = receive(api, ORDINARY, headers=once)
    assert came.status_code == 201, came.text
    assert came.json()["kind"] == "anomaly"
    assert came.json()["subject"] == "ANOMALIA MESSAGGIO: Preventivo"
    assert came.headers["location"].endswith(came.json()["id"])
    assert receive(api, ORDINARY, headers=once).headers["idempotent-replayed"] == "true"
    assert len(listed(api)) == 1
    envelope = unwrapped(api, came.json())
    assert envelope["pec"]["kind"] == "errore"
    assert envelope["message"]["sender"] == "ufficio@example.com"
    assert envelope["message"]["text"].strip() == "Buongiorno"
    assert envelope["signature"]["conclusion"] == "valid", envelope["signature"]


def test_ordinary_mail_is_refused_where_the_owner_wants(api: Caller) -> None:
    """Aruba's mailboxes take none by default: the answer says so, and nothing is kept."""
    made(api, dialect="aruba")
    refused = receive(api, ORDINARY)
    assert refused.status_code == 422
    assert pointers(refused) == {"/message": "ordinary_mail_refused"}
    assert "this is some: no provider of PEC sent it." in refused.text
    assert listed(api) == []


def test_an_earlier_answer_is_given_whatever_became_of_the_mailbox(api: Caller) -> None:
    """The same key again is answered as before, though the mailbox refuses ordinary mail now, or is gone."""
    made(api)
    once: dict[str, Any] = {"headers": {"idempotency-key": "m2"}}
    first = receive(api, ORDINARY, **once)
    api("PATCH", f"/v1/mailboxes/{MARIO}", json={"ordinary_mail": "refuse"})
    again = receive(api, ORDINARY, **once)
    assert (again.status_code, again.json()) == (201, first.json())
    assert receive(api, ORDINARY).status_code == 422
    other = receive(api, ORDINARY + b"x", **once)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    api("DELETE", f"/v1/mailboxes/{MARIO}")
    assert receive(api, ORDINARY, **once).headers["idempotent-replayed"] == "true"


def test_an_envelope_of_a_trusted_provider_stands_as_it_is(api: Caller) -> None:
    """A transport envelope with a good signature is delivered byte for byte; one that was changed is an anomaly."""
    for address in (MARIO, ANNA):
        made(api, address)
    send(api, ANNA)
    envelope = raw_of(api, listed(api, ANNA)[0])
    came = receive(api, envelope)
    assert came.json()["kind"] == "transport"
    assert raw_of(api, came.json()) == envelope
    broken = receive(api, envelope.replace(b"contratto.pdf", b"contratti.pdf"))
    assert broken.json()["kind"] == "anomaly"
    assert b"non \xc3\xa8 verificabile" in raw_of(api, broken.json()) or "verificabile" in str(
        unwrapped(api, broken.json())
    )


def test_mail_that_comes_in_is_archived_forwarded_and_bounded(api: Caller) -> None:
    """The archive and the other mailbox get copies; a mailbox without room refuses."""
    made(api, archive=True, forward_to=ANNA)
    made(api, ANNA)
    receive(api, ORDINARY)
    assert sorted(one["folder"] for one in listed(api)) == ["Archive", "INBOX"]
    assert [one["kind"] for one in listed(api, ANNA)] == ["anomaly"]
    api("PATCH", f"/v1/mailboxes/{MARIO}", json={"quota_bytes": 10})
    full = receive(api, ORDINARY)
    assert (full.status_code, full.json()["code"]) == (409, "mailbox_full")
    assert len(listed(api)) == 2


@pytest.mark.parametrize("raw", [b"x", b"\x00\xff" * 500, b"From: \xe9@@\r\nSubject: =?x?b?\r\n\r\n", b"\r\n\r\n" * 9])
def test_whatever_comes_in_is_kept_and_read(memory_api: Caller, raw: bytes) -> None:
    """Bytes that are hardly a message come in as an anomaly and can be unwrapped."""
    made(memory_api)
    came = receive(memory_api, raw)
    assert came.status_code == 201, came.text
    assert unwrapped(memory_api, came.json())["kind"] == "anomaly"


def test_bad_requests_are_refused(memory_api: Caller) -> None:
    """Unknown mailboxes, folders, messages and parameters, a missing part, another workspace, a live one."""
    made(memory_api)
    path = f"/v1/mailboxes/{MARIO}/messages"
    assert memory_api("GET", "/v1/mailboxes/nobody@studio.test/messages").status_code == 404
    assert memory_api("GET", path, params={"folder": "Nowhere"}).status_code == 404
    assert pointers(memory_api("GET", path, params={"unseen": "yes"})) == {"/unseen": "wrong_type"}
    assert pointers(memory_api("GET", path, params={"kind": "fax"})) == {"/kind": "unknown_value"}
    assert pointers(memory_api("GET", path, params={"sender": "x"})) == {"/sender": "unknown_field"}
    came = receive(memory_api, ORDINARY).json()
    for wrong in ("msg_0123456789abcdefghjk_01", came["id"][:-2] + "99", "msg_1", "letter"):
        assert memory_api("GET", f"{path}/{wrong}").status_code == 404
    assert pointers(memory_api("GET", f"{path}/{came['id']}", params={"view": "pretty"})) == {"/view": "unknown_value"}
    assert memory_api.with_key(OTHER_KEY)("GET", f"{path}/{came['id']}").status_code == 404
    assert pointers(memory_api("POST", path, files={"file": ("m.eml", ORDINARY)})) == {"/file": "unknown_field"}
    assert pointers(memory_api("POST", path, files={"message": ("m.eml", b"")})) == {"/message": "missing"}
    assert memory_api("POST", path, json={"message": "x"}).status_code == 415
    assert receive(memory_api, ORDINARY, "nobody@studio.test").status_code == 404
    live = memory_api.with_key(LIVE_KEY)
    made(live, "live@studio.test")
    assert receive(live, ORDINARY, "live@studio.test").json()["code"] == "live_workspace"


def test_a_reset_empties_a_mailbox(api: Caller) -> None:
    """What was in it is gone, also what came from outside; new mail comes in."""
    made(api)
    receive(api, ORDINARY)
    send(api, "deliver@pec.test")
    assert api("POST", "/v1/workspace/reset", json={}).status_code == 200
    assert listed(api) == []
    receive(api, ORDINARY)
    assert len(listed(api)) == 1


def test_a_name_that_no_folder_has_is_not_found(memory_api: Caller) -> None:
    """Neither an unknown folder nor a text that names none is a wrong request."""
    made(memory_api)
    for folder in ("Nowhere", "a//b", "\x85"):
        answer = memory_api("GET", f"/v1/mailboxes/{MARIO}/messages", params={"folder": folder})
        assert answer.status_code == 404, answer.text
        assert answer.json()["code"] == "no_such_folder"
