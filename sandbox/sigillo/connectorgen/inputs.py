"""What an operation could be given, before the overlay chooses: parameters, and the leaves of its body's schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sigillo.connectorgen.fields import Encoding, Kind, Path, Place
from sigillo.connectorgen.findings import Findings, below
from sigillo.connectorgen.load import JsonObject
from sigillo.connectorgen.lookups import parameters_of
from sigillo.connectorgen.notes import path_of
from sigillo.connectorgen.schemas import Schemas, View

JSON_MEDIA = "application/json"
FORM_MEDIA = "multipart/form-data"
WHOLE_BODY = "body"

_PLACES = {"path": Place.PATH, "query": Place.QUERY, "header": Place.HEADER}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that can be given: its name as the overlay writes it, where it goes, and what is known of it.

    `group` is the Path of the object that it is a member of, which must be there where `group_required` says so.
    """

    name: str
    place: Place
    path: Path
    view: View
    required: bool
    group: Path = ()
    group_required: bool = False
    separator: str | None = None


class Inputs:
    """Finds the candidates of operations."""

    def __init__(self, schemas: Schemas, findings: Findings) -> None:
        self._schemas = schemas
        self._findings = findings

    def parameters(self, operation: JsonObject, at: str) -> Iterator[Candidate]:
        """Give the parameters; one of a place that is not understood is a finding."""
        for index, parameter in parameters_of(operation):
            where = below(at, "parameters", index)
            if parameter["in"] not in _PLACES:
                self._findings.add(below(where, "in"), f"a parameter in {parameter.get('in')!r} is not understood")
                continue
            view = self._schemas.view(parameter["schema"], below(where, "schema"))
            words = parameter.get("x-connector", {})
            yield Candidate(
                parameter["name"],
                _PLACES[parameter["in"]],
                (parameter["name"],),
                View(view.schema, where, {**view.note, **words}, view.nullable),
                parameter.get("required") is True,
                separator=self._separator(parameter, where),
            )

    def _separator(self, parameter: JsonObject, at: str) -> str | None:
        if "style" not in parameter:
            return None
        if parameter["style"] != "form" or parameter["in"] != "query":
            self._findings.add(below(at, "style"), "only the style form in a query is understood")
        return "," if parameter.get("explode") is False else None

    def media(self, operation: JsonObject, wanted: str | None, at: str) -> str | None:
        """Give the media type to send: the one that the entry at `at` wants, or the only one; None without a body."""
        content = operation.get("requestBody", {}).get("content", {})
        if not content:
            return None
        if wanted is None and len(content) > 1:
            self._findings.add(below(at, "body"), f"say which body to send: {', '.join(content)}")
        chosen = wanted or next(iter(content))
        if chosen not in content:
            self._findings.add(below(at, "body"), f"there is no body {chosen!r}, only {', '.join(content)}")
            return None
        if chosen not in (JSON_MEDIA, FORM_MEDIA):
            self._findings.add(below(at, "body"), f"a body of {chosen} is not understood")
            return None
        return chosen

    def body(self, operation: JsonObject, media: str | None, at: str) -> Iterator[Candidate]:
        """Give the leaves of the body of a media type; a map of anything is one leaf, and so is a list."""
        if media is None:
            return
        where = below(at, "requestBody", "content", media, "schema")
        schema = operation["requestBody"]["content"][media].get("schema")
        if schema is None:
            self._findings.add(where, "a body without a schema is not understood")
            return
        view = self._schemas.view(schema, where)
        if view.kind is Kind.JSON and view.schema.get("additionalProperties") is True:
            yield Candidate(WHOLE_BODY, Place.BODY, (), view, True)
        elif media == FORM_MEDIA:
            yield from self._form(view)
        else:
            yield from self._nested(view, (), required=True)

    def _nested(self, view: View, above: Path, *, required: bool) -> Iterator[Candidate]:
        self._schemas.judge_members(view)
        for name, member, must in self._schemas.members(view):
            path = (*above, name)
            if member.kind is Kind.OBJECT:
                yield from self._nested(member, path, required=required and must)
            else:
                yield Candidate(".".join(path), Place.BODY, path, member, must, above, required)

    def _form(self, view: View) -> Iterator[Candidate]:
        members = self._schemas.members(view)
        needed = view.schema.get("dependentRequired", {})
        for name, member, must in members:
            path = path_of(name)
            group = path[:-1]
            siblings = [other for other, _, _ in members if path_of(other)[:-1] == group and other != name]
            always = [other for other, _, must_ in members if must_ and path_of(other)[:-1] == group]
            with_others = bool(group) and bool(siblings) and all(name in needed.get(other, ()) for other in siblings)
            yield Candidate(name, Place.BODY, path, member, must or with_others, group, bool(always))
        yield from self._maps(view)

    def _maps(self, view: View) -> Iterator[Candidate]:
        """Entries of a map, one part each: the pattern of their names begins with the map's."""
        for pattern, schema in view.schema.get("patternProperties", {}).items():
            at = below(view.at, "patternProperties", pattern)
            name, dot, _ = pattern.removeprefix("^").partition(r"\.")
            if not pattern.startswith("^") or not dot or not name.isidentifier():
                self._findings.add(at, "only names that begin with a member's name and a full stop are understood")
                continue
            map_of = {"type": "object", "additionalProperties": schema, "x-connector": schema.get("x-connector", {})}
            yield Candidate(name, Place.BODY, (name,), self._schemas.view(map_of, at), False)


def encoding_of(media: str | None) -> Encoding:
    """Give how a body of a media type is written."""
    return {None: Encoding.NONE, JSON_MEDIA: Encoding.JSON, FORM_MEDIA: Encoding.FORM}[media]
