"""Parameters of operations, in paths, queries and headers, and the headers of answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sigillo.api.document.examples import NoExample, branch_of, example_of
from sigillo.api.document.schemas import Schemas
from sigillo.api.operations import Operation
from sigillo.api.path_names import PATH_PARAMETERS

Json = dict[str, Any]
REQUEST_ID: Json = {"$ref": "#/components/headers/Request-Id"}
RATE_LIMIT: Json = {
    name: {"$ref": f"#/components/headers/{name}"}
    for name in ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy")
}


def parameters(operation: Operation, schemas: Schemas) -> list[Json]:
    """Give all parameters of an operation, each with its description and example."""
    return [*_of_path(operation), *_of_query(operation, schemas), *_of_headers(operation)]


def _of_path(operation: Operation) -> Iterator[Json]:
    for name, described in PATH_PARAMETERS.items():
        if f"{{{name}}}" in operation.path:
            schema = {key: value for key, value in described.items() if key != "description"}
            told = {"name": name, "in": "path", "required": True, "description": described.get("description", "")}
            yield {**told, "schema": schema}


def _of_query(operation: Operation, schemas: Schemas) -> Iterator[Json]:
    if operation.query is None:
        return
    for name, described in schemas.by_name[operation.query.__name__].get("properties", {}).items():
        told = {"name": name, "in": "query", "required": False, "description": _description(described)}
        schema = _without_null(described)
        if schema.get("type") == "array":
            told |= {"style": "form", "explode": False}
        yield {**told, "schema": schema | _examples({**described, **schema}, schemas.by_name)}


def _description(described: Json) -> str:
    return str(described.get("description") or branch_of(described).get("description", ""))


def _without_null(described: Json) -> Json:
    """Give the schema of a parameter: it is left out or it has a value, it is never null."""
    schema = {key: value for key, value in described.items() if key not in ("title", "description", "default", "anyOf")}
    if "anyOf" in described:
        schema |= {key: value for key, value in branch_of(described).items() if key != "description"}
    if described.get("default") is not None:
        schema["default"] = described["default"]
    return schema


def _of_headers(operation: Operation) -> Iterator[Json]:
    if operation.once:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key and request give the same answer; another request under it is a conflict.",
            "schema": {
                "type": "string",
                "minLength": 1,
                "maxLength": 255,
                "pattern": "^[!-~]+$",
                "examples": ["2f6d1c9e-7a30-4c1e-9d55-0d6f4b8a3c21"],
            },
        }


def _examples(schema: Json, schemas: Json) -> Json:
    """Give the examples inside of the schema: beside it, the page that tries the API would fill them in."""
    try:
        return {"examples": [example_of(schema, schemas)]}
    except NoExample:  # the tests name it
        return {}


def response_headers() -> Json:
    """Give the headers of answers, for all operations to refer to."""
    return {
        "Request-Id": {
            "description": "Yours where you sent a sane one, else the server's.",
            "required": True,
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9._~-]{1,64}$"},
            "example": "req_000000000001",
        },
        "RateLimit-Limit": _count("How many requests the key has in a window.", 1_000_000),
        "RateLimit-Remaining": _count("How many may come at once from now.", 999_999),
        "RateLimit-Reset": _count("In how many seconds all of them are there again.", 1),
        "RateLimit-Policy": {
            "description": "The limit and its window in seconds. The four are left out where the server has no limit.",
            "schema": {"type": "string", "pattern": "^[0-9]+;w=[0-9]+$"},
            "example": "1000000;w=60",
        },
        "Location": {
            "description": "Where the new object is.",
            "required": True,
            "schema": {"type": "string", "format": "uri-reference"},
            "example": "/v1/letters/ltr_0123456789abcdefghjk",
        },
        "Idempotent-Replayed": {
            "description": "`true` where this is an earlier answer again.",
            "schema": {"type": "string", "enum": ["true"]},
            "example": "true",
        },
        "Content-Disposition": {
            "description": "Always an attachment, with its file name (RFC 6266).",
            "required": True,
            "schema": {"type": "string", "pattern": "^attachment; "},
            "example": "attachment; filename=\"deposit.pdf\"; filename*=UTF-8''deposit.pdf",
        },
    }


def _count(description: str, example: int) -> Json:
    return {"description": description, "schema": {"type": "integer", "minimum": 0}, "example": example}
