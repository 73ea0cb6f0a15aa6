"""Consents over the API: asked for, recorded, read, played and revoked; letters that use them or wait for them."""

from __future__ import annotations

from typing import Any

import pytest

from sigillo.domain.letter import ConsentStatus
from tests.api.caller import LIVE_KEY, OTHER_KEY, PDF, Caller, letter, pointers

ZOE = "zoe@example.test"
AT = "2026-01-05T08:00:00Z"


def _ask(api: Caller, email: str = ZOE, **further: object) -> dict[str, Any]:
    """Ask for a consent; give it."""
    answer = api("POST", "/v1/consents", json={"recipient": {"name": "Zoé", "email": email}, **further})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/consents/{made['id']}"
    return made


def _send(api: Caller, email: str = ZOE, **changes: object) -> dict[str, Any]:
    """Send a letter to an individual; give it."""
    to = {"kind": "individual", "name": "Zoé", "email": email}
    answer = api("POST", "/v1/letters", json=letter(recipient=to, **changes))
    assert answer.status_code == 201, answer.text
    sent: dict[str, Any] = answer.json()
    return sent


def _act(api: Caller, path: str, action: str) -> Any:
    return api("POST", f"/v1/{path}/recipient-actions", json={"action": action})


def _read(api: Caller, path: str) -> Any:
    answer = api("GET", f"/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def _types(api: Caller, path: str) -> list[str]:
    """The types of an item's facts, oldest first, without those of proofs."""
    facts = _read(api, f"{path}/events")["data"]
    return [fact["type"] for fact in reversed(facts) if fact["type"] != "proof.available"]


@pytest.mark.parametrize(
    ("email", "status", "at", "kinds"),
    [
        ("accept@lre.test", "given", "2026-01-05T09:00:00Z", ["consent_request", "consent"]),
        ("consent-refused@lre.test", "refused", "2026-01-05T09:00:00Z", ["consent_request", "consent_refusal"]),
        ("consent-refused+2d@ere.test", "refused", "2026-01-07T08:00:00Z", ["consent_request", "consent_refusal"]),
        ("consent-ignored@lre.test", "expired", "2026-01-20T23:00:00Z", ["consent_request", "consent_expiry"]),
        (ZOE, "expired", "2026-01-20T23:00:00Z", ["consent_request", "consent_expiry"]),
    ],
)
def test_the_individual_answers_as_the_scenario_says(
    api: Caller, email: str, status: str, at: str, kinds: list[str]
) -> None:
    """A consent is asked for and answered by the scenario of its address, or lapses; its proofs are there."""
    asked = _ask(api, email, reference="locataire-117", metadata={"deal": "4711"})
    assert (asked["status"], asked["source"], asked["obtained_at"]) == ("requested", "asked", None)
    assert (asked["expires_at"], asked["proofs"]) == ("2026-01-20T23:00:00Z", ["consent_request"])
    assert (asked["reference"], asked["metadata"], asked["test"]) == ("locataire-117", {"deal": "4711"}, True)
    assert "SANDBOX" in asked["statement"] and asked["sender"]["company"] in asked["statement"]
    api("POST", "/v1/clock/advance", json={"until": "idle"})
    answered = _read(api, f"consents/{asked['id']}")
    assert (answered["status"], answered["status_at"], answered["proofs"]) == (status, at, kinds)
    assert answered["obtained_at"] == (at if status == "given" else None)
    assert _types(api, f"consents/{asked['id']}") == ["consent.requested", f"consent.{status}"]
    proofs = _read(api, f"consents/{asked['id']}/proofs")["data"]
    assert [proof["kind"] for proof in proofs] == kinds[::-1]


@pytest.mark.parametrize("status", ConsentStatus)
def test_the_proof_of_every_status_is_valid(memory_api: Caller, status: ConsentStatus) -> None:
    """Each format of the last proof of a consent is judged valid, and its page for whoever holds it is there."""
    api = memory_api
    scenario = {"refused": "consent-refused", "expired": "consent-ignored"}.get(status, "accept")
    asked = _ask(api, scenario=scenario)
    path = f"consents/{asked['id']}"
    if status != "requested":
        api("POST", "/v1/clock/advance", json={"until": "idle"})
    if status == "revoked":
        assert api("POST", f"/v1/{path}/revoke").status_code == 200
    assert _read(api, path)["status"] == status
    proof = _read(api, f"{path}/proofs")["data"][0]
    names = ("xml", "pdf", "tst", "asice")
    made = {name: api("GET", f"/v1/{path}/proofs/{proof['kind']}?format={name}").content for name in names}
    files = [("files", (f"proof.{name}", data)) for name, data in made.items()]
    verdict = api("POST", "/v1/verifications", files=files).json()
    assert verdict["conclusion"] == "valid", verdict
    assert {one["conclusion"] for one in verdict["results"]} == {"valid"}
    page = api("GET", f"/verify/{proof['event_id']}")
    assert page.status_code == 200
    assert asked["number"] in page.text and ZOE not in page.text and "de l’envoi" not in page.text


def test_a_consent_that_is_held_is_recorded(api: Caller) -> None:
    """With its date and evidence it is given at once; the evidence lies in the proof."""
    file = api("POST", "/v1/files", files={"file": ("bulletin.pdf", PDF)}).json()
    held = _ask(api, obtained_at="2025-11-03T09:30:00Z", evidence_file_id=file["id"])
    assert (held["status"], held["source"], held["scenario"]) == ("given", "declared", None)
    assert (held["obtained_at"], held["status_at"], held["expires_at"]) == ("2025-11-03T09:30:00Z", AT, None)
    assert (held["evidence_file_id"], held["evidence_sha256"]) == (file["id"], file["sha256"])
    assert held["proofs"] == ["consent_declaration"]
    revoked = api("POST", f"/v1/consents/{held['id']}/revoke").json()
    assert (revoked["status"], revoked["obtained_at"]) == ("revoked", "2025-11-03T09:30:00Z")
    assert revoked["proofs"] == ["consent_declaration", "consent_revocation"]


def test_what_is_wrong_with_a_request_is_told_at_once(api: Caller) -> None:
    """Every wrong field has its pointer, in the shape and beyond it."""
    wrong = {"kind": "professional", "email": "no address"}
    nobody = api("POST", "/v1/consents", json={"recipient": wrong, "scenari": "x"})
    expected = {"/recipient/kind": "unknown_value", "/recipient/email": "bad_email", "/recipient/name": "missing"}
    assert pointers(nobody) == {**expected, "/scenari": "unknown_field"}
    to = {"recipient": {"name": "Zoé", "email": ZOE}}
    assert pointers(api("POST", "/v1/consents", json={**to, "scenario": "nothing"})) == {
        "/scenario": "unknown_scenario"
    }
    file = "file_" + "0" * 20
    assert pointers(api("POST", "/v1/consents", json={**to, "evidence_file_id": file})) == {
        "/obtained_at": "missing",
        "/evidence_file_id": "unknown_file",
    }
    late = {**to, "obtained_at": "2027-01-01T00:00:00Z", "evidence_file_id": file, "scenario": "accept"}
    assert pointers(api("POST", "/v1/consents", json=late)) == {
        "/obtained_at": "in_the_future",
        "/evidence_file_id": "unknown_file",
        "/scenario": "nothing_to_play",
    }
    assert pointers(api("POST", "/v1/consents", json={**late, "refrence": "x", "metadata": {"a": 1}})) == {
        "/refrence": "unknown_field",
        "/metadata/a": "wrong_type",
        "/obtained_at": "in_the_future",
        "/evidence_file_id": "unknown_file",
        "/scenario": "nothing_to_play",
    }
    halves = {"recipient": {"first_name": "Zoé", "email": "no address"}, "scenario": "acept"}
    assert pointers(api("POST", "/v1/consents", json=halves)) == {
        "/recipient/email": "bad_email",
        "/recipient/last_name": "missing",
        "/scenario": "unknown_scenario",
    }
    assert pointers(api("POST", "/v1/consents", json=[])) == {"": "wrong_type"}
    strange = {"recipient": {"name": "Zoé", "email": "nothing@lre.test"}}
    assert pointers(api("POST", "/v1/consents", json=strange)) == {"/recipient/email": "unknown_scenario"}


def test_nobody_is_asked_twice(api: Caller) -> None:
    """While a consent is asked for or given, asking again is a conflict that names it; another sender may ask."""
    asked = _ask(api)
    for step in ("asked", "given"):
        again = api("POST", "/v1/consents", json={"recipient": {"name": "Z", "email": ZOE.upper()}})
        assert (again.status_code, again.json()["code"]) == (409, "consent_exists"), step
        assert asked["id"] in again.json()["detail"]
        _act(api, f"consents/{asked['id']}", "consent")
    other = _ask(api, sender={"name": "Autre", "email": "autre@example.test"})
    assert other["id"] != asked["id"]
    api("POST", f"/v1/consents/{asked['id']}/revoke")
    assert _ask(api)["id"] not in (asked["id"], other["id"])


def test_a_request_repeated_is_made_once(api: Caller) -> None:
    """The same key gives the same answer, and another body under it is a conflict."""
    body = {"recipient": {"name": "Zoé", "email": ZOE}}
    first, second = (api("POST", "/v1/consents", json=body, headers={"Idempotency-Key": "one"}) for _ in range(2))
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"
    other = {"recipient": {"name": "Zoé", "email": "other@example.test"}}
    reused = api("POST", "/v1/consents", json=other, headers={"Idempotency-Key": "one"})
    assert (reused.status_code, reused.json()["code"]) == (409, "idempotency_key_reused")


def test_only_what_is_given_can_be_revoked(api: Caller) -> None:
    """What is not the individual's turn is a conflict that speaks of the consent; nothing changes by it."""
    path = f"consents/{_ask(api)['id']}"
    refused = api("POST", f"/v1/{path}/revoke")
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_move")
    assert refused.json()["detail"].startswith("The consent is requested")
    assert _act(api, path, "refuse_consent").json()["status"] == "refused"
    assert _act(api, path, "consent").status_code == 409
    assert pointers(_act(api, path, "accept")) == {"/action": "unknown_value"}
    assert _types(api, path) == ["consent.requested", "consent.refused"]


def test_consents_are_listed_by_status_and_recipient(api: Caller) -> None:
    """Newest first, in pages, filtered; letters and consents are never among each other."""
    made = [_ask(api, f"someone-{i}@example.test")["id"] for i in range(5)]
    _act(api, f"consents/{made[1]}", "consent")
    sent = _send(api)
    page = _read(api, "consents?limit=4")
    rest = _read(api, f"consents?limit=4&cursor={page['next_cursor']}")
    ids = [one["id"] for one in (*page["data"], *rest["data"])]
    assert ids == [sent["consent"]["consent_id"], *made[::-1]]
    assert (page["has_more"], rest["has_more"]) == (True, False)
    assert [one["id"] for one in _read(api, "consents?status=given")["data"]] == [made[1]]
    assert len(_read(api, "consents?status=given,requested")["data"]) == 6
    assert [one["id"] for one in _read(api, f"consents?recipient={ZOE.upper()}")["data"]] == ids[:1]
    assert pointers(api("GET", "/v1/consents?status=deposited")) == {"/status/0": "unknown_value"}
    assert [one["id"] for one in _read(api, "letters")["data"]] == [sent["id"]]
    for path in (f"letters/{made[0]}", f"letters/{made[0]}/proofs", f"letters/{made[0]}/bundle"):
        assert api("GET", f"/v1/{path}").status_code == 404
    assert api("POST", f"/v1/letters/{made[0]}/cancel").status_code == 404
    for path in (f"consents/{sent['id']}", f"consents/{sent['id']}/proofs", f"consents/{sent['id']}/events"):
        assert api("GET", f"/v1/{path}").status_code == 404


def test_another_workspace_s_consent_is_nowhere(api: Caller) -> None:
    """Another key finds nothing; a live key may ask but plays nobody."""
    path = f"consents/{_ask(api)['id']}"
    assert api.with_key(OTHER_KEY)("GET", f"/v1/{path}").status_code == 404
    assert api.with_key(OTHER_KEY)("POST", f"/v1/{path}/revoke").status_code == 404
    live = api.with_key(LIVE_KEY)
    theirs = live("POST", "/v1/consents", json={"recipient": {"name": "Zoé", "email": ZOE}}).json()
    assert _act(live, f"consents/{theirs['id']}", "consent").json()["code"] == "live_workspace"


def test_a_letter_that_asks_makes_the_consent_it_waits_for(api: Caller) -> None:
    """Letter and consent move at the same instants, by the scenario; the next letter is not asked for again."""
    first = _send(api, "accept@lre.test")
    consent = _read(api, f"consents/{first['consent']['consent_id']}")
    assert (first["status"], consent["status"], first["consent"]["obtained_at"]) == (
        "awaiting_consent",
        "requested",
        None,
    )
    api("POST", "/v1/clock/advance", json={"by": "PT1H"})
    consent = _read(api, f"consents/{consent['id']}")
    assert (consent["status"], consent["obtained_at"]) == ("given", "2026-01-05T09:00:00Z")
    assert _read(api, f"letters/{first['id']}")["status"] == "deposited"
    second = _send(api, "Accept@lre.test")
    assert (second["status"], second["number"][-12:-3]) == ("deposited", "000000002")
    assert second["consent"] == {
        "consent_id": consent["id"],
        "obtained_at": "2026-01-05T09:00:00Z",
        "evidence_file_id": None,
        "evidence_sha256": None,
    }
    assert _types(api, f"letters/{second['id']}") == ["letter.deposited"]


@pytest.mark.parametrize(
    ("action", "letters", "consent"),
    [("consent", "deposited", "given"), ("refuse_consent", "undelivered", "refused")],
)
@pytest.mark.parametrize("played", ["consent", "first letter", "second letter"])
def test_one_answer_moves_all_that_wait(api: Caller, action: str, letters: str, consent: str, played: str) -> None:
    """Whoever is played, the consent and every letter that waits for it move together, once."""
    first, second = _send(api), _send(api, scenario="consent-refused")
    consent_id = first["consent"]["consent_id"]
    assert (second["status"], second["consent"]["consent_id"]) == ("awaiting_consent", consent_id)
    stranger = _send(api, sender={"name": "Autre", "email": "autre@example.test"})
    paths = {
        "consent": f"consents/{consent_id}",
        "first letter": f"letters/{first['id']}",
        "second letter": f"letters/{second['id']}",
    }
    assert _act(api, paths[played], action).status_code == 200
    assert [_read(api, f"letters/{each['id']}")["status"] for each in (first, second)] == [letters, letters]
    assert _read(api, f"consents/{consent_id}")["status"] == consent
    assert _read(api, f"letters/{stranger['id']}")["status"] == "awaiting_consent"
    assert _act(api, paths[played], action).status_code == 409


def test_a_letter_waits_for_what_was_asked_before(api: Caller) -> None:
    """A letter sent while its recipient is being asked falls due with that consent, and lapses with it."""
    asked = _ask(api, "consent-ignored@lre.test")
    api("POST", "/v1/clock/advance", json={"by": "P10D"})
    late = _send(api, "consent-ignored@lre.test")
    assert late["consent"]["consent_id"] == asked["id"]
    api("POST", "/v1/clock/advance", json={"until": "idle"})
    lapsed = _read(api, f"letters/{late['id']}")
    assert (lapsed["outcome"], lapsed["status_at"]) == ("consent_expired", "2026-01-20T23:00:00Z")
    assert _read(api, f"consents/{asked['id']}")["status"] == "expired"


def test_a_revoked_consent_is_not_used(api: Caller) -> None:
    """After the revocation the individual is asked again; letters sent before go on; an older date does not hold."""
    consent = _ask(api)
    _act(api, f"consents/{consent['id']}", "consent")
    before = _send(api)
    api("POST", "/v1/clock/advance", json={"by": "P1D"})
    assert _act(api, f"consents/{consent['id']}", "revoke").json()["status"] == "revoked"
    to = {"kind": "individual", "name": "Zoé", "email": ZOE}
    stale = letter(recipient=to, consent={"obtained_at": AT})
    assert pointers(api("POST", "/v1/letters", json=stale)) == {"/consent/obtained_at": "consent_revoked"}
    again = {"recipient": {"name": "Zoé", "email": ZOE}, "obtained_at": AT}
    assert pointers(api("POST", "/v1/consents", json=again)) == {"/obtained_at": "consent_revoked"}
    after = _send(api)
    assert (after["status"], after["consent"]["consent_id"] != consent["id"]) == ("awaiting_consent", True)
    assert _read(api, f"letters/{before['id']}")["status"] == "notified"
    assert _read(api, f"consents/{consent['id']}")["obtained_at"] == AT


def test_a_declared_consent_is_kept_once(api: Caller) -> None:
    """A letter that declares one records it; the next that declares or needs one uses that."""
    first = _send(api, consent={"obtained_at": "2025-11-03T09:30:00Z"})
    second = _send(api, consent={"obtained_at": "2025-12-01T09:30:00Z"})
    third = _send(api)
    assert len({each["consent"]["consent_id"] for each in (first, second, third)}) == 1
    assert [each["consent"]["obtained_at"][:10] for each in (first, second, third)] == [
        "2025-11-03",
        "2025-12-01",
        "2025-11-03",
    ]
    assert {each["status"] for each in (first, second, third)} == {"deposited"}
    (kept,) = _read(api, "consents")["data"]
    assert (kept["source"], kept["status"], kept["id"]) == ("declared", "given", first["consent"]["consent_id"])


def test_a_letter_without_a_consent_of_its_own_makes_none(api: Caller) -> None:
    """A professional's letter and one whose deposit is refused make no consent."""
    professional = api("POST", "/v1/letters", json=letter()).json()
    assert professional["consent"] is None
    assert _send(api, "reject@lre.test")["consent"] is None
    assert _read(api, "consents")["data"] == []


def test_checking_a_letter_tells_which_consent_it_would_use(api: Caller) -> None:
    """What would be asked, awaited or used is a warning that names it; without asking it is an error, unless there."""
    to = {"kind": "individual", "name": "Zoé", "email": ZOE}
    draft = letter(recipient=to)

    def said(**changes: object) -> tuple[bool, dict[str, str]]:
        checked = api("POST", "/v1/letters/validate", json={**draft, **changes}).json()
        return checked["valid"], {one["code"]: one["detail"] for one in (*checked["errors"], *checked["warnings"])}

    assert list(said()[1]) == ["consent_will_be_asked"]
    assert said(ask_consent=False)[0] is False
    consent = _ask(api)
    assert consent["id"] in said()[1]["consent_awaited"]
    assert next(iter(said(ask_consent=False)[1])) == "consent_required"
    _act(api, f"consents/{consent['id']}", "consent")
    valid, told = said(ask_consent=False)
    assert valid is True and consent["id"] in told["consent_reused"] and AT in told["consent_reused"]
    assert list(said(scenario="consent-refused")[1]) == ["consent_reused", "consent_not_played"]
    assert _send(api, scenario="consent-refused")["status"] == "deposited"


def test_the_feed_tells_of_consents(api: Caller) -> None:
    """Facts of a consent carry the consent as it was then, in place of a letter, and are found by type and by place."""
    asked = _ask(api, "accept@lre.test")
    api("POST", "/v1/clock/advance", json={"until": "idle"})
    (given,) = _read(api, "events?type=consent.given")["data"]
    assert set(given["data"]) == {"consent"}
    about = given["data"]["consent"]
    assert (about["id"], about["status"], about["status_at"]) == (asked["id"], "given", "2026-01-05T09:00:00Z")
    (requested,) = _read(api, "events?type=consent.requested")["data"]
    assert requested["data"]["consent"]["status"] == "requested"
    after = _read(api, f"events?after={requested['id']}")["data"]
    assert [fact["type"] for fact in after] == ["proof.available", "consent.given", "proof.available"]
    assert after[0]["data"]["proof"]["kind"] == "consent_request"
    assert "letter" not in after[0]["data"]
