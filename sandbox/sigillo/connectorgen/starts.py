"""Triggers: the events of the document's `webhooks`, how to subscribe to them, and the feed that tells them too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sigillo.connectorgen.answers import Shape
from sigillo.connectorgen.events import Event, EventFile, Feed, Signature, Subscription, Trigger
from sigillo.connectorgen.fields import Call, Choice, Kind, Pagination
from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.grammar import EXTENSION
from sigillo.connectorgen.load import JsonObject
from sigillo.connectorgen.lookups import Lists, Located, json_schema, leads, parameters_of
from sigillo.connectorgen.naming import EVENT, KEY, PARAMETER, TOKEN
from sigillo.connectorgen.notes import Note, path_of
from sigillo.connectorgen.schemas import Schemas
from sigillo.connectorgen.vocabulary import Vocabulary

_NO_PAGES = Pagination("", "", 1, ())
_JSON = "application/json"


class Starts:
    """Reads the overlay's triggers."""

    def __init__(
        self,
        document: JsonObject,
        operations: Mapping[str, Located],
        lists: Lists,
        schemas: Schemas,
        vocabulary: Vocabulary,
        settings: Mapping[str, str],
        resources: frozenset[str],
        findings: Findings,
    ) -> None:
        self._resources = resources
        self._document = document
        self._operations = operations
        self._lists = lists
        self._schemas = schemas
        self._vocabulary = vocabulary
        self._idempotency = settings["idempotency"]
        self._findings = findings

    def read(self, note: Note) -> Trigger:
        """Give the trigger that a note describes."""
        feed = self._feed(note.note("feed"))
        trigger = Trigger(
            key=note.named("key", KEY),
            noun=self._vocabulary.noun(note, "gives"),
            name=note.text("name"),
            title=note.text("title"),
            description=note.text("description"),
            events=tuple(self._events()),
            type=note.path("type"),
            id=note.path("id"),
            occurred_at=note.path("occurred_at"),
            shape=self._item(feed.call),
            subscription=self._subscription(note.note("subscription")),
            signature=self._signature(note.note("signature")),
            feed=feed,
            files=tuple(self._file(file) for file in note.notes("files")),
        )
        for name in (
            trigger.type,
            trigger.id,
            trigger.occurred_at,
            *(path for file in trigger.files for path in _paths(file)),
        ):
            if leads(trigger.shape, name) is None:
                note.wrong("type", f"{'.'.join(name)!r} is nothing that an event has")
        note.close()
        return trigger

    def _call(self, note: Note, key: str) -> Call:
        name = note.string(key)
        if name not in self._operations:
            note.wrong(key, f"there is no operation {name!r}")
            return Call(name, "GET", "/")
        return self._operations[name].call

    def _item(self, call: Call) -> Shape:
        located = self._operations.get(call.id)
        answer = json_schema(located) if located else None
        item = self._lists.item(self._schemas.view(answer[1], answer[0])) if answer else None
        return self._schemas.shape(*item, label=self._vocabulary.label) if item else Shape(Kind.JSON)

    def _pages(self, note: Note, call: Call) -> Pagination:
        located = self._operations.get(call.id)
        pages = self._lists.pagination(located.operation) if located else None
        if pages is None:
            note.wrong("operation", f"{call.id} has no pages")
        return pages or _NO_PAGES

    def _feed(self, note: Note) -> Feed:
        call = self._call(note, "operation")
        feed = Feed(
            call=call,
            after=note.named("after", PARAMETER),
            start=note.named("start", PARAMETER),
            types=note.named("types", PARAMETER),
            items=self._lists.items,
            id=note.path("id"),
            pagination=self._pages(note, call),
        )
        self._parameters(note, call, [feed.after, feed.types])
        note.close()
        return feed

    def _takes(self, operation: str, name: str) -> bool:
        located = self._operations.get(operation)
        return located is not None and any(one["name"] == name for _, one in parameters_of(located.operation))

    def _parameters(self, note: Note, call: Call, names: list[str]) -> None:
        for name in names:
            if not self._takes(call.id, name):
                note.wrong("operation", f"{call.id} has no parameter {name!r}")

    def _subscription(self, note: Note) -> Subscription:
        listing = self._call(note, "list")
        subscription = Subscription(
            create=self._call(note, "create"),
            read=self._call(note, "read"),
            list=listing,
            rotate=self._call(note, "rotate"),
            remove=self._call(note, "remove"),
            parameter=note.named("parameter", PARAMETER),
            url=note.path("url"),
            types=note.path("types"),
            note=note.path("note"),
            id=note.path("id"),
            secret=note.path("secret"),
            secret_number=note.path("secret_number"),
            enabled=note.path("enabled"),
            items=self._lists.items,
            pagination=self._pages(note, listing),
            idempotency=self._idempotency if self._takes(note.string("create"), self._idempotency) else None,
        )
        for call in (subscription.read, subscription.rotate, subscription.remove):
            self._parameters(note, call, [subscription.parameter])
        self._check_subscription(subscription, note)
        note.close()
        return subscription

    def _check_subscription(self, made: Subscription, note: Note) -> None:
        """What is sent is something that the endpoint takes, and what is read something that it answers."""
        create, read = self._operations.get(made.create.id), self._operations.get(made.read.id)
        if create is not None:
            content = create.operation.get("requestBody", {}).get("content", {})
            at = below(create.at, "requestBody", "content", _JSON, "schema")
            sent = (at, content.get(_JSON, {}).get("schema", {}))
            self._leads(note, sent, [("url", made.url), ("types", made.types), ("note", made.note)], made.create)
            told = [("id", made.id), ("secret", made.secret), ("secret_number", made.secret_number)]
            self._leads(note, json_schema(create), told, made.create)
        if read is not None:
            told = [("enabled", made.enabled), ("secret_number", made.secret_number)]
            self._leads(note, json_schema(read), told, made.read)

    def _leads(
        self, note: Note, schema: tuple[str, JsonObject] | None, paths: list[tuple[str, tuple[str, ...]]], call: Call
    ) -> None:
        shape = self._schemas.shape(schema[1], schema[0]) if schema else Shape(Kind.JSON)
        for key, path in paths:
            if path and leads(shape, path) is None:
                note.wrong(key, f"{'.'.join(path)!r} is nothing that {call.id} has there")

    def _signature(self, note: Note) -> Signature:
        signature = Signature(
            id_header=note.named("id", TOKEN),
            timestamp_header=note.named("timestamp", TOKEN),
            signature_header=note.named("signature", TOKEN),
            secret_prefix=note.string("secret_prefix"),
            tolerance_s=note.number("tolerance_s"),
        )
        for name, webhook in self._document.get("webhooks", {}).items():
            there = {one["name"] for _, one in parameters_of(webhook["post"]) if one["in"] == "header"}
            for key in ("id", "timestamp", "signature"):
                header = note.string(key)
                if header not in there:
                    note.wrong(key, f"messages of {name} have no header {header!r}")
        note.close()
        return signature

    def _events(self) -> Iterator[Event]:
        for type_, webhook in self._document.get("webhooks", {}).items():
            at = below("", "webhooks", type_, "post", EXTENSION)
            words = webhook["post"].get(EXTENSION)
            if words is None:
                self._findings.add(at, f"nothing is said about the event {type_!r}: give it a label, or omit: true")
                continue
            note = Note(words, at, self._findings)
            if not note.flag("omit"):
                yield self._event(type_, note, webhook["post"])
            note.close()

    def _event(self, type_: str, note: Note, webhook: JsonObject) -> Event:
        sample = _sample(webhook)
        if not isinstance(sample, dict) or not sample:
            at = below("", "webhooks", type_, "post", "requestBody", "content", _JSON, "examples")
            self._findings.add(at, f"the event {type_!r} has no example of a message")
        resource = note.string_or_none("resource")
        if resource is not None and resource not in self._resources:
            note.wrong("resource", f"{resource!r} is none of the resources at the root")
        if not EVENT.allows(type_):
            self._findings.add(below("", "webhooks", type_), f"{type_!r} cannot be: {EVENT.says}")
        return Event(
            type_,
            note.text("label"),
            note.text("description"),
            note.text("help"),
            resource,
            note.flag("advanced"),
            sample,
        )

    def _file(self, note: Note) -> EventFile:
        call = self._call(note, "operation")
        format_ = note.named("format", PARAMETER)
        file = EventFile(
            call=call,
            about=note.path("about"),
            told=note.path("told"),
            arguments=tuple((name, path_of(path)) for name, path in note.pairs("arguments")),
            format=format_,
            formats=tuple(self._formats(note, call, format_)),
            offered=note.path("offered"),
        )
        self._parameters(note, call, [format_, *(name for name, _ in file.arguments)])
        if not file.formats:
            note.wrong("format", f"{format_!r} has no values to choose from")
        note.close()
        return file

    def _formats(self, note: Note, call: Call, name: str) -> Iterator[Choice]:
        """The values of the parameter, with the labels that it has where a person chooses it."""
        located = self._operations.get(call.id)
        for index, parameter in parameters_of(located.operation) if located else ():
            if parameter["name"] != name:
                continue
            at = below(located.at if located else "", "parameters", index)
            view = self._schemas.view(parameter["schema"], below(at, "schema"))
            words = Note({**view.note, **parameter.get(EXTENSION, {})}, below(at, EXTENSION), self._findings)
            for value in view.schema.get("enum", []):
                if isinstance(value, str):
                    yield Choice(value, words.note("choices").text(value))


def _paths(file: EventFile) -> list[tuple[str, ...]]:
    return [file.about, file.told, file.offered, *(path for _, path in file.arguments)]


def _sample(webhook: JsonObject) -> Any:
    examples = webhook.get("requestBody", {}).get("content", {}).get(_JSON, {}).get("examples", {})
    return next((example.get("value") for example in examples.values()), None)
