"""Output schemas (`__schema__`): what each operation gives, so that the editor offers its fields before the first run.

They say types and names only, as n8n wants them. There is one for an operation whatever its parameters are, so it is of
what comes when nobody touched them: of the simplified answer where there is one, for Simplify is on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sigillo.connectorgen.answers import Answer, AnswerKind, Shape
from sigillo.connectorgen.emit.n8n.names import simple_name
from sigillo.connectorgen.emit.n8n.package import json_text
from sigillo.connectorgen.emit.n8n.wording import camel
from sigillo.connectorgen.fields import Kind
from sigillo.connectorgen.lookups import leads
from sigillo.connectorgen.model import ConnectorModel, Operation

_TYPES = {Kind.INTEGER: "number", Kind.NUMBER: "number", Kind.BOOLEAN: "boolean"}
_FILE = {"fileName": "string", "mimeType": "string", "fileSize": "string"}


def files(model: ConnectorModel, node: str) -> Iterator[tuple[str, str]]:
    """Give the schema of every operation that gives something, with its path."""
    for operation in model.operations:
        path = f"nodes/{node}/__schema__/v1.0.0/{camel(operation.resource)}/{operation.verb}.json"
        yield path, json_text({**_output(operation), "version": 1})


def _output(operation: Operation) -> Mapping[str, object]:
    if operation.answer.kind is AnswerKind.FILE:
        return _object({name: {"type": type_} for name, type_ in _FILE.items()})
    if operation.answer.shape is None:
        return _object({"deleted": {"type": "boolean"}})
    return _simplified(operation.answer, operation.answer.shape) or _schema(operation.answer.shape)


def _simplified(answer: Answer, shape: Shape) -> Mapping[str, object] | None:
    """What comes with Simplify, whose fields are flat; None where there is no such parameter."""
    if not answer.columns:
        return None
    found = [(simple_name(column), leads(shape, column)) for column in answer.columns]
    return _object({name: _schema(member) for name, member in found if member is not None})


def _object(properties: Mapping[str, object]) -> Mapping[str, object]:
    return {"type": "object", "properties": properties}


def _schema(shape: Shape) -> Mapping[str, object]:
    one = _one(shape)
    return {"type": "array", "items": one} if shape.many else one


def _one(shape: Shape) -> Mapping[str, object]:
    if shape.kind is Kind.OBJECT:
        return _object({name: _schema(member) for name, member in shape.members})
    if shape.kind in (Kind.MAP, Kind.JSON):
        return {"type": "object"}
    return {"type": _TYPES.get(shape.kind, "string")}
