"""Follows and cuts the references of a sound document: afterwards each schema can be written out whole.

1. What refers to a shared response or header is replaced by it; nothing else but a schema may refer.
2. A reference of a schema leads to one of the document's shared schemas.
3. A schema that holds itself, at whatever depth, is told once, where the circle closes, and cut there.
4. A schema that becomes too large or too deep when it is written out is told, and cut.
"""

from __future__ import annotations

from collections.abc import Iterator

from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.load import JsonObject, find

MOST_SCHEMAS = 50_000
MOST_LEVELS = 80

_SCHEMAS = "#/components/schemas/"
_LISTS = ("allOf", "anyOf", "oneOf")
_MAPS = ("properties", "patternProperties")
_ONES = ("items", "propertyNames", "additionalProperties", "if", "then", "else")
_ALONE = (1, 1)


def cut(document: JsonObject, whole: JsonObject, findings: Findings) -> None:
    """Replace and cut in a sound document; `whole` is the one it was made of, whose own faults are told already."""
    _References(document, whole, findings).cut()


class _References:
    """The references of one document, each schema measured once."""

    def __init__(self, document: JsonObject, whole: JsonObject, findings: Findings) -> None:
        self._document = document
        self._whole = whole
        self._schemas: JsonObject = document.get("components", {}).get("schemas", {})
        self._findings = findings
        self._sizes: dict[str, tuple[int, int] | None] = {}

    def cut(self) -> None:
        """Go through everything that may refer: the shared parts, then the operations."""
        components = self._document.get("components", {})
        for name in list(self._schemas):
            self._size(name)
        for name, header in components.get("headers", {}).items():
            self._header(header, below("/components/headers", name))
        for name, response in list(components.get("responses", {}).items()):
            at = below("/components/responses", name)
            components["responses"][name] = self._response(response, at)
        for key in ("paths", "webhooks"):
            for path, item in self._document.get(key, {}).items():
                for method, operation in item.items():
                    self._operation(operation, below("", key, path, method))

    def _operation(self, operation: JsonObject, at: str) -> None:
        parameters = operation.get("parameters", [])
        for index, parameter in enumerate(parameters):
            where = below(at, "parameters", index)
            parameters[index] = self._replaced(parameter, where)
            if "schema" in parameters[index]:
                self._measure(parameter["schema"], below(where, "schema"), 0)
        if "requestBody" in operation:
            where = below(at, "requestBody")
            body = self._replaced(operation["requestBody"], where)
            self._content(body, where)
            operation["requestBody"] = {"content": {}, **body}
        responses = operation["responses"]
        for status in responses:
            responses[status] = self._response(responses[status], below(at, "responses", status))

    def _response(self, response: JsonObject, at: str) -> JsonObject:
        if "$ref" in response:
            return self._replaced(response, at, "responses")
        self._content(response, at)
        for name, header in response.get("headers", {}).items():
            self._header(header, below(at, "headers", name))
        return response

    def _header(self, header: JsonObject, at: str) -> None:
        held = self._replaced(header, at, "headers")
        if held is header and "schema" in header:
            self._measure(header["schema"], below(at, "schema"), 0)

    def _content(self, of: JsonObject, at: str) -> None:
        for media, content in of.get("content", {}).items():
            content = self._replaced(content, below(at, "content", media))
            of["content"][media] = content
            if "schema" in content:
                self._measure(content["schema"], below(at, "content", media, "schema"), 0)

    def _replaced(self, value: JsonObject, at: str, kind: str = "") -> JsonObject:
        """What a value refers to, over several steps; nothing for what leads nowhere or in a circle."""
        seen: list[str] = []
        here = value
        while "$ref" in here:
            target = here["$ref"]
            found = find(self._document, target)
            if not kind or not str(target).startswith(f"#/components/{kind}/") or target in seen:
                self._findings.add(below(at, "$ref"), f"the reference {target!r} is not understood here")
                return {}
            if not isinstance(found, dict):
                self._nowhere(target, at)
                return {}
            seen.append(target)
            here = found
        return here

    def _nowhere(self, target: object, at: str) -> None:
        if find(self._whole, target) is None:
            self._findings.add(below(at, "$ref"), f"{target!r} leads nowhere in this document")

    def _size(self, name: str) -> tuple[int, int] | None:
        """How many schemas a shared schema is, written out, and how many levels; None while it is being measured."""
        if name not in self._sizes:
            self._sizes[name] = None
            at = below("/components/schemas", name)
            size = self._measure(self._schemas[name], at, 0)
            if size[0] > MOST_SCHEMAS or size[1] > MOST_LEVELS:
                self._findings.add(at, "written out, this schema is too large or too deep to be understood")
                self._schemas[name].clear()
                size = _ALONE
            self._sizes[name] = size
        return self._sizes[name]

    def _measure(self, schema: JsonObject, at: str, level: int) -> tuple[int, int]:
        sizes = [self._followed(schema, at)] if "$ref" in schema else []
        sizes += [self._measure(child, where, level + 1) for where, child in _parts(schema, at)]
        return 1 + sum(size for size, _ in sizes), 1 + max((levels for _, levels in sizes), default=0)

    def _followed(self, schema: JsonObject, at: str) -> tuple[int, int]:
        target = schema["$ref"]
        name = str(target).removeprefix(_SCHEMAS)
        if not str(target).startswith(_SCHEMAS) or "/" in name:
            self._findings.add(below(at, "$ref"), f"{target!r} is not understood: it is no schema of #/components")
        elif name.replace("~1", "/").replace("~0", "~") not in self._schemas:
            self._nowhere(target, at)
        else:
            name = name.replace("~1", "/").replace("~0", "~")
            size = self._size(name)
            if size is not None:
                return size
            self._findings.add(below(at, "$ref"), f"{name!r} holds itself: that is not understood")
        del schema["$ref"]
        return _ALONE


def _parts(schema: JsonObject, at: str) -> Iterator[tuple[str, JsonObject]]:
    for key in _MAPS:
        for name, child in schema.get(key, {}).items():
            yield below(at, key, name), child
    for key in _LISTS:
        for index, child in enumerate(schema.get(key, [])):
            yield below(at, key, index), child
    for key in _ONES:
        if isinstance(schema.get(key), dict):
            yield below(at, key), schema[key]
