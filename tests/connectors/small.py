"""A small API and its overlay: what the generator needs at least, for tests that break one thing at a time."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import yaml

Json = dict[str, Any]


def text(word: str) -> Json:
    """A text in every language."""
    return {"en": word, "fr": f"{word} (fr)", "it": f"{word} (it)"}


def _answer(schema: Json) -> Json:
    return {"200": {"description": "Good.", "content": {"application/json": {"schema": schema}}}}


def _page(item: str) -> Json:
    return {
        "type": "object",
        "properties": {
            "data": {"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}},
            "next_cursor": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
    }


def _parameter(name: str, place: str = "query", **more: Any) -> Json:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}, **more}


_PAGED = [_parameter("cursor"), _parameter("limit", schema={"type": "integer", "maximum": 100})]
_ID = {"type": "object", "properties": {"id": {"type": "string"}}}
_HOOK_IN = {"type": "object", "properties": {name: {"type": "string"} for name in ("url", "types", "note")}}
_HOOK = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("id", "secret", "secret_number", "enabled")},
}
_EVENTS = {
    "schema": {"$ref": "#/components/schemas/Event"},
    "examples": {"one": {"value": {"id": "1", "type": "note.added", "occurred_at": "2026-03-01T09:00:00Z"}}},
}
_DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "Small", "version": "1", "license": {"name": "Apache-2.0"}},
    "paths": {
        "/v1/me": {"get": {"operationId": "getMe", "responses": _answer({"$ref": "#/components/schemas/Me"})}},
        "/v1/notes": {
            "get": {
                "operationId": "listNotes",
                "parameters": _PAGED,
                "responses": _answer(_page("Note")),
            },
            "post": {
                "operationId": "addNote",
                "parameters": [_parameter("Idempotency-Key", "header")],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/NoteIn"}}}},
                "responses": _answer({"$ref": "#/components/schemas/Note"}),
            },
        },
        "/v1/hooks": {
            "get": {"operationId": "listHooks", "parameters": _PAGED, "responses": _answer(_page("Id"))},
            "post": {
                "operationId": "addHook",
                "requestBody": {"content": {"application/json": {"schema": _HOOK_IN}}},
                "responses": _answer(_HOOK),
            },
        },
        "/v1/hooks/{hook_id}": {
            "get": {
                "operationId": "getHook",
                "parameters": [_parameter("hook_id", "path")],
                "responses": _answer(_HOOK),
            },
            "delete": {
                "operationId": "deleteHook",
                "parameters": [_parameter("hook_id", "path")],
                "responses": {"204": {"description": "Gone."}},
            },
        },
        "/v1/hooks/{hook_id}/secret": {
            "post": {
                "operationId": "changeHookSecret",
                "parameters": [_parameter("hook_id", "path")],
                "responses": _answer(_ID),
            },
        },
        "/v1/events": {
            "get": {
                "operationId": "listEvents",
                "parameters": [*_PAGED, _parameter("after"), _parameter("type")],
                "responses": _answer(_page("Event")),
            }
        },
    },
    "webhooks": {
        "note.added": {
            "post": {
                "operationId": "onNoteAdded",
                "parameters": [_parameter(f"webhook-{name}", "header") for name in ("id", "timestamp", "signature")],
                "requestBody": {"content": {"application/json": _EVENTS}},
                "responses": {"204": {"description": "Taken."}},
            }
        }
    },
    "components": {
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Id": _ID,
            "Me": {"type": "object", "properties": {"name": {"type": "string"}, "id": {"type": "string"}}},
            "Note": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string"},
                    "words": {"type": "string"},
                    "author": {"type": "object", "properties": {"email": {"type": "string", "format": "email"}}},
                },
            },
            "NoteIn": {
                "type": "object",
                "required": ["words"],
                "properties": {
                    "words": {"type": "string", "examples": ["hello"]},
                    "colour": {"type": "string", "enum": ["red", "blue"]},
                    "author": {
                        "type": "object",
                        "required": ["email"],
                        "properties": {"email": {"type": "string", "format": "email"}},
                    },
                },
            },
            "Event": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "type": {"type": "string"},
                    "occurred_at": {"type": "string", "format": "date-time"},
                },
            },
        },
    },
}
_ROOT: Json = {
    "idempotency": "Idempotency-Key",
    "sandbox_scope": "sandbox",
    "pages": {"items": "data", "next": "next_cursor", "cursor": "cursor", "limit": "limit"},
    "app": {
        "key": "small",
        "name": "Small",
        "summary": text("Keeps notes."),
        "version": "0.1.0",
        "homepage": "https://small.example",
        "documentation": "https://small.example/docs",
        "author": "Small",
        "email": "small@small.example",
        "repository": "https://small.example/small.git",
        "license": "MIT",
        "colour": "#000000",
        "root": "/v1",
        "default_server": "live",
        "servers": [
            {"key": "live", "label": text("Live"), "help": text("It is live."), "url": "https://small.example"}
        ],
        "auth": {
            "scheme": "key",
            "label": text("Key"),
            "help": text("The key."),
            "placeholder": "abc",
            "test": "getMe",
            "account": ["name"],
            "identity": "id",
        },
        "failures": {
            "detail": "detail",
            "code": "code",
            "fields": "errors",
            "pointer": "pointer",
            "field_detail": "detail",
            "request_id": "request_id",
            "retry": [429],
            "retry_after": "Retry-After",
        },
    },
    "resources": [
        {"key": "note", "name": text("Note"), "plural": text("Notes"), "description": text("A note."), "first": "add"}
    ],
    "groups": {"author": {"label": text("Author")}},
    "nouns": {
        "note": {"one": text("note"), "many": text("notes")},
        "event": {"one": text("event"), "many": text("events")},
    },
    "labels": {name: text(name.title()) for name in ("id", "words", "author", "email", "type", "occurred_at")},
    "triggers": [
        {
            "key": "event",
            "gives": "event",
            "name": text("Event"),
            "title": text("Watch events"),
            "description": text("Triggers when something happens."),
            "type": "type",
            "id": "id",
            "occurred_at": "occurred_at",
            "subscription": {
                "create": "addHook",
                "read": "getHook",
                "list": "listHooks",
                "rotate": "changeHookSecret",
                "remove": "deleteHook",
                "parameter": "hook_id",
                "url": "url",
                "types": "types",
                "note": "note",
                "id": "id",
                "secret": "secret",
                "secret_number": "secret_number",
                "enabled": "enabled",
            },
            "signature": {
                "id": "webhook-id",
                "timestamp": "webhook-timestamp",
                "signature": "webhook-signature",
                "secret_prefix": "whsec_",
                "tolerance_s": 300,
            },
            "feed": {"operation": "listEvents", "after": "after", "start": "start", "types": "type", "id": "id"},
        }
    ],
}
_EVENT: Json = {
    "label": text("Added"),
    "description": text("Triggers when a note is added."),
    "help": text("A note is there."),
}
_ENTRY: Json = {
    "resource": "note",
    "verb": "add",
    "name": text("Add"),
    "title": text("Add a note"),
    "description": text("Adds a note."),
    "fields": ["words"],
    "advanced": ["colour", "author.email"],
    "columns": ["id", "author.email"],
}


_OMITTED: Json = {"omit": True, "reason": "Programs need it, people do not."}
_NOT_SHOWN = (
    ("/v1/me", "get"),
    ("/v1/notes", "get"),
    ("/v1/hooks", "get"),
    ("/v1/hooks", "post"),
    ("/v1/hooks/{hook_id}", "get"),
    ("/v1/hooks/{hook_id}", "delete"),
    ("/v1/hooks/{hook_id}/secret", "post"),
    ("/v1/events", "get"),
)


def action(target: str, words: object) -> Json:
    """An action that lays an `x-connector` on a target."""
    return {"target": target, "update": {"x-connector": words}}


def document() -> Json:
    """The API's document, to be changed."""
    return deepcopy(_DOCUMENT)


def overlay(*more: Json) -> Json:
    """The overlay, to be changed, with more actions at its end."""
    schemas = "$.components.schemas.NoteIn.properties"
    actions = [
        action("$", _ROOT),
        action("$.webhooks['note.added'].post", _EVENT),
        action(f"{schemas}.words", {"label": text("Words")}),
        action(f"{schemas}.author.properties.email", {"label": text("Email")}),
        action(f"{schemas}.colour", {"label": text("Colour"), "choices": {"red": text("Red"), "blue": text("Blue")}}),
        *(action(f"$.paths['{path}'].{method}", _OMITTED) for path, method in _NOT_SHOWN),
        action("$.paths['/v1/notes'].post", [_ENTRY]),
    ]
    return deepcopy({"overlay": "1.0.0", "info": {"title": "T", "version": "1"}, "actions": [*actions, *more]})


def entry(**changes: Any) -> Json:
    """The overlay's one entry with other members."""
    return {**deepcopy(_ENTRY), **changes}


def as_bytes(value: Json) -> bytes:
    """YAML, as the generator reads it."""
    return yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True).encode()
