"""Everything that can go wrong, as one tree.

::

    SigilloError
    ├── Invalid                 the input is wrong: one FieldError for every wrong field
    ├── NotFound                no such object in this workspace
    ├── Conflict                the object's state does not allow it
    │   ├── IllegalMove         a letter's transition table says no
    │   └── AlreadyAdvancing    a second advance while one runs
    ├── Forbidden               the workspace may not do that
    ├── Unauthorized            no key, or a wrong one
    ├── TooLarge                more bytes than allowed
    ├── StorageFull             the disk or the database has no room left
    └── MalformedInput          bytes that are not what they should be

Edges translate foreign errors into these; ``api/problems.py`` alone maps them to HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field. ``pointer`` is an RFC 6901 JSON pointer, ``detail`` says what to do."""

    pointer: str
    code: str
    detail: str


class SigilloError(Exception):
    """The root. ``code`` is stable and machine-readable, ``detail`` tells a person what to do."""

    code = "error"

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class Invalid(SigilloError):
    """The input breaks one or more rules; all of them are reported together."""

    code = "invalid"

    def __init__(self, errors: Iterable[FieldError], *, detail: str | None = None) -> None:
        self.errors = tuple(errors)
        super().__init__(detail or _summary(self.errors))


class NotFound(SigilloError):
    """No such object in this workspace; an object of another workspace looks the same."""

    code = "not_found"


class Conflict(SigilloError):
    """The request is well formed, yet the object's present state does not allow it."""

    code = "conflict"


class IllegalMove(Conflict):
    """The transition table has no such move from the letter's present state; nothing changed."""

    code = "illegal_move"


class AlreadyAdvancing(Conflict):
    """The workspace's clock is being advanced by another request."""

    code = "already_advancing"


class Forbidden(SigilloError):
    """The key is good, but what it asks for is not for this workspace."""

    code = "forbidden"


class Unauthorized(SigilloError):
    """No key was given, or one that nobody has."""

    code = "unauthorized"


class TooLarge(SigilloError):
    """More bytes than the documented limit."""

    code = "too_large"


class StorageFull(SigilloError):
    """No room left to keep what was asked; nothing of it was kept."""

    code = "storage_full"


class MalformedInput(SigilloError):
    """Bytes that cannot be read as what they claim to be."""

    code = "malformed"


class OutOfRange(MalformedInput):
    """An instant that can be read, and that the clock cannot show."""


def _summary(errors: tuple[FieldError, ...]) -> str:
    if len(errors) == 1:
        return errors[0].detail
    return f"{len(errors)} fields are wrong; `errors` lists each of them."
