"""A receiver may call the API from inside its handler: nothing is locked while a message is on its way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.caller import letter
from tests.api.server import Server, serving
from tests.webhooks.served import Answer, Message, Receiver, receiver

WITHIN_S = 30


class Assistant:
    """Reads each letter from inside the handler, and accepts it once its recipient was notified."""

    def __init__(self, server: Server) -> None:
        self.client = server.client()
        self.accepted: list[str] = []
        self.failures: list[str] = []

    def __call__(self, message: Message) -> Answer:
        """Call the API, twice, before answering."""
        event = json.loads(message.body)
        if event["type"] == "letter.notified":
            self._accept(event["data"]["letter"]["id"])
        return Answer()

    def _accept(self, letter_id: str) -> None:
        read = self.client.get(f"/v1/letters/{letter_id}")
        played = self.client.post(f"/v1/letters/{letter_id}/recipient-actions", json={"action": "accept"})
        if (read.status_code, played.status_code) != (200, 200):
            self.failures.append(f"{letter_id}: {read.text} {played.text}")
        self.accepted.append(letter_id)


@pytest.fixture
def listener() -> Iterator[Receiver]:
    """A receiver that outlives the server."""
    with receiver() as made:
        yield made


@pytest.fixture(params=["memory", "files"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where the server keeps its data."""
    return tmp_path / "data" if request.param == "files" else None


def registered(client: httpx.Client, url: str) -> None:
    """Register an endpoint for everything."""
    made = client.post("/v1/webhook-endpoints", json={"url": url})
    assert made.status_code == 201, made.text


def sent(client: httpx.Client, count: int, *, to: str = "manual@lre.test") -> list[str]:
    """Send letters; give their ids."""
    whom = {"name": "Jeanne Dupré", "email": to}
    answers = [client.post("/v1/letters", json=letter(recipient=whom)) for _ in range(count)]
    assert {answer.status_code for answer in answers} == {201}
    return [answer.json()["id"] for answer in answers]


def accepted(listener: Receiver, letters: list[str]) -> None:
    """Wait until the acceptance of every letter arrived."""

    def arrived() -> bool:
        events = [json.loads(message.body) for message in listener.messages]
        ids = {one["data"]["letter"]["id"] for one in events if one["type"] == "letter.accepted"}
        return ids >= set(letters)

    with listener.came:
        assert listener.came.wait_for(arrived, WITHIN_S), f"not all arrived within {WITHIN_S} s"


def test_a_receiver_reads_and_accepts_letters_from_its_handler(place: Path | None, listener: Receiver) -> None:
    """Each notice is answered only after the receiver has read the letter and played its recipient."""
    with serving(place) as server, server.client() as client:
        assistant = Assistant(server)
        listener.answer = assistant
        registered(client, listener.url)
        letters = sent(client, 20)
        assert client.post("/v1/clock/advance", json={"by": "P1D"}).status_code == 200
        accepted(listener, letters)
        assert assistant.failures == []
        assert sorted(assistant.accepted) == sorted(letters)
        assistant.client.close()


def test_the_same_while_the_clock_is_being_advanced(place: Path | None, listener: Receiver) -> None:
    """Advances go on beside the receiver's calls, one after the other without a pause; neither fails for the other."""
    with serving(place) as server, server.client() as client:
        assistant = Assistant(server)
        sent(client, 200, to="neglect@lre.test")
        letters = sent(client, 30)
        listener.answer = assistant
        registered(client, listener.url)
        over = threading.Event()
        answers: list[int] = []

        def advance() -> None:
            with server.client() as own:
                while not over.is_set():
                    answers.append(own.post("/v1/clock/advance", json={"by": "PT10M"}).status_code)

        thread = threading.Thread(target=advance)
        thread.start()
        try:
            accepted(listener, letters)
        finally:
            over.set()
            thread.join(timeout=WITHIN_S)
        assert assistant.failures == []
        assert set(answers) == {200}
        assistant.client.close()
