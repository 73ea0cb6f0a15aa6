"""Bodies: read with a bound, and only as what the operation reads."""

from __future__ import annotations

from hashlib import sha256

from starlette.requests import Request

from sigillo.api.json_text import parse_json
from sigillo.api.problems import UnsupportedMediaType
from sigillo.application.idempotency import Once
from sigillo.domain.errors import FieldError, Invalid, MalformedInput, TooLarge

JSON = "application/json"
FORM = "multipart/form-data"
MOST_JSON_BYTES = 5 * 1024 * 1024
_LONGEST_KEY = 255


def media_type(request: Request) -> str:
    """Give the body's media type without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def announced_size(request: Request) -> int | None:
    """Give the body's size in bytes where the client said it; raises :class:`MalformedInput`."""
    text = request.headers.get("content-length")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise MalformedInput("Content-Length is not a number of bytes.")
    return int(text)


async def json_body(request: Request, *, optional: bool = False) -> object:
    """Read the JSON body; ``optional`` takes no body at all for an empty object."""
    data = await read_bounded(request, MOST_JSON_BYTES)
    if optional and not data:
        return {}
    if media_type(request) != JSON:
        raise UnsupportedMediaType("Send the body as JSON, with `Content-Type: application/json`.")
    return parse_json(data)


async def read_bounded(request: Request, most_bytes: int) -> bytes:
    """Read the whole body; raises :class:`TooLarge` as soon as it is known to be."""
    if (announced_size(request) or 0) > most_bytes:
        raise too_large(most_bytes)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most_bytes:
            raise too_large(most_bytes)
        if chunk:
            chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def too_large(most_bytes: int) -> TooLarge:
    """Give the refusal of a body over its limit."""
    return TooLarge(f"The body is larger than the {most_bytes:,} bytes that are allowed here; send less.")


def once(request: Request, *said: bytes) -> Once | None:
    """Give the request's idempotency key with the hash of all that it says; None where it has none."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable() or " " in key:
        detail = f"An Idempotency-Key has 1 to {_LONGEST_KEY} printable ASCII characters, no blanks; a UUID does well."
        raise Invalid([FieldError("/Idempotency-Key", "bad_idempotency_key", detail)])
    digest = sha256("\n".join((request.method, request.url.path)).encode())
    for piece in said:
        digest.update(sha256(piece).digest())
    return Once(key, digest.hexdigest())
