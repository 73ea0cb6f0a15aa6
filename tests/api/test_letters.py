"""Sending, reading, cancelling letters and playing their recipients."""

from __future__ import annotations

from tests.api.caller import LIVE_KEY, PDF, Caller, letter, pointers


def test_a_letter_is_taken_in(api: Caller) -> None:
    """A good letter is answered 201 with its place, and reading it gives the same."""
    sent = api("POST", "/v1/letters", json=letter(tags=["bail"], metadata={"deal": "4711"}))
    assert sent.status_code == 201
    assert sent.headers["location"] == f"/v1/letters/{sent.json()['id']}"
    body = sent.json()
    assert body["status"] == "deposited"
    assert body["proofs"] == ["deposit"]
    assert body["metadata"] == {"deal": "4711"}
    assert body["test"] is True
    assert api("GET", sent.headers["location"]).json() == body


def test_the_whole_life_of_a_letter(api: Caller) -> None:
    """Advancing until idle plays the scenario to its end, and the letter's events tell it."""
    place = api("POST", "/v1/letters", json=letter()).headers["location"]
    advanced = api("POST", "/v1/clock/advance", json={"until": "idle"}).json()
    assert advanced["events"]["letter.accepted"] == 1
    after = api("GET", place).json()
    assert (after["status"], after["outcome"]) == ("accepted", "accepted")
    assert after["proofs"] == ["deposit", "dispatch", "reception"]
    events = api("GET", f"{place}/events").json()["data"]
    assert events[-1]["type"] == "letter.deposited"
    assert events[0]["data"]["proof"]["kind"] == "reception"
    assert all(event["data"]["letter"]["expires_at"] is None for event in events[-2:])
    accepted = next(event for event in events if event["type"] == "letter.accepted")
    assert accepted["data"]["letter"]["expires_at"] == after["expires_at"]
    assert accepted["data"]["letter"]["status_at"] == after["status_at"] == accepted["occurred_at"]


def test_a_letter_with_its_files_in_one_step(api: Caller) -> None:
    """Flat form fields and files make a letter, as a no-code tool sends them."""
    fields = {
        "service": "ere",
        "recipient.kind": "professional",
        "recipient.first_name": "Jeanne",
        "recipient.last_name": "Dupré",
        "recipient.email": "refuse@ere.test",
        "recipient.company": "",
        "subject": "Avis",
        "tags": ["a", "b"],
        "metadata.deal.id": "4711",
    }
    sent = api("POST", "/v1/letters", data=fields, files=[("files", ("été.pdf", PDF)), ("files", ("b.pdf", PDF))])
    assert sent.status_code == 201, sent.text
    body = sent.json()
    assert body["recipient"]["name"] == "Jeanne Dupré"
    assert body["tags"] == ["a", "b"]
    assert body["metadata"] == {"deal.id": "4711"}
    assert [file["name"] for file in body["files"]] == ["été.pdf", "b.pdf"]
    content = api("GET", f"/v1/files/{body['files'][0]['file_id']}/content")
    assert content.content == PDF
    assert content.headers["etag"] == f'"{body["files"][0]["sha256"]}"'
    assert content.headers["x-content-type-options"] == "nosniff"
    assert "filename*=UTF-8''%C3%A9t%C3%A9.pdf" in content.headers["content-disposition"]


def test_a_letter_as_one_json_part(memory_api: Caller) -> None:
    """The part `letter` holds the whole letter as JSON beside its files."""
    parts = [("letter", (None, b'{"service":"lre","subject":"S","recipient":{"name":"A","email":"a@b.test"}}'))]
    sent = memory_api("POST", "/v1/letters", files=[*parts, ("files", ("a.pdf", PDF))])
    assert sent.status_code == 201, sent.text
    assert sent.json()["scenario"] == "manual"


def test_uploaded_files_are_named_by_id(api: Caller) -> None:
    """A file that was uploaded before goes with the letter that names it."""
    file = api("POST", "/v1/files", files={"file": ("bail.pdf", PDF)})
    assert file.status_code == 201
    assert api("GET", file.headers["location"]).json() == file.json()
    sent = api("POST", "/v1/letters", json=letter(content=None, file_ids=[file.json()["id"]]))
    assert sent.json()["files"][0]["sha256"] == file.json()["sha256"]


def test_the_same_key_sends_once(api: Caller) -> None:
    """The same Idempotency-Key and letter give the same answer; another letter under it is a conflict."""
    headers = {"idempotency-key": "order-1"}
    first = api("POST", "/v1/letters", json=letter(), headers=headers)
    again = api("POST", "/v1/letters", json=letter(), headers=headers)
    assert again.content == first.content
    assert again.status_code == 201
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    other = api("POST", "/v1/letters", json=letter(subject="Autre"), headers=headers)
    assert other.status_code == 409
    assert other.json()["code"] == "idempotency_key_reused"
    assert len(api("GET", "/v1/letters").json()["data"]) == 1


def test_the_same_key_tells_files_apart(api: Caller) -> None:
    """Under one Idempotency-Key the bytes of the files count, too."""
    headers = {"idempotency-key": "upload-1"}
    first = api("POST", "/v1/files", files={"file": ("a.pdf", PDF)}, headers=headers)
    assert api("POST", "/v1/files", files={"file": ("a.pdf", PDF)}, headers=headers).json() == first.json()
    other = api("POST", "/v1/files", files={"file": ("a.pdf", PDF + b"x")}, headers=headers)
    assert other.status_code == 409


def test_validation_says_all_and_sends_nothing(api: Caller) -> None:
    """Checking a letter answers 200 with errors or warnings, and nothing is sent."""
    good = api("POST", "/v1/letters/validate", json=letter(recipient={"name": "A", "email": "accept@pec.test"}))
    assert good.json()["valid"] is True
    assert good.json()["warnings"][0]["code"] == "scenario_not_taken"
    bad = api("POST", "/v1/letters/validate", json=letter(service="fax"))
    assert bad.status_code == 200
    assert bad.json()["valid"] is False
    assert api("GET", "/v1/letters").json()["data"] == []


def test_cancel_before_the_notice(api: Caller) -> None:
    """A letter is withdrawn until its recipient was notified, then it is a conflict."""
    place = api("POST", "/v1/letters", json=letter()).headers["location"]
    late = api("POST", "/v1/letters", json=letter()).headers["location"]
    assert api("POST", f"{place}/cancel").json()["status"] == "cancelled"
    api("POST", "/v1/clock/advance", json={"by": "PT2M"})
    refused = api("POST", f"{late}/cancel")
    assert refused.status_code == 409
    assert refused.json()["code"] == "illegal_move"


def test_playing_the_recipient(api: Caller) -> None:
    """A person's acts move a letter that waits for one; what is not their turn is a conflict."""
    sent = api("POST", "/v1/letters", json=letter(recipient={"name": "A", "email": "a@example.com"}))
    actions = f"{sent.headers['location']}/recipient-actions"
    assert api("POST", actions, json={"action": "accept"}).status_code == 409
    api("POST", "/v1/clock/advance", json={"until": "next_event"})
    assert api("POST", actions, json={"action": "accept"}).json()["outcome"] == "accepted"
    assert pointers(api("POST", actions, json={"action": "eat"})) == {"/action": "unknown_value"}


def test_a_live_key_rehearses_nothing(memory_api: Caller) -> None:
    """Sandbox operations answer 403 `live_workspace` to a live key."""
    live = memory_api.with_key(LIVE_KEY)
    for method, path in (
        ("GET", "/v1/clock"),
        ("POST", "/v1/clock/advance"),
        ("PATCH", "/v1/clock"),
        ("POST", "/v1/workspace/reset"),
        ("GET", "/v1/scenarios"),
        ("POST", "/v1/letters/ltr_00000000000000000000/recipient-actions"),
    ):
        answer = live(method, path, json={} if method != "GET" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "live_workspace"), path
