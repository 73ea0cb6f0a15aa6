"""How much clients may ask of the mail servers, and for how long they may take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of all mail servers together, times in seconds and sizes in bytes.

    ``wrong_passwords`` on one connection end it; once an address gave ``wrong_passwords_per_address``, of which one a
    second is forgotten, each further one does. A client has ``login_s`` to log in and ``idle_s`` between commands
    (RFC 3501 §5.4 asks for 30 minutes); one that takes no byte of an answer for ``write_s`` is cut off. What is refused
    with its connection has ``linger_s`` to be read. ``line_bytes`` is a command's, ``message_line_bytes`` a message's;
    ``literals_bytes`` are a command's literals together, other than a message.
    """

    connections: int = 500
    connections_per_address: int = 400
    wrong_passwords: int = 20
    wrong_passwords_per_address: int = 200
    login_s: float = 60.0
    idle_s: float = 1800.0
    write_s: float = 60.0
    linger_s: float = 1.0
    line_bytes: int = 8192
    literals_bytes: int = 64 * 1024
    message_bytes: int = 100 * 1024 * 1024
    message_line_bytes: int = 64 * 1024
    recipients: int = 1000


_MOST_ADDRESSES: Final = 10_000
USUAL = Limits()


class Admission:
    """Counts the connections there are, from each address, and wrong passwords, against the limits."""

    __slots__ = ("_limits", "_missed", "_open")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: Counter[str] = Counter()
        self._missed: dict[str, tuple[float, float]] = {}

    def enter(self, address: str) -> bool:
        """Count one more connection, and tell whether it may stay; :meth:`leave` is called for it in any case."""
        self._open[address] += 1
        return (
            self._open[address] <= self._limits.connections_per_address
            and self._open.total() <= self._limits.connections
        )

    def missed(self, address: str, now_s: float) -> bool:
        """Count a wrong password from an address, whichever connection it came by, and tell whether they are too many.

        ``now_s`` is of a clock that only runs on; the addresses that missed last are remembered.
        """
        count, at_s = self._missed.pop(address, (0.0, now_s))
        count = max(count - (now_s - at_s), 0.0) + 1
        self._missed[address] = (count, now_s)
        if len(self._missed) > _MOST_ADDRESSES:
            del self._missed[next(iter(self._missed))]
        return count > self._limits.wrong_passwords_per_address

    def leave(self, address: str) -> None:
        """Count one less."""
        self._open[address] -= 1
        if not self._open[address]:
            del self._open[address]
