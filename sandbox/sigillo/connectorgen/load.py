"""Reads YAML and judges an OpenAPI document: what is not in `grammar` is refused, with its place, all in one run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeAlias

import yaml

from sigillo.connectorgen.findings import DOCUMENT, Findings, below
from sigillo.connectorgen.grammar import (
    ANYTHING,
    FORMATS,
    GRAMMAR,
    JSON_TYPES,
    SCHEMA,
    TEXT,
    ListOf,
    MapOf,
    OneOf,
    Rule,
)

JsonObject: TypeAlias = dict[str, Any]

_MERGE_KEYS = ("<<",)


class _Loader(yaml.CSafeLoader):
    """Plain data only; a key that stands twice in one mapping is an error, and dates stay the text they are."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value if key.value not in _MERGE_KEYS]
        for name in names:
            if names.count(name) > 1:
                problem = f"the key {name!r} stands twice in one mapping"
                raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(text: bytes, file: str = DOCUMENT) -> JsonObject:
    """Read a YAML (or JSON) file whose root is a mapping; raises Refused for anything else."""
    findings = Findings()
    try:
        value = yaml.load(text, _Loader)  # noqa: S506 - the loader above builds plain data only
    except yaml.YAMLError as wrong:
        findings.add("", f"this is no YAML that can be read: {wrong}", file=file)
        value = {}
    if not isinstance(value, dict):
        findings.add("", "the root must be a mapping", file=file)
    findings.raise_if_any()
    assert isinstance(value, dict)  # else refused above
    return value


def judge(document: JsonObject) -> None:
    """Refuse a document with a construct, keyword, type or format that is not understood; raises Refused."""
    findings = Findings()
    _Judge(document, findings).judge(document, "document", "")
    findings.raise_if_any()


class _Judge:
    """Walks the document beside the grammar."""

    def __init__(self, document: JsonObject, findings: Findings) -> None:
        self._document = document
        self._findings = findings
        self._by_shape: Mapping[type, Callable[[Any, Any, str], None]] = {
            str: self._named,
            ListOf: self._list,
            MapOf: self._map,
            OneOf: self._one_of,
        }

    def judge(self, value: Any, rule: Rule, at: str) -> None:
        self._by_shape[type(rule)](value, rule, at)

    def _named(self, value: Any, rule: str, at: str) -> None:
        if rule == ANYTHING:
            return
        if rule == TEXT:
            if not isinstance(value, str):
                self._findings.add(at, "text is expected here")
        elif not isinstance(value, dict):
            self._findings.add(at, f"a mapping is expected here: {rule}")
        elif "$ref" in value:
            self._reference(value, rule, at)
        else:
            self._members(value, rule, at)

    def _members(self, value: JsonObject, rule: str, at: str) -> None:
        allowed = GRAMMAR[rule]
        for key, child in value.items():
            if key in allowed:
                self.judge(child, allowed[key], below(at, key))
            else:
                self._findings.add(below(at, str(key)), f"{key!r} of a {rule} is not understood")
        if rule == SCHEMA:
            self._schema(value, at)

    def _schema(self, schema: JsonObject, at: str) -> None:
        types = schema.get("type", [])
        for name in types if isinstance(types, list) else [types]:
            if name not in JSON_TYPES:
                self._findings.add(below(at, "type"), f"the type {name!r} is not understood")
        if schema.get("format", "date-time") not in FORMATS:
            self._findings.add(below(at, "format"), f"the format {schema['format']!r} is not understood")

    def _reference(self, value: JsonObject, rule: str, at: str) -> None:
        target = value["$ref"]
        if rule != SCHEMA and set(value) - {"$ref", "summary", "description"}:
            self._findings.add(at, "beside $ref only summary and description are understood")
        if find(self._document, target) is None:
            self._findings.add(below(at, "$ref"), f"{target!r} leads nowhere in this document")
        self._members({key: child for key, child in value.items() if key != "$ref"}, rule, at)

    def _list(self, value: Any, rule: ListOf, at: str) -> None:
        if not isinstance(value, list):
            self._findings.add(at, "a list is expected here")
            return
        for index, item in enumerate(value):
            self.judge(item, rule.of, below(at, index))

    def _map(self, value: Any, rule: MapOf, at: str) -> None:
        if not isinstance(value, dict):
            self._findings.add(at, "a mapping is expected here")
            return
        for key, item in value.items():
            self.judge(item, rule.of, below(at, str(key)))

    def _one_of(self, value: Any, rule: OneOf, at: str) -> None:
        if isinstance(value, bool):
            return
        self.judge(value, rule.or_else, at)


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
