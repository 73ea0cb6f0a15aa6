"""Which addresses webhooks may call: the guard against requests forged by way of this server (SSRF).

An address is judged as the network will take it, so after a name was resolved and for the very address that is
connected to:

1. An IPv6 address that stands for an IPv4 one is that one: IPv4-mapped (RFC 4291 §2.5.5.2) and IPv4-compatible
   (§2.5.5.1), 6to4 (RFC 3056), NAT64 (RFC 6052 §2.1).
2. Nobody calls link-local addresses (RFC 3927, RFC 4291 §2.5.6) and the few others at which clouds keep credentials,
   multicast, broadcast or unspecified ones.
3. A live workspace calls nothing that is not public: no loopback, no private network (RFC 1918, RFC 4193), none
   behind a carrier's translation (RFC 6598), nothing reserved.
4. A test workspace also calls this machine, and those networks that the settings name.

A host written as a number in decimal, octal or hexadecimal, whole or in parts, is the address that it means.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from unicodedata import normalize
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_BROADCAST = IPv4Address("255.255.255.255")
_CLOUD_KEEPERS = (IPv4Address("100.100.100.200"), IPv4Address("168.63.129.16"), IPv6Address("fd00:ec2::254"))
# Not public by the registries of special addresses (RFC 6890), though some versions of `ipaddress` take them for it:
# protocol assignments, the old 6to4 relays, translation within a site (RFC 8215), the old site-local addresses.
_SPECIAL_V4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_SPECIAL_V6 = (IPv6Network("64:ff9b:1::/48"), IPv6Network("fec0::/10"))
_IDNA_DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))  # RFC 3490 §3.1: these divide labels too
_PUBLIC_ONLY = "a live workspace calls public addresses only."


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What may be called. ``networks`` are the private ones that test workspaces may call besides this machine."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, networks: Sequence[Network]) -> AddressPolicy:
        """Give the policy with these private networks."""
        return cls(tuple(networks))

    def url_refusal(self, url: str, *, live: bool) -> str | None:
        """Say why a URL will never be called, as far as it can be told before its name is resolved; None is good."""
        return _url_refusal(self, url, live)

    def _judged_url(self, url: str, *, live: bool) -> str | None:
        try:
            parts = urlsplit(url)
            host = parts.hostname
            good = parts.scheme in ("http", "https") and parts.port != 0 and url.isprintable() and " " not in url
        except ValueError:
            good, host = False, None
        if not good or not host:
            return "This is not a web address: write https://… or http://… with a host."
        if "@" in parts.netloc:
            return "The address holds a user or a password: leave them out; the signature says who sends."
        if live and _is_this_machine(host):
            return f"{host} is this machine itself: {_PUBLIC_ONLY}"
        address = literal(host)
        return self.refusal(address, live=live) if address else None

    def refusal(self, address: str | Address, *, live: bool) -> str | None:
        """Say why an address (RFC 4291 or dotted text, or a value) is not called; None where it may be."""
        written = ip_address(address) if isinstance(address, str) else address
        # 1. What the network will take it for.
        meant = embedded(written) or written
        # 2. Never.
        if meant.is_link_local or meant in _CLOUD_KEEPERS:
            return f"{written} is where clouds keep credentials (link-local or the like): it is never called."
        if meant.is_multicast or meant.is_unspecified or meant == _BROADCAST:
            return (
                f"{written} is no single machine's address (multicast, broadcast or unspecified): it is never called."
            )
        # 3. and 4. Not public.
        if live:
            return None if _is_public(meant) else f"{written} is not a public address: {_PUBLIC_ONLY}"
        if meant.is_loopback or _is_public(meant) or self._is_named(meant):
            return None
        return f"{written} is on a private network: name the network in SIGILLO_WEBHOOK_NETWORKS to have it called."

    def _is_named(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


@lru_cache(maxsize=1024)
def _url_refusal(policy: AddressPolicy, url: str, live: bool) -> str | None:
    """The same few URLs are judged at every message."""
    return policy._judged_url(url, live=live)


def literal(host: str) -> Address | None:
    """Give the address that a host is written as, in any spelling that a resolver takes for one; None for a name."""
    plain = _plain(host)
    try:
        return ip_address(plain)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(plain))
    except (OSError, ValueError):
        return None


def embedded(address: Address) -> IPv4Address | None:
    """Give the IPv4 address that an IPv6 one stands for; None where it stands for itself."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    last_four = IPv4Address(int(address) & 0xFFFF_FFFF)
    compatible = address in _COMPATIBLE and int(address) > 1
    return last_four if address in _NAT64 or compatible else None


def _is_public(address: Address) -> bool:
    special = _SPECIAL_V4 if isinstance(address, IPv4Address) else _SPECIAL_V6
    return address.is_global and not address.is_reserved and not any(address in network for network in special)


def _plain(host: str) -> str:
    """Give a host as the client writes it out: compatibility forms and other dots as plain ones (RFC 5895)."""
    return normalize("NFKC", host.translate(_IDNA_DOTS)).rstrip(".").lower()


def _is_this_machine(host: str) -> bool:
    """RFC 6761 §6.3: these names are loopback, whatever a name server says."""
    name = _plain(host)
    return name == "localhost" or name.endswith(".localhost")
