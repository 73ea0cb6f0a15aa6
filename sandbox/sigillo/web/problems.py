"""Pages for what is not there or cannot be done; the status comes from the API's one table."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from sigillo.api.problems import kind_of
from sigillo.domain.errors import SigilloError


def problem_page(html: str, error: SigilloError, headers: Mapping[str, str]) -> Response:
    """Give a page for people in place of a problem document."""
    return Response(html, kind_of(error).status, dict(headers), "text/html; charset=utf-8")
