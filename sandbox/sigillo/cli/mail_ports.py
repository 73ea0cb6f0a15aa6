"""The ports of the mail faces: listened on at the start, told to people."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import click

from sigillo.bootstrap import listen_for_mail
from sigillo.config import Settings
from sigillo.domain.faces import MAIL_FACES, Faces

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 -- compared with, not bound to
_SHOWN = {"smtps": "SMTP", "submission": "submission (STARTTLS)", "imaps": "IMAP", "pop3s": "POP3"}


@dataclass(frozen=True, slots=True)
class MailPorts:
    """What listens, by face, and the ports that somebody else has."""

    host: str
    names: tuple[str, ...]
    listeners: Mapping[str, socket.socket]
    taken: Mapping[str, int]

    @property
    def faces(self) -> Faces:
        """Give where clients reach the faces."""
        return Faces(self.host, {name: listener.getsockname()[1] for name, listener in self.listeners.items()})

    @property
    def shown(self) -> str:
        """Tell people where their mail clients go."""
        served = [f"{_SHOWN[name]} {port}" for name, port in self.faces.mail_ports.items()]
        lines = [f"{self.host}: {', '.join(served)}; mailboxes at /v1/mailboxes"] if served else ["not served"]
        lines += [
            f"{_SHOWN[name]} not served: port {port} is taken; see --{name}-port" for name, port in self.taken.items()
        ]
        return "\n           ".join(lines)


def open_mail_ports(chosen: Settings) -> MailPorts:
    """Listen on the mail ports that are set; a port of 0 leaves its face out.

    A default port that is taken leaves its face out as well; one that was chosen raises ClickException.
    """
    wanted = {name: int(getattr(chosen, f"{name}_port")) for name in MAIL_FACES}
    found = listen_for_mail(chosen.host, wanted)
    failed = {name: wanted[name] for name, got in found.items() if isinstance(got, OSError)}
    for name, port in failed.items():
        if f"{name}_port" in chosen.model_fields_set:
            detail = f"Cannot listen on {chosen.host}:{port}; name another with --{name}-port, or 0 to do without."
            raise click.ClickException(detail)
    listeners = {name: got for name, got in found.items() if isinstance(got, socket.socket)}
    host = _reached_at(chosen)
    names = tuple(dict.fromkeys(("localhost", "127.0.0.1", "::1", host)))
    return MailPorts(host, names, listeners, failed)


def _reached_at(chosen: Settings) -> str:
    """Give the host that clients know the server by."""
    public = urlsplit(chosen.public_url or "").hostname
    return public or ("127.0.0.1" if chosen.host in _EVERYWHERE else chosen.host)
