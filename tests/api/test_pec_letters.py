"""PEC over the API: a message to several, a letter for each of them, and everything that can be wrong with it."""

from __future__ import annotations

from typing import Any

from tests.api.caller import PDF, Caller, letter, pointers


def pec(**changes: object) -> dict[str, object]:
    """A PEC to one address, with changes; None takes a field out."""
    return letter(**{"service": "pec", "recipient": {"email": "deliver@pec.test"}, **changes})


def posted(api: Caller, **changes: object) -> list[dict[str, Any]]:
    """Send a PEC; give its letters, the first recipient's first."""
    sent = api("POST", "/v1/letters", json=pec(**changes))
    assert sent.status_code == 201, sent.text
    listed = api("GET", f"/v1/letters?limit=100&message_id={sent.json()['message_id']}").json()["data"]
    assert listed[-1] == sent.json()
    return list(reversed(listed))


def until_idle(api: Caller) -> None:
    """Let everything happen that is due."""
    assert api("POST", "/v1/clock/advance", json={"until": "idle"}).status_code == 200


SEVERAL: dict[str, object] = {
    "to": [{"email": "unknown@pec.test"}],
    "cc": [{"email": "late@aruba.pec.test", "name": "Mario Rossi"}, {"email": "info@example.com"}],
    "receipt_type": "brief",
}


def test_a_message_to_several_is_a_letter_for_each(api: Caller) -> None:
    """201 is the first recipient's letter; all share the message, and each has its own outcome and proofs."""
    letters = posted(api, **SEVERAL)
    first = letters[0]
    assert first["message_id"].endswith("@pec.test")
    assert first["message"] == {
        "role": "to",
        "to": [{"email": "deliver@pec.test", "certified": True}, {"email": "unknown@pec.test", "certified": True}],
        "cc": [{"email": "late@aruba.pec.test", "certified": True}, {"email": "info@example.com", "certified": False}],
        "receipt_type": "brief",
        "original_message_id": None,
    }
    assert [one["recipient"]["name"] for one in letters] == [
        "deliver@pec.test",
        "unknown@pec.test",
        "Mario Rossi",
        "info@example.com",
    ]
    assert [one["message"]["role"] for one in letters] == ["to", "to", "cc", "cc"]
    assert [one["scenario"] for one in letters] == ["deliver", "unknown", "late", "ordinary"]
    assert len({one["id"] for one in letters}) == len({one["number"] for one in letters}) == 4
    assert {(one["message_id"], one["status"], one["created_at"]) for one in letters} == {
        (first["message_id"], "deposited", first["created_at"])
    }
    assert all(one["proofs"] == ["acceptance", "transport"] for one in letters)
    until_idle(api)
    after = [api("GET", f"/v1/letters/{one['id']}").json() for one in letters]
    assert [(one["status"], one["outcome"]) for one in after] == [
        ("delivered", "delivered"),
        ("undelivered", "unknown_mailbox"),
        ("delivered", "delivered"),
        ("relayed", "relayed"),
    ]
    assert after[2]["proofs"] == ["acceptance", "transport", "delay_notice", "taking_charge", "delivery"]
    assert all(one["notified_at"] is one["expires_at"] is None for one in after)


def test_a_message_as_a_form_with_its_files(api: Caller) -> None:
    """A no-code tool sends further recipients as repeated fields, and files beside."""
    fields = {
        "service": "pec",
        "recipient.email": "deliver@pec.test",
        "subject": "Fattura 117",
        "content": "In allegato.",
        "to": ["late@pec.test", "full@pec.test"],
        "cc": ["unknown@pec.test"],
        "receipt_type": "concise",
    }
    sent = api("POST", "/v1/letters", data=fields, files=[("files", ("fattura.pdf", PDF))])
    assert sent.status_code == 201, sent.text
    body = sent.json()
    assert [one["email"] for one in body["message"]["to"]] == ["deliver@pec.test", "late@pec.test", "full@pec.test"]
    assert [one["email"] for one in body["message"]["cc"]] == ["unknown@pec.test"]
    assert body["message"]["receipt_type"] == "concise"
    assert [one["name"] for one in body["files"]] == ["content.txt", "fattura.pdf"]
    listed = api("GET", f"/v1/letters?message_id={body['message_id']}").json()["data"]
    assert len({one["files"][1]["file_id"] for one in listed}) == 1


def test_a_wrong_form_points_at_its_parts(memory_api: Caller) -> None:
    """What is wrong in a repeated field is told with its place in it."""
    fields = {
        "service": "pec",
        "recipient.email": "deliver@pec.test",
        "subject": "Fattura 117",
        "content": "In allegato.",
        "to": ["late@pec.test", "nobody"],
        "cc": ["deliver@pec.test"],
    }
    parts = [
        (name, (None, each))
        for name, value in fields.items()
        for each in ([value] if isinstance(value, str) else value)
    ]
    refused = memory_api("POST", "/v1/letters", files=parts)
    assert pointers(refused)["/to/1/email"] == "bad_email"


def test_a_page_of_a_message_goes_on(api: Caller) -> None:
    """The letters of one message come in pages as all lists do, and no other message's with them."""
    posted(api)
    letters = posted(api, **SEVERAL)
    posted(api)
    path = f"/v1/letters?limit=3&message_id={letters[0]['message_id']}"
    page = api("GET", path).json()
    rest = api("GET", f"{path}&cursor={page['next_cursor']}").json()
    assert [one["id"] for one in [*page["data"], *rest["data"]]] == [one["id"] for one in reversed(letters)]
    assert (page["has_more"], rest["has_more"]) == (True, False)
    assert api("GET", "/v1/letters?message_id=sigillo000000000099%40pec.test").json()["data"] == []
    assert api("GET", "/v1/letters?message_id=nobody").json()["data"] == []
    assert len(api("GET", "/v1/letters?service=pec").json()["data"]) == 6
    assert api("GET", f"{path}&status=delivered").json()["data"] == []


def test_every_error_is_told_at_once(api: Caller) -> None:
    """Wrong addresses, doubles, another service's fields and unknown files come in one answer, each in its place."""
    refused = api(
        "POST",
        "/v1/letters",
        json=pec(
            to=[{"email": "late@pec.test"}, {"email": "Deliver@pec.test"}],
            cc=[{"email": "late@pec.test"}, {"email": "late+soon@pec.test"}, {"email": "late+1h@pec.test"}],
            consent={"obtained_at": "2025-11-03T09:30:00Z"},
            file_ids=["file_00000000000000000000"],
        ),
    )
    assert pointers(refused) == {
        "/to/1/email": "duplicate_recipient",
        "/cc/0/email": "duplicate_recipient",
        "/cc/1/email": "bad_delay",
        "/cc/2/email": "delay_out_of_range",
        "/consent": "not_for_pec",
        "/file_ids/0": "unknown_file",
    }
    shape = api("POST", "/v1/letters", json=pec(to=[{"email": "late@pec.test"}, {"email": "nobody"}], subject="", cc=3))
    assert pointers(shape) == {"/to/1/email": "bad_email", "/subject": "blank", "/cc": "wrong_type"}
    assert api("GET", "/v1/letters").json()["data"] == []


def test_only_a_pec_goes_to_several(api: Caller) -> None:
    """An LRE names each further recipient that it cannot have, and the receipts that it does not know."""
    refused = api(
        "POST",
        "/v1/letters",
        json=letter(
            to=[{"email": "a@b.test"}], cc=[{"email": "c@d.test"}, {"email": "e@f.test"}], receipt_type="brief"
        ),
    )
    assert pointers(refused) == {
        "/to/0": "only_for_pec",
        "/cc/0": "only_for_pec",
        "/cc/1": "only_for_pec",
        "/receipt_type": "only_for_pec",
    }


def test_a_provider_takes_so_many_recipients(api: Caller) -> None:
    """Fifty at a provider that keeps to the law, more at one whose plan has more; the first one too many is told."""
    many = [{"email": f"deliver@{name}.pec.test"} for name in ("aruba", "poste")]
    many += [{"email": f"nessuno{i}@pec.test"} for i in range(48)]
    refused = api("POST", "/v1/letters", json=pec(to=many))
    assert pointers(refused) == {"/to/49": "too_many_recipients"}
    assert len(posted(api, to=many[:49])) == 50
    aruba = {"name": "Mario", "email": "mario@aruba.pec.test"}
    assert len(posted(api, to=many[:40], cc=many[40:], sender=aruba)) == 51


def test_a_sender_needs_an_address_that_pec_can_carry(memory_api: Caller) -> None:
    """A sender with another alphabet in their address is told before anything is sent."""
    body = pec(sender={"name": "Zoé", "email": "zoé@pec.test"}, to=[{"email": "nicolò@pec.test"}])
    for path in ("/v1/letters", "/v1/letters/validate"):
        told = memory_api("POST", path, json=body).json()["errors"]
        assert {one["pointer"]: one["code"] for one in told} == {
            "/sender/email": "bad_address",
            "/to/0/email": "bad_address",
        }


def test_one_scenario_for_all(api: Caller) -> None:
    """The field goes before every address; where it cannot be, it is told once."""
    letters = posted(api, **SEVERAL, scenario="deliver+2h")
    assert {one["scenario"] for one in letters} == {"deliver+2h"}
    assert all(one["certified"] for one in letters[0]["message"]["cc"])
    for name, code in (
        ("accept", "scenario_of_another_service"),
        ("delivr", "unknown_scenario"),
        ("timeout+1h", "scenario_takes_no_delay"),
        ("late+1h", "delay_out_of_range"),
        ("deliver+x", "bad_delay"),
    ):
        refused = api("POST", "/v1/letters", json=pec(**SEVERAL, scenario=name))
        assert pointers(refused) == {"/scenario": code}, name
        assert len(refused.json()["errors"]) == 1
    pec_alone = api("POST", "/v1/letters", json=letter(scenario="late"))
    assert pointers(pec_alone) == {"/scenario": "scenario_of_another_service"}


def test_the_same_key_sends_a_message_once(api: Caller) -> None:
    """The same Idempotency-Key and message give the same answer, and no letter more; another recipient is another."""
    headers = {"idempotency-key": "fattura-117"}
    first = api("POST", "/v1/letters", json=pec(**SEVERAL), headers=headers)
    again = api("POST", "/v1/letters", json=pec(**SEVERAL), headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert len(api("GET", "/v1/letters").json()["data"]) == 4
    other = api("POST", "/v1/letters", json=pec(to=[{"email": "full@pec.test"}]), headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_checking_warns_of_addresses_that_nobody_reads(api: Caller) -> None:
    """What will come of an address is said before it is sent, where the sender may not have meant it."""
    checked = api(
        "POST",
        "/v1/letters/validate",
        json=pec(
            recipient={"email": "mario.rossi@pec.test"},
            to=[{"email": "deliver@aruba.pec.test"}, {"email": "x@nodomain.test"}, {"email": "unknown@pec.test"}],
            cc=[{"email": "mario@example.com"}, {"email": "accept@lre.test"}],
        ),
    ).json()
    assert checked["valid"] is True
    assert {one["pointer"]: one["code"] for one in checked["warnings"]} == {
        "/recipient/email": "unknown_address",
        "/to/1/email": "nodomain_address",
        "/cc/0/email": "not_pec",
        "/cc/1/email": "not_pec",
    }
    assert "nobody certifies" in checked["warnings"][2]["detail"]
    assert api("GET", "/v1/letters").json()["data"] == []


def test_a_mailbox_takes_its_mail(api: Caller) -> None:
    """What is no address before is one with a mailbox; its domain is PEC then, and another local part unknown there."""
    body = pec(recipient={"email": "anna@comune.test"}, to=[{"email": "luca@comune.test"}])
    codes = [one["code"] for one in api("POST", "/v1/letters/validate", json=body).json()["warnings"]]
    assert codes == ["not_pec", "not_pec"]
    assert api("POST", "/v1/mailboxes", json={"address": "anna@comune.test"}).status_code == 201
    codes = [one["code"] for one in api("POST", "/v1/letters/validate", json=body).json()["warnings"]]
    assert codes == ["unknown_address"]
    letters = posted(api, recipient={"email": "Anna@Comune.test"}, to=[{"email": "luca@comune.test"}])
    assert [one["scenario"] for one in letters] == ["deliver", "unknown"]


def test_a_pec_is_neither_cancelled_nor_answered(api: Caller) -> None:
    """409 says in words why not, before and after it has ended."""
    place = api("POST", "/v1/letters", json=pec()).headers["location"]
    for _ in range(2):
        cancelled = api("POST", f"{place}/cancel")
        refused = api("POST", f"{place}/recipient-actions", json={"action": "refuse"})
        for answer in (cancelled, refused):
            assert (answer.status_code, answer.json()["code"]) == (409, "illegal_move")
            assert "neither accepts nor refuses" in answer.json()["detail"]
        until_idle(api)
    assert api("GET", place).json()["status"] == "delivered"


def test_the_workspace_s_scenario_is_not_pec_s(api: Caller) -> None:
    """manual waits for a person on the recipient's page, which a PEC does not have: its address decides."""
    assert api("GET", "/v1/me").json()["workspace"]["default_scenario"] == "manual"
    assert posted(api, recipient={"email": "anna@example.com"})[0]["scenario"] == "ordinary"
    until_idle(api)
    assert api("GET", "/v1/outgoing-mail").json()["data"] == []


def test_events_tell_the_message_and_why(api: Caller) -> None:
    """Each fact names its letter's message, a failure its reason in the provider's words."""
    letters = posted(api, recipient={"email": "unknown@aruba.pec.test"}, to=[{"email": "timeout@pec.test"}])
    until_idle(api)
    events = api("GET", "/v1/events?limit=100").json()["data"]
    assert {one["data"]["letter"]["message_id"] for one in events} == {letters[0]["message_id"]}
    undelivered = [one for one in reversed(events) if one["type"] == "letter.undelivered"]
    assert [one["data"]["reason"][:5] for one in undelivered] == ["5.1.1", "5.4.7"]
    proofs = [one["data"]["proof"] for one in events if one["type"] == "proof.available"]
    formats = {one["kind"]: one["formats"] for one in proofs}
    assert formats["acceptance"] == ["eml", "xml", "tst", "asice"]
    assert formats["transport"] == ["eml"]
    assert api("GET", "/v1/events?type=letter.delayed").json()["data"][0]["data"]["reason"].startswith("4.4.7")


def test_a_refused_message_is_refused_for_all(api: Caller) -> None:
    """RFC 6109 §3.1: one recipient whose scenario is a refusal has the whole message refused."""
    letters = posted(api, to=[{"email": "reject@pec.test"}])
    assert [(one["status"], one["outcome"], one["proofs"]) for one in letters] == [
        ("rejected", "rejected", ["non_acceptance"]),
        ("rejected", "rejected", ["non_acceptance"]),
    ]


def test_figures_count_each_recipient(api: Caller) -> None:
    """What is delivered, late and lost of PEC stands in the statistics, by its outcomes."""
    posted(api, to=[{"email": f"{name}@pec.test"} for name in ("unknown", "full", "virus", "timeout", "late")])
    posted(api, recipient={"email": "x@nodomain.test"}, cc=[{"email": "a@example.com"}])
    until_idle(api)
    api("POST", "/v1/letters", json=letter(recipient={"name": "A", "email": "reject@lre.test"}))
    told = api("GET", "/v1/stats?group_by=service").json()
    figures = next(group for group in told["groups"] if group["key"] == "pec")
    assert (figures["sent"], figures["ended"], told["in_progress"]) == (8, 8, 0)
    assert figures["outcomes"] == {
        "delivered": 2,
        "full_mailbox": 1,
        "relayed": 1,
        "timed_out": 1,
        "unknown_domain": 1,
        "unknown_mailbox": 1,
        "virus": 1,
    }
    assert figures["deliverability"] == 0.285714  # 2 of 7: nobody knows of the one to an ordinary mailbox
    assert told["total"]["outcomes"]["rejected"] == 1
