"""HTTP status numbers."""

from __future__ import annotations

import pytest

from tests.tidy.source import clean, product, sample
from tests.tidy.statuses import stray_statuses

_ROUTE = "sandbox/sigillo/api/letters.py"


def test_statuses_of_failures_are_in_one_place() -> None:
    """No status of a failure stands outside of api/problems.py and the far side's translations."""
    clean(stray_statuses(product()))


@pytest.mark.parametrize(
    "text",
    [
        "Response(status_code=404)",
        "RedirectResponse('/', status_code=303)",
        "status = 409",
        "class E(Exception):\n    status_code: int = 422",
        "def f(body, *, status=500): ...",
        "def f(body, status_code=500): ...",
        "if answer.status_code == 404: ...",
        "if get().status_code in (401, 403): ...",
        "if 400 <= status: ...",
        "match answer.status:\n    case 410 | 404: ...",
        "@app.get('/', responses={404: {}})\ndef f(): ...",
        "raise HTTPException(404)",
        "def f():\n    return body, 409",
        "def f():\n    return Problem(422, 'x')",
        "from http import HTTPStatus\nx = HTTPStatus.NOT_FOUND",
        "from starlette import status\nx = status.HTTP_404_NOT_FOUND",
    ],
)
def test_a_stray_status_is_found(text: str) -> None:
    """The rule on statuses sees every form listed in its description, and leaves the allowed files alone."""
    assert list(stray_statuses([sample(text, _ROUTE)]))
    assert not list(stray_statuses([sample(text, "sandbox/sigillo/api/problems.py")]))
    assert not list(stray_statuses([sample(text, "sandbox/sigillo/faces/ar24.py")]))


@pytest.mark.parametrize(
    "text",
    [
        "@app.post('/', status_code=201)\ndef f(): ...",
        "PAGE = 500",
        "def f(limit=500): ...",
        "if len(subject) > 500: ...",
        "def f():\n    return text[:400]",
        "def f():\n    return 500",
        "letters(status='accepted')",
        "raise TooLong(limit=500)",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    """Successes, limits, slices and statuses of letters are no failures of HTTP."""
    assert not list(stray_statuses([sample(text, _ROUTE)]))


def test_positions_count_where_http_is_spoken() -> None:
    """A number raised in the domain is no status unless its name says so."""
    assert not list(stray_statuses([sample("raise TooLong(500)")]))
    assert list(stray_statuses([sample("raise TooLong(status=500)")]))
