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
from sigillo.connectorgen.emit.n8n import words
from sigillo.connectorgen.emit.n8n.wording import Wording, camel
from sigillo.connectorgen.emit.typescript import Value
from sigillo.connectorgen.fields import Alternatives, Encoding, Field, Kind, Lookup, Text
from sigillo.connectorgen.model import Effect, Operation, Role

Property: TypeAlias = dict[str, Value]

FILES = "inputFields"
OUTPUT = "outputField"
CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Collection:
    """Where an operation has what is not always shown: a parameter, its label, and the prompt to add something."""

    name: str
    label: Text
    prompt: Text


_OPTIONS = Collection("options", words.OPTIONS, words.ADD_OPTION)
_COLLECTIONS = {
    Effect.CREATE: Collection("additionalFields", words.ADDITIONAL_FIELDS, words.ADD_FIELD),
    Effect.UPDATE: Collection("updateFields", words.UPDATE_FIELDS, words.ADD_FIELD),
    Effect.READ: _OPTIONS,
    Effect.DELETE: _OPTIONS,
}
_FILTERS = Collection("filters", words.FILTERS, words.ADD_FILTER)
_SENT_ALWAYS = frozenset({Kind.CHOICE, Kind.BOOLEAN, Kind.INTEGER, Kind.NUMBER})
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


def collection_of(operation: Operation) -> Collection:
    """Give the collection of an operation for what is not always shown."""
    if operation.role is Role.SEARCH:
        return _FILTERS
    if all(in_front(operation, field) for field in operation.fields):
        return _OPTIONS  # for how it is sent: there is no field in it
    sends = operation.effect is Effect.READ and operation.encoding is not Encoding.NONE
    return _COLLECTIONS[Effect.CREATE if sends else operation.effect]  # what checks a thing is given as what makes it


def placed(operation: Operation) -> list[Placed]:
    """Give every field of an operation with its parameter, in the order in which people meet them."""
    name = collection_of(operation).name
    return [
        Placed(field, camel(field.key) if in_front(operation, field) else f"{name}.{camel(field.key)}")
        for field in sorted(operation.fields, key=lambda field: not in_front(operation, field))
    ]


def in_front(operation: Operation, field: Field) -> bool:
    """Whether a field stands at the top level of an operation: what is one of several ways does, below the choice."""
    return at_top(field) or field.key in alternatives_of(operation)


def alternatives_of(operation: Operation) -> tuple[str, ...]:
    """Give the keys of the fields of which a person gives one; none where there is no such choice."""
    return operation.alternatives.fields if operation.alternatives else ()


def clearable(operation: Operation) -> list[Field]:
    """Give the fields that a change can take away."""
    return [field for field in operation.fields if field.clearable and operation.effect is Effect.UPDATE]


def at_top(field: Field) -> bool:
    """Whether a field stands at the top level by itself."""
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
        ways = alternatives_of(operation)
        top = [field for field in operation.fields if in_front(operation, field) and not switched(field)]
        maps = [field for field in operation.fields if switched(field)]
        shown = [prop for field in top if field.key not in ways for prop in self._field(field)]
        if operation.alternatives is not None:
            shown += self._alternatives(operation.alternatives, [field for field in top if field.key in ways])
        shown += self._collection(operation)
        shown += [prop for field in maps for prop in self._switch(field)]
        return [_with_show(prop, operation) for prop in shown]

    def standard(self, operation: Operation) -> list[Property]:
        """Give what every list, every simplified answer and every file has."""
        shown: list[Property] = []
        if operation.pagination is not None:
            shown += [
                self._standard(words.RETURN_ALL, "returnAll", "boolean", False, words.RETURN_ALL_HELP),
                self._standard(words.LIMIT, "limit", "number", 50, words.LIMIT_HELP)
                | {"typeOptions": {"minValue": 1}, "displayOptions": {"show": {"returnAll": [False]}}},
            ]
        if operation.answer.columns:
            shown.append(self._standard(words.SIMPLIFY, "simplify", "boolean", True, words.SIMPLIFY_HELP))
        if operation.answer.kind is AnswerKind.FILE:
            shown.append(self.output())
        return [_with_show(prop, operation) for prop in shown]

    def _standard(self, label: Text, name: str, type_: str, default: Value, help_: Text) -> Property:
        plain = self._wording.plain
        described = {"default": default, "description": plain(help_)}
        return {"displayName": plain(label), "name": name, "type": type_, **described}

    def output(self) -> Property:
        """Give the parameter that names the field for a file."""
        return {
            "displayName": self._wording.plain(words.OUTPUT),
            "name": OUTPUT,
            "type": "string",
            "required": True,
            "default": "data",
            "hint": self._wording.plain(words.OUTPUT_HINT),
        }

    def _alternatives(self, alternatives: Alternatives, fields: list[Field]) -> Iterator[Property]:
        """Which way, and the field of that way."""
        options: list[dict[str, Value]] = [
            {"name": self._wording.title(field.label), "value": field.key} for field in fields
        ]
        options.sort(key=lambda option: str(option["name"]).lower())
        name = camel(alternatives.key)
        yield {
            "displayName": self._wording.title(alternatives.label),
            "name": name,
            "type": "options",
            "options": [*options],
            "default": alternatives.fields[0],
        }
        for field in fields:
            for prop in self._field(replace(field, required=True)):
                yield prop | {"displayOptions": {"show": {name: [field.key]}}}

    def _clearing(self, fields: list[Field]) -> Property:
        options: list[dict[str, Value]] = [
            {"name": self._wording.title(field.label), "value": ".".join(field.path)} for field in fields
        ]
        options.sort(key=lambda option: str(option["name"]).lower())
        plain = self._wording.plain
        head: Property = {"displayName": plain(words.CLEAR), "name": CLEAR, "type": "multiOptions"}
        return {**head, "options": [*options], "default": [], "description": plain(words.CLEAR_HELP)}

    def _collection(self, operation: Operation) -> list[Property]:
        collection, plain = collection_of(operation), self._wording.plain
        hidden = [field for field in operation.fields if not in_front(operation, field)]
        options = [prop for field in hidden for prop in self._field(field)]
        if clearable(operation):
            options.append(self._clearing(clearable(operation)))
        if operation.idempotency is not None:
            options.append(self._standard(words.IDEMPOTENCY, "idempotencyKey", "string", "", words.IDEMPOTENCY_HELP))
        if not options:
            return []
        for option in options:
            option.pop("required", None)
        options.sort(key=lambda option: str(option["displayName"]).lower())
        values: list[Value] = [*options]
        return [
            {
                "displayName": plain(collection.label),
                "name": collection.name,
                "type": "collection",
                "placeholder": plain(collection.prompt),
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
        label, hint = (
            (words.INPUT_FILES, words.INPUT_FILES_HINT) if field.many else (words.INPUT_FILE, words.INPUT_FILE_HINT)
        )
        return {
            "displayName": self._wording.plain(label),
            "name": FILES,
            "type": "string",
            **({"required": True} if field.required else {}),
            "default": "data" if field.required else "",
            "placeholder": self._wording.example(Kind.TEXT, "data"),
            "hint": self._wording.plain(hint),
            **_maybe("description", self._wording.sentence(field.help)),
        }

    def _locator(self, field: Field, lookup: Lookup) -> Property:
        prop = self._head(field, "resourceLocator")
        prop["default"] = {"mode": "list", "value": ""}
        by_id: dict[str, Value] = {"displayName": self._by(lookup), "name": "id", "type": "string"}
        example = self._wording.example(Kind.TEXT, field.sample)
        if example:
            by_id["placeholder"] = example
        if field.limits.pattern and "/" not in field.limits.pattern:
            kind = words.NOT_VALID if lookup.by is None else words.NOT_VALID_VALUE
            wrong = self._wording.with_label(kind, self._wording.plain(lookup.by or field.label))
            rule: Value = {"regex": field.limits.pattern, "errorMessage": wrong}
            by_id["validation"] = [{"type": "regex", "properties": rule}]
        listed: Value = {
            "displayName": self._wording.plain(words.FROM_LIST),
            "name": "list",
            "type": "list",
            "typeOptions": {"searchListMethod": lookup_name(lookup), "searchable": True},
        }
        prop["modes"] = [listed, by_id]
        return self._described(prop, field.help)

    def _by(self, lookup: Lookup) -> str:
        if lookup.by is None:
            return self._wording.plain(words.BY_ID)
        return self._wording.with_label(words.BY, self._wording.title(lookup.by))

    def _loaded(self, field: Field, lookup: Lookup) -> Property:
        prop = self._head(field, "options")
        prop["displayName"] = self._wording.with_label(words.NAME_OR_ID, str(prop["displayName"]))
        prop["typeOptions"] = {"loadOptionsMethod": lookup_name(lookup)}
        prop["default"] = ""
        prop["description"] = self._wording.plain(words.CHOOSE)  # in English to the letter: the linter looks
        return {**prop, **_maybe("hint", self._wording.sentence(field.help))}

    def _switch(self, field: Field) -> Iterator[Property]:
        """Three properties: how to give it, the rows, and the JSON."""
        name, title, plain = camel(field.key), self._wording.title(field.label), self._wording.plain
        yield {
            "displayName": self._wording.with_label(words.INPUT_OF, title),
            "name": f"{name}Input",
            "type": "options",
            "options": [
                {"name": plain(words.NONE), "value": "none"},
                {"name": plain(words.USING_FIELDS), "value": "fields"},
                {"name": plain(words.USING_JSON), "value": "json"},
            ],
            "default": "none",
            "hint": plain(words.INPUT_HINT),
        }
        yield self._described(
            {
                "displayName": title,
                "name": name,
                "type": "fixedCollection",
                "typeOptions": {"multipleValues": True},
                "placeholder": plain(words.ADD_ENTRY),
                "default": {},
                "options": [{"displayName": plain(words.ENTRY), "name": "entry", "values": self._rows(field)}],
                "displayOptions": {"show": {f"{name}Input": ["fields"]}},
            },
            field.help,
        )
        yield self._described(
            {
                "displayName": self._wording.with_label(words.AS_JSON, title),
                "name": f"{name}Json",
                "type": "json",
                "default": "{}" if field.kind is Kind.MAP else "[]",
                "displayOptions": {"show": {f"{name}Input": ["json"]}},
            },
            field.help,
        )

    def _rows(self, field: Field) -> list[Value]:
        if field.kind is Kind.MAP:
            plain = self._wording.plain
            return [
                {"displayName": plain(words.NAME), "name": "key", "type": "string", "default": ""},
                {"displayName": plain(words.VALUE), "name": "value", "type": "string", "default": ""},
            ]
        return [self._plain(replace(member, required=False)) for member in field.fields]


def _default(field: Field) -> Value:
    if field.kind is Kind.BOOLEAN:
        return field.default is True
    if field.kind is Kind.CHOICE:
        if field.many:
            return []
        first = field.choices[0].value if field.choices else ""  # in the API's order, which begins with the usual one
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
