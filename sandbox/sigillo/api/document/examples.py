"""Examples: of a schema its own, else one made of its parts'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]
REF = "#/components/schemas/"


class NoExample(LookupError):
    """A schema has no example and no parts to make one of; the message is its place in the schema."""


def example_of(schema: Json, schemas: Json, *, place: str = "") -> object:
    """Give an example; ``schemas`` are the components that it may refer to. Raises :class:`NoExample`."""
    given: object
    if schema.get("examples"):
        given = schema["examples"][0]
    elif "const" in schema:
        given = schema["const"]
    elif schema.get("default") is not None:
        given = schema["default"]
    elif "enum" in schema:
        given = schema["enum"][0]
    elif "$ref" in schema:
        given = example_of(referred(schema, schemas), schemas, place=place)
    else:
        given = _made(schema, schemas, place)
    return given


def referred(schema: Json, schemas: Json) -> Json:
    """Give the component that a schema refers to."""
    found: Json = schemas[schema["$ref"].removeprefix(REF)]
    return found


def _made(schema: Json, schemas: Json, place: str) -> object:
    if "properties" in schema:
        parts: Json = schema["properties"]
        return {name: example_of(part, schemas, place=f"{place}/{name}") for name, part in parts.items()}
    if "anyOf" in schema:
        return example_of(branch_of(schema), schemas, place=place)
    match schema.get("type"):
        case "array" if "items" in schema:
            return [example_of(schema["items"], schemas, place=f"{place}/0")]
        case "boolean":
            return True
        case "null":
            return None
        case "object" if schema.get("additionalProperties") is False:
            return {}
    raise NoExample(place or "/")


def branch_of(schema: Json) -> Json:
    """Give the first of a schema's branches that is more than null; the schema itself where it has none."""
    branches: list[Json] = schema.get("anyOf", [])
    return next((one for one in branches if one.get("type") != "null"), schema)
