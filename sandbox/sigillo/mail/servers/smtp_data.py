"""A message as it comes in over SMTP, kept on disk once it is long."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Final

from sigillo.domain.pec.lines import has_longer_line, with_crlf

_END: Final = b"\r\n.\r\n"
_IN_MEMORY_BYTES: Final = 1 << 20
_SHORT_BYTES: Final = 1 << 16


class Unfit(Exception):
    """The message cannot be taken; ``args`` are the reply code and its text (RFC 5321 §4.2, RFC 3463)."""


class Incoming:
    """Takes the bytes after DATA until the line that is a dot (RFC 5321 §4.5.2).

    Only CR LF, a dot, CR LF ends a message: a client that hides a second message behind other line ends finds none.
    """

    def __init__(self, *, most_bytes: int, most_line_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._most_line_bytes = most_line_bytes
        self._tail = b"\r\n"  # the dot may be the first line
        self._size = 0
        self._spool = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 -- closed by close()

    def feed(self, data: bytes) -> bytes | None:
        """Take more; give what follows the end of the message once that is reached, else None.

        Raises Unfit once it is twice as long as it may be: until then it is read to its end and refused there.
        """
        window = self._tail + data
        end = window.find(_END)
        kept = window[: end + 2] if end >= 0 else window[: -len(_END) + 1]
        self._keep(kept)
        if end >= 0:
            return window[end + len(_END) :]
        self._tail = window[-len(_END) + 1 :]
        return None

    @property
    def is_short(self) -> bool:
        """Tell a message that is in memory still, and quickly looked through."""
        return self._size <= _SHORT_BYTES

    def message(self) -> bytes:
        """Give the whole message, its lines ended by CR LF; raises Unfit for what no message may be. Reads the disk."""
        self._judge_size(self._size - 2)
        self._spool.seek(0)
        raw = fitting(self._spool.read().replace(b"\r\n.", b"\r\n")[2:], most_line_bytes=self._most_line_bytes)
        self._judge_size(len(raw))  # again, for bare line ends became two bytes each
        return raw

    def close(self) -> None:
        """Let go of what was kept."""
        self._spool.close()

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        self._judge_size(self._size - 2 - self._most_bytes)
        if self._size <= self._most_bytes + 2:
            self._spool.write(data)

    def _judge_size(self, size: int) -> None:
        if size > self._most_bytes:
            raise Unfit(552, f"5.3.4 The message may have {self._most_bytes:,} bytes; send a shorter one")


def fitting(raw: bytes, *, most_line_bytes: int) -> bytes:
    """Give a message with its lines ended by CR LF, however they were; raises Unfit for what no message may have."""
    if b"\0" in raw:
        raise Unfit(554, "5.6.0 The message has a NUL character; encode what is not text")
    raw = with_crlf(raw)
    if has_longer_line(raw, most_line_bytes):
        raise Unfit(554, f"5.6.0 A line of the message has over {most_line_bytes:,} bytes; encode it")
    return raw
