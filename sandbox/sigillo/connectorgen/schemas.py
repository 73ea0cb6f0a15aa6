"""Schemas as they are meant: references followed, `X or null` told apart, alternatives that only narrow left aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any, TypeAlias

from sigillo.connectorgen.answers import Shape
from sigillo.connectorgen.fields import Kind, Limits, Text
from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.grammar import EXTENSION, NARROWING
from sigillo.connectorgen.load import JsonObject, find

_FORMATS = {"date-time": Kind.INSTANT, "email": Kind.EMAIL, "uri": Kind.URL}
_SCALARS = {"integer": Kind.INTEGER, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN, "string": Kind.TEXT}
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")
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


# Gives the label of an object's member by its name.
Labelling: TypeAlias = Callable[[str, View], Text]


class Schemas:
    """Follows the references of one document."""

    def __init__(self, document: JsonObject, findings: Findings) -> None:
        self._document = document
        self._findings = findings

    def view(self, schema: JsonObject, at: str) -> View:
        """Give the schema at a JSON pointer as it is meant."""
        merged, nullable = self._merged(schema, at)
        self._exclusive(merged, at)
        note = merged.pop(EXTENSION, {})
        return View(merged, at, note, nullable)

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
        own = {key: value for key, value in schema.items() if key not in ("$ref", *_ALTERNATIVES)}
        nullable = self._single_type(own, at)
        parts = [self._followed(schema["$ref"])] if "$ref" in schema else []
        parts += [self._merged(part, below(at, "allOf", index)) for index, part in enumerate(schema.get("allOf", []))]
        wide = {}
        for keyword in ("anyOf", "oneOf"):
            options = [each for each in schema.get(keyword, []) if each != _SENT_EMPTY]
            real = [option for option in options if option != _NULL]
            nullable = nullable or len(real) < len(options)
            if len(real) == 1:
                parts.append(self._merged(real[0], below(at, keyword, schema[keyword].index(real[0]))))
            elif real:
                wide[keyword] = real
        for part, _ in parts:
            for clash in self._clashes(part, own):
                self._findings.add(at, f"{clash!r} is told twice in different ways: that is not understood")
            own = _over(part, own)
        for keyword, real in wide.items():
            self._narrowing(own, real, below(at, keyword))
        self._narrowing(own, [own[key] for key in ("then", "else") if key in own], at)
        return own, nullable or any(null for _, null in parts)

    def _single_type(self, own: JsonObject, at: str) -> bool:
        """Make `type` one name, and say whether null is another."""
        types = own.get("type")
        if not isinstance(types, list):
            return False
        real = [name for name in types if name != "null"]
        del own["type"]
        if len(real) == 1:
            own["type"] = real[0]
        else:
            self._findings.add(below(at, "type"), "a value of several types is not understood")
        return len(real) < len(types)

    def _narrowing(self, own: JsonObject, options: list[JsonObject], at: str) -> None:
        """Alternatives may take away from what the schema says without them, and bring nothing."""
        if options and not {"type", "properties"} & set(own):
            self._findings.add(at, "alternatives of different kinds are not understood")
            return
        for option in options:
            for brought in self._brought(option, own):
                told = f"an alternative brings {brought!r}, which the schema has not by itself: that is not understood"
                self._findings.add(at, told)

    def _brought(self, option: JsonObject, own: JsonObject) -> Iterator[str]:
        """What a schema says beyond one that it stands beside: members, or another type."""
        merged, _ = self._told(option) if "$ref" in option else (option, False)
        for key, value in merged.items():
            if key == "properties":
                yield from self._members_brought(value, own)
            elif key == "items" and isinstance(own.get("items"), dict):
                yield from self._brought(value, self._told(own["items"])[0])
            elif key in _ALTERNATIVES:
                for each in value:
                    yield from self._brought(each, own)
            elif _brings(key, value, own):
                yield key

    def _members_brought(self, members: JsonObject, own: JsonObject) -> Iterator[str]:
        for name, schema in members.items():
            if name not in own.get("properties", {}):
                yield name
            else:
                yield from self._brought(schema, self._told(own["properties"][name])[0])

    def _told(self, schema: JsonObject) -> tuple[JsonObject, bool]:
        """A schema as it is meant; what is wrong with it is told where it stands."""
        return Schemas(self._document, Findings())._merged(schema, "")

    def _clashes(self, part: JsonObject, own: JsonObject) -> Iterator[str]:
        """What would be lost of a part where the schema that it is a part of says it too."""
        for key in part:
            if key not in own or part[key] == own[key]:
                continue
            if key == "properties":
                for name in part[key]:
                    if name in own[key]:
                        yield from self._brought(part[key][name], self._told(own[key][name])[0])
            elif key == "type" or (key not in NARROWING and key != EXTENSION):
                yield key

    def _exclusive(self, schema: JsonObject, at: str) -> None:
        """A whole number beyond another is the next one; of other numbers there is no next."""
        for key, kept, step in (("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)):
            bound = schema.pop(key, None)
            if bound is None:
                continue
            if schema.get("type") != "integer":
                self._findings.add(below(at, key), f"{key} is understood of an integer only")
            else:
                next_ = (floor(bound) if step > 0 else ceil(bound)) + step
                schema[kept] = max(next_ * step, schema.get(kept, next_) * step) * step

    def _followed(self, reference: str) -> tuple[JsonObject, bool]:
        target = find(self._document, reference)
        return self._merged(target, reference.removeprefix("#"))

    def shape(self, schema: JsonObject, at: str, *, label: Labelling | None = None) -> Shape:
        """Give the shape of an answer's schema; its members have no labels where nothing gives them one."""
        return self._shape(self.view(schema, at), True, label)

    def judge_members(self, view: View) -> None:
        """An object has named members, or entries of any name: of both, one would vanish."""
        schema = view.schema
        entries = [key for key in ("patternProperties", "additionalProperties") if isinstance(schema.get(key), dict)]
        if "patternProperties" in entries or (entries and schema.get("properties")):
            self._findings.add(view.at, f"{entries[0]} of such an object are not understood")

    def _shape(self, view: View, always: bool, label: Labelling | None) -> Shape:
        if view.schema.get("type") == "array":
            item = self._shape(self.items(view), True, label)
            return Shape(
                item.kind if not item.many else Kind.JSON,
                many=True,
                nullable=view.nullable,
                always=always,
                note=view.schema.get("description", ""),
                members=item.members,
                of=item.of,
                values=item.values,
            )
        self.judge_members(view)
        kind = Kind.TEXT if view.kind in (Kind.CHOICE, Kind.FILE) else view.kind
        return Shape(
            kind,
            nullable=view.nullable,
            always=always,
            note=view.schema.get("description", ""),
            members=tuple(self._labelled(view, label)) if kind is Kind.OBJECT else (),
            of=self._values(view, label) if kind is Kind.MAP else None,
            values=tuple(map(str, view.schema.get("enum", ()))),
        )

    def _labelled(self, view: View, label: Labelling | None) -> Iterator[tuple[str, Shape]]:
        for name, member, required in self.members(view):
            shape = self._shape(member, required, label)
            yield name, replace(shape, label=label(name, member)) if label else shape

    def _values(self, view: View, label: Labelling | None) -> Shape:
        schema = view.schema["additionalProperties"]
        return self._shape(self.view(schema, below(view.at, "additionalProperties")), True, label)


def _brings(key: str, value: Any, own: JsonObject) -> bool:
    if key == "type":
        return own.get("type") not in (None, value) and value != "null"
    return key not in NARROWING and key != EXTENSION and own.get(key) != value and value is not False


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
