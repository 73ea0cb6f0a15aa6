"""The literals that the runtime works by, as `runtime/n8n/contract.ts` has them: operations, choices, events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sigillo.connectorgen.answers import AnswerKind
from sigillo.connectorgen.emit.n8n.properties import FILES, Placed, collection_of, lookup_name, placed, switched
from sigillo.connectorgen.emit.n8n.wording import Wording, camel
from sigillo.connectorgen.emit.typescript import Value
from sigillo.connectorgen.events import Trigger
from sigillo.connectorgen.fields import Encoding, Field, Kind, Path, Place
from sigillo.connectorgen.model import ConnectorModel, Operation

_PLACES = {Place.PATH: "path", Place.QUERY: "query", Place.HEADER: "header", Place.BODY: "body"}


def service(model: ConnectorModel, credential: str) -> Mapping[str, Value]:
    """Give what the package talks to."""
    servers = {server.key: server.url for server in model.app.servers if server.url is not None}
    return {"credential": credential, "servers": servers, "name": model.app.name}


def operations(model: ConnectorModel, wording: Wording) -> Mapping[str, Value]:
    """Give every operation, by resource and verb."""
    return {
        camel(resource.key): {
            operation.verb: _operation(operation, wording) for operation in model.operations_of(resource.key)
        }
        for resource in model.resources
    }


def _operation(operation: Operation, wording: Wording) -> Mapping[str, Value]:
    table: dict[str, Value] = {
        "method": operation.call.method,
        "path": operation.call.path,
        "idempotent": operation.idempotency is not None,
    }
    if operation.encoding is not Encoding.NONE:
        table["body"] = "form" if operation.encoding is Encoding.FORM else "json"
    inputs: list[Value] = [one for place in placed(operation) for one in _inputs(place, wording)]
    if operation.idempotency is not None:
        parameter = f"{collection_of(operation)[0]}.idempotencyKey"
        key = {"parameter": parameter, "in": "header", "name": operation.idempotency, "label": "Idempotency Key"}
        inputs.append(key)
    table["inputs"] = inputs
    table["answer"] = _answer(operation)
    if operation.answer.columns:
        table["simplified"] = {"_".join(path): ".".join(path) for path in operation.answer.columns}
    for name, places in (("constants", (Place.BODY,)), ("query", (Place.QUERY, Place.PATH))):
        said = {".".join(one.path): one.value for one in operation.constants if one.place in places}
        if said:
            table[name] = said
    return table


def _answer(operation: Operation) -> Mapping[str, Value]:
    if operation.answer.kind is AnswerKind.LIST:
        items = ".".join(operation.answer.items)
        return {"kind": "list", "items": items, "paged": operation.pagination is not None}
    return {"kind": operation.answer.kind.value}


def _inputs(place: Placed, wording: Wording) -> Iterator[Mapping[str, Value]]:
    field, label = place.field, wording.title(place.field.label)
    where = {"in": _PLACES[field.place], "name": ".".join(field.path), "label": label}
    if field.kind is Kind.FILE:
        yield {"parameter": FILES, "in": "files", "name": ".".join(field.path), "label": label}
    elif switched(field):
        name = place.parameter
        rows = "pairs" if field.kind is Kind.MAP else "rows"
        yield {"parameter": name, **where, "as": rows, "when": {f"{name}Input": ["fields"]}}
        yield {"parameter": f"{name}Json", **where, "as": "json", "when": {f"{name}Input": ["json"]}}
    else:
        as_ = _conversion(field)
        yield {"parameter": place.parameter, **where, **({"as": as_} if as_ else {})}


def _conversion(field: Field) -> str | None:
    if field.many:
        return "list"
    return {Kind.JSON: "json", Kind.INSTANT: "instant"}.get(field.kind)


def choices(model: ConnectorModel) -> Mapping[str, Value]:
    """Give every list that people choose from, by the name of its method."""
    found: dict[str, Value] = {}
    for operation in model.operations:
        for place in placed(operation):
            lookup = place.field.lookup
            if lookup is None:
                continue
            parameters = {one.field.key: one.parameter for one in placed(operation)}
            table: dict[str, Value] = {
                "path": lookup.call.path,
                "items": ".".join(lookup.items),
                "paged": lookup.pagination is not None,
                "value": ".".join(lookup.value),
                "label": [".".join(path) for path in lookup.label],
            }
            if lookup.detail:
                table["description"] = [".".join(path) for path in lookup.detail]
            if lookup.search:
                table["search"] = lookup.search
            if lookup.fixed:
                table["query"] = dict(lookup.fixed)
            if lookup.arguments:
                table["arguments"] = {name: parameters[key] for name, key in lookup.arguments}
            found.setdefault(lookup_name(lookup), table)
    return dict(sorted(found.items()))


def subscription(trigger: Trigger) -> Mapping[str, Value]:
    """Give how the trigger subscribes, and where the files are that its events tell of."""
    parameter = "{" + trigger.subscription.parameter + "}"
    return {
        "collection": trigger.subscription.create.path,
        "member": trigger.subscription.read.path.replace(parameter, "{endpoint}"),
        "rotation": trigger.subscription.rotate.path.replace(parameter, "{endpoint}"),
        "types": ".".join(trigger.subscription.types),
        "proofs": {file.about[-1]: _short(file.call.path, file.arguments) for file in trigger.files},
    }


def _short(path: str, arguments: tuple[tuple[str, Path], ...]) -> str:
    """The path with parameters named by the last member that fills them: `{id}`, `{kind}`."""
    for name, source in arguments:
        path = path.replace("{" + name + "}", "{" + source[-1] + "}")
    return path
