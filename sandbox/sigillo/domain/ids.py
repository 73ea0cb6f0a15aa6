"""Ids and chance, both derived from the workspace's seed.

A :class:`Lot` is a node of a tree of derivations: the same seed and the same path give the same ids and the same
draws on any machine, and one letter's draws never depend on another letter's existence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford: no i, l, o, u, so that nobody misreads one
_TOKEN_LENGTH = 20
_PAIRS = tuple(low + high for high in _ALPHABET for low in _ALPHABET)  # the digits of ten bits, the lower one first
_TENS = tuple(range(0, 5 * _TOKEN_LENGTH, 10))


@dataclass(frozen=True, slots=True)
class Lot:
    """A node of the derivation tree; ``key`` is 32 bytes and secret only where the seed is."""

    key: bytes

    @classmethod
    def of_seed(cls, seed: int | str, /) -> Lot:
        """Give the root for a seed, an integer or any text."""
        return _root(str(seed))

    def child(self, *path: str | int) -> Lot:
        """Give the node below this one under ``path``."""
        name = "\x1f".join(map(str, path)).encode()
        return Lot(blake2b(name, digest_size=32, key=self.key).digest())

    def token(self, prefix: str) -> str:
        """Give the id of this node: ``prefix_`` and 20 characters (100 bits)."""
        number = int.from_bytes(self.key[:13], "big")
        return f"{prefix}_{''.join([_PAIRS[(number >> shift) & 1023] for shift in _TENS])}"

    def below(self, bound: int) -> int:
        """Draw an integer in ``[0, bound)``; the bias is under 2**-160."""
        return int.from_bytes(self.key, "big") % bound


@lru_cache(maxsize=256)
def _root(seed: str) -> Lot:
    return Lot(blake2b(seed.encode(), digest_size=32, person=b"sigillo.seed").digest())


def letter_id(workspace: Lot, ordinal: int) -> str:
    """Give the id of the workspace's ``ordinal``-th letter (from 1)."""
    return workspace.child("letter", ordinal).token("ltr")


def consent_id(workspace: Lot, ordinal: int) -> str:
    """Give the id of the consent that was made with the workspace's ``ordinal``-th letter, or in its place."""
    return workspace.child("consent", ordinal).token("con")


def event_id(subject_id: str, index: int) -> str:
    """Give the id of the ``index``-th event (from 1) of a letter, consent or workspace; it is the ``webhook-id``."""
    return numbered_id("evt", subject_id, index)


def subject_of_event(event_id: str) -> tuple[str, int] | None:
    """Give the token of what an event is about, and the event's index; None when it is not such an id."""
    return numbered_parts("evt", event_id)


def numbered_id(prefix: str, subject_id: str, number: int) -> str:
    """Give the id of the ``number``-th thing (from 1) of a subject: the prefix, the subject's token, the number."""
    token = subject_id[-_TOKEN_LENGTH:]
    return "%s_%s_%02d" % (prefix, token, number)  # noqa: UP031 -- a format in an f-string takes three times as long


def numbered_parts(prefix: str, numbered: str) -> tuple[str, int] | None:
    """Give the subject's token and the number of such an id; None when it is none with this prefix."""
    found, _, rest = numbered.partition("_")
    token, _, number = rest.rpartition("_")
    good = (
        found == prefix
        and len(token) == _TOKEN_LENGTH
        and len(number) < _TOKEN_LENGTH
        and number.isascii()
        and number.isdigit()
    )
    return (token, int(number)) if good and f"{prefix}_{token}_{int(number):02d}" == numbered else None


def sending_number(workspace: Lot, ordinal: int, *, service: str) -> str:
    """Give the unique sending number of CPCE R. 53-2 3°, e.g. ``LRE-4821-000000017-62``.

    The four digits tell workspaces apart for the eye, the nine are the ordinal, and the last two are the
    ISO 7064 MOD 97-10 check over all digits, so that a number copied by hand can be checked.
    """
    body = f"{_workspace_digits(workspace)}{ordinal:09d}"
    check = 98 - int(body + "00") % 97
    return f"{service.upper()}-{body[:4]}-{body[4:]}-{check:02d}"


@lru_cache(maxsize=256)
def _workspace_digits(workspace: Lot) -> str:
    return f"{workspace.child('numbers').below(10_000):04d}"
