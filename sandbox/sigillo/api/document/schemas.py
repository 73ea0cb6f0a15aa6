"""The schemas of the wire: of each model that an operation reads or answers, by name, with an example of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sigillo.api.catalogue import OPERATIONS
from sigillo.api.document.examples import REF, NoExample, example_of
from sigillo.api.operations import Operation
from sigillo.api.wire.events import EventOut
from sigillo.api.wire.problem import ProblemOut

Json = dict[str, Any]
_BESIDE: tuple[type[BaseModel], ...] = (ProblemOut, EventOut)  # of every failure, and of every webhook


@dataclass(frozen=True, slots=True)
class Schemas:
    """Every schema by name, in order of names, and how to refer to each model."""

    by_name: Json
    references: Mapping[type[BaseModel], Json]
    queries: frozenset[str]

    @classmethod
    def of_operations(cls) -> Schemas:
        """Give the schemas of every operation there is."""
        models: set[type[BaseModel]] = {model for one in OPERATIONS for model in _models(one)} | set(_BESIDE)
        ordered = sorted(models, key=lambda model: model.__name__)
        found, definitions = models_json_schema([(one, "validation") for one in ordered], ref_template=REF + "{model}")
        plain = {name: _plain(schema) for name, schema in sorted(definitions["$defs"].items())}
        return cls(
            {name: _with_example(schema, plain) for name, schema in plain.items()},
            {model: reference for (model, _), reference in found.items()},  # type: ignore[misc]  # all are models here
            frozenset(one.query.__name__ for one in OPERATIONS if one.query),
        )

    def components(self) -> Json:
        """Give what the document lists: all but the queries, which are told as parameters."""
        return {name: schema for name, schema in self.by_name.items() if name not in self.queries}

    def examples(self, model: type[BaseModel]) -> list[object]:
        """Give the examples of a model; none where its fields have none."""
        examples: list[object] = self.by_name[self.references[model]["$ref"].removeprefix(REF)].get("examples", [])
        return examples

    def first_example(self, model: type[BaseModel]) -> Json:
        """Give the first example of a model that is an object and has one."""
        first = self.examples(model)[0]
        return first if isinstance(first, dict) else {}


def _models(operation: Operation) -> Iterator[type[BaseModel]]:
    for model in (operation.query, operation.body, operation.form, operation.answers.model):
        if model is not None:
            yield model


def _with_example(schema: Json, schemas: Json) -> Json:
    try:
        return {**schema, "examples": schema.get("examples") or [example_of(schema, schemas)]}
    except NoExample:  # the tests name it; a server must not fail for it
        return schema


def _plain(schema: Any) -> Any:
    """Give a schema without pydantic's titles of fields and defaults of null, which say nothing."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: value for name, value in schema.items() if (name, value) != ("default", None)}
    if "anyOf" in kept and "description" in kept:  # told once, of the field
        kept["anyOf"] = [{name: one[name] for name in one if name != "description"} for one in kept["anyOf"]]
    if isinstance(kept.get("title"), str) and "properties" not in kept:
        del kept["title"]
    return {name: value if name in ("examples", "example") else _plain(value) for name, value in kept.items()}
