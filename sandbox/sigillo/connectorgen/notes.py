"""Reads `x-connector` mappings member by member: what is missing, of the wrong kind or unknown becomes a finding.

A reader always gives a value of the right type, so that one run finds everything; findings are raised at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sigillo.connectorgen.fields import LANGUAGES, Json, Path, Text
from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.naming import Name

NOTHING = Text("", "", "")


def path_of(name: str) -> Path:
    """Give the Path that dots write: `recipient.email`; an empty name is the empty Path."""
    return tuple(name.split(".")) if name else ()


class Note:
    """One mapping of an `x-connector`, at a JSON pointer of the document with the overlay over it.

    Where no mapping is, that is the one finding: nothing is told of its members. `places` are the pointers of members
    that come from elsewhere.
    """

    def __init__(
        self,
        value: object,
        at: str,
        findings: Findings,
        *,
        silent: bool = False,
        places: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.at = at
        self._findings = findings
        self._value: dict[str, Any] = value if isinstance(value, dict) else {}
        self._asked: set[str] = set()
        self._places = places
        self.void = silent or not isinstance(value, dict)
        if self.void and not silent:
            findings.add(at, "a mapping is expected here")

    def __contains__(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._value

    def place(self, key: str, *more: str | int) -> str:
        """Give the pointer of a member, or of what stands below it."""
        return below(self._places.get(key, below(self.at, key)), *more)

    def wrong(self, key: str, detail: str, *more: str | int) -> None:
        """Note what is wrong with a member, or with what stands below it."""
        if not self.void:
            self._findings.add(self.place(key, *more), detail)

    def close(self, because: str = "is not understood here") -> None:
        """Refuse the members that nobody asked for, and say why."""
        for key in self._value:
            if key not in self._asked:
                self.wrong(key, f"{key!r} {because}")

    def any(self, key: str) -> Json:
        """Give any JSON value, None where there is none."""
        self._asked.add(key)
        value: Json = self._value.get(key)
        return value

    def string(self, key: str, default: str | None = None) -> str:
        """Give a line; without a default it must be there."""
        value = self.any(key)
        if isinstance(value, str) and value:
            return value
        if value is not None or default is None:
            self.wrong(key, "text is expected here")
        return default or ""

    def string_or_none(self, key: str) -> str | None:
        """Give a line, None where there is none or null."""
        return self.string(key) if self.any(key) is not None else None

    def named(self, key: str, name: Name, default: str | None = None) -> str:
        """Give a line that a file, a class or a request is made with: only what its grammar allows."""
        value = self.string(key, default)
        if value and not name.allows(value):
            self.wrong(key, f"{value!r} cannot be: {name.says}")
            return ""
        return value

    def mapping(self, key: str) -> Mapping[str, Json]:
        """Give a mapping of anything; empty where there is none."""
        value = self.any(key)
        if isinstance(value, Mapping):
            return value
        if value is not None:
            self.wrong(key, "a mapping is expected here")
        return {}

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Give a mapping of lines; empty where there is none."""
        found = []
        for name, value in self.mapping(key).items():
            if isinstance(value, str) and value:
                found.append((name, value))
            else:
                self.wrong(key, "text is expected here", name)
        return tuple(found)

    def numbers(self, key: str) -> tuple[int, ...]:
        """Give a list of whole numbers, which must be there."""
        value = self.any(key)
        if not isinstance(value, list) or not all(isinstance(item, int) and item is not True for item in value):
            self.wrong(key, "a list of whole numbers is expected here")
            return ()
        return tuple(item for item in value if isinstance(item, int))

    def number(self, key: str) -> int:
        """Give a whole number."""
        value = self.any(key)
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(key, "a whole number is expected here")
            return 0
        return value

    def flag(self, key: str) -> bool:
        """Give true or false; false where nothing is said."""
        value = self.any(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, "true or false is expected here")
        return value is True

    def strings(self, key: str) -> tuple[str, ...]:
        """Give a list of lines; empty where there is none."""
        value = self.any(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(key, "a list of texts is expected here")
            return ()
        return tuple(value)

    def path(self, key: str) -> Path:
        """Give the Path that dots write."""
        return path_of(self.string(key))

    def paths(self, key: str) -> tuple[Path, ...]:
        """Give Paths that dots write; empty where there are none."""
        return tuple(path_of(name) for name in self.strings(key))

    def text(self, key: str) -> Text:
        """Give a text in every language; each must be there."""
        found = self.text_or_none(key)
        if found is None:
            self.wrong(key, f"the text is missing: write it in {', '.join(LANGUAGES)}")
        return found or NOTHING

    def text_or_none(self, key: str) -> Text | None:
        """Give a text in every language, None where there is none at all."""
        value = self.any(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(key, f"a text in {', '.join(LANGUAGES)} is expected here")
            return NOTHING
        for language in LANGUAGES:
            if not isinstance(value.get(language), str) or not value[language]:
                self.wrong(key, "this language is missing: write the text", language)
        for other in sorted(set(value) - set(LANGUAGES)):
            self.wrong(key, f"{other!r} is no language of the connectors", other)
        return Text(*(str(value.get(language) or "") for language in LANGUAGES))

    def note(self, key: str) -> Note:
        """Give a mapping below; it must be there."""
        return Note(self.any(key), self.place(key), self._findings, silent=self.void)

    def notes(self, key: str) -> Iterator[Note]:
        """Give the mappings of a list below; none where there is no list."""
        value = self.any(key)
        if value is not None and not isinstance(value, list):
            self.wrong(key, "a list is expected here")
            return
        for index, item in enumerate(value or []):
            yield Note(item, self.place(key, index), self._findings)

    def items(self, key: str) -> Iterator[tuple[str, Note]]:
        """Give the members of a mapping of mappings below; none where there is none."""
        value = self.any(key)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, "a mapping is expected here")
            return
        for name, item in (value or {}).items():
            yield name, Note(item, self.place(key, name), self._findings)
