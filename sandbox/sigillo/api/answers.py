"""Answers: JSON, kept answers given again, and documents on their way out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import quote

import orjson
from anyio import to_thread
from starlette.responses import Response, StreamingResponse

from sigillo.application.idempotency import Answered
from sigillo.application.ports.storage import Answer
from sigillo.application.proofs import Document

JSON = "application/json"
_CHUNK = 1 << 17


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Write JSON values as an answer."""
    return Response(orjson.dumps(value), status, headers, JSON)


def kept(value: object, fingerprint: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Give an answer as it is kept under an idempotency key."""
    return Answer(fingerprint, status, dict(headers or {}), orjson.dumps(value))


def given(answered: Answered) -> Response:
    """Write a kept answer out, marked where it is an earlier one."""
    answer = answered.answer
    headers = dict(answer.headers)
    if answered.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(answer.body, answer.status, headers, JSON)


def download(document: Document) -> Response:
    """Stream a document out; it is never run or shown inside a page of this server."""
    headers = {
        "Content-Disposition": disposition(document.name),
        "Content-Length": str(document.size),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if document.sha256:
        headers["ETag"] = f'"{document.sha256}"'
    return StreamingResponse(_chunks(document.source), 200, headers, document.media_type)


def disposition(name: str) -> str:
    """Give ``attachment`` with the name for every reader (RFC 6266): plain ASCII, and the whole of it in UTF-8."""
    safe = PurePosixPath(name).name or "document"
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in safe)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


async def _chunks(source: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while chunk := await to_thread.run_sync(source.read, _CHUNK):
            yield chunk
    finally:
        source.close()
