"""Reads YAML as JSON: what JSON cannot say is refused, with its place.

Keys are texts, numbers are finite, nothing holds itself by an alias, and what stands at two places by an alias is two
values: later readers need not think of it.
"""

from __future__ import annotations

from collections.abc import Hashable
from math import isfinite
from typing import Any, TypeAlias

import yaml

from sigillo.connectorgen.findings import DOCUMENT, Findings, below

JsonObject: TypeAlias = dict[str, Any]

MOST_LEVELS = 64
MOST_VALUES = 2_000_000

_MERGE_KEYS = ("<<",)


class _Loader(yaml.CSafeLoader):
    """Plain data only; a key that stands twice in one mapping is an error, and dates stay the text they are."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [str(key.value) for key, _ in node.value if key.value not in _MERGE_KEYS]
        twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()
        if twice:
            problem = f"the key {min(twice)!r} stands twice in one mapping"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(text: bytes, findings: Findings, file: str = DOCUMENT) -> JsonObject | None:
    """Read a YAML (or JSON) file whose root is a mapping; None with a finding for anything else."""
    try:
        value = yaml.load(text, _Loader)  # noqa: S506 - the loader above builds plain data only
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as wrong:
        findings.add("", f"this is no YAML that can be read: {wrong}", file=file)
        return None
    if not isinstance(value, dict):
        findings.add("", "the root must be a mapping", file=file)
        return None
    read: JsonObject = _Plain(findings, file).value(value, "", ())
    return read


class _Plain:
    """Copies what YAML gave as JSON's own values; what JSON has not is a finding, and null in the copy."""

    def __init__(self, findings: Findings, file: str) -> None:
        self._findings = findings
        self._file = file
        self._count = 0

    def value(self, value: Any, at: str, above: tuple[int, ...]) -> Any:
        self._count += 1
        if isinstance(value, dict | list):
            if self._holds(value, at, above):
                return None
            inside = (*above, id(value))
            if isinstance(value, list):
                return [self.value(item, below(at, index), inside) for index, item in enumerate(value)]
            return {str(key): self.value(child, self._named(key, at), inside) for key, child in value.items()}
        if not isinstance(value, str | bool | int | float | None):
            self._wrong(at, f"{type(value).__name__} is nothing that JSON has: write a text")
            return None
        if isinstance(value, float) and not isfinite(value):
            self._wrong(at, "a number without an end is nothing that JSON has")
            return None
        if isinstance(value, str) and not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            self._wrong(at, "half a character: no file can have this text")
            return None
        return value

    def _holds(self, value: Any, at: str, above: tuple[int, ...]) -> bool:
        if id(value) in above:
            self._wrong(at, "this holds itself, by an alias of YAML")
        elif len(above) >= MOST_LEVELS:
            self._wrong(at, f"more than {MOST_LEVELS} levels are not understood")
        elif self._count >= MOST_VALUES:
            self._wrong("", f"more than {MOST_VALUES} values are not understood")
        else:
            return False
        return True

    def _named(self, key: object, at: str) -> str:
        here = below(at, str(key))
        if not isinstance(key, str):
            self._wrong(here, f"the key {key} is no text: put it in quotes")
        return here

    def _wrong(self, at: str, detail: str) -> None:
        self._findings.add(at, detail, file=self._file)


def find(document: JsonObject, reference: object) -> Any:
    """Give what a local `$ref` leads to, None where it leads nowhere."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    place: Any = document
    for step in reference[2:].split("/"):
        key = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(place, dict) or key not in place:
            return None
        place = place[key]
    return place
