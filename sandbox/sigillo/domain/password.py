"""Passwords as they are kept: salted and slow to try (scrypt, RFC 7914), because people choose some of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import scrypt
from hmac import compare_digest
from typing import Final

from sigillo.domain.errors import FieldError, Invalid

SALT_BYTES: Final = 16
SHORTEST: Final = 8
LONGEST: Final = 128
_KEY_BYTES: Final = 32
_COST: Final = 1 << 14  # 16 MiB and some 50 ms for each try
_BLOCK: Final = 8
_LANES: Final = 1


@dataclass(frozen=True, slots=True)
class Password:
    """A password that can be compared and not be read; its parameters stand beside it, so that they may grow."""

    salt: bytes = field(repr=False)
    key: bytes = field(repr=False)
    cost: int = _COST
    block: int = _BLOCK
    lanes: int = _LANES

    @classmethod
    def of(cls, text: str, *, salt: bytes) -> Password:
        """Give what is kept of a password; ``salt`` has 16 bytes and is used for nothing else."""
        return cls(salt, _derived(text, salt, _COST, _BLOCK, _LANES))

    def matches(self, text: str) -> bool:
        """Tell whether this is the password; takes as long for a wrong one."""
        return compare_digest(self.key, _derived(text, self.salt, self.cost, self.block, self.lanes))

    @property
    def text(self) -> str:
        """Give it as one line for a row: ``scrypt$cost$block$lanes$salt$key``, the last two in hexadecimal."""
        return f"scrypt${self.cost}${self.block}${self.lanes}${self.salt.hex()}${self.key.hex()}"

    @classmethod
    def read(cls, text: str) -> Password:
        """Read :attr:`text`."""
        _, cost, block, lanes, salt, key = text.split("$")
        return cls(bytes.fromhex(salt), bytes.fromhex(key), int(cost), int(block), int(lanes))


def password_errors(text: str, pointer: str) -> list[FieldError]:
    """Say what is wrong with a password that somebody chose; empty when it is good. It is never repeated."""
    if SHORTEST <= len(text) <= LONGEST and text.isascii() and text.isprintable():
        return []
    detail = f"A password has {SHORTEST} to {LONGEST} printable ASCII characters: mail clients agree on no others."
    return [FieldError(pointer, "bad_password", detail)]


def require_password(text: str, pointer: str) -> str:
    """Give the password back; raise :class:`Invalid` where it is none."""
    errors = password_errors(text, pointer)
    if errors:
        raise Invalid(errors)
    return text


def _derived(text: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return scrypt(text.encode("utf-8", "surrogatepass"), salt=salt, n=cost, r=block, p=lanes, dklen=_KEY_BYTES)
