"""The part of OpenAPI 3.1 and JSON Schema 2020-12 that the generator understands, as a table: kind → member → kind.

It is what the project's own document uses. A document that uses more is refused, so that nothing is dropped in
silence; to understand more, add the member here and its meaning where schemas are read (`schemas`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

ANYTHING = "anything"
TEXT = "text"
SCHEMA = "schema"
EXTENSION = "x-connector"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items are all of one kind."""

    of: Rule


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping with any keys, whose values are all of one kind."""

    of: Rule


@dataclass(frozen=True, slots=True)
class OneOf:
    """True or false, or else the kind."""

    or_else: Rule


Rule: TypeAlias = str | ListOf | MapOf | OneOf

JSON_TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})
FORMATS = frozenset({"date-time", "email", "uri", "uri-reference"})

_OPERATION: Mapping[str, Rule] = {
    "operationId": TEXT,
    "tags": ListOf(TEXT),
    "summary": TEXT,
    "description": TEXT,
    "security": ANYTHING,
    "parameters": ListOf("parameter"),
    "requestBody": "request body",
    "responses": MapOf("response"),
    EXTENSION: ANYTHING,
}

GRAMMAR: Mapping[str, Mapping[str, Rule]] = MappingProxyType(
    {
        "document": {
            "openapi": TEXT,
            "info": ANYTHING,
            "servers": ANYTHING,
            "tags": ANYTHING,
            "security": ANYTHING,
            "paths": MapOf("path"),
            "webhooks": MapOf("webhook"),
            "components": "components",
            EXTENSION: ANYTHING,
        },
        "components": {
            "securitySchemes": MapOf("security scheme"),
            "headers": MapOf("header"),
            "responses": MapOf("response"),
            "schemas": MapOf(SCHEMA),
        },
        "security scheme": {"type": TEXT, "scheme": TEXT, "description": TEXT},
        "path": dict.fromkeys(("get", "post", "put", "patch", "delete"), "operation"),
        "webhook": {"post": "operation"},
        "operation": _OPERATION,
        "parameter": {
            "name": TEXT,
            "in": TEXT,
            "required": ANYTHING,
            "description": TEXT,
            "style": TEXT,
            "explode": ANYTHING,
            "schema": SCHEMA,
            EXTENSION: ANYTHING,
        },
        "request body": {"required": ANYTHING, "description": TEXT, "content": MapOf("media type")},
        "response": {
            "description": TEXT,
            "headers": MapOf("header"),
            "content": MapOf("media type"),
            "links": ANYTHING,
        },
        "header": {"description": TEXT, "schema": SCHEMA, "required": ANYTHING, "example": ANYTHING},
        "media type": {"schema": SCHEMA, "examples": ANYTHING},
        SCHEMA: {
            **dict.fromkeys(
                "type enum const default examples required dependentRequired format pattern minLength maxLength "
                "minimum maximum exclusiveMinimum exclusiveMaximum minItems maxItems uniqueItems minProperties "
                "maxProperties".split(),
                ANYTHING,
            ),
            **dict.fromkeys(["title", "description", "contentMediaType"], TEXT),
            **dict.fromkeys(["allOf", "anyOf", "oneOf"], ListOf(SCHEMA)),
            **dict.fromkeys(["properties", "patternProperties"], MapOf(SCHEMA)),
            **dict.fromkeys(["items", "propertyNames"], SCHEMA),
            "additionalProperties": OneOf(SCHEMA),
            **dict.fromkeys(["if", "then", "else"], ANYTHING),  # they only narrow what the server takes
            EXTENSION: ANYTHING,
        },
    }
)
