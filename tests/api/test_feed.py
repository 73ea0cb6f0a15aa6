"""The feed as polling triggers read it: from the start, while letters are sent and time moves."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest

from tests.api.caller import Caller, letter
from tests.api.server import Server, serving

_LETTERS = 120


def test_the_feed_from_the_start(api: Caller) -> None:
    """`start` gives the oldest events first; an empty journal gives an empty page, to be asked again."""
    assert api("GET", "/v1/events?after=start").json() == {"data": [], "has_more": False, "next_cursor": None}
    for _ in range(2):
        api("POST", "/v1/letters", json=letter())
    newest_first = api("GET", "/v1/events").json()["data"]
    assert api("GET", "/v1/events?after=start").json()["data"] == newest_first[::-1]
    assert api("GET", "/v1/events?after=start&limit=1&type=proof.available").json()["has_more"] is True


@pytest.mark.parametrize("types", ["", "&type=letter.deposited,letter.accepted"])
def test_polling_misses_nothing_and_repeats_nothing(tmp_path: Path, types: str) -> None:
    """While others send and move time, a poll in small pages sees the whole journal once, in its order."""
    with serving(tmp_path) as server:
        senders = [threading.Thread(target=_send, args=(server,)) for _ in range(2)]
        clock = threading.Thread(target=_advance, args=(server, 20))
        for thread in (*senders, clock):
            thread.start()
        with server.client() as client:
            seen, last = _poll(client, types, "start", while_any=[*senders, clock])
            client.post("/v1/clock/advance", json={"until": "idle"}).raise_for_status()
            seen += _poll(client, types, last, while_any=[])[0]
            assert seen == _journal(client, types)
            assert len(seen) == len(set(seen)) >= 2 * _LETTERS


def _send(server: Server) -> None:
    with server.client() as client:
        for _ in range(_LETTERS):
            assert client.post("/v1/letters", json=letter()).status_code == 201


def _advance(server: Server, times: int) -> None:
    with server.client() as client:
        for _ in range(times):
            client.post("/v1/clock/advance", json={"by": "PT3H"}).raise_for_status()


def _poll(client: httpx.Client, types: str, last: str, *, while_any: list[threading.Thread]) -> tuple[list[str], str]:
    seen: list[str] = []
    while True:
        running = any(thread.is_alive() for thread in while_any)
        page = client.get(f"/v1/events?after={last}&limit=17{types}").json()
        seen += [event["id"] for event in page["data"]]
        last = seen[-1] if seen else last
        if not running and not page["has_more"]:
            return seen, last


def _journal(client: httpx.Client, types: str) -> list[str]:
    """Give the whole journal by the other way to read it, oldest first."""
    found: list[str] = []
    cursor = ""
    while True:
        page = client.get(f"/v1/events?limit=100{types}{cursor}").json()
        found += [event["id"] for event in page["data"]]
        if not page["has_more"]:
            return found[::-1]
        cursor = f"&cursor={page['next_cursor']}"
