"""One PEC message on its way, and the provider that says something about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sigillo.domain.errors import FieldError, Invalid
from sigillo.domain.pec.certification import Party, ReceiptType
from sigillo.domain.pec.dialects import Dialect

_ADDRESS: Final = re.compile(r"[!#-'*+\-/-9=?A-Z^-~]+(?:\.[!#-'*+\-/-9=?A-Z^-~]+)*@[A-Za-z0-9.-]+")
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9._%+=$-]+@[A-Za-z0-9.-]+")
_LONGEST_ADDRESS: Final = 254  # RFC 5321 §4.5.3.1.3, without the angle brackets
_LONGEST_SUBJECT: Final = 2000
_LONGEST_VALUE: Final = 900  # with its name below the 998 characters of a line (RFC 5322 §2.1.1)
SERVICE_ADDRESS: Final = "posta-certificata"  # RFC 6109 §1.2.3: who everything comes from
_SPECIAL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


class Role(StrEnum):
    """Where a recipient stands: a carbon copy never gets more than the concise receipt (RFC 6109 §3.3.2)."""

    TO = "to"
    CC = "cc"


@dataclass(frozen=True, slots=True)
class Addressee:
    """A recipient of a message; one that stands in To and in Cc is primary, and so TO."""

    address: str
    role: Role = Role.TO
    is_certified: bool = True

    def __post_init__(self) -> None:
        require_address(self.address, "/recipients")

    @property
    def party(self) -> Party:
        """Give it as a certification names it."""
        return Party(self.address, self.is_certified)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A PEC message as all of its receipts speak of it.

    ``identifier`` is the provider's, without angle brackets; ``original_id`` the sender's Message-ID with them;
    ``receipt_type`` what the sender asked for, complete unless X-TipoRicevuta said else. Raises Invalid.
    """

    sender: str
    recipients: tuple[Addressee, ...]
    subject: str
    identifier: str
    original_id: str | None = None
    reply_to: str | None = None
    receipt_type: ReceiptType = ReceiptType.COMPLETE

    def __post_init__(self) -> None:
        require_address(self.sender, "/sender")
        if not self.recipients:
            raise Invalid([FieldError("/recipients", "missing", "A message has at least one recipient.")])
        if not _IDENTIFIER.fullmatch(self.identifier):
            detail = (
                f"{self.identifier[:80]!r} is no message id: write letters and digits, @ and the provider's domain."
            )
            raise Invalid([FieldError("/identifier", "bad_identifier", detail)])
        object.__setattr__(self, "subject", one_line(self.subject)[:_LONGEST_SUBJECT])
        for name in ("original_id", "reply_to"):
            object.__setattr__(self, name, _in_ascii(getattr(self, name)))

    @property
    def replies(self) -> str:
        """Give where answers go: the sender's own Reply-To, else the sender (RFC 6109 §3.1.5)."""
        return self.reply_to or self.sender


@dataclass(frozen=True, slots=True)
class Office:
    """A provider at its mail domain, speaking a dialect."""

    domain: str
    dialect: Dialect

    def __post_init__(self) -> None:
        require_address(self.address, "/domain")

    @property
    def address(self) -> str:
        """Give the address that everything comes from, and that the certificate names (RFC 6109 §2.1)."""
        return f"{SERVICE_ADDRESS}@{self.domain}"


def one_line(text: str) -> str:
    """Give a text as one line of characters that XML and header fields can hold, whatever somebody wrote."""
    return " ".join(_SPECIAL.sub(" ", text).split())


def _in_ascii(text: str | None) -> str | None:
    """What goes into a header as it stands is ASCII, or else left out."""
    line = one_line(text or "")
    return line[:_LONGEST_VALUE] if line and line.isascii() else None


def is_address(address: str) -> bool:
    """Tell whether this is an address in ASCII, as RFC 6109 §3.1.1 asks for (RFC 5322 §3.4.1, no quotes)."""
    return len(address) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(address) is not None


def require_address(address: str, pointer: str) -> None:
    """Raise Invalid unless this is an address that :func:`is_address` takes."""
    if not is_address(address):
        detail = f"{address[:80]!r} is no e-mail address that PEC can carry: write name@domain in ASCII."
        raise Invalid([FieldError(pointer, "bad_address", detail)])
