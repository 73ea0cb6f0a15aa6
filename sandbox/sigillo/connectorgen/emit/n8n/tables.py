"""The literals that the runtime works by, as `runtime/n8n/contract.ts` has them: operations, choices, events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sigillo.connectorgen.answers import AnswerKind
from sigillo.connectorgen.emit.n8n import words
from sigillo.connectorgen.emit.n8n.names import simple_name
from sigillo.connectorgen.emit.n8n.properties import (
    CLEAR,
    FILES,
    Placed,
    clearable,
    collection_of,
    lookup_name,
    placed,
    switched,
)
from sigillo.connectorgen.emit.n8n.wording import Wording, camel
from sigillo.connectorgen.emit.typescript import Value
from sigillo.connectorgen.events import EventFile, Signature, Trigger
from sigillo.connectorgen.fields import Encoding, Field, Kind, Pagination, Path, Place
from sigillo.connectorgen.model import ConnectorModel, Failures, Operation

_PLACES = {Place.PATH: "path", Place.QUERY: "query", Place.HEADER: "header", Place.BODY: "body"}


def service(model: ConnectorModel, credential: str) -> Mapping[str, Value]:
    """Give what the package talks to."""
    servers = {server.key: server.url for server in model.app.servers if server.url is not None}
    failures = _failures(model.app.failures)
    return {"credential": credential, "servers": servers, "name": model.app.name, "failures": failures}


def _failures(failures: Failures) -> Mapping[str, Value]:
    return {
        "detail": _dotted(failures.detail),
        "code": _dotted(failures.code),
        "fields": _dotted(failures.fields),
        "pointer": _dotted(failures.pointer),
        "fieldDetail": _dotted(failures.field_detail),
        "requestId": _dotted(failures.request_id),
        "retry": [*failures.retry],
        "retryAfter": failures.retry_after,
    }


def _pages(pages: Pagination | None) -> Mapping[str, Value]:
    """How a list goes on, as a member of what it belongs to; nothing where it is one page."""
    if pages is None:
        return {}
    told: Mapping[str, Value] = {
        "next": _dotted(pages.next),
        "cursor": pages.cursor,
        "limit": pages.limit,
        "most": pages.most,
    }
    return {"pages": told}


def _dotted(path: Path) -> str:
    return ".".join(path)


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
        **({"idempotency": operation.idempotency} if operation.idempotency is not None else {}),
    }
    if operation.encoding is not Encoding.NONE:
        table["body"] = "form" if operation.encoding is Encoding.FORM else "json"
    inputs: list[Value] = [
        {**one, **_when(operation, place.field)} for place in placed(operation) for one in _inputs(place, wording)
    ]
    if clearable(operation):
        cleared = f"{collection_of(operation).name}.{CLEAR}"
        label = wording.plain(words.CLEAR)
        inputs.append({"parameter": cleared, "in": "body", "name": "", "label": label, "as": "cleared"})
    if operation.idempotency is not None:
        parameter = f"{collection_of(operation).name}.idempotencyKey"
        label = wording.plain(words.IDEMPOTENCY)
        key = {"parameter": parameter, "in": "header", "name": operation.idempotency, "label": label}
        inputs.append(key)
    table["inputs"] = inputs
    table["answer"] = _answer(operation)
    if operation.answer.columns:
        table["simplified"] = {simple_name(path): _dotted(path) for path in operation.answer.columns}
    for name, places in (("constants", (Place.BODY,)), ("query", (Place.QUERY, Place.PATH))):
        said = {".".join(one.path): one.value for one in operation.constants if one.place in places}
        if said:
            table[name] = said
    return table


def _when(operation: Operation, field: Field) -> Mapping[str, Value]:
    """What is one of several ways is sent when that one was chosen."""
    if operation.alternatives is None or field.key not in operation.alternatives.fields:
        return {}
    return {"when": {camel(operation.alternatives.key): [field.key]}}


def _answer(operation: Operation) -> Mapping[str, Value]:
    if operation.answer.kind is AnswerKind.LIST:
        return {"kind": "list", "items": _dotted(operation.answer.items), **_pages(operation.pagination)}
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
                "items": _dotted(lookup.items),
                **_pages(lookup.pagination),
                "value": _dotted(lookup.value),
                "label": [_dotted(path) for path in lookup.label],
            }
            if lookup.detail:
                table["description"] = [_dotted(path) for path in lookup.detail]
            if lookup.search:
                table["search"] = lookup.search
            if lookup.fixed:
                table["query"] = dict(lookup.fixed)
            if lookup.arguments:
                table["arguments"] = {name: parameters[key] for name, key in lookup.arguments}
            found.setdefault(lookup_name(lookup), table)
    return dict(sorted(found.items()))


def subscription(trigger: Trigger) -> Mapping[str, Value]:
    """Give how the trigger subscribes, what signs its messages, and where the files are that its events tell of."""
    own = trigger.subscription
    parameter = "{" + own.parameter + "}"
    return {
        "collection": own.create.path,
        "listing": own.list.path,
        "member": own.read.path.replace(parameter, "{endpoint}"),
        "removal": own.remove.path.replace(parameter, "{endpoint}"),
        "rotation": own.rotate.path.replace(parameter, "{endpoint}"),
        **({"idempotency": own.idempotency} if own.idempotency is not None else {}),
        "items": _dotted(own.items),
        **_pages(own.pagination),
        "url": _dotted(own.url),
        "types": _dotted(own.types),
        "note": _dotted(own.note),
        "id": _dotted(own.id),
        "secret": _dotted(own.secret),
        "secretNumber": _dotted(own.secret_number),
        "enabled": _dotted(own.enabled),
        "signature": _signature(trigger.signature),
        "type": _dotted(trigger.type),
        "files": [_file(file) for file in trigger.files],
    }


def _signature(signature: Signature) -> Mapping[str, Value]:
    return {
        "id": signature.id_header,
        "timestamp": signature.timestamp_header,
        "signature": signature.signature_header,
        "secretPrefix": signature.secret_prefix,
        "toleranceS": signature.tolerance_s,
    }


def _file(file: EventFile) -> Mapping[str, Value]:
    return {
        "about": _dotted(file.about),
        "told": _dotted(file.told),
        "path": file.call.path,
        "arguments": {name: _dotted(source) for name, source in file.arguments},
        "format": file.format,
        "offered": _dotted(file.offered),
        "formats": [choice.value for choice in file.formats],
    }
