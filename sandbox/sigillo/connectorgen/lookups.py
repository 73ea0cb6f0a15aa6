"""Lists to choose from, and the pages of lists: what the overlay names is checked against the operation it names."""

from __future__ import annotations

from dataclasses import dataclass

from sigillo.connectorgen.answers import Shape
from sigillo.connectorgen.fields import Call, Lookup, Pagination, Path
from sigillo.connectorgen.findings import Findings
from sigillo.connectorgen.load import JsonObject
from sigillo.connectorgen.notes import Note
from sigillo.connectorgen.schemas import Schemas, View

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Located:
    """An operation of the document and where it stands."""

    call: Call
    operation: JsonObject
    at: str


def located(document: JsonObject) -> dict[str, Located]:
    """Give every operation of the document by its operationId."""
    found = {}
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                id_ = item[method].get("operationId", f"{method} {path}")
                at = "/paths/" + path.replace("~", "~0").replace("/", "~1") + "/" + method
                found[id_] = Located(Call(id_, method.upper(), path), item[method], at)
    return found


def success(located: Located) -> tuple[str, JsonObject]:
    """Give the pointer and the content by media type of the first answer of success; empty where there is none."""
    for status, response in sorted(located.operation.get("responses", {}).items()):
        if status.startswith("2"):
            return f"{located.at}/responses/{status}/content", response.get("content", {})
    return located.at, {}


class Lists:
    """Tells lists from other answers by the overlay's one rule about pages (`x-connector.pages` at the root)."""

    def __init__(self, pages: Note, schemas: Schemas) -> None:
        self._schemas = schemas
        self.items = pages.path("items")
        self._next = pages.path("next")
        self._cursor = pages.string("cursor")
        self._limit = pages.string("limit")
        pages.close()

    @property
    def handled(self) -> frozenset[str]:
        """The query parameters that no person is asked for."""
        return frozenset({self._cursor, self._limit})

    def item(self, view: View) -> tuple[JsonObject, str] | None:
        """Give the schema of a list's items and its place, None where the answer is no list."""
        members = {name: member for name, member, _ in self._schemas.members(view)}
        listed = members.get(self.items[-1])
        if listed is None or self._next[-1] not in members or listed.schema.get("type") != "array":
            return None
        return listed.schema["items"], listed.at + "/items"

    def pagination(self, operation: JsonObject) -> Pagination | None:
        """Give how the list of an operation goes on, None where it is one page."""
        parameters = {parameter["name"]: parameter for parameter in operation.get("parameters", [])}
        if self._cursor not in parameters or self._limit not in parameters:
            return None
        most = parameters[self._limit]["schema"].get("maximum", 1)
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
            note.string("key", found.call.id),
            found.call,
            self._lists.items,
            note.path("value"),
            note.paths("label"),
            note.paths("detail"),
            self._lists.pagination(found.operation),
            note.string_or_none("search"),
            _pairs(note, "arguments"),
            _pairs(note, "fixed"),
            note.flag("locator"),
        )
        note.close()
        self._check(lookup, found, note)
        return lookup

    def _check(self, lookup: Lookup, found: Located, note: Note) -> None:
        at, content = success(found)
        schema = content.get("application/json", {}).get("schema")
        item = self._lists.item(self._schemas.view(schema, f"{at}/application~1json/schema")) if schema else None
        if item is None:
            note.wrong("operation", f"{lookup.call.id} answers with no list")
            return
        shape = self._schemas.shape(*item)
        for path in (lookup.value, *lookup.label, *lookup.detail):
            if leads(shape, path) is None:
                note.wrong("label", f"{'.'.join(path)!r} is nothing that an item has")
        parameters = {parameter["name"]: parameter for parameter in found.operation.get("parameters", [])}
        if "format" in parameters.get(lookup.search, {}).get("schema", {}):
            note.wrong("search", f"{lookup.search!r} takes whole values only, not what a person is still typing")
        for name in [lookup.search, *(name for name, _ in (*lookup.arguments, *lookup.fixed))]:
            if name is not None and name not in parameters:
                note.wrong("search", f"{lookup.call.id} has no parameter {name!r}")


def _pairs(note: Note, key: str) -> tuple[tuple[str, str], ...]:
    said = note.any(key)
    return tuple((str(name), str(value)) for name, value in said.items()) if isinstance(said, dict) else ()


def leads(shape: Shape, path: Path) -> Shape | None:
    """Give the shape at a Path, None where it leads nowhere."""
    for name in path:
        members = dict(shape.members)
        if name not in members:
            return None
        shape = members[name]
    return shape
