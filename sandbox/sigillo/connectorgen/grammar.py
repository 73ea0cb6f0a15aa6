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
FLAG = "flag"
NUMBER = "number"
COUNT = "count"
LIST = "list"
VALUES = "values"
TYPES = "types"
WORDS = "words"
SCHEMA = "schema"
PARAMETER = "parameter"
EXTENSION = "x-connector"

# What a value of each of the kinds above is; of the others GRAMMAR has the members.
SAID = MappingProxyType(
    {
        TEXT: "text is expected here",
        FLAG: "true or false is expected here",
        NUMBER: "a number is expected here",
        COUNT: "a whole number, zero or more, is expected here",
        LIST: "a list is expected here",
        VALUES: "a list of texts, numbers, true, false or null is expected here",
        TYPES: "a type, or a list of types, is expected here",
        WORDS: "a mapping is expected here",
    }
)


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
    """True or false, or else the kind (`additionalProperties`)."""

    or_else: Rule


Rule: TypeAlias = str | ListOf | MapOf | OneOf

JSON_TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})
FORMATS = frozenset({"date-time", "email", "uri", "uri-reference"})

_OPERATION: Mapping[str, Rule] = {
    "operationId": TEXT,
    "tags": ListOf(TEXT),
    "summary": TEXT,
    "description": TEXT,
    "security": ListOf(MapOf(ListOf(TEXT))),
    "parameters": ListOf(PARAMETER),
    "requestBody": "request body",
    "responses": MapOf("response"),
    EXTENSION: ANYTHING,
}

# Members without which the value means nothing.
NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "document": ("openapi", "paths"),
        "webhook": ("post",),
        "operation": ("operationId", "responses"),
        PARAMETER: ("name", "in", "schema"),
        "request body": ("content",),
        "example": ("value",),
    }
)

GRAMMAR: Mapping[str, Mapping[str, Rule]] = MappingProxyType(
    {
        "document": {
            "openapi": TEXT,
            "info": ANYTHING,
            "servers": ANYTHING,
            "tags": ANYTHING,
            "security": ListOf(MapOf(ListOf(TEXT))),
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
        PARAMETER: {
            "name": TEXT,
            "in": TEXT,
            "required": FLAG,
            "description": TEXT,
            "style": TEXT,
            "explode": FLAG,
            "schema": SCHEMA,
            EXTENSION: WORDS,
        },
        "request body": {"required": FLAG, "description": TEXT, "content": MapOf("media type")},
        "response": {
            "description": TEXT,
            "headers": MapOf("header"),
            "content": MapOf("media type"),
            "links": ANYTHING,
        },
        "header": {"description": TEXT, "schema": SCHEMA, "required": FLAG, "example": ANYTHING},
        "media type": {"schema": SCHEMA, "examples": MapOf("example")},
        "example": {"summary": TEXT, "description": TEXT, "value": ANYTHING},
        SCHEMA: {
            "type": TYPES,
            "enum": VALUES,
            "examples": LIST,
            **dict.fromkeys(["const", "default"], ANYTHING),
            **dict.fromkeys(["title", "description", "contentMediaType", "format", "pattern"], TEXT),
            **dict.fromkeys(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], NUMBER),
            **dict.fromkeys("minLength maxLength minItems maxItems minProperties maxProperties".split(), COUNT),
            "uniqueItems": FLAG,
            "required": ListOf(TEXT),
            "dependentRequired": MapOf(ListOf(TEXT)),
            **dict.fromkeys(["allOf", "anyOf", "oneOf"], ListOf(SCHEMA)),
            **dict.fromkeys(["properties", "patternProperties"], MapOf(SCHEMA)),
            **dict.fromkeys(["items", "propertyNames"], SCHEMA),
            "additionalProperties": OneOf(SCHEMA),
            **dict.fromkeys(["if", "then", "else"], SCHEMA),
            "unevaluatedProperties": FLAG,
            EXTENSION: WORDS,
        },
    }
)

# Keywords that only narrow what their schema takes already: the server judges by them.
NARROWING = frozenset(
    "type title description examples enum const format pattern minLength maxLength minimum maximum exclusiveMinimum "
    "exclusiveMaximum minItems maxItems uniqueItems minProperties maxProperties required dependentRequired "
    "unevaluatedProperties".split()
)
