"""From errors to HTTP: the one place that knows status numbers of failures, and writes them as RFC 9457 documents.

The ``type`` of a problem is a tag URI (RFC 4151) ending in its stable ``code``; ``errors`` lists every wrong field.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from starlette.responses import Response

from sigillo.domain import errors
from sigillo.domain.errors import FieldError, SigilloError

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "tag:sigillo.test,2026:problem:"
_log = logging.getLogger("sigillo.api")


class MethodNotAllowed(SigilloError):
    """The path exists, the method does not; ``allow`` names those that do."""

    code = "method_not_allowed"

    def __init__(self, allow: Sequence[str]) -> None:
        self.allow = ", ".join(allow)
        super().__init__(f"This path takes {self.allow}; use one of these methods.")


class UnsupportedMediaType(SigilloError):
    """The body comes as something that the operation does not read."""

    code = "unsupported_media_type"


class TooManyRequests(SigilloError):
    """More requests than the key's rate, or more wrong keys from one address; ``retry_after_s`` is whole seconds."""

    code = "rate_limited"

    def __init__(self, detail: str, retry_s: float, *, code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.retry_after_s = max(1, math.ceil(retry_s))


class RequestTimeout(SigilloError):
    """The request, or a part of it, did not come in time."""

    code = "request_timeout"


class TargetTooLong(SigilloError):
    """The path and query are longer than any that is meant."""

    code = "target_too_long"


class HeadTooLarge(SigilloError):
    """The headers are larger than any that are meant."""

    code = "head_too_large"


class Unavailable(SigilloError):
    """The server is stopping, has not started yet, or has as many connections as it takes."""

    code = "unavailable"


@dataclass(frozen=True, slots=True)
class Kind:
    """How an error is answered: its HTTP status, its title, and what the contract says of it."""

    name: str
    status: int
    title: str
    description: str
    headers: Mapping[str, str] = field(default_factory=dict)


_KINDS: tuple[tuple[type[SigilloError], Kind], ...] = (
    (errors.MalformedInput, Kind("malformed", 400, "The request cannot be read", "The body cannot be read.")),
    (
        errors.Unauthorized,
        Kind(
            "unauthorized",
            401,
            "No valid API key",
            "No API key was given, or one that opens nothing here.",
            {"WWW-Authenticate": 'Bearer realm="sigillo"'},
        ),
    ),
    (
        errors.Forbidden,
        Kind("forbidden", 403, "Not with this key", "The key has not the scope, or is live and this is for a sandbox."),
    ),
    (errors.NotFound, Kind("not_found", 404, "Not found", "There is no such object in this workspace.")),
    (MethodNotAllowed, Kind("method_not_allowed", 405, "Method not allowed", "The path has no such method.")),
    (RequestTimeout, Kind("request_timeout", 408, "Too slow", "The request did not come in time.")),
    (errors.Conflict, Kind("conflict", 409, "Not possible now", "The object's present state does not allow it.")),
    (errors.TooLarge, Kind("too_large", 413, "Too large", "More bytes than the documented limit.")),
    (TargetTooLong, Kind("target_too_long", 414, "Address too long", "The path and query are too long.")),
    (
        UnsupportedMediaType,
        Kind("unsupported_media_type", 415, "Unsupported media type", "The body's media type is not read here."),
    ),
    (errors.Invalid, Kind("invalid", 422, "The request is not valid", "One or more fields are wrong; all are listed.")),
    (
        TooManyRequests,
        Kind(
            "too_many_requests",
            429,
            "Too many requests",
            "More requests than the key's rate allows, or too many wrong keys from one address.",
            {"Retry-After": "1"},
        ),
    ),
    (HeadTooLarge, Kind("head_too_large", 431, "Headers too large", "The head of the request is too large.")),
    (
        Unavailable,
        Kind(
            "unavailable",
            503,
            "Not available",
            "The server is starting or stopping, or takes no more connections for now.",
            {"Retry-After": "1"},
        ),
    ),
    (errors.StorageFull, Kind("storage_full", 507, "No room left", "The disk is full; nothing was kept.")),
)
_UNEXPECTED = Kind("unexpected", 500, "Something broke here", "A defect of the server; its log says more.")


def kind_of(error: BaseException) -> Kind:
    """Give how an error is answered; what nobody foresaw is a defect of the server."""
    return next((kind for cls, kind in _KINDS if isinstance(error, cls)), _UNEXPECTED)


def is_defect(error: BaseException) -> bool:
    """Tell whether an error blames the server, so that its log must say more."""
    return kind_of(error).status >= _UNEXPECTED.status


def kind_named(name: str) -> Kind:
    """Give a kind by its name, for the contract's document."""
    return next(kind for _, kind in _KINDS if kind.name == name)


def problem(error: BaseException, *, path: str, request_id: str) -> Response:
    """Write an error as a problem document; only what :class:`SigilloError` says of itself is told outside."""
    kind = kind_of(error)
    known = isinstance(error, SigilloError) and kind is not _UNEXPECTED
    code = error.code if known and isinstance(error, SigilloError) else _UNEXPECTED.name
    body: dict[str, object] = {
        "type": TYPE_PREFIX + code,
        "title": kind.title,
        "status": kind.status,
        "detail": str(error) if known else f"Try again; the server's log says more under {request_id}.",
        "instance": path,
        "code": code,
        "request_id": request_id,
        "errors": [_field(one) for one in error.errors] if isinstance(error, errors.Invalid) else [],
    }
    headers = dict(kind.headers)
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = error.allow
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_s)
    return Response(orjson.dumps(body), kind.status, headers, MEDIA_TYPE)


def _field(one: FieldError) -> dict[str, str]:
    return {"pointer": one.pointer, "code": one.code, "detail": one.detail}
