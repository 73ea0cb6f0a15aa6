"""Line ends of mail: what is signed and sent has CRLF (RFC 5751 §3.1.1), what is stored in files often has not."""

from __future__ import annotations

from typing import Final

_STRETCH: Final = 1 << 20


def with_crlf(data: bytes) -> bytes:
    """Give bytes with CRLF at the end of each line, be they CRLF, CR or LF; the very same when they have them already.

    Linear, whatever the bytes are: nothing but searching and replacing of fixed strings.
    """
    if b"\r" not in data:
        return data.replace(b"\n", b"\r\n") if b"\n" in data else data
    ends = data.count(b"\r\n")
    if data.count(b"\n") == ends == data.count(b"\r"):
        return data
    ended = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # In stretches, for other threads wait while one is replaced.
    return b"".join(ended[at : at + _STRETCH].replace(b"\n", b"\r\n") for at in range(0, len(ended), _STRETCH))


def has_longer_line(data: bytes, most_bytes: int) -> bool:
    """Tell whether a line of ``data``, whose lines end with CRLF, has more bytes than that; without cutting it up."""
    at = 0
    while len(data) - at > most_bytes:
        end = data.rfind(b"\r\n", at, at + most_bytes + 2)
        if end < 0:
            return True
        at = end + 2
    return False
