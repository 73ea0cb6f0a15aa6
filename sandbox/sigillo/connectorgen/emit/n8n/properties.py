"""The fields of a node: for each operation the properties that n8n shows, as its linter wants them.

What the overlay shows first stands at the top level, what it calls advanced in a collection whose name follows the
effect. An optional choice, number or switch without a default of the API goes there too: at the top level it would
always be sent. Maps and lists of objects have a switch between nothing, fields and JSON, since a fixed collection takes
no expression for the whole of it: n8n drops that before the node sees it, and all that the node can notice is that
fields were chosen and there are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from sigillo.connectorgen.answers import AnswerKind
from sigillo.connectorgen.emit.n8n.wording import Wording, camel
from sigillo.connectorgen.emit.typescript import Value
from sigillo.connectorgen.fields import Encoding, Field, Kind, Lookup, Text
from sigillo.connectorgen.model import Effect, Operation, Role

Property: TypeAlias = dict[str, Value]

FILES = "inputFields"
OUTPUT = "outputField"

_COLLECTIONS = {
    Effect.CREATE: ("additionalFields", "Additional Fields", "Add Field"),
    Effect.UPDATE: ("updateFields", "Update Fields", "Add Field"),
    Effect.READ: ("options", "Options", "Add Option"),
    Effect.DELETE: ("options", "Options", "Add Option"),
}
_FILTERS = ("filters", "Filters", "Add Filter")
_SENT_ALWAYS = frozenset({Kind.CHOICE, Kind.BOOLEAN, Kind.INTEGER, Kind.NUMBER})
_DYNAMIC = (
    'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>'
)
_TYPES = {
    Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "number",
    Kind.NUMBER: "number",
    Kind.INSTANT: "dateTime",
    Kind.CHOICE: "options",
    Kind.JSON: "json",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A field and the parameter of the node that holds its value, with a full stop into a collection."""

    field: Field
    parameter: str


def collection_of(operation: Operation) -> tuple[str, str, str]:
    """Give the name, the label and the prompt of the collection for what is not always shown."""
    if operation.role is Role.SEARCH:
        return _FILTERS
    sends = operation.effect is Effect.READ and operation.encoding is not Encoding.NONE
    return _COLLECTIONS[Effect.CREATE if sends else operation.effect]  # what checks a thing is given as what makes it


def placed(operation: Operation) -> list[Placed]:
    """Give every field of an operation with its parameter, in the order in which people meet them."""
    name = collection_of(operation)[0]
    return [
        Placed(field, camel(field.key) if at_top(field) else f"{name}.{camel(field.key)}")
        for field in sorted(operation.fields, key=lambda field: not at_top(field))
    ]


def at_top(field: Field) -> bool:
    """Whether a field stands at the top level."""
    if switched(field) or field.kind is Kind.FILE:
        return True
    unasked = not field.required and field.default is None and field.kind in _SENT_ALWAYS
    return not field.advanced and not unasked


def switched(field: Field) -> bool:
    """Whether a field has the switch between fields and JSON."""
    return field.kind is Kind.MAP or (field.kind is Kind.OBJECT and field.many)


def lookup_name(lookup: Lookup) -> str:
    """Give the name of the method that lists."""
    return lookup.key


class Properties:
    """Makes the properties of operations."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def of(self, operation: Operation) -> list[Property]:
        """Give the properties of an operation, but for those that all lists and files have."""
        top = [field for field in operation.fields if at_top(field) and not switched(field)]
        maps = [field for field in operation.fields if switched(field)]
        shown = [prop for field in top for prop in self._field(field)]
        shown += self._collection(operation)
        shown += [prop for field in maps for prop in self._switch(field)]
        return [_with_show(prop, operation) for prop in shown]

    def standard(self, operation: Operation) -> list[Property]:
        """Give what every list, every simplified answer and every file has."""
        shown: list[Property] = []
        if operation.pagination is not None:
            shown += [dict(_RETURN_ALL), dict(_LIMIT)]
        if operation.answer.columns:
            shown.append(dict(_SIMPLIFY))
        if operation.answer.kind is AnswerKind.FILE:
            shown.append(dict(_OUTPUT))
        return [_with_show(prop, operation) for prop in shown]

    def _collection(self, operation: Operation) -> list[Property]:
        name, label, prompt = collection_of(operation)
        options = [prop for field in operation.fields if not at_top(field) for prop in self._field(field)]
        if operation.idempotency is not None:
            options.append(dict(_IDEMPOTENCY))
        if not options:
            return []
        for option in options:
            option.pop("required", None)
        options.sort(key=lambda option: str(option["displayName"]).lower())
        values: list[Value] = [*options]
        return [
            {
                "displayName": label,
                "name": name,
                "type": "collection",
                "placeholder": prompt,
                "default": {},
                "options": values,
            }
        ]

    def _field(self, field: Field) -> Iterator[Property]:
        if field.kind is Kind.FILE:
            yield self._file(field)
        elif field.lookup is not None:
            yield self._locator(field, field.lookup) if field.lookup.locator else self._loaded(field, field.lookup)
        else:
            yield self._plain(field)

    def _plain(self, field: Field) -> Property:
        words = field.many and field.kind is not Kind.CHOICE
        type_ = "string" if words else _TYPES.get(field.kind, "string")
        prop = self._head(field, "multiOptions" if field.many and not words else type_)
        if field.kind is Kind.LONG_TEXT:
            prop["typeOptions"] = {"rows": 4}
        elif field.kind is Kind.SECRET:
            prop["typeOptions"] = {"password": True}
        elif type_ == "number":
            prop["typeOptions"] = self._bounds(field)
        placeholder = self._placeholder(field)
        if placeholder:
            prop["placeholder"] = placeholder
        if field.kind is Kind.CHOICE:
            prop["options"] = self._options(field)
        prop["default"] = _default(field)
        return self._described(prop, field.help)

    def _head(self, field: Field, type_: str) -> Property:
        prop: Property = {"displayName": self._wording.title(field.label), "name": camel(field.key), "type": type_}
        if field.required:
            prop["required"] = True
        return prop

    def _described(self, prop: Property, help_: Text | None) -> Property:
        description = self._wording.sentence(help_)
        if description:
            prop["description"] = description
        return prop

    def _placeholder(self, field: Field) -> str | None:
        if field.placeholder is not None:
            return self._wording.plain(field.placeholder)
        sample = field.sample[0] if isinstance(field.sample, list) and field.sample else field.sample
        return None if field.kind is Kind.SECRET else self._wording.example(field.kind, sample)

    def _bounds(self, field: Field) -> Mapping[str, Value]:
        bounds = {"minValue": field.limits.minimum, "maxValue": field.limits.maximum}
        return {name: value for name, value in bounds.items() if value is not None}

    def _options(self, field: Field) -> list[Value]:
        options: list[dict[str, Value]] = []
        for choice in field.choices:
            option: dict[str, Value] = {"name": self._wording.title(choice.label), "value": choice.value}
            options.append(self._described(option, choice.help))
        return [*sorted(options, key=lambda option: str(option["name"]).lower())]

    def _file(self, field: Field) -> Property:
        several = field.many
        return {
            "displayName": "Input Data Field Name(s)" if several else "Input Data Field Name",
            "name": FILES,
            "type": "string",
            **({"required": True} if field.required else {}),
            "default": "data" if field.required else "",
            "placeholder": "e.g. data",
            "hint": "The names of the input fields containing the files, separated by commas"
            if several
            else "The name of the input field containing the file",
            **_maybe("description", self._wording.sentence(field.help)),
        }

    def _locator(self, field: Field, lookup: Lookup) -> Property:
        prop = self._head(field, "resourceLocator")
        prop["default"] = {"mode": "list", "value": ""}
        by_id: dict[str, Value] = {"displayName": "By ID", "name": "id", "type": "string"}
        example = self._wording.example(Kind.TEXT, field.sample)
        if example:
            by_id["placeholder"] = example
        if field.limits.pattern and "/" not in field.limits.pattern:
            rule: Value = {"regex": field.limits.pattern, "errorMessage": f"Not a valid {field.label.en} ID"}
            by_id["validation"] = [{"type": "regex", "properties": rule}]
        listed: Value = {
            "displayName": "From List",
            "name": "list",
            "type": "list",
            "typeOptions": {"searchListMethod": lookup_name(lookup), "searchable": True},
        }
        prop["modes"] = [listed, by_id]
        return self._described(prop, field.help)

    def _loaded(self, field: Field, lookup: Lookup) -> Property:
        prop = self._head(field, "options")
        prop["displayName"] = f"{prop['displayName']} Name or ID"
        prop["typeOptions"] = {"loadOptionsMethod": lookup_name(lookup)}
        prop["default"] = ""
        help_ = self._wording.sentence(field.help)
        prop["description"] = f"{help_}. {_DYNAMIC}." if help_ and self._wording.language != "en" else _DYNAMIC
        if help_ and self._wording.language == "en":
            prop["hint"] = help_
        return prop

    def _switch(self, field: Field) -> Iterator[Property]:
        """Three properties: how to give it, the rows, and the JSON."""
        name, title = camel(field.key), self._wording.title(field.label)
        yield {
            "displayName": f"{title} Input",
            "name": f"{name}Input",
            "type": "options",
            "options": [
                {"name": "None", "value": "none"},
                {"name": "Using Fields Below", "value": "fields"},
                {"name": "Using JSON", "value": "json"},
            ],
            "default": "none",
            "hint": "To fill the whole of it with one expression, choose Using JSON",
        }
        yield self._described(
            {
                "displayName": title,
                "name": name,
                "type": "fixedCollection",
                "typeOptions": {"multipleValues": True},
                "placeholder": "Add Entry",
                "default": {},
                "options": [{"displayName": "Entry", "name": "entry", "values": self._rows(field)}],
                "displayOptions": {"show": {f"{name}Input": ["fields"]}},
            },
            field.help,
        )
        yield self._described(
            {
                "displayName": f"{title} (JSON)",
                "name": f"{name}Json",
                "type": "json",
                "default": "{}" if field.kind is Kind.MAP else "[]",
                "displayOptions": {"show": {f"{name}Input": ["json"]}},
            },
            field.help,
        )

    def _rows(self, field: Field) -> list[Value]:
        if field.kind is Kind.MAP:
            return [
                {"displayName": "Name", "name": "key", "type": "string", "default": ""},
                {"displayName": "Value", "name": "value", "type": "string", "default": ""},
            ]
        return [self._plain(replace(member, required=False)) for member in field.fields]


def _default(field: Field) -> Value:
    if field.kind is Kind.BOOLEAN:
        return field.default is True
    if field.kind is Kind.CHOICE:
        if field.many:
            return []
        first = min(field.choices, key=lambda choice: choice.label.en.lower()).value if field.choices else ""
        return field.default if isinstance(field.default, str) else first
    if field.kind in (Kind.INTEGER, Kind.NUMBER) and not field.many:
        fallback = field.limits.minimum if field.limits.minimum is not None else 0
        return field.default if isinstance(field.default, int | float) else fallback
    return "{}" if field.kind is Kind.JSON else ""


def _with_show(prop: Property, operation: Operation) -> Property:
    """The property, shown for one operation, the condition where n8n's own nodes have it: after the type."""
    own = prop.pop("displayOptions", {})
    shown = own.get("show", {}) if isinstance(own, Mapping) else {}
    show: dict[str, Value] = {"resource": [camel(operation.resource)], "operation": [operation.verb]}
    if isinstance(shown, Mapping):
        show.update(shown)
    prop["displayOptions"] = {"show": show}
    return prop


def _maybe(key: str, value: str | None) -> Mapping[str, Value]:
    return {key: value} if value else {}


_RETURN_ALL: Property = {
    "displayName": "Return All",
    "name": "returnAll",
    "type": "boolean",
    "default": False,
    "description": "Whether to return all results or only up to a given limit",
}
_LIMIT: Property = {
    "displayName": "Limit",
    "name": "limit",
    "type": "number",
    "typeOptions": {"minValue": 1},
    "default": 50,
    "description": "Max number of results to return",
    "displayOptions": {"show": {"returnAll": [False]}},
}
_SIMPLIFY: Property = {
    "displayName": "Simplify",
    "name": "simplify",
    "type": "boolean",
    "default": True,
    "description": "Whether to return a simplified version of the response instead of the raw data",
}
_OUTPUT: Property = {
    "displayName": "Put Output File in Field",
    "name": OUTPUT,
    "type": "string",
    "required": True,
    "default": "data",
    "hint": "The name of the output field to put the file in",
}
_IDEMPOTENCY: Property = {
    "displayName": "Idempotency Key",
    "name": "idempotencyKey",
    "type": "string",
    "default": "",
    "description": "The same key with the same request is carried out once. Left empty, one is made for each item.",
}
