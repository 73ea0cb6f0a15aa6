"""A server killed again and again under load loses no event for any receiver, and mixes up no letter's order."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sigillo.domain.ids import Lot
from tests.api.caller import letter
from tests.api.server import Server, serving
from tests.webhooks.served import Answer, Message, Receiver, receiver

NAMES = ("accept", "refuse", "neglect", "bounce", "softbounce", "accept+3d")
TYPES = ("letter.accepted", "letter.refused", "letter.neglected", "proof.available")
MOST_LETTERS = 25  # in one life of the server
FAILURES_OF_1000 = 100
WITHIN_S = 60


class Moody:
    """Takes most messages; refuses some, is slow with some, with the same chances in every run."""

    def __init__(self, seed: str) -> None:
        self._lot = Lot.of_seed(seed)
        self._asked = 0
        self._lock = threading.Lock()
        self.taken: list[Message] = []
        self.is_well = False

    def __call__(self, message: Message) -> Answer:
        """Answer in a mood."""
        with self._lock:
            self._asked += 1
            mood = self._lot.child(self._asked).below(1000)
        if mood < FAILURES_OF_1000 and not self.is_well:
            time.sleep(mood / 1000)
            return Answer(status=503)
        with self._lock:
            self.taken.append(message)
        return Answer(status=204, body=b"")

    def ids(self) -> list[str]:
        """What was taken, in order, repeats left out."""
        with self._lock:
            return list(dict.fromkeys(message.id for message in self.taken))


class Load:
    """Letters and advances against one life of a server, until it is dead."""

    def __init__(self, server: Server, own_url: str) -> None:
        self._server = server
        self._own_url = own_url
        self._taken_in = 0
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=work) for work in (self._submit, self._advance)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join(timeout=WITHIN_S)

    def wait(self, letters: int) -> None:
        """Wait until so many letters were taken in."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._taken_in >= letters, WITHIN_S)

    def _submit(self) -> None:
        with contextlib.suppress(httpx.TransportError), self._server.client() as client:
            for number in range(MOST_LETTERS):
                whom = {"name": "N", "email": f"{NAMES[number % len(NAMES)]}@lre.test"}
                url = self._own_url if number % 4 == 0 else None
                answer = client.post("/v1/letters", json=letter(recipient=whom, webhook_url=url))
                assert answer.status_code in (201, 429), answer.text
                with self._changed:
                    self._taken_in += answer.status_code == 201
                    self._changed.notify_all()

    def _advance(self) -> None:
        with contextlib.suppress(httpx.TransportError), self._server.client() as client:
            while True:
                answer = client.post("/v1/clock/advance", json={"by": "PT45M"})
                assert answer.status_code in (200, 409, 429), answer.text
                time.sleep(0.02)


@contextlib.contextmanager
def moody(seed: str) -> Iterator[tuple[Receiver, Moody]]:
    """A receiver with moods."""
    mood = Moody(seed)
    with receiver(mood) as listener:
        yield listener, mood


def survived(kills: int, folder: Path) -> None:
    """Kill a server so many times under load, let the last one finish, and look at what arrived."""
    lot = Lot.of_seed("kills")
    with moody("1") as (every, all_taken), moody("2") as (some, some_taken), moody("3") as (own, own_taken):
        with serving(folder) as server, server.client() as client:
            for listener, types in ((every, None), (some, list(TYPES))):
                made = client.post("/v1/webhook-endpoints", json={"url": listener.url, "event_types": types})
                assert made.status_code == 201, made.text
        for number in range(kills):
            with serving(folder) as server, Load(server, f"{own.url}/own") as load:
                load.wait(1 + lot.child(number).below(MOST_LETTERS))
                time.sleep(lot.child(number, "s").below(100) / 1000)
                server.kill()
        for mood in (all_taken, some_taken, own_taken):
            mood.is_well = True
        with serving(folder) as server, server.client() as client:
            journal = finished(client, {"all": all_taken, "some": some_taken, "own": own_taken}, f"{own.url}/own")
    for mood, events in journal.items():
        whole(mood, events)


def finished(client: httpx.Client, moods: dict[str, Moody], own_url: str) -> dict[Moody, list[dict[str, Any]]]:
    """Let everything fall due until everything was taken; give the events that each receiver is to have."""
    assert client.post("/v1/clock/advance", json={"until": "idle"}).status_code == 200
    events = list(feed(client))
    letters = {event["data"]["letter"]["id"] for event in events}
    named = {each for each in letters if client.get(f"/v1/letters/{each}").json()["webhook_url"] == own_url}
    assert named
    wanted = {
        moods["all"]: events,
        moods["some"]: [event for event in events if event["type"] in TYPES],
        moods["own"]: [event for event in events if event["data"]["letter"]["id"] in named],
    }
    end_s = time.monotonic() + WITHIN_S
    while any({event["id"] for event in events} - set(mood.ids()) for mood, events in wanted.items()):
        left = [len({event["id"] for event in events} - set(mood.ids())) for mood, events in wanted.items()]
        assert time.monotonic() < end_s, f"of {[len(events) for events in wanted.values()]} events are left: {left}"
        assert client.post("/v1/clock/advance", json={"by": "PT6H"}).status_code in (200, 429)
        time.sleep(0.1)
    return wanted


def feed(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """The whole journal, oldest first."""
    newest = client.get("/v1/events", params={"limit": 100}).json()
    pages = [newest]
    while pages[-1]["has_more"]:
        time.sleep(0.02)
        page = client.get("/v1/events", params={"limit": 100, "cursor": pages[-1]["next_cursor"]})
        if page.status_code != 429:
            pages.append(page.json())
    return reversed([event for page in pages for event in page["data"]])


def whole(mood: Moody, events: list[dict[str, Any]]) -> None:
    """Every event was taken as the feed tells it, each letter's in order; what was repeated has the same bytes."""
    bodies: dict[str, set[bytes]] = {}
    for message in mood.taken:
        bodies.setdefault(message.id, set()).add(message.body)
    assert {event["id"]: event for event in events} == {
        event_id: json.loads(next(iter(found))) for event_id, found in bodies.items()
    }
    assert {len(found) for found in bodies.values()} == {1}
    of_letter: dict[str, list[str]] = {}
    for event in events:
        of_letter.setdefault(event["data"]["letter"]["id"], []).append(event["id"])
    place = {event_id: place for place, event_id in enumerate(mood.ids())}
    for expected in of_letter.values():
        assert expected == sorted(expected, key=place.__getitem__)


def test_killed_5_times_nothing_is_lost(tmp_path: Path) -> None:
    """Five lives under load, with receivers that fail now and then."""
    survived(5, tmp_path / "data")


@pytest.mark.long
def test_killed_50_times_nothing_is_lost(tmp_path: Path) -> None:
    """Fifty lives under load, with receivers that fail now and then."""
    survived(50, tmp_path / "data")
