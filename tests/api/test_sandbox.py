"""The clock, scenarios, proofs, verification and its page, the contract's document."""

from __future__ import annotations

import json
import subprocess
import sys

from sigillo.api.document import document, render_yaml
from sigillo.application.simulation import Simulation
from tests.api.caller import Caller, letter, pointers


def test_the_clock_goes_forward_only(api: Caller) -> None:
    """The clock is moved by, to and until, exactly one of them, and never back."""
    assert api("GET", "/v1/clock").json() == {"now": "2026-01-05T08:00:00Z", "speed": 0.0, "running": False}
    assert api("POST", "/v1/clock/advance", json={"by": "P1D"}).json()["now"] == "2026-01-06T08:00:00Z"
    assert api("POST", "/v1/clock/advance", json={"to": "2026-01-07T08:00:00Z"}).json()["total"] == 0
    back = api("POST", "/v1/clock/advance", json={"to": "2026-01-01T00:00:00Z"})
    assert pointers(back) == {"/to": "in_the_past"}
    assert pointers(api("POST", "/v1/clock/advance", json={})) == {"": "one_of"}
    assert pointers(api("POST", "/v1/clock/advance", json={"by": "P1D", "until": "idle"})) == {"": "one_of"}
    assert pointers(api("POST", "/v1/clock/advance", json={"by": "P1M"})) == {"/by": "bad_duration"}
    assert pointers(api("PATCH", "/v1/clock", json={"speed": -1})) == {"/speed": "out_of_range"}
    assert api("PATCH", "/v1/clock", json={"speed": 1440}).json()["running"] is True


def test_a_second_advance_waits_for_nobody(memory_api: Caller) -> None:
    """While the clock is being advanced a second advance is a conflict, and reads are answered."""
    workspace_id = memory_api("GET", "/v1/me").json()["workspace"]["id"]
    simulation: Simulation = memory_api.sandbox.simulation
    simulation._claim(workspace_id)
    refused = memory_api("POST", "/v1/clock/advance", json={"by": "P1D"})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_advancing")
    assert memory_api("GET", "/v1/letters").status_code == 200
    assert memory_api("POST", "/v1/letters", json=letter()).status_code == 201


def test_letters_at_once_fail_alone(api: Caller) -> None:
    """Letters that arrive together are each answered for themselves."""
    good, bad = {"json": letter()}, {"json": letter(scenario="nothing-such")}
    answers = api.together(*[("POST", "/v1/letters", dict(one)) for one in (good, bad, good, bad, good)])
    assert [one.status_code for one in answers] == [201, 422, 201, 422, 201]
    assert len({one.json().get("id") for one in answers if one.status_code == 201}) == 3


def test_a_scenario_of_ones_own(api: Caller) -> None:
    """A scenario is made, listed and played; a wrong one is refused with every pointer."""
    slow = {"name": "slow", "services": ["lre"], "summary": "Slow.", "acts": [{"act": "accept", "after": "P10D"}]}
    made = api("POST", "/v1/scenarios", json=slow)
    assert (made.status_code, made.json()["custom"]) == (201, True)
    assert "slow" in {one["name"] for one in api("GET", "/v1/scenarios").json()["data"]}
    assert api("POST", "/v1/letters", json=letter(scenario="slow")).json()["scenario"] == "slow"
    wrong = api("POST", "/v1/scenarios", json={"name": "A b", "services": ["fax"], "sumary": "x"})
    assert {"/name", "/services/0", "/summary", "/sumary"} <= set(pointers(wrong))
    assert pointers(api("POST", "/v1/scenarios", json={**slow, "name": "accept"})) == {"/name": "reserved_name"}


def test_a_proof_is_the_same_and_verifies(memory_api: Caller) -> None:
    """A proof has the same bytes twice and is judged valid; one flipped byte is judged invalid."""
    place = memory_api("POST", "/v1/letters", json=letter()).headers["location"]
    listed = memory_api("GET", f"{place}/proofs").json()["data"]
    assert [one["format"] for one in listed[0]["formats"]] == ["pdf", "xml", "tst", "asice"]
    proof = memory_api("GET", f"{place}/proofs/deposit", params={"format": "xml"})
    assert proof.content == memory_api("GET", f"{place}/proofs/deposit?format=xml").content
    assert proof.headers["content-length"] == str(len(proof.content))
    judged = memory_api("POST", "/v1/verifications", files=[("files", ("deposit.xml", proof.content))]).json()
    assert judged["results"][0]["about"]["number"].startswith("LRE-")
    assert judged["conclusion"] == "valid", judged
    flipped = proof.content.replace(b"LRE-", b"LRF-", 1)
    worse = memory_api("POST", "/v1/verifications", files=[("files", ("deposit.xml", flipped))]).json()
    assert worse["conclusion"] == "invalid"
    assert memory_api("GET", f"{place}/proofs/refusal").status_code == 404
    assert pointers(memory_api("GET", f"{place}/proofs/deposit?format=doc")) == {"/format": "unknown_value"}
    bad_trust = [("files", ("a.xml", b"<a/>")), ("trust", ("root.pem", b"no certificate"))]
    assert set(pointers(memory_api("POST", "/v1/verifications", files=bad_trust))) == {"/trust"}


def test_the_verification_page(api: Caller) -> None:
    """The page of a proof tells instants and digests, no person, and compares a digest."""
    sent = api("POST", "/v1/letters", json=letter()).json()
    event = api("GET", f"/v1/letters/{sent['id']}/events").json()["data"][-1]["id"]
    page = api("GET", f"/verify/{event}", params={"sha256": sent["sha256"]}, headers={"authorization": ""})
    assert page.status_code == 200
    assert "Preuve de dépôt" in page.text and "SANDBOX" in page.text and sent["sha256"] in page.text
    assert "celle d’une pièce de l’envoi" in page.text
    for private in ("Dupré", "accept@lre.test", "Camille", sent["subject"]):
        assert private not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    other = api("GET", f"/verify/{event}", params={"sha256": "<b>"}, headers={"authorization": ""})
    assert "<b>" not in other.text
    missing = api("GET", "/verify/evt_00000000000000000000_01", headers={"authorization": ""})
    assert missing.status_code == 404
    assert "introuvable" in missing.text


def test_the_document_is_the_same_anywhere() -> None:
    """The contract's document has the same bytes in a process with another hash seed."""
    program = "import sys; from sigillo.api.document import *; sys.stdout.buffer.write(render_yaml(document()))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": "99", "TZ": "Asia/Tokyo"},
    )
    assert done.stdout == render_yaml(document())
    assert len(json.dumps(document())) > 10_000


def test_every_operation_is_told() -> None:
    """Operation ids are unique, and every link leads to one of them."""
    operations = [one for path in document()["paths"].values() for one in path.values()]
    ids = [one["operationId"] for one in operations]
    assert len(set(ids)) == len(ids)
    links = [
        link["operationId"]
        for one in operations
        for answer in one["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert set(links) <= set(ids)
    assert links
