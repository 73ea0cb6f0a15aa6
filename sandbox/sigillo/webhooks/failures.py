"""What went wrong on the way to an address, in words for whoever owns it: what happened, and where to look."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientResponseError,
    ServerDisconnectedError,
)

from sigillo.webhooks.connections import AddressRefused

_REDIRECTS = range(300, 400)


# The first that fits; {place} is host and port, {limit} the seconds there were, {why} what the system says.
_WORDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (AddressRefused, "{why}"),
    (ssl.SSLCertVerificationError, "The certificate of {place} does not hold: {why}."),
    (ssl.SSLError, "{place} does not speak TLS as it should: {why}."),
    (TimeoutError, "{place} did not answer within {limit} s."),
    (ConnectionRefusedError, "{place} refused the connection: nothing listens there."),
    ((ServerDisconnectedError, ConnectionError), "{place} closed the connection before it answered."),
    (socket.gaierror, "The name of {place} does not resolve: {why}."),
    (ValueError, "{place} cannot be called: its host is no name that the network knows."),
    (ClientResponseError, "{place} answered with something that is not HTTP: {why}."),
    (OSError, "{place} cannot be reached: {why}."),
    (ClientError, "{place} broke off: {why}."),
    (BaseException, "The attempt broke here, not at {place}: {why}."),
)


def explained(error: BaseException, *, url: str, limit_s: float) -> str:
    """Say in one sentence why nobody at the URL answered; ``limit_s`` is the time there was."""
    cause = _cause(error)
    words = next(words for kind, words in _WORDS if isinstance(cause, kind))
    return words.format(place=_place(url), limit=f"{limit_s:g}", why=_why(cause))


def redirect(status: int, location: str | None) -> str | None:
    """Say that a redirect was not followed; None for what is none."""
    if status not in _REDIRECTS:
        return None
    where = f" to {_brief(location)}" if location else ""
    return f"Answered {status}, a redirect{where}: redirects are not followed; give the address it leads to."


def _place(url: str) -> str:
    """Give host and port, without what stands behind them: a path may hold a secret."""
    return _brief(urlsplit(url).netloc.rpartition("@")[2])


def _brief(text: str) -> str:
    """Give one printable line of at most 200 characters."""
    line = " ".join(text.split())[:200]
    return "".join(one if one.isprintable() else "�" for one in line).rstrip(".")


def _cause(error: BaseException) -> BaseException:
    """Give what the client wrapped."""
    if isinstance(error, ClientConnectorCertificateError):
        return error.certificate_error
    return error.os_error if isinstance(error, ClientConnectorError) else error


def _why(cause: BaseException) -> str:
    said = next((str(getattr(cause, name)) for name in _SAYING if getattr(cause, name, None)), "")
    text = said or str(cause) or type(cause).__name__
    return text if isinstance(cause, AddressRefused) else _brief(text)


# Where errors of the system and of the client keep what people read, the clearest first.
_SAYING = ("verify_message", "strerror", "reason", "message")
