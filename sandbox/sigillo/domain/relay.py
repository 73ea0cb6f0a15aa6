"""A mail relay as people name it, and whom it may be handed mail for.

The rule that keeps anybody from being written to by accident: to a relay on this machine everything goes (a catcher of
mail, most likely); to any other one nothing does that is addressed to a reserved name (RFC 2606, RFC 6761), which all
the addresses of scenarios are.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from sigillo.domain.errors import MalformedInput

DEFAULT_MAIL_FROM = "avis@sigillo.test"
_PORTS = {"smtp": 25, "smtps": 465}
_RESERVED = ("test", "example", "invalid", "localhost", "example.com", "example.net", "example.org")
_FORM = "write smtp://host:port or smtps://user:password@host:port"


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where a relay is and what opens it; ``is_tls`` speaks TLS from the first byte."""

    host: str
    port: int
    is_tls: bool
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"RelayAddress({self.shown!r})"

    @property
    def is_loopback(self) -> bool:
        """Tell whether the relay is on this machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def shown(self) -> str:
        """Give the address as it may be shown: never with the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        who = f"{self.user}:…@" if self.user else ""
        return f"{'smtps' if self.is_tls else 'smtp'}://{who}{host}:{self.port}"


def parse_relay(url: str) -> RelayAddress:
    """Read the address of a relay; raises :class:`MalformedInput`, which repeats nothing of it."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise MalformedInput(f"This is no address of a mail relay: {_FORM}.") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise MalformedInput(f"This is no address of a mail relay: {_FORM}.")
    if bool(parts.username) != bool(parts.password):
        raise MalformedInput(f"A mail relay takes a user and a password, or neither: {_FORM}.")
    return RelayAddress(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        is_tls=parts.scheme == "smtps",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def may_be_mailed(address: str, *, by_loopback: bool) -> bool:
    """Tell whether a message to an e-mail address may be handed to a relay, which is on this machine or is not."""
    domain = address.rpartition("@")[2].casefold().rstrip(".")
    return by_loopback or not any(domain == name or domain.endswith(f".{name}") for name in _RESERVED)
