"""Webhooks from end to end: a real server, real receivers, and the public verifiers on what arrived."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

from tests.webhooks.served import Answer, Message, Served, receiver
from tests.webhooks.verifiers import both_believe


def _types(messages: list[Message]) -> list[str]:
    return [json.loads(message.body)["type"] for message in messages]


def test_everything_arrives_signed_and_as_the_feed_tells_it(server: Served) -> None:
    """Every event of a letter arrives in its order, the same bytes as in the feed, and both verifiers believe it."""
    with receiver() as there:
        endpoint = server.endpoint(f"{there.url}/hook")
        sent = server.letter()
        server.advance(until="idle")
        feed = server.client.get(f"/v1/letters/{sent['id']}/events", params={"limit": 100})
        events = feed.json()["data"][::-1]
        messages = there.wait(len(events))
    assert len(events) >= 6
    assert [message.id for message in messages] == [event["id"] for event in events]
    assert [json.loads(message.body) for message in messages] == events
    assert all(message.body in feed.content for message in messages)
    assert all(both_believe(endpoint["secret"], message.headers, message.body) for message in messages)
    assert {message.path for message in messages} == {"/hook"}


def test_an_endpoint_gets_the_types_it_asked_for(server: Served) -> None:
    """A filter keeps the others out, of this endpoint and of no other."""
    with receiver() as some, receiver() as every:
        server.endpoint(some.url, event_types=["letter.accepted", "letter.notified"])
        server.endpoint(every.url)
        server.letter()
        server.letter("refuse@lre.test")
        server.advance(until="idle")
        total = len(server("GET", "/v1/events", params={"limit": 100})["data"])
        assert len(every.wait(total)) == total
        assert sorted(_types(some.wait(3))) == ["letter.accepted", "letter.notified", "letter.notified"]


def test_a_letter_has_an_address_of_its_own(server: Served) -> None:
    """`webhook_url` gets that letter's events and no other's; its endpoint is listed, and rotating tells a secret."""
    with receiver() as own, receiver() as every:
        server.endpoint(every.url)
        other = server.letter()
        named = server.letter(webhook_url=f"{own.url}/mine")
        server.advance(until="idle")
        count = len(server("GET", f"/v1/letters/{named['id']}/events", params={"limit": 100})["data"])
        every.wait(2 * count)
        messages = own.wait(count)
        assert {json.loads(message.body)["data"]["letter"]["id"] for message in messages} == {named["id"]}
        assert len(messages) == count
        (endpoint,) = [one for one in server("GET", "/v1/webhook-endpoints")["data"] if one["letters_only"]]
        assert endpoint["url"] == f"{own.url}/mine"
        secret = server("POST", f"/v1/webhook-endpoints/{endpoint['id']}/rotate-secret")["secret"]
        third = server.letter(webhook_url=f"{own.url}/mine")
        last = own.wait(count + 1)[-1]
        assert json.loads(last.body)["data"]["letter"]["id"] == third["id"] != other["id"]
        assert both_believe(secret, last.headers, last.body)


def test_two_secrets_sign_during_a_rotation(server: Served) -> None:
    """After rotating, a receiver with the old secret and one with the new one both believe what comes."""
    with receiver() as there:
        endpoint = server.endpoint(there.url)
        path = f"/v1/webhook-endpoints/{endpoint['id']}"
        new = server("POST", f"{path}/rotate-secret")
        server("POST", f"{path}/test")
        (message,) = there.wait(1)
    assert new["secret"] != endpoint["secret"]
    assert both_believe(new["secret"], message.headers, message.body)
    assert both_believe(endpoint["secret"], message.headers, message.body)


def test_a_ping_shows_what_was_sent_and_answered(server: Served) -> None:
    """The log of a test holds the request's headers, the message, the answer and how long it took."""
    with receiver(lambda _: Answer(202, "Reçu.".encode(), (("X-Ticket", "7"),))) as there:
        endpoint = server.endpoint(there.url, event_types=["letter.accepted"])
        ping = server("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test")
        (message,) = there.wait(1)
        told = server.delivery(ping["event_id"], lambda one: one["status"] == "delivered")
    (attempt,) = told["attempts"]
    assert json.loads(message.body) == told["event"]
    assert told["event"]["type"] == "ping"
    assert both_believe(endpoint["secret"], message.headers, message.body)
    assert {
        name.lower(): value for name, value in attempt["request_headers"].items()
    }.items() <= message.headers.items()
    assert (attempt["status"], attempt["answer_body"], attempt["error"]) == (202, "Reçu.", None)
    assert attempt["answer_headers"]["X-Ticket"] == "7"
    assert 0 < attempt["latency_ms"] < 10_000
    assert (told["attempt_count"], told["answer_status"], told["next_attempt_at"]) == (1, 202, None)
    assert abs(int(message.headers["webhook-timestamp"]) - time.time()) < 60  # noqa: TID251 – transport time is the wall's


def test_a_failure_is_tried_again_in_simulated_time(server: Served) -> None:
    """A 500 is tried again when the clock was moved, with the same id and bytes, and nothing before."""
    answers = iter([Answer(500, b"not today")])
    with receiver(lambda _: next(answers, Answer())) as there:
        server.endpoint(there.url, event_types=["letter.deposited"])
        server.letter()
        (first,) = there.wait(1)
        told = server.delivery(first.id, lambda one: one["attempt_count"] == 1)
        assert (told["status"], told["answer_status"]) == ("pending", 500)
        assert told["next_attempt_at"] > told["created_at"]
        time.sleep(0.5)
        assert len(there.messages) == 1
        server.advance(by="PT10S")
        again = there.wait(2)[1]
        told = server.delivery(first.id, lambda one: one["status"] == "delivered")
    assert (again.id, again.body) == (first.id, first.body)
    assert [attempt["status"] for attempt in told["attempts"]] == [500, 200]


def test_a_message_that_was_spoilt_is_refused_and_comes_again(server: Served) -> None:
    """A fault cuts a signed message: neither verifier believes it, and the next attempt brings it whole."""
    with receiver() as there:
        endpoint = server.endpoint(there.url)
        secret = endpoint["secret"]

        def believing(message: Message) -> Answer:
            return Answer(200 if both_believe(secret, message.headers, message.body) else 400)

        there.answer = believing
        fault = {"match": {"webhook": True, "url": there.url}, "effect": {"corrupt_body": True}}
        fault_id = server("POST", "/v1/faults", json=fault)["id"]
        ping = server("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test")
        told = server.delivery(ping["event_id"], lambda one: one["attempt_count"] == 1)
        assert (told["status"], told["answer_status"]) == ("pending", 400)
        assert told["attempts"][0]["answer_headers"]["Sigillo-Fault"] == fault_id
        server.advance(by="PT10S")
        told = server.delivery(ping["event_id"], lambda one: one["status"] == "delivered")
        cut, whole = there.wait(2)
    assert whole.body == cut.body + whole.body[len(cut.body) :]
    assert len(cut.body) == len(whole.body) // 2
    assert json.loads(whole.body) == told["event"]


def test_a_delivery_is_made_once_more(server: Served) -> None:
    """Redelivering sends the same id and body, newly signed, and the log has both attempts."""
    with receiver() as there:
        endpoint = server.endpoint(there.url, event_types=["letter.deposited"])
        server.letter()
        (first,) = there.wait(1)
        told = server.delivery(first.id, lambda one: one["status"] == "delivered")
        queued = server("POST", f"/v1/webhook-deliveries/{told['id']}/redeliver")
        assert (queued["id"], queued["status"]) == (told["id"], "pending")
        again = there.wait(2)[1]
        told = server.delivery(first.id, lambda one: one["status"] == "delivered" and one["attempt_count"] == 2)
    assert (again.id, again.body) == (first.id, first.body)
    assert both_believe(endpoint["secret"], again.headers, again.body)
    assert len(told["attempts"]) == 2


def test_gone_disables_an_endpoint_and_says_so(server: Served) -> None:
    """410 ends it at once: shown on the endpoint, told to the others and in the feed; enabling it again goes on."""
    with receiver(lambda _: Answer(410)) as gone, receiver() as other:
        endpoint = server.endpoint(gone.url)
        server.endpoint(other.url, event_types=["webhook_endpoint.disabled"])
        server.letter()
        (told,) = other.wait(1)
        event = json.loads(told.body)
        assert event["data"]["endpoint"] == {"id": endpoint["id"], "url": gone.url}
        assert "410" in event["data"]["reason"]
        shown = server("GET", f"/v1/webhook-endpoints/{endpoint['id']}")
        assert (shown["status"], shown["enabled"]) == ("disabled", False)
        assert "410" in shown["disabled_reason"]
        feed = server("GET", "/v1/events", params={"type": "webhook_endpoint.disabled"})["data"]
        assert feed == [event]
        server.advance(until="idle")
        time.sleep(0.5)
        assert len(gone.messages) < 3
        gone.answer = lambda _: Answer()
        before = {message.id for message in gone.messages}
        server("PATCH", f"/v1/webhook-endpoints/{endpoint['id']}", json={"enabled": True})
        server.advance(by="PT1M")
        total = {one["id"] for one in server("GET", "/v1/events", params={"limit": 100})["data"]}
        _until(lambda: {message.id for message in gone.messages} == total)
        assert before <= total


def test_a_redirect_is_a_failure_that_says_so(server: Served) -> None:
    """A 3xx is not followed; the attempt says where it led, and what to do."""
    with receiver() as target, receiver() as there:
        there.answer = lambda _: Answer(307, headers=(("Location", f"{target.url}/moved"),))
        endpoint = server.endpoint(there.url)
        ping = server("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test")
        told = server.delivery(ping["event_id"], lambda one: one["attempt_count"] == 1)
        assert (told["status"], told["answer_status"]) == ("pending", 307)
        assert "not followed" in told["attempts"][0]["error"]
        assert f"{target.url}/moved" in told["attempts"][0]["error"]
        assert server("GET", f"/v1/webhook-endpoints/{endpoint['id']}")["status"] == "failing"
        assert target.messages == []


def test_nobody_there_is_said_in_plain_words(server: Served) -> None:
    """An address where nobody listens: no status, and a sentence in its place."""
    with receiver() as there:
        url = there.url
    endpoint = server.endpoint(url)
    ping = server("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test")
    told = server.delivery(ping["event_id"], lambda one: one["attempt_count"] == 1)
    (attempt,) = told["attempts"]
    assert attempt["status"] is None
    assert "refused the connection" in attempt["error"]
    assert (attempt["answer_headers"], attempt["answer_body"]) == ({}, "")


def test_a_slow_endpoint_holds_up_nobody(server: Served) -> None:
    """While one endpoint takes seconds over each message, the other has everything at once."""
    stop = threading.Event()

    def slow(_: Message) -> Answer:
        stop.wait(8)
        return Answer()

    with receiver(slow) as sluggish, receiver() as quick:
        server.endpoint(sluggish.url)
        server.endpoint(quick.url)
        began_s = time.monotonic()
        for _ in range(20):
            server.letter()
        server.advance(until="idle")
        messages = quick.wait(20 * 6)
        took_s = time.monotonic() - began_s
        stop.set()
        assert sluggish.messages
        assert len({message.id for message in messages}) == len(messages)
        assert took_s < 6


def test_a_receiver_may_ask_the_server(server: Served) -> None:
    """A handler that reads the letter and cancels or answers it while it is called gets its answers."""
    seen: list[str] = []

    def handler(message: Message) -> Answer:
        letter = json.loads(message.body)["data"]["letter"]["id"]
        seen.append(server("GET", f"/v1/letters/{letter}")["status"])
        if len(seen) == 1:
            seen.append(server("POST", f"/v1/letters/{letter}/cancel")["status"])
        return Answer()

    with receiver(handler) as there:
        server.endpoint(there.url, event_types=["letter.deposited", "letter.cancelled"])
        server.letter()
        assert _types(there.wait(2)) == ["letter.deposited", "letter.cancelled"]
        _until(lambda: len(seen) == 3)
    assert seen[1:] == ["cancelled", "cancelled"]


def test_no_secret_is_logged(server: Served) -> None:
    """Registering, rotating, failing and delivering leave no secret and no key in the server's log."""
    with receiver(lambda _: Answer(500)) as there:
        endpoint = server.endpoint(there.url)
        new = server("POST", f"/v1/webhook-endpoints/{endpoint['id']}/rotate-secret")
        ping = server("POST", f"/v1/webhook-endpoints/{endpoint['id']}/test")
        server.delivery(ping["event_id"], lambda one: one["attempt_count"] == 1)
    text = server.log.read_text()
    assert "/v1/webhook-endpoints" in text
    assert endpoint["secret"][6:] not in text
    assert new["secret"][6:] not in text


def _until(true: Callable[[], bool], *, within_s: float = 15.0) -> None:
    """Wait for what becomes true."""
    end_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end_s, "it did not become true"
        time.sleep(0.05)
