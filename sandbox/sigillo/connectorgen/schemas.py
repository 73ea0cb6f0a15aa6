"""Schemas as they are meant: references followed, `X or null` told apart, alternatives that only narrow left aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sigillo.connectorgen.answers import Shape
from sigillo.connectorgen.fields import Kind, Limits, Text
from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.grammar import EXTENSION
from sigillo.connectorgen.load import JsonObject, find

_FORMATS = {"date-time": Kind.INSTANT, "email": Kind.EMAIL, "uri": Kind.URL}
_SCALARS = {"integer": Kind.INTEGER, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN, "string": Kind.TEXT}
_NULL = {"type": "null"}
_SENT_EMPTY = {"const": ""}  # beside another alternative: a field of a form that may be sent empty


@dataclass(frozen=True, slots=True)
class View:
    """A schema with nothing left to follow at its own level: its keywords, where it stands, the overlay's words."""

    schema: JsonObject
    at: str
    note: JsonObject
    nullable: bool

    @property
    def kind(self) -> Kind:
        """What a value of it is, before the overlay says otherwise."""
        schema = self.schema
        type_ = schema.get("type")
        if type_ == "object" or "properties" in schema:
            return _object_kind(schema)
        if "contentMediaType" in schema:
            return Kind.FILE
        if "enum" in schema:
            return Kind.CHOICE
        if type_ == "string":
            return _FORMATS.get(schema.get("format", ""), Kind.TEXT)
        return _SCALARS.get(type_, Kind.JSON) if isinstance(type_, str) else Kind.JSON

    @property
    def limits(self) -> Limits:
        """What is refused beyond; of a list also how long it may be."""
        get = self.schema.get
        return Limits(
            minimum=get("minimum"),
            maximum=get("maximum"),
            min_length=get("minLength"),
            max_length=get("maxLength"),
            min_items=get("minItems"),
            max_items=get("maxItems"),
            pattern=get("pattern"),
        )

    @property
    def sample(self) -> Any:
        """The first example, None where there is none."""
        examples = self.schema.get("examples") or [None]
        return examples[0]


def _object_kind(schema: JsonObject) -> Kind:
    more = schema.get("additionalProperties")
    if schema.get("properties") and more is not True:
        return Kind.OBJECT
    return Kind.MAP if isinstance(more, dict) and more else Kind.JSON


class Schemas:
    """Follows the references of one document."""

    def __init__(self, document: JsonObject, findings: Findings) -> None:
        self._document = document
        self._findings = findings

    def view(self, schema: JsonObject, at: str) -> View:
        """Give the schema at a JSON pointer as it is meant."""
        merged, nullable = self._merged(schema, at)
        note = merged.pop(EXTENSION, {})
        return View(merged, at, note if isinstance(note, dict) else {}, nullable)

    def items(self, view: View) -> View:
        """Give what a list's items are."""
        return self.view(view.schema.get("items", {}), below(view.at, "items"))

    def members(self, view: View) -> list[tuple[str, View, bool]]:
        """Give an object's members in their order, and whether each must be there."""
        required = view.schema.get("required", [])
        return [
            (name, self.view(schema, below(view.at, "properties", name)), name in required)
            for name, schema in view.schema.get("properties", {}).items()
        ]

    def _merged(self, schema: JsonObject, at: str) -> tuple[JsonObject, bool]:
        own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf", "anyOf", "oneOf")}
        parts = [self._followed(schema["$ref"], at)] if "$ref" in schema else []
        parts += [self._merged(part, at) for part in schema.get("allOf", [])]
        nullable = any(null for _, null in parts)
        options = [each for each in schema.get("anyOf", []) + schema.get("oneOf", []) if each != _SENT_EMPTY]
        real = [option for option in options if option != _NULL]
        nullable = nullable or len(real) < len(options)
        if len(real) == 1:
            parts.append(self._merged(real[0], at))
        elif real and not {"type", "properties", "$ref"} & set(schema):
            self._findings.add(at, "alternatives of different kinds are not understood")
        for part in [part for part, _ in parts]:
            own = _over(part, own)
        return own, nullable

    def _followed(self, reference: str, at: str) -> tuple[JsonObject, bool]:
        target = find(self._document, reference)
        return self._merged(target, reference.removeprefix("#"))

    def shape(self, schema: JsonObject, at: str, *, always: bool = True) -> Shape:
        """Give the shape of an answer's schema."""
        return self._shape(self.view(schema, at), always, ())

    def _shape(self, view: View, always: bool, above: tuple[str, ...]) -> Shape:
        if len(above) > 12:
            self._findings.add(view.at, "the schema holds itself: that is not understood")
            return Shape(Kind.JSON)
        if view.schema.get("type") == "array":
            item = self._shape(self.items(view), True, (*above, view.at))
            return Shape(
                item.kind if not item.many else Kind.JSON,
                many=True,
                nullable=view.nullable,
                always=always,
                label=_label(view),
                note=view.schema.get("description", ""),
                members=item.members,
                of=item.of,
                values=item.values,
            )
        kind = Kind.TEXT if view.kind in (Kind.CHOICE, Kind.FILE) else view.kind
        inside = (*above, view.at)
        return Shape(
            kind,
            nullable=view.nullable,
            always=always,
            label=_label(view),
            note=view.schema.get("description", ""),
            members=tuple(
                (name, self._shape(member, required, inside))
                for name, member, required in (self.members(view) if kind is Kind.OBJECT else ())
            ),
            of=self._values(view, inside) if kind is Kind.MAP else None,
            values=tuple(map(str, view.schema.get("enum", ()))),
        )

    def _values(self, view: View, above: tuple[str, ...]) -> Shape:
        schema = view.schema["additionalProperties"]
        return self._shape(self.view(schema, below(view.at, "additionalProperties")), True, above)


def _label(view: View) -> Text | None:
    label = view.note.get("label")
    return Text(**label) if isinstance(label, dict) and set(label) == {"en", "fr", "it"} else None


def _over(below_: JsonObject, above: JsonObject) -> JsonObject:
    """Keywords of one schema over those of another: members and the overlay's words together, the rest replaced."""
    merged = {**below_, **above}
    for key in ("properties", EXTENSION):
        if isinstance(below_.get(key), dict) and isinstance(above.get(key), dict):
            merged[key] = {**below_[key], **above[key]}
    if "required" in below_ and "required" in above:
        merged["required"] = [
            *below_["required"],
            *(name for name in above["required"] if name not in below_["required"]),
        ]
    return merged
