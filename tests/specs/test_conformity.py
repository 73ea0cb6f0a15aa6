"""What holds answers against the document: it takes good ones and tells what is wrong with others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sigillo.api.document import document
from tests.specs.conformity import FAULT, Answer, Mismatch, contract

TESTS = Path(__file__).resolve().parents[1]
_ID = "ltr_0123456789abcdefghjk"
_LETTER = document()["paths"]["/v1/letters/{letter_id}"]["get"]["responses"]["200"]["content"]["application/json"]
GOOD = Answer(
    method="GET",
    path=f"/v1/letters/{_ID}",
    status=200,
    headers={"request-id": "req_000000000001", "content-type": "application/json"},
    body=json.dumps(_LETTER["examples"]["example"]["value"]).encode(),
)


def _problem(kind: str, code: str) -> bytes:
    content = document()["components"]["responses"][kind]["content"]["application/problem+json"]
    return json.dumps(content["examples"][code]["value"]).encode()


MISSING = replace(
    GOOD,
    status=404,
    headers={**GOOD.headers, "content-type": "application/problem+json"},
    body=_problem("not_found", "not_found"),
)


def _with(answer: Answer, **fields: Any) -> Answer:
    return replace(answer, body=json.dumps({**json.loads(answer.body or b""), **fields}).encode())


def test_what_the_document_says_is_taken() -> None:
    """A letter, a problem, an answer to HEAD, a body that was not read, and a route that is not there."""
    for answer in (GOOD, MISSING, replace(GOOD, method="HEAD", body=b""), replace(GOOD, body=None)):
        assert contract().check(answer) == "getLetter"
    nowhere = replace(MISSING, path="/v1/letterz", body=_problem("not_found", "no_route"))
    assert contract().check(nowhere) is None
    assert contract().check(replace(GOOD, path="/docs")) is None
    spoilt = replace(GOOD, status=503, headers={**GOOD.headers, FAULT: "flt_1"}, body=b"{")
    assert contract().check(spoilt) == "getLetter"


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda: replace(GOOD, status=202), "no such status"),
        (lambda: replace(GOOD, headers={"content-type": "application/json"}), "without the header Request-Id"),
        (lambda: replace(GOOD, headers={**GOOD.headers, "request-id": "{}"}), "the header Request-Id"),
        (lambda: replace(GOOD, headers={**GOOD.headers, "content-type": "text/html"}), "as text/html"),
        (lambda: replace(GOOD, body=b"{"), "not JSON"),
        (lambda: _with(GOOD, status="lost"), "at /status"),
        (lambda: _with(GOOD, created_at="yesterday"), "at /created_at"),
        (lambda: _with(GOOD, surprise=1), "at /"),
        (lambda: _with(MISSING, status=403), "do not agree"),
        (lambda: _with(MISSING, code="lost", type="tag:sigillo.test,2026:problem:lost"), "code lost is not documented"),
        (lambda: replace(GOOD, path="/v1/nowhere"), "no operation is there"),
        (lambda: replace(MISSING, path="/v1/nowhere"), "not refused for that"),
        (lambda: replace(MISSING, method="PUT"), "no operation is there"),
    ],
)
def test_what_it_does_not_say_is_told(spoil: Callable[[], Answer], what: str) -> None:
    """Each way to differ from the document is a mismatch that names it."""
    with pytest.raises(Mismatch, match=what):
        contract().check(spoil())


_ASKS_N8N = TESTS / "connectors" / "n8n"  # another server, which this document does not tell of
_ASKING = re.compile(r"httpx\.((Async)?Client|request|stream|get|post|put|patch|delete)\(|HTTPConnection\(")


def test_no_test_asks_the_server_unchecked() -> None:
    """Whoever makes an HTTP client of its own holds its answers against the document."""
    making = {
        path: path.read_text(encoding="utf-8")
        for path in TESTS.rglob("*.py")
        if "node_modules" not in path.parts and path != Path(__file__) and _ASKS_N8N not in path.parents
    }
    unchecked = [
        str(path.relative_to(TESTS))
        for path, text in making.items()
        if _ASKING.search(text) and "conformity.check" not in text
    ]
    assert unchecked == []
