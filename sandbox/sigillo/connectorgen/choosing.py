"""Candidates become fields as the overlay says: which are shown, in which order, with which words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sigillo.connectorgen.fields import Choice, Constant, Field, Group, Json, Kind, Lookup, Path, Place
from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.grammar import EXTENSION
from sigillo.connectorgen.inputs import Candidate
from sigillo.connectorgen.lookups import Lookups
from sigillo.connectorgen.naming import KEY
from sigillo.connectorgen.notes import NOTHING, Note
from sigillo.connectorgen.schemas import Schemas, View

_LONG = 1000
_WORDS = frozenset("key label help placeholder kind choices lookup sample only default clearable".split())


def key_of(path: Path) -> str:
    """Give the key of what is at a Path: `recipient_email`."""
    return re.sub(r"[^0-9a-z]+", "_", "_".join(path).lower()).strip("_") or "body"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an operation is given."""

    fields: tuple[Field, ...]
    groups: tuple[Group, ...]
    constants: tuple[Constant, ...]


class Choosing:
    """Chooses for operations; `groups` are the overlay's words for objects of a body, by key."""

    def __init__(self, schemas: Schemas, lookups: Lookups, groups: Mapping[str, Note], findings: Findings) -> None:
        self._schemas = schemas
        self._lookups = lookups
        self._groups = groups
        self._findings = findings

    def choose(self, candidates: Iterable[Candidate], entry: Note) -> Chosen:
        """Give what the entry shows and sends; whatever it says nothing about is a finding."""
        there = self._there(candidates)
        shown, advanced = entry.strings("fields"), entry.strings("advanced")
        required = entry.strings("required")
        constants = entry.mapping("constants")
        texts = dict(entry.items("texts"))
        omitted = self._omitted(there, entry)
        self._account(there, (*shown, *advanced), constants, omitted, entry)
        for name in sorted({*required, *texts} - {*shown, *advanced}):
            entry.wrong("required" if name in required else "texts", f"{name!r} is no field that is shown")
        fields = tuple(
            self._field(there[name], texts.get(name), advanced=name in advanced, must=name in required)
            for name in (*shown, *advanced)
            if name in there
        )
        self._judge_keys(fields, entry)
        self._depend(fields, entry)
        return Chosen(
            fields,
            tuple(self._groups_of([there[name] for name in (*shown, *advanced) if name in there])),
            tuple(self._constants(there, constants)),
        )

    def _there(self, candidates: Iterable[Candidate]) -> dict[str, Candidate]:
        there: dict[str, Candidate] = {}
        for candidate in candidates:
            if candidate.name in there:
                told = f"the operation takes {candidate.name!r} at two places: one of them would be lost"
                self._findings.add(candidate.view.at, told)
            there[candidate.name] = candidate
        return there

    def _judge_keys(self, fields: tuple[Field, ...], entry: Note) -> None:
        """Each field has a key of its own that names can be made of, whatever the words are divided by."""
        keys = [field.key.replace("_", "") for field in fields]
        for field, key in zip(fields, keys, strict=True):
            if field.key and not KEY.allows(field.key):
                entry.wrong("fields", f"{field.key!r} cannot be a key ({KEY.says}): give it a key of its own")
            if keys.count(key) > 1:
                entry.wrong("fields", f"two fields have the key {field.key!r}: give one a key of its own")

    def _depend(self, fields: tuple[Field, ...], entry: Note) -> None:
        """A list to choose from depends on fields that there are."""
        keys = {field.key for field in fields}
        for field in fields:
            for _, key in field.lookup.arguments if field.lookup else ():
                if key not in keys:
                    entry.wrong("fields", f"the list of {field.key!r} depends on {key!r}, which is no field here")

    def _omitted(self, there: Mapping[str, Candidate], entry: Note) -> frozenset[str]:
        omitted = set()
        for prefix in entry.strings("omit"):
            names = {name for name in there if name == prefix or name.startswith(prefix + ".")}
            if not names:
                entry.wrong("omit", f"{prefix!r} is nothing that the operation takes")
            omitted |= names
        return frozenset(omitted | {name for name, one in there.items() if "const" in one.view.schema})

    def _account(
        self,
        there: Mapping[str, Candidate],
        shown: tuple[str, ...],
        constants: Mapping[str, Json],
        omitted: frozenset[str],
        entry: Note,
    ) -> None:
        """Every candidate has one place; every name is a candidate's."""
        for name in (*shown, *constants):
            if name not in there:
                entry.wrong("fields", f"{name!r} is nothing that the operation takes")
            twice = [*shown, *constants, *omitted].count(name) > 1
            if twice and not (name in there and "const" in there[name].view.schema):
                entry.wrong("fields", f"{name!r} is named twice")
        for name, candidate in there.items():
            if name not in {*shown, *constants, *omitted}:
                entry.wrong("fields", f"nothing is said about {name!r}: add it to fields, advanced, constants or omit")
            elif (
                name in omitted and candidate.required and not candidate.group and "const" not in candidate.view.schema
            ):
                entry.wrong("omit", f"{name!r} must be sent: it cannot be left out")

    def _constants(self, there: Mapping[str, Candidate], constants: Mapping[str, Json]) -> Iterator[Constant]:
        for name, value in constants.items():
            if name in there:
                yield Constant(there[name].place, there[name].path, value)
        for name, candidate in there.items():
            if (
                name not in constants
                and candidate.required
                and "const" in candidate.view.schema
                and not candidate.group
            ):
                yield Constant(candidate.place, candidate.path, candidate.view.schema["const"])

    def _groups_of(self, shown: list[Candidate]) -> Iterator[Group]:
        seen = set()
        for candidate in shown:
            key = key_of(candidate.group) if candidate.group else ""
            if not key or key in seen:
                continue
            seen.add(key)
            words = self._groups.get(key)
            if words is None:
                self._findings.add("/x-connector/groups", f"{key!r} has no words: add its label")
                continue
            yield Group(key, words.text("label"), candidate.group_required, words.text_or_none("help"))

    def _field(self, candidate: Candidate, texts: Note | None, *, advanced: bool, must: bool) -> Field:
        view = candidate.view
        many = view.schema.get("type") == "array"
        item = self._schemas.items(view) if many else view
        words = self._words(view, item, texts)
        kind = self._kind(item, words)
        choices = self._choices(item, words, kind)
        field = Field(
            words.named("key", KEY, key_of(candidate.path)),
            candidate.place,
            candidate.path,
            kind,
            words.text("label"),
            many=many,
            help=words.text_or_none("help"),
            placeholder=words.text_or_none("placeholder"),
            required=candidate.required or must,
            advanced=advanced,
            default=words.any("default") if "default" in words else view.schema.get("default"),
            sample=words.any("sample") or view.sample or item.sample,
            choices=choices,
            fields=self._members(item) if kind is Kind.OBJECT and item.kind is Kind.OBJECT else (),
            lookup=self._lookup(words),
            limits=(view if many else item).limits,
            group=key_of(candidate.group) if candidate.group else None,
            separator=candidate.separator,
            clearable=words.flag("clearable"),
        )
        values = [choice.value for choice in choices]
        if choices and not many and field.default not in (None, *values):
            words.wrong("default", f"{field.default!r} is none of the values: {', '.join(values)}")
        if words.flag("clearable") and not view.nullable:
            words.wrong("clearable", "only what takes null can be cleared")
        words.close()
        return field

    def _members(self, item: View) -> tuple[Field, ...]:
        """The fields of each object in a list."""
        return tuple(
            self._field(Candidate(name, Place.BODY, (name,), view, must), None, advanced=False, must=False)
            for name, view, must in self._schemas.members(item)
        )

    def _words(self, view: View, item: View, texts: Note | None) -> Note:
        said = {key: texts.any(key) for key in sorted(_WORDS) if key in texts} if texts else {}
        if texts:
            texts.close()
        merged = {**(item.note if item is not view else {}), **view.note, **said}
        places = {key: texts.place(key) for key in said} if texts else {}
        return Note(merged, below(view.at, EXTENSION), self._findings, places=places)

    def _kind(self, item: View, words: Note) -> Kind:
        said = words.string_or_none("kind")
        if said is None:
            kind = item.kind
            long = kind is Kind.TEXT and (item.schema.get("maxLength") or 0) > _LONG
            return Kind.LONG_TEXT if long else kind
        if said not in set(Kind):
            words.wrong("kind", f"{said!r} is no kind of field")
            return Kind.TEXT
        return Kind(said)

    def _choices(self, item: View, words: Note, kind: Kind) -> tuple[Choice, ...]:
        labels = words.mapping("choices")
        only = words.strings("only")
        if kind is not Kind.CHOICE:
            return ()
        values = item.schema.get("enum", [])
        if not all(isinstance(value, str | None) for value in values) or not any(values):
            self._findings.add(below(item.at, "enum"), "only texts are understood as the values of a choice")
            return ()
        for name in sorted({*labels, *only} - set(values)):
            words.wrong("choices", f"{name!r} is none of the values: {', '.join(filter(None, values))}")
        return tuple(
            self._choice(value, labels, words) for value in values if value is not None and (not only or value in only)
        )

    def _choice(self, value: str, labels: Mapping[str, Json], words: Note) -> Choice:
        if value not in labels:
            words.wrong("choices", f"the value {value!r} has no label")
            return Choice(value, NOTHING)
        label = words.note("choices").note(value)
        if "label" in label:
            choice = Choice(value, label.text("label"), label.text_or_none("help"))
            label.close()
            return choice
        return Choice(value, words.note("choices").text(value))

    def _lookup(self, words: Note) -> Lookup | None:
        return self._lookups.lookup(words.note("lookup")) if "lookup" in words else None
