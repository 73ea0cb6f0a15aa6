"""Query parameters: read as strictly as bodies, with pointers of the same form (``/limit``)."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel
from starlette.requests import Request

from sigillo.api.shape import read_shape
from sigillo.domain.errors import FieldError, Invalid

T = TypeVar("T", bound=BaseModel)


def read_query(model: type[T], request: Request) -> T:
    """Give the query string as the model; raises :class:`Invalid` with every error, repeated parameters included."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise Invalid([FieldError(f"/{name[:40]}", "repeated", "Give this parameter once; lists use commas.")])
        given[name] = value
    return read_shape(model, given)
