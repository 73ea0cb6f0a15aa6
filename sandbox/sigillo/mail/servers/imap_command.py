"""A command of IMAP put together from its lines and literals (RFC 3501 §4.3), within limits.

A literal is announced at the end of a line and comes once the server says so. All of a command is kept as it came, each
literal after its announcement; only the message of APPEND goes into a file of its own once it is long.
"""

from __future__ import annotations

import re
from tempfile import SpooledTemporaryFile
from typing import Final

from twisted.mail.imap4 import IllegalClientResponse

from sigillo.mail.servers.imap_words import word
from sigillo.mail.servers.limits import Limits

_ANNOUNCED: Final = re.compile(rb"\{(\d{1,18})(\+?)\}$")
_APPENDING: Final = re.compile(rb"(\S+) +APPEND ", re.IGNORECASE)
_IN_MEMORY_BYTES: Final = 1 << 20


class TooMuch(Exception):
    """The command goes beyond a limit, and is forgotten. ``is_fatal`` where the client sends on in any case."""

    def __init__(self, text: str, *, tag: bytes = b"*", is_fatal: bool = False) -> None:
        super().__init__(text)
        self.tag = tag
        self.is_fatal = is_fatal


class Command:
    """Takes one command after another."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._text = bytearray()
        self._missing_bytes = 0
        self._message: SpooledTemporaryFile[bytes] | None = None
        self._is_message = False

    def add_line(self, line: bytes) -> int | None:
        """Take a line; give how many bytes of a literal are awaited now, None where the command is whole.

        Raises TooMuch.
        """
        if b"\0" in line:
            raise self._refused("A command has no NUL characters", line, is_fatal=False)
        self._text += line
        announced = _ANNOUNCED.search(line)
        if announced is None:
            return None
        size = int(announced[1])
        appending = _APPENDING.match(self._text)
        self._is_message = bool(appending) and size > self._room()
        most = self._limits.message_bytes if appending else self._room()
        if announced[2] or size > most:
            told = (
                "Wait for the server before a literal" if announced[2] else f"[TOOBIG] There is room for {most:,} bytes"
            )
            raise self._refused(told, line, is_fatal=bool(announced[2]))
        self._text += b"\r\n"
        self._missing_bytes = size
        if self._is_message:
            self._message = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 -- closed by close()
        return size

    def add_bytes(self, data: bytes) -> bytes | None:
        """Take bytes of the literal; give what follows it once it is whole, else None."""
        piece = data[: self._missing_bytes]
        self._missing_bytes -= len(piece)
        if self._is_message and self._message is not None:
            self._message.write(piece)
        else:
            self._text += piece
        return None if self._missing_bytes else data[len(piece) :]

    def taken(self) -> bytes:
        """Give the whole command, and begin with the next one."""
        whole = bytes(self._text)
        self._text.clear()
        return whole

    def message(self, line: bytes) -> bytes:
        """Give the literal that is the message of an APPEND; raises IllegalClientResponse where there is none."""
        if self._message is None:
            raw, rest = word(line) if line.startswith(b"{") else (b"", b"?")
        else:
            self._message.seek(0)
            raw, rest = self._message.read(), line.partition(b"}\r\n")[2]
            self.close()
        if rest or not raw:
            raise IllegalClientResponse("One literal with a message is missing")
        return raw

    def close(self) -> None:
        """Forget a message."""
        if self._message is not None:
            self._message.close()
            self._message = None

    def _room(self) -> int:
        return max(0, self._limits.literals_bytes - len(self._text))

    def _refused(self, text: str, line: bytes, *, is_fatal: bool) -> TooMuch:
        tag = (bytes(self._text) or line).split(b" ", 1)[0]
        self._text.clear()
        self.close()
        return TooMuch(text, tag=tag if tag.isalnum() else b"*", is_fatal=is_fatal)
