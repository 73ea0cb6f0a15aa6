"""A message as a tree of its parts, each with its exact bytes: what a signature covers must not be written anew.

The standard library's parser gives decoded parts, not the bytes that were signed or hashed; this one keeps offsets
into the message. Bounded: so many parts, so deep; whatever is beyond stays a part without children.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sigillo.mail.pec.headers import Headers, read_headers, text_in

MOST_PARTS: Final = 5000
MOST_DEPTH: Final = 24
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
MOST_MARKS: Final = 100_000  # lines that begin like a boundary and may be none
_MARK_END: Final = re.compile(rb"(--)?[ \t\r]{0,256}(?:\n|\Z)")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a message, or the message: header from ``start``, body from ``body``, up to ``end``, in ``data``."""

    data: bytes
    start: int
    body: int
    end: int
    headers: Headers
    children: tuple[Part, ...] = ()

    @property
    def raw(self) -> bytes:
        """Give the part's bytes, header and body, as they came."""
        return self.data[self.start : self.end]

    @property
    def raw_body(self) -> bytes:
        """Give the body's bytes as they came, still encoded."""
        return self.data[self.body : self.end]

    @property
    def media_type(self) -> str:
        """Give the media type in lower case; text/plain when none is stated (RFC 2045 §5.2)."""
        stated = self.headers.token("Content-Type")
        return stated if "/" in stated else "text/plain"

    @property
    def name(self) -> str:
        """Give the file name: of the disposition, else of the type; empty without one."""
        disposition = self.headers.parameter("Content-Disposition", "filename")
        return disposition or self.headers.parameter("Content-Type", "name")

    @property
    def encoding(self) -> str:
        """Give the content transfer encoding in lower case."""
        return self.headers.token("Content-Transfer-Encoding").strip("'\"")

    @property
    def content(self) -> bytes:
        """Give the body decoded from its transfer encoding; broken base64 gives what can be read of it."""
        if self.encoding == "base64":
            return _base64(self.raw_body)
        if self.encoding == "quoted-printable":
            return quopri.decodestring(self.raw_body)
        return self.raw_body

    @property
    def text(self) -> str:
        """Give the body as text, in its charset or in one that fits."""
        return text_in(self.content, self.headers.parameter("Content-Type", "charset"))

    def walk(self) -> Iterator[Part]:
        """Give this part and all below it, depth first; not those inside attached messages."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class _Budget:
    """How many parts may still be made, of how many boundaries; ``is_spent`` once something had to be left out."""

    left: int = MOST_PARTS
    marks: int = MOST_MARKS
    is_spent: bool = field(default=False)


def parse_parts(data: bytes) -> tuple[Part, bool]:
    """Parse a message, or any MIME entity; tells beside it whether all of it was looked into. Raises nothing."""
    budget = _Budget()
    part = _parse(data, 0, len(data), budget, depth=0)
    return part, not budget.is_spent


def _parse(data: bytes, start: int, end: int, budget: _Budget, *, depth: int) -> Part:
    head_end, body = _split(data, start, end)
    headers = read_headers(data[start:head_end])
    boundary = headers.parameter("Content-Type", "boundary")
    leaf = Part(data, start, body, end, headers)
    if not boundary or not leaf.media_type.startswith("multipart/"):
        return leaf
    if depth == MOST_DEPTH:
        budget.is_spent = True
        return leaf
    children = []
    for child_start, child_end in _ranges(data, body, end, boundary.encode("utf-8", "replace"), budget):
        if not budget.left:
            budget.is_spent = True
            break
        budget.left -= 1
        children.append(_parse(data, child_start, child_end, budget, depth=depth + 1))
    return Part(data, start, body, end, headers, tuple(children))


def _split(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Give where the header ends and where the body begins."""
    if data.startswith((b"\n", b"\r\n"), start, end):
        return start, start + (1 if data.startswith(b"\n", start) else 2)
    blank = _BLANK.search(data, start, end)
    return (blank.start(), blank.end()) if blank else (end, end)


def _ranges(data: bytes, body: int, end: int, boundary: bytes, budget: _Budget) -> Iterator[tuple[int, int]]:
    """Give where each part between the boundaries lies; the line end before a boundary belongs to it (RFC 2046 §5.1.1).

    A last boundary that is missing is taken to stand at the end.
    """
    begun: int | None = None
    for line, following, is_last in _delimiters(data, body, end, b"\n--" + boundary, budget):
        if begun is not None:
            yield begun, max(begun, _without_line_end(data, line))
        begun = None if is_last else following
        if is_last:
            return
    if begun is not None:
        yield begun, end


def _delimiters(data: bytes, body: int, end: int, mark: bytes, budget: _Budget) -> Iterator[tuple[int, int, bool]]:
    """Give each delimiter line: where it begins, where the next line does, and whether it is the last one.

    ``mark`` is a line end and the boundary; a line end stands before every body.
    """
    at = data.find(mark, max(body - 1, 0), end)
    while at >= 0 and budget.marks:
        budget.marks -= 1
        after = at + len(mark)
        line_end = _MARK_END.match(data, after, end)
        if line_end is not None:
            yield at + 1, line_end.end(), line_end[1] is not None
        at = data.find(mark, after, end)
    budget.is_spent |= at >= 0


def _without_line_end(data: bytes, line: int) -> int:
    end = line - 1 if data[line - 1 : line] == b"\n" else line
    return end - 1 if data[end - 1 : end] == b"\r" else end


def _base64(encoded: bytes) -> bytes:
    try:
        return binascii.a2b_base64(encoded)
    except binascii.Error:
        # Cut short, or with stray characters: whole groups of four are read, the rest is lost.
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", encoded)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])
