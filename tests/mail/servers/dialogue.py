"""A client that says bytes and hears lines: scripts of literal protocol."""

from __future__ import annotations

import socket
import ssl
from types import TracebackType

from tests.mail.servers.serving import HOST, Office

_PATIENCE_S = 10.0


class Dialogue:
    """One connection to a face; under TLS from the first byte, except to the one where TLS begins on demand."""

    def __init__(self, office: Office, face: str, *, greeted: bool = True) -> None:
        self._trust = office.trust
        self._socket = socket.create_connection((HOST, office.ports[face]), timeout=_PATIENCE_S)
        if face != "submission":
            self._socket = self._trust.wrap_socket(self._socket, server_hostname="localhost")
        self._heard = b""
        self._is_closed = False
        self.greeting = self.hear() if greeted else b""

    def __enter__(self) -> Dialogue:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def say(self, *lines: bytes) -> None:
        """Send lines in one piece."""
        self._socket.sendall(b"".join(line + b"\r\n" for line in lines))

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(data)

    def hear(self) -> bytes:
        """Give the next line, empty once the server has closed."""
        while b"\r\n" not in self._heard:
            try:
                piece = self._socket.recv(65536)
            except (ConnectionError, ssl.SSLEOFError):
                piece = b""
            if not piece:
                self._is_closed = True
                rest, self._heard = self._heard, b""
                return rest
            self._heard += piece
        line, _, self._heard = self._heard.partition(b"\r\n")
        return line

    def reply(self) -> bytes:
        """Give the last line of an SMTP reply."""
        while (line := self.hear())[3:4] == b"-":
            pass
        return line

    def until(self, tag: bytes) -> list[bytes]:
        """Give the lines up to the one that begins with a tag, that one included."""
        lines = [self.hear()]
        while not self._is_closed and not lines[-1].startswith(tag + b" "):
            lines.append(self.hear())
        return lines

    def ask(self, *lines: bytes) -> bytes:
        """Say lines of SMTP or POP3 and give the last line of the reply."""
        self.say(*lines)
        return self.reply()

    def command(self, text: bytes, tag: bytes = b"a") -> list[bytes]:
        """Give an IMAP command and all lines of its answer."""
        self.say(tag + b" " + text)
        return self.until(tag)

    def begin_tls(self) -> None:
        """Go under TLS now."""
        self._socket = self._trust.wrap_socket(self._socket, server_hostname="localhost")

    def is_closed(self) -> bool:
        """Tell whether the server says nothing more and closes."""
        return self.hear() == b"" and self._is_closed
