"""Bad input, one test for each kind: a clear problem document, never a 500, nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.api.caller import OTHER_KEY, PDF, Caller, letter, pointers


@pytest.fixture(autouse=True)
def nothing_is_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test the workspace has no letter and its journal no fact."""
    name = next(name for name in ("api", "memory_api") if name in request.fixturenames)
    api: Caller = request.getfixturevalue(name)
    yield
    assert api("GET", "/v1/letters").json()["data"] == []
    assert api("GET", "/v1/events").json()["data"] == []


def refused(api: Caller, **changes: object) -> dict[str, str]:
    """What is wrong with the smallest letter after changes."""
    answer = api("POST", "/v1/letters", json=letter(**changes))
    assert answer.status_code == 422, answer.text
    return pointers(answer)


def uploaded(api: Caller, name: str, data: bytes) -> httpx.Response:
    """An upload of one file."""
    return api("POST", "/v1/files", files={"file": (name, data)})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bail.pdf", b"\x89PNG\r\n\x1a\n"),
        ("photo.png", b"%PDF-1.7"),
        ("photo.jpg", b"GIF89a"),
        ("lettre.docx", b"PK\x03\x04 no such member"),
        ("lettre.odt", b"<html>"),
        ("notes.txt", b"text with a \0 in it"),
        ("notes.csv", b"%PDF-1.7"),
        ("page.html", b"no tag at all"),
        ("data.xml", b"{}"),
        ("signed.p7m", b"plain text"),
        ("mail.eml", b"no header here"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(api: Caller, name: str, data: bytes) -> None:
    """The bytes of a file must be what its name promises."""
    assert pointers(uploaded(api, name, data)) == {"/file": "file_type_mismatch"}


@pytest.mark.parametrize("data", [b"MZ\x90", b"\x7fELF\x02", b"#!/bin/sh\n", b"\xca\xfe\xba\xbe"])
def test_a_program(memory_api: Caller, data: bytes) -> None:
    """What runs is refused, whatever it is called."""
    assert pointers(uploaded(memory_api, "lettre.pdf", data)) == {"/file": "executable"}


def test_a_kind_that_is_not_taken(memory_api: Caller) -> None:
    """An extension outside of the table is refused with the list of those inside."""
    answer = uploaded(memory_api, "song.mp3", b"ID3")
    assert pointers(answer) == {"/file": "file_type_not_allowed"}
    assert "pdf" in answer.json()["detail"]


@pytest.mark.parametrize(
    "name", ["../bail.pdf", "a/b.pdf", "a\\b.pdf", ".pdf", "a\x01.pdf", "C:x.pdf", "x" * 300 + ".pdf"]
)
def test_a_name_that_is_no_name(memory_api: Caller, name: str) -> None:
    """A file's name holds no path, no control characters, and is not endless."""
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\n\r\n'
        + PDF
        + b"\r\n--b--\r\n"
    )
    answer = memory_api("POST", "/v1/files", content=body, headers={"content-type": "multipart/form-data; boundary=b"})
    assert set(pointers(answer)) == {"/file"}


def test_an_empty_file(api: Caller) -> None:
    """An empty file is refused, alone and with a letter."""
    assert pointers(uploaded(api, "bail.pdf", b"")) == {"/file": "empty_file"}
    fields = {"service": "lre", "recipient.name": "A", "recipient.email": "a@b.test", "subject": "S"}
    answer = api("POST", "/v1/letters", data=fields, files=[("files", ("a.pdf", PDF)), ("files", ("b.pdf", b""))])
    assert pointers(answer) == {"/files/1": "empty_file"}


def test_a_file_without_a_name(memory_api: Caller) -> None:
    """A file part must bring its name."""
    answer = memory_api("POST", "/v1/files", files={"file": (None, PDF)})
    assert pointers(answer) == {"/file": "missing_filename"}


def test_257_megabytes_announced(api: Caller) -> None:
    """A body that announces too much is refused before it is read."""
    headers = {"content-type": "multipart/form-data; boundary=b", "content-length": str(300 * 1024 * 1024)}
    answer = api("POST", "/v1/files", content=b"--b", headers=headers)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_no_recipient(api: Caller) -> None:
    """A letter without a recipient, and a recipient without a name, are refused at their place."""
    assert refused(api, recipient=None) == {"/recipient": "missing"}
    assert refused(api, recipient={"email": "a@b.test"}) == {"/recipient/name": "missing"}
    assert refused(api, recipient={"email": "a@b.test", "first_name": "A"}) == {"/recipient/last_name": "missing"}


@pytest.mark.parametrize(
    "email", ["", "a", "a@", "@b.test", "a b@c.test", "a@b..test", "A <a@b.test>", "a@b.test\n", "a@[1.2.3.4]"]
)
def test_a_bad_email(memory_api: Caller, email: str) -> None:
    """What is no address is refused at its place."""
    assert set(refused(memory_api, recipient={"name": "A", "email": email})) == {"/recipient/email"}


def test_an_individual_without_a_consent(api: Caller) -> None:
    """An individual who must not be asked needs a consent that the sender holds."""
    individual = {"kind": "individual", "name": "A", "email": "a@b.test"}
    assert refused(api, recipient=individual, ask_consent=False) == {"/consent": "consent_required"}
    future = {"obtained_at": "2099-01-01T00:00:00Z"}
    assert refused(api, recipient=individual, consent=future) == {"/consent/obtained_at": "in_the_future"}


def test_an_unknown_scenario(api: Caller) -> None:
    """A scenario that nobody wrote is refused, with the nearest there is; so is one in the address."""
    answer = api("POST", "/v1/letters", json=letter(scenario="acept"))
    assert pointers(answer) == {"/scenario": "unknown_scenario"}
    assert "'accept'" in answer.json()["detail"]
    in_address = {"name": "A", "email": "nothing-such@lre.test"}
    assert refused(api, recipient=in_address) == {"/recipient/email": "unknown_scenario"}
    assert refused(api, scenario="accept+soon") == {"/scenario": "bad_delay"}
    assert refused(api, scenario="manual+3d") == {"/scenario": "scenario_takes_no_delay"}


def test_an_unknown_field(api: Caller) -> None:
    """A field that nobody knows is refused with the nearest name, at any depth."""
    answer = api(
        "POST",
        "/v1/letters",
        json={**letter(), "subjet": "S", "recipient": {"name": "A", "email": "a@b.test", "emial": "x"}},
    )
    assert pointers(answer) == {"/subjet": "unknown_field", "/recipient/emial": "unknown_field"}
    assert "did you mean 'subject'?" in answer.text


def test_a_date_without_a_zone(api: Caller) -> None:
    """An instant without zone says nothing and is refused."""
    individual = {"kind": "individual", "name": "A", "email": "a@b.test"}
    found = refused(api, recipient=individual, consent={"obtained_at": "2025-01-01T00:00:00"})
    assert found == {"/consent/obtained_at": "no_zone"}


@pytest.mark.parametrize(
    "content",
    [
        "<p>Bonjour<script>alert(1)</script>",
        '<img src="http://t.example/x.png">',
        '<p onclick="x()">',
        "<!doctype html><iframe>",
    ],
)
def test_html_with_a_script(memory_api: Caller, content: str) -> None:
    """HTML that acts or fetches is refused."""
    assert refused(memory_api, content=content) == {"/content": "active_content"}


@pytest.mark.parametrize("bad", ["\0", "\x07", "\x7f", "\x85", "￿"])
def test_a_nul_and_its_like(memory_api: Caller, bad: str) -> None:
    """Control characters are refused wherever text stands; tabs and line breaks are good in the content alone."""
    assert refused(memory_api, subject=f"a{bad}b") == {"/subject": "unprintable"}
    assert refused(memory_api, content=f"a{bad}b") == {"/content": "unprintable"}
    assert refused(memory_api, tags=[f"a{bad}b"]) == {"/tags/0": "unprintable"}
    assert set(refused(memory_api, metadata={f"a{bad}b": "x"})) and refused(memory_api, subject="a\nb")


def test_a_lone_surrogate(api: Caller) -> None:
    """Half a character is refused at its place, and a document with half a character in a key is malformed."""
    recipient = b'"recipient":{"name":"A","email":"a@b.test"}'
    body = b'{"service":"lre","subject":"a\\ud800b","content":"x","tags":["\\udfff"],' + recipient + b"}"
    headers = {"content-type": "application/json"}
    answer = api("POST", "/v1/letters", content=body, headers=headers)
    assert pointers(answer) == {"/subject": "unprintable", "/tags/0": "unprintable"}
    key = api("POST", "/v1/letters", content=b'{"\\udfff":1,' + recipient + b"}", headers=headers)
    assert (key.status_code, key.json()["code"]) == (400, "malformed")


def test_a_10000_character_subject(api: Caller) -> None:
    """A subject has at most 255 characters, and no text is endless."""
    assert refused(api, subject="x" * 10_000) == {"/subject": "too_long"}
    assert refused(api, subject="x" * 256, reference="y" * 256, tags=["z" * 65]) == {
        "/subject": "too_long",
        "/reference": "too_long",
        "/tags/0": "too_long",
    }
    assert refused(api, metadata={str(i): "x" for i in range(21)}) == {"/metadata": "too_many"}


def test_ids_of_another_workspace(api: Caller) -> None:
    """Another workspace's letters, files and events are not found, as if they were not there."""
    other = api.with_key(OTHER_KEY)
    file = other("POST", "/v1/files", files={"file": ("a.pdf", PDF)}).json()
    place = other("POST", "/v1/letters", json=letter()).headers["location"]
    event = other("GET", f"{place}/events").json()["data"][0]["id"]
    for path in (place, f"{place}/events", f"{place}/proofs", f"{place}/proofs/deposit", f"{place}/bundle"):
        assert api("GET", path).status_code == 404, path
    for path in (f"/v1/files/{file['id']}", f"/v1/files/{file['id']}/content"):
        assert api("GET", path).status_code == 404, path
    assert api("POST", f"{place}/cancel").status_code == 404
    assert api("POST", f"{place}/recipient-actions", json={"action": "open"}).status_code == 404
    assert refused(api, content=None, file_ids=[file["id"]]) == {"/file_ids/0": "unknown_file"}
    assert pointers(api("GET", "/v1/events", params={"after": event})) == {"/after": "unknown_event"}


def test_everything_wrong_is_told_at_once(api: Caller) -> None:
    """Errors of shape, of names, of content and of files come in one answer."""
    bad = letter(
        service="fax",
        recipient={"kind": "individual", "first_name": "A", "email": "a@"},
        subject="\0",
        content="<p><script></script>",
        scenario="nothing-such",
        file_ids=["file_00000000000000000000", "not an id"],
        tags=["x"] * 21,
        consent={"obtained_at": "2025-01-01"},
        webhook_url="ftp://a",
        colour="red",
    )
    assert set(refused(api, **bad)) == {
        "/service",
        "/recipient/last_name",
        "/recipient/email",
        "/subject",
        "/content",
        "/file_ids/0",
        "/file_ids/1",
        "/tags",
        "/consent/obtained_at",
        "/webhook_url",
        "/colour",
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b'{"a":1,}', "malformed_json"),
        (b'{"a":NaN}', "malformed_json"),
        (b'{"a":1,"a":2}', "duplicate_key"),
        (b"\xff", "malformed"),
        (b"[" * 100_000, "malformed_json"),
        (b"9" * 10_000, "malformed_json"),
    ],
)
def test_what_is_not_json(memory_api: Caller, body: bytes, code: str) -> None:
    """What is not JSON is told so, with its line and column."""
    answer = memory_api("POST", "/v1/letters", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize("body", [b"null", b"[]", b"1", b'"x"', b"{}", b'{"recipient":[],"file_ids":{},"metadata":1}'])
def test_json_of_another_shape(memory_api: Caller, body: bytes) -> None:
    """JSON that is no letter is refused with pointers."""
    answer = memory_api("POST", "/v1/letters", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert pointers(answer)


def _boundary(data: bytes) -> Callable[[Caller], httpx.Response]:
    headers = {"content-type": "multipart/form-data; boundary=b"}
    return lambda api: api("POST", "/v1/letters", content=data, headers=headers)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"--b",
        b"garbage",
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-',
        b"--b\r\n\r\n\r\n--b--",
    ],
)
def test_a_form_that_breaks_off(api: Caller, data: bytes) -> None:
    """A form without its end or without names is malformed, and what came of it is gone."""
    answer = _boundary(data)(api)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_form")


def test_bodies_of_another_kind(memory_api: Caller) -> None:
    """A body in a media type that is not read here is told so."""
    assert memory_api("POST", "/v1/letters", content=b"a=b", headers={"content-type": "text/plain"}).status_code == 415
    assert memory_api("POST", "/v1/files", json={}).status_code == 415
    assert (
        memory_api("POST", "/v1/files", content=b"x", headers={"content-type": "multipart/form-data"}).status_code
        == 400
    )


def test_a_json_body_without_end(memory_api: Caller) -> None:
    """A JSON body over its bound is too large."""
    answer = memory_api(
        "POST", "/v1/letters", content=b'"' + b"x" * (6 << 20), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


def test_keys(memory_api: Caller) -> None:
    """No key, a wrong one and no bearer are 401 with the way to do it."""
    for value in ("", "Bearer", "Bearer wrong", "Basic sk_test_demo", "sk_test_demo"):
        answer = memory_api("GET", "/v1/me", headers={"authorization": value})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert pointers(answer) == {}


def test_paths_and_methods(memory_api: Caller) -> None:
    """Unknown paths are 404, other methods 405 with those there are."""
    assert memory_api("GET", "/v1/nothing").json()["code"] == "no_route"
    answer = memory_api("DELETE", "/v1/letters")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert memory_api("OPTIONS", "/v1/letters/validate").headers["allow"] == "POST"
    assert memory_api("GET", "/v1/letters/validate").headers["allow"] == "POST"
    head = memory_api("HEAD", "/v1/letters")
    assert (head.status_code, head.content) == (200, b"")


def test_idempotency_keys_are_bounded(memory_api: Caller) -> None:
    """An Idempotency-Key that is empty or endless is refused."""
    for key in ("", "x" * 256):
        answer = memory_api("POST", "/v1/letters", json=letter(), headers={"idempotency-key": key})
        assert pointers(answer) == {"/Idempotency-Key": "bad_idempotency_key"}


def test_what_is_no_letter_is_not_checked_as_one(memory_api: Caller) -> None:
    """A body that is no object is refused; a letter with errors is answered with them."""
    answer = memory_api("POST", "/v1/letters/validate", json=[None, None])
    assert (answer.status_code, pointers(answer)) == (422, {"": "wrong_type"})
    assert memory_api("POST", "/v1/letters/validate", json={}).json()["valid"] is False


def test_a_whole_number_may_be_written_with_a_point(memory_api: Caller) -> None:
    """JSON Schema takes 20.0 for an integer, and so does the API; 20.5 is none."""
    rule = {"name": "Refusals", "metric": "refused_share", "threshold": 0.1, "window": "P1D"}
    assert memory_api("POST", "/v1/alert-rules", json={**rule, "min_letters": 20.0}).json()["min_letters"] == 20
    assert memory_api("POST", "/v1/alert-rules", json={**rule, "min_letters": 20.5}).status_code == 422
