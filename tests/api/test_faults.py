"""Faults on purpose, as clients meet them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest

from tests.api.caller import LIVE_KEY, OTHER_KEY, PDF, Caller, letter, pointers
from tests.api.server import Server, serving


def made(api: Caller, **fault: object) -> str:
    """A new fault's place."""
    answer = api("POST", "/v1/faults", json=fault)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def test_a_preset_strikes_three_times(api: Caller) -> None:
    """The provider is down three times for all, then all is well; the fault has counted it."""
    place = made(api, preset="provider_down")
    answers = [api("GET", "/v1/letters"), api("POST", "/v1/letters", json=letter()), api("GET", "/v1/me")]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "fault")
        assert answer.headers["sigillo-fault"] == place.rpartition("/")[2]
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["request_id"] == answer.headers["request-id"]
    well = api("GET", "/v1/letters")
    assert (well.status_code, well.json()["data"]) == (200, [])
    assert "sigillo-fault" not in well.headers
    told = api("GET", place).json()
    assert (told["matched"], told["applied"], told["spent"], told["preset"]) == (3, 3, True, "provider_down")


def test_a_fault_meets_what_it_means(api: Caller) -> None:
    """By operation id or path and by method; other requests, and those about faults, pass uncounted."""
    place = made(api, match={"method": "POST", "route": "/v1/letters"}, preset="rate_limited", times=None, skip=1)
    assert api("GET", "/v1/letters").status_code == 200
    assert api("POST", "/v1/letters", json=letter()).status_code == 201
    refused = api("POST", "/v1/letters", json=letter())
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    by_id = made(api, match={"route": "getMe"}, effect={"status": 418})
    assert api("GET", "/v1/me").status_code == 418
    assert made(api, effect={"status": 500}) != by_id
    assert api("GET", "/v1/faults").status_code == 200
    assert api("GET", "/v1/fault-presets").status_code == 200
    assert (api("GET", place).json()["matched"], api("GET", place).json()["applied"]) == (2, 1)


def test_a_lost_answer_is_rehearsed(api: Caller) -> None:
    """The letter is taken in and its answer lost; the same key again gives the letter, and there is one."""
    made(api, match={"route": "sendLetter"}, preset="lost_answer")
    request = {"json": letter(), "headers": {"idempotency-key": "k"}}
    with pytest.raises(ConnectionAbortedError):
        api("POST", "/v1/letters", **json.loads(json.dumps(request)))
    again = api("POST", "/v1/letters", **request)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert len(api("GET", "/v1/letters").json()["data"]) == 1


def test_a_body_is_spoilt(memory_api: Caller) -> None:
    """JSON is cut in its middle, the same way each time; a file keeps its length and has other bytes."""
    whole = memory_api("GET", "/v1/me").content
    file = memory_api("POST", "/v1/files", files={"file": ("a.pdf", PDF)}).json()["id"]
    made(memory_api, effect={"corrupt_body": True}, times=None)
    cut = [memory_api("GET", "/v1/me") for _ in range(2)]
    assert cut[0].content == cut[1].content == whole[: len(whole) // 2]
    assert cut[0].headers["content-type"] == "application/json"
    wrong = memory_api("GET", f"/v1/files/{file}/content").content
    assert (len(wrong), wrong == PDF) == (len(PDF), False)


def test_latency_is_waited(memory_api: Caller) -> None:
    """A wait comes before the answer, which is otherwise as ever, also when it is a refusal."""
    made(memory_api, effect={"latency_ms": 300}, times=None)
    for path, status in (("/v1/me", 200), ("/v1/letters/ltr_00000000000000000000", 404)):
        began_s = time.monotonic()
        answer = memory_api("GET", path)
        assert answer.status_code == status
        assert answer.headers["sigillo-fault"]
        assert time.monotonic() - began_s >= 0.3


def test_faults_are_taken_away(api: Caller) -> None:
    """One, or all, or by a reset; then all goes well."""
    first = made(api, preset="maintenance")
    assert api("GET", "/v1/me").status_code == 503
    assert api("DELETE", first).json()["applied"] == 1
    assert api("GET", first).status_code == 404
    assert api("GET", "/v1/me").status_code == 200
    second = made(api, preset="maintenance")
    assert second != first
    assert [one["id"] for one in api("DELETE", "/v1/faults").json()["data"]] == [second.rpartition("/")[2]]
    assert api("GET", "/v1/me").status_code == 200
    made(api, match={"route": "getMe"}, preset="maintenance")
    assert api("GET", "/v1/me").status_code == 503
    assert api("POST", "/v1/workspace/reset").status_code == 200
    assert api("GET", "/v1/me").status_code == 200
    assert api("GET", "/v1/faults").json()["data"] == []


def test_faults_stay_in_their_workspace(memory_api: Caller) -> None:
    """Another workspace is not struck and finds no such fault; a live key may make none."""
    place = made(memory_api, preset="maintenance")
    other, live = memory_api.with_key(OTHER_KEY), memory_api.with_key(LIVE_KEY)
    assert other("GET", "/v1/me").status_code == 200
    assert other("GET", place).status_code == 404
    for method, path in (("POST", "/v1/faults"), ("GET", "/v1/faults"), ("GET", place), ("DELETE", "/v1/faults")):
        refused = live(method, path, **({"json": {"preset": "flaky"}} if method == "POST" else {}))
        assert (refused.status_code, refused.json()["code"]) == (403, "live_workspace")
    assert live("GET", "/v1/fault-presets").status_code == 403


def test_wrong_faults_are_told_whole(memory_api: Caller) -> None:
    """Everything that makes no sense is told at its place, with what is meant for a wrong route."""

    def wrong(**fault: object) -> dict[str, str]:
        return pointers(memory_api("POST", "/v1/faults", json=fault))

    assert wrong() == {"": "one_of"}
    assert wrong(preset="flaky", effect={"status": 500}) == {"": "one_of"}
    assert wrong(effect={}) == {"/effect": "one_of"}
    assert wrong(effect={"retry_after_s": 1, "when": "after"}) == {
        "/effect": "one_of",
        "/effect/retry_after_s": "only_with_status",
    }
    assert wrong(preset="flaky", match={"route": "sendLeter"}) == {"/match/route": "unknown_value"}
    assert wrong(preset="flaky", match={"route": "/v1/faults"}) == {"/match/route": "unknown_value"}
    assert wrong(preset="flaky", match={"url": "http://x"}) == {"/match/url": "only_with_webhook"}
    assert wrong(preset="flaky", match={"webhook": True, "method": "GET"}) == {"/match/method": "not_with_webhook"}
    assert wrong(effect={"status": 200, "latency_ms": 60_001}) == {
        "/effect/status": "out_of_range",
        "/effect/latency_ms": "out_of_range",
    }
    assert wrong(effect={"status": 500, "disconnect": True}) == {"/effect/disconnect": "not_with_status"}
    spoilt = {"corrupt_body": True, "status": 500}
    assert wrong(effect=spoilt, match={"webhook": True}) == {"/effect/corrupt_body": "no_body"}


def test_presets_are_listed_and_made(memory_api: Caller) -> None:
    """Every preset that is listed can be made, and has the effect and the course that the list tells."""
    listed = memory_api("GET", "/v1/fault-presets").json()["data"]
    assert {one["name"] for one in listed} >= {"provider_down", "timeout", "rate_limited", "maintenance", "flaky"}
    for preset in listed:
        fault = memory_api("POST", "/v1/faults", json={"preset": preset["name"]}).json()
        assert {name: fault[name] for name in ("effect", "times", "skip", "every")} == {
            name: preset[name] for name in ("effect", "times", "skip", "every")
        }


def test_a_connection_ends_without_an_answer(tmp_path: Path) -> None:
    """Over a socket the client gets no byte, before the work or after it; a restart keeps fault and counts."""
    with serving(tmp_path, program=_PROGRAM) as server:
        fault = {"match": {"route": "sendLetter"}, "effect": {"disconnect": True}, "times": 1}
        after = {**fault, "effect": {"disconnect": True, "when": "after"}, "times": 2}
        with server.client() as client:
            assert client.post("/v1/faults", json=fault).status_code == 201
            place = client.post("/v1/faults", json=after).headers["location"]
        for _ in range(2):
            _is_cut_off(server)
        server.kill()
    with serving(tmp_path, program=_PROGRAM) as server:
        with server.client() as client:
            assert len(client.get("/v1/letters").json()["data"]) == 1
            assert client.get(place).json()["applied"] == 1
        _is_cut_off(server)
        with server.client() as client:
            assert client.post("/v1/letters", json=letter()).status_code == 201
            assert len(client.get("/v1/letters").json()["data"]) == 3


def _is_cut_off(server: Server) -> None:
    with server.client() as client, pytest.raises(httpx.TransportError):
        client.post("/v1/letters", json=letter())


_PROGRAM = """
import socket, sys
from pathlib import Path
import uvicorn
from sigillo.api.app import create_app
from sigillo.api.connection import server_config
from sigillo.bootstrap import build
sandbox = build(data=Path(sys.argv[2]))
sandbox.workspaces.ensure("demo", seed="1", key="sk_test_demo")
uvicorn.Server(server_config(create_app(sandbox))).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
"""
