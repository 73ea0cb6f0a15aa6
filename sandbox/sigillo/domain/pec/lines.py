"""Line ends of mail: what is signed and sent has CRLF (RFC 5751 §3.1.1), what is stored in files often has not."""

from __future__ import annotations

import re
from typing import Final

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")


def with_crlf(data: bytes) -> bytes:
    """Give bytes with CRLF at the end of each line; the very same when they have them already."""
    if b"\r" not in data:
        return data.replace(b"\n", b"\r\n") if b"\n" in data else data
    ends = data.count(b"\r\n")
    return data if data.count(b"\n") == ends == data.count(b"\r") else _LINE_END.sub(b"\r\n", data)
