"""Judges a document by the grammar, and gives what is sound of it: what is not understood is told and left out.

Places stay what they are: an item of a list that is left out leaves an empty mapping behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.grammar import (
    ANYTHING,
    COUNT,
    EXTENSION,
    FLAG,
    FORMATS,
    GRAMMAR,
    JSON_TYPES,
    LIST,
    NEEDED,
    NUMBER,
    PARAMETER,
    SAID,
    SCHEMA,
    TEXT,
    TYPES,
    VALUES,
    WORDS,
    ListOf,
    MapOf,
    OneOf,
    Rule,
)
from sigillo.connectorgen.load import JsonObject
from sigillo.connectorgen.notes import Note

_VERSION = re.compile(r"3\.1\.\d{1,3}")
_STATUS = re.compile(r"[1-5]([0-9][0-9]|XX)|default")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9]{0,99}")
_WIRE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}")
_PATH = re.compile(r"(/([A-Za-z0-9._~-]+|\{[A-Za-z_][A-Za-z0-9_]*\}))+")
_TEXTS = ("label", "help", "placeholder")
_FIELD_WORDS = frozenset({"key", *_TEXTS, "kind", "choices", "lookup", "sample", "only", "default", "clearable"})
_REFERRING = frozenset({PARAMETER, "request body", "media type", "response", "header"})
_NOTHING = object()


def judge(document: JsonObject, findings: Findings) -> JsonObject:
    """Give what is understood of a document; every construct, keyword, type or format that is not is a finding."""
    sound = _Judge(findings).sound(document, "document", "")
    return sound if isinstance(sound, dict) else {}


class _Judge:
    """Walks the document beside the grammar."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._by_shape: Mapping[type, Callable[[Any, Any, str], Any]] = {
            str: self._named,
            ListOf: self._list,
            MapOf: self._map,
            OneOf: self._one_of,
        }
        self._more: Mapping[str, Callable[[JsonObject, str], None]] = {
            "document": self._document,
            "operation": self._operation,
            PARAMETER: self._parameter,
            SCHEMA: self._schema,
        }

    def sound(self, value: Any, rule: Rule, at: str) -> Any:
        """What is sound of a value, _NOTHING where that is nothing."""
        return self._by_shape[type(rule)](value, rule, at)

    def _named(self, value: Any, rule: str, at: str) -> Any:
        if rule == ANYTHING:
            return value
        if rule in SAID:
            if _is(value, rule):
                return value
            self._findings.add(at, SAID[rule])
            return _NOTHING
        if not isinstance(value, dict):
            self._findings.add(at, f"a mapping is expected here: {rule}")
            return _NOTHING
        if "$ref" in value and rule in _REFERRING and set(value) - {"$ref", "summary", "description"}:
            self._findings.add(at, "beside $ref only summary and description are understood")
        return self._members(value, rule, at)

    def _members(self, value: JsonObject, rule: str, at: str) -> Any:
        allowed = GRAMMAR[rule]
        sound: JsonObject = {}
        for key, child in value.items():
            if key == "$ref" and (rule in _REFERRING or rule == SCHEMA):
                sound[key] = child  # `references` judges it
            elif key in allowed:
                kept = self.sound(child, allowed[key], below(at, key))
                if kept is not _NOTHING:
                    sound[key] = kept
            else:
                self._findings.add(below(at, key), f"{key!r} of a {rule} is not understood")
        needed = () if "$ref" in sound else NEEDED.get(rule, ())
        for key in needed:
            if key not in value:
                self._findings.add(at, f"{key!r} of a {rule} is missing")
        if any(key not in sound for key in needed) and rule != "document":
            return _NOTHING
        if rule in self._more:
            self._more[rule](sound, at)
        return sound

    def _document(self, document: JsonObject, at: str) -> None:
        version = document.get("openapi")
        if version is not None and not _VERSION.fullmatch(version):
            self._findings.add(below(at, "openapi"), f"OpenAPI {version!r} is not understood, only 3.1")
        for path in document.get("paths", {}):
            if not _PATH.fullmatch(path):
                self._findings.add(below(at, "paths", path), "a path is /, words, and names of parameters in braces")

    def _operation(self, operation: JsonObject, at: str) -> None:
        if not _ID.fullmatch(operation["operationId"]):
            self._findings.add(below(at, "operationId"), "an operationId is letters and digits, a letter first")
        statuses = list(operation["responses"])
        for status in statuses:
            if not _STATUS.fullmatch(status):
                self._findings.add(below(at, "responses", status), f"the status {status!r} is not understood")
                del operation["responses"][status]
        good = [status for status in statuses if status.startswith("2")]
        if len(good) != 1:
            told = f"one answer of success is understood, not {', '.join(good) or 'none'}"
            self._findings.add(below(at, "responses"), told)

    def _parameter(self, parameter: JsonObject, at: str) -> None:
        if not _WIRE_NAME.fullmatch(parameter.get("name", "x")):
            self._findings.add(below(at, "name"), "the name of a parameter is letters, digits, _, - and full stops")
        self._words(parameter, at)

    def _schema(self, schema: JsonObject, at: str) -> None:
        types = schema.get("type", [])
        unknown = [name for name in (types if isinstance(types, list) else [types]) if name not in JSON_TYPES]
        for name in unknown:
            self._findings.add(below(at, "type"), f"the type {name!r} is not understood")
        if unknown:
            del schema["type"]
        if schema.get("format", "date-time") not in FORMATS:
            self._findings.add(below(at, "format"), f"the format {schema.pop('format')!r} is not understood")
        if schema.get("type") == "array" and not {"items", "$ref", "allOf"} & set(schema):
            self._findings.add(at, "'items' of an array is missing")
        self._words(schema, at)

    def _words(self, of: JsonObject, at: str) -> None:
        """The overlay's words for a field, whether an entry shows it or not."""
        if EXTENSION not in of:
            return
        note = Note(of[EXTENSION], below(at, EXTENSION), self._findings)
        for key in sorted(set(of[EXTENSION]) - _FIELD_WORDS):
            note.wrong(key, f"{key!r} is not understood here")
        for key in _TEXTS:
            note.text_or_none(key)

    def _list(self, value: Any, rule: ListOf, at: str) -> Any:
        if not isinstance(value, list):
            self._findings.add(at, "a list is expected here")
            return _NOTHING
        judged = [self.sound(item, rule.of, below(at, index)) for index, item in enumerate(value)]
        if rule.of in SAID:
            return [item for item in judged if item is not _NOTHING]
        return [{} if item is _NOTHING else item for item in judged]

    def _map(self, value: Any, rule: MapOf, at: str) -> Any:
        if not isinstance(value, dict):
            self._findings.add(at, "a mapping is expected here")
            return _NOTHING
        judged = {key: self.sound(item, rule.of, below(at, key)) for key, item in value.items()}
        return {key: item for key, item in judged.items() if item is not _NOTHING}

    def _one_of(self, value: Any, rule: OneOf, at: str) -> Any:
        return value if isinstance(value, bool) else self.sound(value, rule.or_else, at)


def _is(value: Any, rule: str) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        TEXT: isinstance(value, str),
        FLAG: isinstance(value, bool),
        NUMBER: number,
        COUNT: number and isinstance(value, int) and value >= 0,
        LIST: isinstance(value, list),
        VALUES: isinstance(value, list) and not any(isinstance(item, list | dict) for item in value),
        TYPES: isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value)),
        WORDS: isinstance(value, dict),
    }[rule]
