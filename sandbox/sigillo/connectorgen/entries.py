"""Operations of the connector: each entry that the overlay lays on an operation of the API becomes one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sigillo.connectorgen.answers import Answer, AnswerKind, Shape
from sigillo.connectorgen.choosing import Choosing, Chosen
from sigillo.connectorgen.fields import Alternatives, Path, Place
from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.inputs import JSON_MEDIA, Inputs, encoding_of
from sigillo.connectorgen.load import JsonObject
from sigillo.connectorgen.lookups import Lists, Located, leads, success
from sigillo.connectorgen.model import Effect, Operation, Role
from sigillo.connectorgen.naming import CAMEL, KEY
from sigillo.connectorgen.notes import Note
from sigillo.connectorgen.schemas import Schemas
from sigillo.connectorgen.vocabulary import Vocabulary

MOST_COLUMNS = 10

_EFFECTS = {"GET": Effect.READ, "POST": Effect.CREATE, "PUT": Effect.UPDATE, "PATCH": Effect.UPDATE}


class Entries:
    """Reads entries; everything that they name is checked."""

    def __init__(
        self,
        schemas: Schemas,
        lists: Lists,
        choosing: Choosing,
        vocabulary: Vocabulary,
        settings: Mapping[str, str],
        security: list[Mapping[str, list[str]]],
        findings: Findings,
    ) -> None:
        self._security = security
        self._findings = findings
        self._schemas = schemas
        self._lists = lists
        self._choosing = choosing
        self._inputs = Inputs(schemas, findings)
        self._vocabulary = vocabulary
        self._settings = settings

    def read(self, entry: Note, located: Located) -> Operation:
        """Give the operation that an entry describes."""
        media = self._inputs.media(located.operation, entry.string_or_none("body"), entry.at)
        parameters = list(self._inputs.parameters(located.operation, located.at))
        answer = self._answer(entry, located)
        pages = self._lists.pagination(located.operation) if answer.kind is AnswerKind.LIST else None
        idempotency = self._settings["idempotency"]
        repeatable = any(one.name == idempotency and one.place is Place.HEADER for one in parameters)
        unseen = {*(self._lists.handled if pages else ()), *([idempotency] if repeatable else ())}
        candidates = [one for one in parameters if one.place is Place.PATH or one.name not in unseen]
        candidates += self._inputs.body(located.operation, media, located.at)
        chosen = self._choosing.choose(candidates, entry)
        resource = entry.named("resource", KEY)
        operation = Operation(
            key=entry.named("key", CAMEL, located.call.id),
            resource=resource,
            noun=self._vocabulary.noun(entry, "gives", resource),
            verb=entry.named("verb", CAMEL),
            role=self._role(entry, answer),
            effect=self._effect(entry, located),
            name=entry.text("name"),
            title=entry.text("title"),
            description=entry.text("description"),
            call=located.call,
            encoding=encoding_of(media),
            fields=chosen.fields,
            groups=chosen.groups,
            constants=chosen.constants,
            answer=answer,
            pagination=pages,
            idempotency=idempotency if repeatable else None,
            sandbox_only=entry.flag("sandbox_only") or self._settings["sandbox_scope"] in self._scopes(located),
            irreversible=entry.flag("irreversible"),
            alternatives=self._alternatives(entry, chosen) if "one_of" in entry else None,
        )
        entry.close()
        return operation

    def _alternatives(self, entry: Note, chosen: Chosen) -> Alternatives:
        note = entry.note("one_of")
        alternatives = Alternatives(note.named("key", KEY), note.text("label"), note.strings("fields"))
        known = {field.key for field in chosen.fields if not field.required}
        for key in alternatives.fields:
            if key not in known:
                note.wrong("fields", f"{key!r} is no field that may be left out")
        if len(alternatives.fields) < 2 or alternatives.key in known:
            note.wrong("fields", "two fields or more are expected here, and another key than theirs")
        note.close()
        return alternatives

    def _scopes(self, located: Located) -> list[str]:
        """What the key must be allowed; an operation that takes no key of this kind is not understood."""
        ways = located.operation.get("security", self._security)
        scheme = self._settings["scheme"]
        if ways and [scheme] not in [list(way) for way in ways]:
            self._findings.add(below(located.at, "security"), f"a call with {scheme!r} alone is understood")
        return [scope for way in ways for scope in way.get(scheme, [])]

    def _role(self, entry: Note, answer: Answer) -> Role:
        said = entry.string("role", Role.SEARCH if answer.kind is AnswerKind.LIST else Role.ACTION)
        if said not in set(Role):
            entry.wrong("role", f"{said!r} is none of {', '.join(Role)}")
            return Role.ACTION
        return Role(said)

    def _effect(self, entry: Note, located: Located) -> Effect:
        said = entry.string("effect", _EFFECTS.get(located.call.method, Effect.DELETE))
        if said not in set(Effect):
            entry.wrong("effect", f"{said!r} is none of {', '.join(Effect)}")
            return Effect.READ
        return Effect(said)

    def _answer(self, entry: Note, located: Located) -> Answer:
        at, content = success(located)
        wanted = entry.string_or_none("answer")
        if wanted is not None and wanted not in content:
            entry.wrong("answer", f"there is no answer {wanted!r}, only {', '.join(content)}")
        media = [wanted] if wanted in content else list(content)
        if wanted is None and len(media) > 1 and JSON_MEDIA in media:
            entry.wrong("answer", f"say which answer to take: {', '.join(media)}")
        if not media:
            return Answer(AnswerKind.NOTHING)
        if JSON_MEDIA not in media:
            return Answer(AnswerKind.FILE, media_types=tuple(media))
        view = self._schemas.view(content[JSON_MEDIA].get("schema", {}), below(at, JSON_MEDIA, "schema"))
        sample = _example(content[JSON_MEDIA]) or view.sample
        item = self._lists.item(view)
        if item is None:
            shape = self._schemas.shape(view.schema, view.at, label=self._vocabulary.label)
            return Answer(AnswerKind.OBJECT, shape, sample, columns=self._columns(entry, shape))
        shape = self._schemas.shape(*item, label=self._vocabulary.label)
        return Answer(
            AnswerKind.LIST,
            shape,
            _first(sample, self._lists.items),
            self._lists.items,
            self._columns(entry, shape),
        )

    def _columns(self, entry: Note, shape: Shape) -> tuple[Path, ...]:
        columns = entry.paths("columns")
        for column in columns:
            if leads(shape, column) is None:
                entry.wrong("columns", f"{'.'.join(column)!r} is nothing that the answer has")
        if len(columns) > MOST_COLUMNS:
            entry.wrong("columns", f"{MOST_COLUMNS} columns at most")
        return columns


def _example(media: JsonObject) -> Any:
    for example in media.get("examples", {}).values():
        return example["value"]
    return None


def _first(sample: Any, items: Path) -> Any:
    for name in items:
        sample = sample.get(name) if isinstance(sample, dict) else None
    return sample[0] if isinstance(sample, list) and sample else None
