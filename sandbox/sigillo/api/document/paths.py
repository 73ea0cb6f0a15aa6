"""The operations as the document tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sigillo.api.catalogue import OPERATIONS
from sigillo.api.document.failures import failures
from sigillo.api.document.parameters import RATE_LIMIT, REQUEST_ID, parameters
from sigillo.api.document.schemas import Schemas
from sigillo.api.operations import Operation

Json = dict[str, Any]
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def paths(schemas: Schemas) -> Json:
    """Give every path in the order of the catalogue, with its operations in the order of methods."""
    found: dict[str, Json] = {operation.path: {} for operation in OPERATIONS}
    for operation in sorted(OPERATIONS, key=lambda one: _METHODS.index(one.method)):
        found[operation.path][operation.method.lower()] = _operation(operation, schemas)
    return found


def _operation(operation: Operation, schemas: Schemas) -> Json:
    told: Json = {"operationId": operation.id, "tags": [operation.tag], "summary": operation.summary}
    if operation.description:
        told["description"] = operation.description
    told["security"] = [{"apiKey": [scope.value for scope in operation.needs]}] if operation.needs else []
    found = parameters(operation, schemas)
    if found:
        told["parameters"] = found
    body = _body(operation, schemas)
    if body:
        told["requestBody"] = body
    told["responses"] = {str(operation.answers.status): _success(operation, schemas), **failures(operation)}
    return told


def _body(operation: Operation, schemas: Schemas) -> Json | None:
    content: Json = {}
    if operation.body:
        examples = named(operation.examples or schemas.examples(operation.body))
        content["application/json"] = {"schema": schemas.references[operation.body], **examples}
    if operation.form:
        examples = named(schemas.examples(operation.form))
        content["multipart/form-data"] = {"schema": schemas.references[operation.form], **examples}
    return {"required": not operation.body_optional, "content": content} if content else None


def named(examples: Sequence[object] | Mapping[str, object]) -> Json:
    """Give examples under their names, or under numbered ones; nothing where there are none."""
    if not isinstance(examples, Mapping):
        examples = {f"example{number or ''}": one for number, one in enumerate(examples)}
    return {"examples": {name: {"value": value} for name, value in examples.items()}} if examples else {}


def _success(operation: Operation, schemas: Schemas) -> Json:
    answers = operation.answers
    headers: Json = {"Request-Id": REQUEST_ID}
    if not operation.open:
        headers |= RATE_LIMIT
    for name, there in (
        ("Location", answers.location),
        ("Idempotent-Replayed", operation.once),
        ("Content-Disposition", answers.download),
    ):
        if there:
            headers[name] = {"$ref": f"#/components/headers/{name}"}
    told: Json = {"description": answers.description, "headers": headers}
    content: Json = {name: {"schema": {}} for name in answers.media_types}
    if answers.model:
        examples = named(schemas.examples(answers.model))
        content = {"application/json": {"schema": schemas.references[answers.model], **examples}, **content}
    if content:
        told["content"] = content
    if operation.links:
        told["links"] = {
            name: {"operationId": link.operation, "parameters": dict(link.parameters), **_said(link.description)}
            for name, link in operation.links.items()
        }
    return told


def _said(description: str) -> Json:
    return {"description": description} if description else {}
