"""Reads `x-connector` mappings member by member: what is missing, of the wrong kind or unknown becomes a finding.

A reader always gives a value of the right type, so that one run finds everything; findings are raised at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sigillo.connectorgen.fields import LANGUAGES, Json, Path, Text
from sigillo.connectorgen.findings import Findings, below

NOTHING = Text("", "", "")


def path_of(name: str) -> Path:
    """Give the Path that dots write: `recipient.email`; an empty name is the empty Path."""
    return tuple(name.split(".")) if name else ()


class Note:
    """One mapping of an `x-connector`, at a JSON pointer of the document with the overlay over it."""

    def __init__(self, value: object, at: str, findings: Findings) -> None:
        self.at = at
        self._findings = findings
        self._value: dict[str, Any] = value if isinstance(value, dict) else {}
        self._asked: set[str] = set()
        if not isinstance(value, dict):
            findings.add(at, "a mapping is expected here")

    def __contains__(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._value

    def wrong(self, key: str, detail: str) -> None:
        """Note what is wrong with a member."""
        self._findings.add(below(self.at, key), detail)

    def close(self) -> None:
        """Refuse the members that nobody asked for."""
        for key in self._value:
            if key not in self._asked:
                self.wrong(key, f"{key!r} is not understood here")

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
        return self.text_or_none(key) or NOTHING if key in self else self._missing(key)

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
                self._findings.add(below(self.at, key, language), "this language is missing: write the text")
        for other in sorted(set(value) - set(LANGUAGES)):
            self._findings.add(below(self.at, key, other), f"{other!r} is no language of the connectors")
        return Text(*(str(value.get(language) or "") for language in LANGUAGES))

    def _missing(self, key: str) -> Text:
        self.wrong(key, f"the text is missing: write it in {', '.join(LANGUAGES)}")
        return NOTHING

    def note(self, key: str) -> Note:
        """Give a mapping below; it must be there."""
        return Note(self.any(key), below(self.at, key), self._findings)

    def notes(self, key: str) -> Iterator[Note]:
        """Give the mappings of a list below; none where there is no list."""
        value = self.any(key)
        if value is not None and not isinstance(value, list):
            self.wrong(key, "a list is expected here")
            return
        for index, item in enumerate(value or []):
            yield Note(item, below(self.at, key, index), self._findings)

    def items(self, key: str) -> Iterator[tuple[str, Note]]:
        """Give the members of a mapping of mappings below; none where there is none."""
        value = self.any(key)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, "a mapping is expected here")
            return
        for name, item in (value or {}).items():
            yield name, Note(item, below(self.at, key, name), self._findings)
