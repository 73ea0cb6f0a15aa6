"""What names may be: of files, classes, requests and addresses that are made with the overlay's words or a brand's.

A name goes into paths, into identifiers and into literals of several languages: nothing that one of them reads as more
than a letter is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import urlsplit

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]+")  # RFC 3986 without the quote


@dataclass(frozen=True, slots=True)
class Name:
    """One kind of name: whether it allows a text, and what it says to people about others."""

    allows: Callable[[str], bool]
    says: str


def _written(pattern: str, most: int, says: str) -> Name:
    whole = re.compile(pattern)
    return Name(lambda text: len(text) <= most and whole.fullmatch(text) is not None, f"{says}, {most} at most")


def is_server(url: str) -> bool:
    """Whether a text is the address of a server: http or https, a host, maybe a port, and nothing behind."""
    host, _, rest = url.removeprefix("https://").removeprefix("http://").partition("/")
    return url.startswith(("http://", "https://")) and not rest and not url.endswith("/") and _is_authority(host)


def _is_authority(authority: str) -> bool:
    host, port = authority, ""
    if authority.startswith("["):
        inside, _, behind = authority[1:].partition("]")
        if not _is_ipv6(inside) or (behind and not behind.startswith(":")):
            return False
        host, port = "", behind
    elif ":" in authority:
        host, _, rest = authority.partition(":")
        port = f":{rest}"
    known = authority.startswith("[") or (len(host) <= 253 and _HOST.fullmatch(host) is not None)
    return known and (not port or _is_port(port[1:]))


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= 65535


def _is_ipv6(text: str) -> bool:
    try:
        return IPv6Address(text).scope_id is None
    except ValueError:
        return False


def is_page(url: str) -> bool:
    """Whether a text is the address of a page: http or https, a host, and whatever an address may have behind it."""
    if len(url) > 500 or not _ADDRESS.fullmatch(url) or not url.startswith(("http://", "https://")):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return _is_authority(parts.netloc)


KEY = _written(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", 80, "small letters and digits, words joined by _")
CAMEL = _written(r"[a-z][A-Za-z0-9]*", 80, "letters and digits, the first a small letter")
STEM = _written(r"[a-z][a-z0-9]*", 50, "small letters and digits, a letter first")
TITLE = _written(r"[A-Za-z][A-Za-z0-9]*( [A-Za-z0-9]+)*", 50, "letters, digits and single blanks, a letter first")
PERSON = _written(r"[^\W_][\w .,&()+-]*", 100, "letters, digits, blanks and . , & ( ) + -")
VERSION = _written(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z.-]+)?", 40, "three numbers, such as 1.0.0")
COLOUR = _written(r"#[0-9a-fA-F]{6}", 7, "# and six hexadecimal digits")
ROOT = _written(r"(/[A-Za-z0-9._~-]+)*", 80, "a path such as /v1")
TOKEN = _written(r"[A-Za-z0-9!#$%&*+.^_|~-]+", 80, "the name of a header")
PARAMETER = _written(r"[A-Za-z_][A-Za-z0-9_.-]*", 100, "the name of a parameter")
EVENT = _written(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", 80, "small letters, digits and _, parts joined by full stops")
EMAIL = _written(rf"[A-Za-z0-9._+-]+@{_LABEL}(\.{_LABEL})+", 254, "an e-mail address")
LICENCE = Name(lambda text: text == "MIT", "packages are published under MIT, the only licence whose text they have")
SERVER = Name(is_server, "http:// or https://, a host, perhaps a port, and no path")
PAGE = Name(is_page, "an address that begins with https:// or http://")
