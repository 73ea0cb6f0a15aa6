"""A plain document (mappings, lists, texts), read strictly: every problem at once, each with its JSON pointer.

A :class:`Node` is one place of the document. Asking it for what should be there gives the value, or None after the
problem was noted; so a reader goes on to the end and the writer of the document gets the whole list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sigillo.domain.errors import FieldError

_UNPRINTABLE = frozenset(map(chr, [*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]))
_SHOWN = 40
_MOST_UNKNOWN = 20  # a hostile document may have any number of them


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document, its RFC 6901 pointer, and the list that all nodes of the document note problems in."""

    value: object
    pointer: str
    problems: list[FieldError]

    @classmethod
    def root(cls, value: object) -> Node:
        """Give the whole document, with no problem noted yet."""
        return cls(value, "", [])

    def refuse(self, code: str, detail: str) -> None:
        """Note a problem here; ``code`` is stable, ``detail`` says what to do."""
        self.problems.append(FieldError(self.pointer, code, detail))

    def child(self, key: str) -> Node | None:
        """Give the value under a key of a mapping; None when it is not there."""
        if not isinstance(self.value, Mapping) or key not in self.value:
            return None
        return Node(self.value[key], f"{self.pointer}/{escaped(key)}", self.problems)

    def is_mapping(self, *known: str) -> bool:
        """Tell whether this is a mapping; what is under any other key than the known ones is refused."""
        if not isinstance(self.value, Mapping):
            self.refuse("wrong_type", f"{shown(self.value)} is not a mapping: write {{{', '.join(known)}}}.")
            return False
        unknown = [key for key in self.value if key not in known]
        for key in unknown[:_MOST_UNKNOWN]:
            place = f"{self.pointer}/{escaped(key)}" if _quotable(key) else self.pointer
            detail = f"{shown(key)} is not known here: {suggestion(key, known)}"
            self.problems.append(FieldError(place, "unknown_key", detail))
        return True

    def required(self, key: str) -> Node | None:
        """Give the value under a key that must be there."""
        found = self.child(key)
        if found is None:
            self.problems.append(FieldError(f"{self.pointer}/{escaped(key)}", "missing", f"{key} is missing: add it."))
        return found

    def items(self, *, least: int = 0, most: int) -> Iterator[Node]:
        """Give the items of a list of ``least`` to ``most``; nothing when it is no list or has too many."""
        if not isinstance(self.value, list):
            self.refuse("wrong_type", f"{shown(self.value)} is not a list: write it between [ and ].")
            return
        if not least <= len(self.value) <= most:
            self.refuse("wrong_length", f"It has {len(self.value)} items: write {least} to {most}.")
            return
        for i, value in enumerate(self.value):
            yield Node(value, f"{self.pointer}/{i}", self.problems)

    def text(self, *, most: int) -> str | None:
        """Give a text of 1 to ``most`` characters, on one line and not blank."""
        if not isinstance(self.value, str):
            self.refuse("wrong_type", f"{shown(self.value)} is not text: put it between quotes.")
        elif not self.value.strip():
            self.refuse("blank", "The text is blank: write something, or leave the key out.")
        elif len(self.value) > most:
            self.refuse("too_long", f"The text has {len(self.value)} characters: shorten it to {most}.")
        elif not _UNPRINTABLE.isdisjoint(self.value):
            self.refuse("unprintable", "The text holds line breaks or control characters: write it on one line.")
        else:
            return self.value
        return None

    def choice(self, known: Iterable[str]) -> str | None:
        """Give a text that is one of the known ones."""
        choices = tuple(map(str, known))
        if isinstance(self.value, str) and self.value in choices:
            return self.value
        self.refuse("unknown_value", f"{shown(self.value)} is not known here: {suggestion(self.value, choices)}")
        return None


def suggestion(given: object, known: Iterable[str]) -> str:
    """Say in a sentence what to write in place of an unknown word: the nearest known one, else any of them."""
    choices = tuple(map(str, known))
    nearest = get_close_matches(given, choices, n=1) if isinstance(given, str) and len(given) <= _SHOWN else []
    return f"did you mean {nearest[0]!r}?" if nearest else f"write one of {', '.join(choices)}."


def shown(value: object) -> str:
    """Give a value as a message may quote it: one short printable line."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = repr(value) if isinstance(value, str) and value.isprintable() else ascii(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def escaped(key: str) -> str:
    """Give a key as a reference token of an RFC 6901 pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def _quotable(key: object) -> bool:
    return isinstance(key, str) and key.isprintable() and len(key) <= _SHOWN
