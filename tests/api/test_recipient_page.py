"""The page where a recipient answers: what it tells when, what it does, and what it refuses."""

from __future__ import annotations

import re
import time
from typing import Any

import httpx
import pytest

from tests.api.caller import LIVE_KEY, PDF, Caller, letter
from tests.api.test_outgoing_mail import idle, listed, send

HTML = "<p>Madame,</p><p>Veuillez <b>payer</b>.</p>"


def visit(api: Caller, path: str, **form: str) -> httpx.Response:
    """Open a page as a browser does, or send its form: no key, no cookie."""
    request: dict[str, Any] = {"data": form} if form else {}
    return api("POST" if form else "GET", path, headers={"authorization": ""}, **request)


def page_of(api: Caller, item_id: str) -> str:
    """The path of the recipient's page, from the newest message about a letter or a consent."""
    for one in listed(api):
        if item_id in (one["letter_id"], one["consent_id"]):
            url: str = api("GET", f"/v1/outgoing-mail/{one['id']}").json()["links"][0]["url"]
            return url.removeprefix("http://127.0.0.1:8025")
    raise AssertionError("no message tells of the page")


def notified(api: Caller, email: str = "manual@lre.test", **more: object) -> tuple[dict[str, Any], str]:
    """A letter whose recipient was notified, and the path of their page."""
    sent = send(api, email, **more)
    api("POST", "/v1/clock/advance", json={"until": "next_event"})
    return sent, page_of(api, sent["id"])


def code_on(page: httpx.Response) -> str:
    """The one-time code that the page shows."""
    found = re.search(r'<code class="code">(\d{6})</code>', page.text)
    assert found, page.text
    return found[1]


def types(api: Caller, letter_id: str) -> list[str]:
    """The types of a letter's events, oldest first."""
    events = api("GET", f"/v1/letters/{letter_id}/events", params={"limit": "100"}).json()["data"]
    return [one["type"] for one in reversed(events) if one["type"] != "proof.available"]


def test_nothing_acts_or_comes_from_elsewhere(memory_api: Caller) -> None:
    """Every page says so to the browser, whatever it answers: no script, no frame, no cache, no referrer, no cookie."""
    _, path = notified(memory_api)
    for answer in (visit(memory_api, path), visit(memory_api, path + "x"), visit(memory_api, path, action="consent")):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "script" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        assert not re.search(r"<script|https?://|\son\w+=", answer.text)


def test_wrong_addresses_look_all_alike(memory_api: Caller) -> None:
    """A wrong secret, another letter's secret, an unknown letter and a live one are one page that tells nothing."""
    sent, path = notified(memory_api)
    other, _ = notified(memory_api)
    secret = path.rpartition("/")[2]
    live = memory_api.with_key(LIVE_KEY)("POST", "/v1/letters", json=letter()).json()["id"]
    wrong = [
        f"/r/{sent['id']}/{secret[:-1]}",
        f"/r/{other['id']}/{secret}",
        f"/r/ltr_00000000000000000000/{secret}",
        f"/r/{live}/{secret}",
        f"/r/{sent['id']}/é",
    ]
    answers = [visit(memory_api, each) for each in wrong] + [visit(memory_api, each, action="refuse") for each in wrong]
    assert {(one.status_code, one.text) for one in answers} == {(404, answers[0].text)}
    assert types(memory_api, sent["id"])[-1] == "letter.notified"


def test_before_the_acceptance_it_tells_neither_sender_nor_subject(api: Caller) -> None:
    """R. 53-3 I: the number and the last day, nothing of the sender, the subject or the files, and no way to them."""
    sent, path = notified(api, subject="Mise en demeure")
    page = visit(api, path)
    assert page.status_code == 200
    assert sent["number"] in page.text
    assert "20 janvier 2026" in page.text
    for hidden in ("Mise en demeure", "Madame", *(str(sent["sender"][name]) for name in ("name", "email", "company"))):
        assert hidden not in page.text
    assert [visit(api, path + rest).status_code for rest in ("/content", "/files/1", "/proof")] == [404] * 3
    assert types(api, sent["id"])[-1] == "letter.notified", "reading changes nothing"


def test_the_right_code_opens_the_letter_once(api: Caller) -> None:
    """The code accepts; sending the form again changes nothing; sender, text, files and proof are handed over."""
    file_id = api("POST", "/v1/files", files={"file": ("bail été.pdf", PDF, "application/pdf")}).json()["id"]
    sent, path = notified(api, content="Madame, <b>payez</b>.", file_ids=[file_id])
    code = code_on(visit(api, path))
    for _ in range(2):
        answer = visit(api, path, action="accept", attempt="0", code=f"{code[:3]} {code[3:]}")
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert types(api, sent["id"]).count("letter.accepted") == 1
    page = visit(api, path)
    assert "Madame, &lt;b&gt;payez&lt;/b&gt;." in page.text
    assert sent["sender"]["email"] in page.text
    file = visit(api, f"{path}/files/2")
    assert file.content == PDF
    assert file.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert visit(api, f"{path}/proof").content.startswith(b"%PDF")
    assert [visit(api, f"{path}/files/{wrong}").status_code for wrong in (0, 1, 3, 10**30)] == [404] * 4
    assert visit(api, path, action="refuse").status_code == 409


def test_three_wrong_codes_fail_the_identity_check(api: Caller) -> None:
    """Each attempt is judged once; the third wrong one is noted in the journal, and a new code begins again."""
    sent, path = notified(api)
    code = code_on(visit(api, path))
    wrong = [
        visit(api, path, action="accept", attempt=str(n), code="000000" if code != "000000" else "1") for n in "012"
    ]
    assert [one.status_code for one in wrong] == [422, 422, 409]
    assert "trois codes erronés" in wrong[2].text
    assert types(api, sent["id"])[-1] == "letter.identity_failed"
    assert code_on(wrong[2]) != code
    assert visit(api, path, action="accept", attempt="0", code=code).status_code == 422
    stale = visit(api, path, action="accept", attempt="0", code=code_on(wrong[2]))
    assert (stale.status_code, "déjà été envoyé" in stale.text) == (409, True)
    assert visit(api, path, action="accept", attempt="1", code=code_on(stale)).status_code == 303
    assert types(api, sent["id"])[-1] == "letter.accepted"


def test_a_simple_delivery_asks_for_no_code(api: Caller) -> None:
    """ERE checks no identity: its page accepts at once."""
    draft = letter(service="ere", recipient={"kind": "professional", "name": "Zoé", "email": "manual@ere.test"})
    sent = api("POST", "/v1/letters", json=draft).json()
    api("POST", "/v1/clock/advance", json={"until": "next_event"})
    path = page_of(api, sent["id"])
    assert "SMS" not in visit(api, path).text
    assert visit(api, path, action="accept").status_code == 303
    assert types(api, sent["id"])[-1] == "letter.accepted"


def test_html_is_framed_apart(memory_api: Caller) -> None:
    """The sender's HTML comes from an address of its own that lets it do nothing, and the page frames it sandboxed."""
    _, path = notified(memory_api, content=HTML)
    code = code_on(visit(memory_api, path))
    visit(memory_api, path, action="accept", attempt="0", code=code)
    page, content = visit(memory_api, path), visit(memory_api, f"{path}/content")
    assert f'<iframe src="{path}/content" sandbox ' in page.text
    assert HTML not in page.text
    assert content.text == HTML
    assert "sandbox;" in content.headers["content-security-policy"]
    assert "default-src 'none'" in content.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("refuse@lre.test", "Vous avez refusé cet envoi"),
        ("neglect@lre.test", "Le délai est passé"),
        ("bounce@lre.test", "Cet envoi n’a pas eu lieu"),
        ("fail@lre.test", "Cet envoi n’a pas eu lieu"),
    ],
)
def test_the_end_is_told_and_takes_no_answer(memory_api: Caller, email: str, says: str) -> None:
    """After the end the page says what became of the letter, still without the sender, and refuses every answer."""
    sent = send(memory_api, email)
    idle(memory_api)
    if listed(memory_api, letter_id=sent["id"]):
        path = page_of(memory_api, sent["id"])
        page = visit(memory_api, path)
        assert says in page.text
        assert sent["sender"]["name"] not in page.text
        assert "<form" not in page.text
        assert visit(memory_api, path, action="accept", attempt="0", code="1").status_code == 409
    else:
        assert email.startswith("fail")


def test_a_consent_is_given_refused_and_withdrawn(api: Caller) -> None:
    """The page states what is consented to and to whom; giving it lets the letter go on, and it can be withdrawn."""
    sent = send(api, "manual@lre.test", "individual")
    path = page_of(api, sent["consent"]["consent_id"])
    page = visit(api, path)
    assert sent["sender"]["email"] in page.text
    assert sent["subject"] not in page.text
    assert visit(api, path, action="accept").status_code == 409
    assert visit(api, f"{path}/proof").status_code == 404
    for _ in range(2):
        assert visit(api, path, action="consent").status_code == 303
    assert types(api, sent["id"]) == ["letter.consent_requested", "letter.consent_given", "letter.deposited"]
    assert visit(api, f"{path}/proof").content.startswith(b"%PDF")
    assert visit(api, path, action="refuse_consent").status_code == 409
    for _ in range(2):
        assert visit(api, path, action="revoke").status_code == 303
    assert "Vous avez retiré votre accord" in visit(api, path).text


def test_on_a_running_clock_the_window_ends_by_itself(memory_api: Caller) -> None:
    """A page opened when the window has passed says so and takes no answer, whoever notes it in the journal first."""
    sent, path = notified(memory_api)
    memory_api("PATCH", "/v1/clock", json={"speed": 1_000_000})
    end_s = time.monotonic() + 30  # the window takes a second and a half at this speed
    while "Le délai est passé" not in visit(memory_api, path).text:
        assert time.monotonic() < end_s, "the window never ended"
    assert visit(memory_api, path, action="refuse").status_code == 409
    memory_api("PATCH", "/v1/clock", json={"speed": 0})
    assert types(memory_api, sent["id"])[-1] == "letter.neglected"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"json": {"action": "accept"}}, 415),
        ({"data": {"action": "explode"}}, 422),
        ({"data": {}}, 415),
        ({"content": b"\xff" * 10, "headers": {"content-type": "application/x-www-form-urlencoded"}}, 422),
        ({"content": b"a" * 5000, "headers": {"content-type": "application/x-www-form-urlencoded"}}, 413),
    ],
)
def test_what_is_no_form_of_the_page_is_refused(memory_api: Caller, request_: dict[str, Any], status: int) -> None:
    """Whatever else is sent to the page gets a page that says so, and changes nothing."""
    sent, path = notified(memory_api)
    answer = memory_api("POST", path, **request_)
    assert answer.status_code == status
    assert "n’a pas pu être lu" in answer.text
    assert types(memory_api, sent["id"])[-1] == "letter.notified"
