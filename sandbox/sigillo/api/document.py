"""The contract's document, OpenAPI 3.1: a pure function of the operations, the same bytes on any machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sigillo.api.catalogue import OPERATIONS
from sigillo.api.operations import Operation
from sigillo.api.path_names import PATH_PARAMETERS
from sigillo.api.problems import MEDIA_TYPE, kind_named
from sigillo.api.wire.problem import ProblemOut

Json = dict[str, Any]

VERSION = "1.0.0"
HEADER = "# Built from the application by `sigillo spec build`; `sigillo spec check` compares. Not edited by hand.\n"
_INFO = {
    "title": "Sigillo",
    "version": VERSION,
    "summary": "A registered e-delivery provider on your own machine, with a clock you control.",
    "description": (
        "Letters are sent, simulated time passes, genuine signed proofs come out. Nothing here has legal value: every "
        "answer of a sandbox says `test: true` and every proof says SANDBOX.\n\n"
        "Every failure is a problem document (RFC 9457) whose `errors` list every wrong field at once."
    ),
    "license": {"name": "MIT", "identifier": "MIT"},
}
_TAGS = {
    "letters": "Send letters and see where they stand.",
    "files": "What letters carry.",
    "events": "The journal: immutable facts, on the workspace's clock.",
    "proofs": "Sealed documents that strangers' tools verify.",
    "workspace": "What a key opens.",
    "sandbox": "What only a sandbox can do: move time, play the recipient, begin again.",
    "server": "The server itself.",
}
_REF = "#/components/schemas/{model}"
_REQUEST_ID = {"$ref": "#/components/headers/Request-Id"}


@cache
def document() -> Json:
    """Give the document. It is shared: who changes it changes it for all."""
    schemas, references = _schemas()
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "http://127.0.0.1:8025", "description": "Your own machine."}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "security": [{"apiKey": []}],
        "paths": _paths(schemas, references),
        "components": {
            "securitySchemes": {
                "apiKey": {"type": "http", "scheme": "bearer", "description": "`sk_test_…` in a sandbox."}
            },
            "headers": _headers(),
            "responses": {name: _problem_response(name) for name in sorted(_problem_names())},
            "schemas": schemas,
        },
    }


def render_yaml(content: Mapping[str, Any]) -> bytes:
    """Write the document as YAML, the same bytes each time."""
    import yaml  # only the two who write YAML pay for it

    text = yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=120, default_flow_style=False)
    return (HEADER + text).encode("utf-8")


def _models(operation: Operation) -> Iterator[type[BaseModel]]:
    for model in (operation.query, operation.body, operation.form, operation.answers.model):
        if model is not None:
            yield model


def _schemas() -> tuple[Json, Mapping[type[BaseModel], Json]]:
    """Give every schema by name, in order of names, and how to refer to each model."""
    models = sorted({model for one in OPERATIONS for model in _models(one)} | {ProblemOut}, key=lambda m: m.__name__)
    found, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    return (
        {name: _plain(schema) for name, schema in sorted(definitions["$defs"].items())},
        {model: reference for (model, _), reference in found.items()},  # type: ignore[misc]  # all are models here
    )


def _plain(schema: Any) -> Any:
    """Give a schema without pydantic's titles of fields and defaults of null, which say nothing."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: value for name, value in schema.items() if (name, value) != ("default", None)}
    if isinstance(kept.get("title"), str) and "properties" not in kept:
        del kept["title"]
    return {name: value if name in ("examples", "example") else _plain(value) for name, value in kept.items()}


def _paths(schemas: Json, references: Mapping[type[BaseModel], Json]) -> Json:
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas, references)
    for operation in OPERATIONS:
        if operation.query:
            schemas.pop(operation.query.__name__, None)
    return paths


def _operation(operation: Operation, schemas: Json, references: Mapping[type[BaseModel], Json]) -> Json:
    described: Json = {"operationId": operation.id, "tags": [operation.tag], "summary": operation.summary}
    if operation.description:
        described["description"] = operation.description
    if operation.open:
        described["security"] = []
    parameters = [*_path_parameters(operation), *_query_parameters(operation, schemas), *_once(operation)]
    if parameters:
        described["parameters"] = parameters
    body = _body(operation, references)
    if body:
        described["requestBody"] = body
    described["responses"] = {str(operation.answers.status): _success(operation, references), **_failures(operation)}
    return described


def _path_parameters(operation: Operation) -> Iterator[Json]:
    for name, schema in PATH_PARAMETERS.items():
        if f"{{{name}}}" in operation.path:
            yield {"name": name, "in": "path", "required": True, "schema": dict(schema)}


def _query_parameters(operation: Operation, schemas: Json) -> Iterator[Json]:
    if operation.query is None:
        return
    for name, schema in schemas[operation.query.__name__]["properties"].items():
        plain = {key: value for key, value in schema.items() if key not in ("title", "description", "default")}
        branches = [one for one in plain.pop("anyOf", []) if one.get("type") != "null"]
        plain |= branches[0] if branches else {}
        if schema.get("default") is not None:
            plain["default"] = schema["default"]
        parameter = {"name": name, "in": "query", "required": False, "description": schema.get("description", "")}
        if plain.get("type") == "array":
            parameter |= {"style": "form", "explode": False}
        yield {**parameter, "schema": plain}


def _once(operation: Operation) -> Iterator[Json]:
    if operation.once:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key and request give the same answer; another request under it is a conflict.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        }


def _body(operation: Operation, references: Mapping[type[BaseModel], Json]) -> Json | None:
    content: Json = {}
    if operation.body:
        content["application/json"] = {"schema": references[operation.body]}
    if operation.form:
        content["multipart/form-data"] = {"schema": references[operation.form]}
    return {"required": not operation.body_optional, "content": content} if content else None


def _success(operation: Operation, references: Mapping[type[BaseModel], Json]) -> Json:
    answers = operation.answers
    headers: Json = {"Request-Id": _REQUEST_ID}
    if answers.location:
        headers["Location"] = {"$ref": "#/components/headers/Location"}
    if operation.once:
        headers["Idempotent-Replayed"] = {"$ref": "#/components/headers/Idempotent-Replayed"}
    described: Json = {"description": answers.description, "headers": headers}
    if answers.model:
        described["content"] = {"application/json": {"schema": references[answers.model]}}
    elif answers.media_types:
        described["content"] = {name: {"schema": {}} for name in answers.media_types}
    if operation.links:
        described["links"] = {
            name: {"operationId": link.operation, "parameters": dict(link.parameters)}
            for name, link in operation.links.items()
        }
    return described


def _failures(operation: Operation) -> Json:
    names = set(operation.problems)
    if not operation.open:
        names.add("unauthorized")
    if operation.sandbox_only:
        names.add("forbidden")
    ordered = sorted(names, key=lambda name: kind_named(name).status)
    return {str(kind_named(name).status): {"$ref": f"#/components/responses/{name}"} for name in ordered}


def _problem_names() -> set[str]:
    return {name for one in OPERATIONS for name in one.problems} | {"unauthorized", "forbidden"}


def _problem_response(name: str) -> Json:
    kind = kind_named(name)
    headers: Json = {"Request-Id": _REQUEST_ID}
    headers |= {header: {"schema": {"type": "string"}} for header in kind.headers}
    schema = {"$ref": _REF.format(model=ProblemOut.__name__)}
    return {"description": kind.description, "headers": headers, "content": {MEDIA_TYPE: {"schema": schema}}}


def _headers() -> Json:
    return {
        "Request-Id": {
            "description": "Yours where you sent a sane one, else the server's.",
            "schema": {"type": "string", "examples": ["req_000000000001"]},
        },
        "Location": {
            "description": "Where the new object is.",
            "required": True,
            "schema": {"type": "string", "format": "uri-reference"},
        },
        "Idempotent-Replayed": {
            "description": "`true` where this is an earlier answer again.",
            "schema": {"type": "string", "enum": ["true"]},
        },
    }
