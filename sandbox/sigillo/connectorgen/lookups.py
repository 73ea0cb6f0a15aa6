"""Lists to choose from, and the pages of lists: what the overlay names is checked against the operation it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sigillo.connectorgen.answers import Shape
from sigillo.connectorgen.fields import Call, Lookup, Pagination, Path
from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.load import JsonObject
from sigillo.connectorgen.naming import CAMEL, PARAMETER
from sigillo.connectorgen.notes import Note
from sigillo.connectorgen.schemas import Schemas, View

_JSON = "application/json"
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Located:
    """An operation of the document and where it stands."""

    call: Call
    operation: JsonObject
    at: str


def located(document: JsonObject, findings: Findings) -> dict[str, Located]:
    """Give every operation of the document by its operationId, which each has for itself."""
    found: dict[str, Located] = {}
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                id_, at = item[method]["operationId"], below("/paths", path, method)
                if id_ in found:
                    findings.add(below(at, "operationId"), f"{id_!r} is the operationId of another operation already")
                found[id_] = Located(Call(id_, method.upper(), path), item[method], at)
                _judge_path(found[id_], findings)
    return found


def _judge_path(located: Located, findings: Findings) -> None:
    """The braces of a path and its parameters are the same."""
    braces = re.findall(r"\{([^}]*)\}", located.call.path)
    told = [parameter["name"] for _, parameter in parameters_of(located.operation) if parameter["in"] == "path"]
    for name in sorted({*braces, *told}):
        if braces.count(name) != 1 or told.count(name) != 1:
            findings.add(located.at, f"the path needs {name!r} in braces once, and one parameter in the path for it")


def parameters_of(operation: JsonObject) -> list[tuple[int, JsonObject]]:
    """Give the sound parameters of an operation with their indices."""
    return [(index, one) for index, one in enumerate(operation.get("parameters", [])) if one]


def _named(operation: JsonObject) -> dict[str, JsonObject]:
    return {parameter["name"]: parameter for _, parameter in parameters_of(operation)}


def success(located: Located) -> tuple[str, JsonObject]:
    """Give the pointer and the content by media type of the answer of success; empty where there is none."""
    for status, response in sorted(located.operation["responses"].items()):
        if status.startswith("2"):
            return f"{located.at}/responses/{status}/content", response.get("content", {})
    return located.at, {}


def json_schema(located: Located) -> tuple[str, JsonObject] | None:
    """Give the pointer and the schema of an answer in JSON; None where there is none."""
    at, content = success(located)
    schema = content.get(_JSON, {}).get("schema")
    return (below(at, _JSON, "schema"), schema) if schema is not None else None


class Lists:
    """Tells lists from other answers by the overlay's one rule about pages (`x-connector.pages` at the root)."""

    def __init__(self, pages: Note, schemas: Schemas) -> None:
        self._schemas = schemas
        self.items = pages.path("items")
        self._next = pages.path("next")
        self._cursor = pages.named("cursor", PARAMETER)
        self._limit = pages.named("limit", PARAMETER)
        pages.close()

    @property
    def handled(self) -> frozenset[str]:
        """The query parameters that no person is asked for."""
        return frozenset({self._cursor, self._limit})

    def item(self, view: View) -> tuple[JsonObject, str] | None:
        """Give the schema of a list's items and its place, None where the answer is no list."""
        if not self.items or not self._next:
            return None
        members = {name: member for name, member, _ in self._schemas.members(view)}
        listed = members.get(self.items[-1])
        if listed is None or self._next[-1] not in members or listed.schema.get("type") != "array":
            return None
        return listed.schema.get("items", {}), below(listed.at, "items")

    def pagination(self, operation: JsonObject) -> Pagination | None:
        """Give how the list of an operation goes on, None where it is one page."""
        parameters = _named(operation)
        if self._cursor not in parameters or self._limit not in parameters:
            return None
        most = int(parameters[self._limit]["schema"].get("maximum", 1))
        return Pagination(self._cursor, self._limit, most, self._next)


class Lookups:
    """Reads the overlay's `lookup`s."""

    def __init__(self, operations: dict[str, Located], lists: Lists, schemas: Schemas, findings: Findings) -> None:
        self._operations = operations
        self._lists = lists
        self._schemas = schemas
        self._findings = findings

    def lookup(self, note: Note) -> Lookup | None:
        """Give a list to choose from, None with a finding where it makes no sense."""
        name = note.string("operation")
        found = self._operations.get(name)
        if found is None:
            note.wrong("operation", f"there is no operation {name!r}")
            return None
        lookup = Lookup(
            note.named("key", CAMEL, found.call.id),
            found.call,
            self._lists.items,
            note.path("value"),
            note.paths("label"),
            note.paths("detail"),
            self._lists.pagination(found.operation),
            note.string_or_none("search"),
            note.pairs("arguments"),
            note.pairs("fixed"),
            note.flag("locator"),
            note.text_or_none("by"),
        )
        note.close()
        self._check(lookup, found, note)
        return lookup

    def _check(self, lookup: Lookup, found: Located, note: Note) -> None:
        answer = json_schema(found)
        item = self._lists.item(self._schemas.view(answer[1], answer[0])) if answer else None
        if item is None:
            note.wrong("operation", f"{lookup.call.id} answers with no list")
            return
        shape = self._schemas.shape(*item)
        for path in (lookup.value, *lookup.label, *lookup.detail):
            if leads(shape, path) is None:
                note.wrong("label", f"{'.'.join(path)!r} is nothing that an item has")
        if not lookup.label:
            note.wrong("label", "say which members of an item people read")
        parameters = _named(found.operation)
        if "format" in parameters.get(lookup.search or "", {}).get("schema", {}):
            note.wrong("search", f"{lookup.search!r} takes whole values only, not what a person is still typing")
        for name in [lookup.search, *(name for name, _ in (*lookup.arguments, *lookup.fixed))]:
            if name is not None and name not in parameters:
                note.wrong("search", f"{lookup.call.id} has no parameter {name!r}")


def leads(shape: Shape, path: Path) -> Shape | None:
    """Give the shape at a Path, None where it leads nowhere."""
    for name in path:
        members = dict(shape.members)
        if name not in members:
            return None
        shape = members[name]
    return shape
