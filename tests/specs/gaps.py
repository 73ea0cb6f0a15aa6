"""What a document leaves untold: schemas, properties, parameters and operations without a description or an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sigillo.api.document.examples import NoExample, branch_of, example_of, referred

Json = Mapping[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")


def gaps(document: Json) -> Iterator[str]:
    """Every gap, by the place where it is."""
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        yield from _in_schema(name, schema, schemas)
    tags = {tag["name"]: tag for tag in document["tags"]}
    for place, operation in operations(document):
        yield from _in_operation(place, operation, document)
        yield from (f"tag {tag}: not among the document's tags" for tag in operation["tags"] if tag not in tags)
    for name, tag in tags.items():
        if not tag.get("description"):
            yield f"tag {name}: no description"


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    """Every operation and webhook, with its name."""
    for section in ("paths", "webhooks"):
        for path, item in document[section].items():
            for method in _METHODS:
                if method in item:
                    yield f"{item[method]['operationId']} ({method.upper()} {path})", item[method]


def _in_schema(name: str, schema: Json, schemas: Json) -> Iterator[str]:
    if not schema.get("description"):
        yield f"schema {name}: no description (the model's docstring)"
    if not schema.get("examples"):
        yield f"schema {name}: no example, nor one for each property to make it of"
    for field, inner in schema.get("properties", {}).items():
        if not _described(inner, schemas):
            yield f"schema {name}, property {field}: no description"
        if not _has_example(inner, schemas):
            yield f"schema {name}, property {field}: no example"


def _described(schema: Json, schemas: Json) -> bool:
    """Told by itself, or by the one component that it is."""
    inner = branch_of(schema)
    return bool(
        schema.get("description")
        or inner.get("description")
        or ("$ref" in inner and referred(inner, schemas).get("description"))
    )


def _has_example(schema: Json, schemas: Json) -> bool:
    try:
        example_of(schema, schemas)
    except NoExample:
        return False
    return True


def _in_operation(place: str, operation: Json, document: Json) -> Iterator[str]:
    for told in ("summary", "description", "tags", "responses"):
        if not operation.get(told):
            yield f"operation {place}: no {told}"
    for parameter in operation.get("parameters", ()):
        if not parameter.get("description"):
            yield f"operation {place}, parameter {parameter['name']}: no description"
        if not parameter["schema"].get("examples"):
            yield f"operation {place}, parameter {parameter['name']}: no example"
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        if not content.get("examples"):
            yield f"operation {place}, request as {media}: no example"
    for status, response in operation["responses"].items():
        yield from _in_response(f"operation {place}, answer {status}", response, document)


def _in_response(place: str, response: Json, document: Json) -> Iterator[str]:
    if "$ref" in response:
        name = response["$ref"].rpartition("/")[2]
        place, response = f"answer {name}", document["components"]["responses"][name]
    if not response.get("description"):
        yield f"{place}: no description"
    for media, content in response.get("content", {}).items():
        if content["schema"] and not content.get("examples"):
            yield f"{place}, as {media}: no example"
