"""Multipart bodies, streamed: each part goes where it belongs while it arrives, nothing is spooled on the way.

python-multipart's parser finds the parts (RFC 7578); here they are given a name, a sink and bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from sigillo.api.bodies import FORM, announced_size, media_type, too_large
from sigillo.api.problems import UnsupportedMediaType
from sigillo.domain.errors import MalformedInput

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_PARTS = 1_300  # every list of a letter at its longest
_MOST_HEADERS = 16
_LONGEST_HEADER = 4096


@dataclass(frozen=True, slots=True)
class PartHead:
    """What a part says of itself; ``filename`` is None for a field."""

    name: str
    filename: str | None


class Sink(Protocol):
    """Where a part's bytes go."""

    def write(self, chunk: bytes, /) -> object:
        """Take the next bytes."""


OpenPart = Callable[[PartHead], Sink]


async def read_parts(request: Request, open_part: OpenPart, *, most_bytes: int) -> None:
    """Read the whole form, each part into the sink that ``open_part`` gives for it.

    Raises TooLarge before reading when the client announces more than ``most_bytes``, else as soon as more arrived;
    MalformedInput for what is no whole form.
    """
    parts = _Parts(open_part)
    parser = _parser(request, parts)
    if (announced_size(request) or 0) > most_bytes:
        raise too_large(most_bytes)
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most_bytes:
                raise too_large(most_bytes)
            if chunk:
                parser.write(chunk)
    except FormParserError as error:
        raise MalformedInput(f"The form cannot be read: {error}.", code="malformed_form") from None
    if not parts.ended:
        raise MalformedInput("The form stops before its closing boundary: send it whole.", code="malformed_form")


class FieldSink:
    """A field's bytes, within a bound in bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._data = bytearray()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises TooLarge."""
        if len(self._data) + len(chunk) > self._most_bytes:
            raise too_large(self._most_bytes)
        self._data += chunk

    @property
    def data(self) -> bytes:
        """Give what came."""
        return bytes(self._data)

    @property
    def text(self) -> str:
        """Give what came as UTF-8; raises MalformedInput."""
        try:
            return self._data.decode("utf-8")
        except UnicodeDecodeError:
            raise MalformedInput("A field of the form is not UTF-8: send text encoded as UTF-8.") from None


class _Parts:
    """The parser's callbacks."""

    def __init__(self, open_part: OpenPart) -> None:
        self._open_part = open_part
        self._field = bytearray()
        self._value = bytearray()
        self._disposition = b""
        self._sink: Sink | None = None
        self._count = 0
        self.ended = False

    def callbacks(self) -> MultipartCallbacks:
        """Give them by the names that the parser knows."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._add_field,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._count += 1
        self._disposition = b""
        if self._count > MOST_PARTS:
            raise MalformedInput(f"The form has more than {MOST_PARTS} parts: send fewer.", code="malformed_form")

    def _add_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if bytes(self._field).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _open(self) -> None:
        kind, options = parse_options_header(self._disposition)
        name = options.get(b"name")
        if kind != b"form-data" or not name:
            raise MalformedInput("A part of the form has no name: send `form-data; name=…`.", code="malformed_form")
        filename = options.get(b"filename")
        self._sink = self._open_part(PartHead(_text(name), None if filename is None else _text(filename)))

    def _data(self, data: bytes, start: int, end: int) -> None:
        assert self._sink is not None  # the parser finishes the headers first
        self._sink.write(data[start:end])

    def _end(self) -> None:
        self.ended = True


def _parser(request: Request, parts: _Parts) -> MultipartParser:
    if media_type(request) != FORM:
        raise UnsupportedMediaType(f"Send the body as a form, with `Content-Type: {FORM}`.")
    _, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if not boundary:
        raise MalformedInput("The Content-Type names no boundary: let your client write it.", code="malformed_form")
    try:
        return MultipartParser(
            boundary, parts.callbacks(), max_header_count=_MOST_HEADERS, max_header_size=_LONGEST_HEADER
        )
    except FormParserError as error:
        raise MalformedInput(f"The form cannot be read: {error}.", code="malformed_form") from None


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
