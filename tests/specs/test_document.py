"""The contract's document: complete, up to date, and its examples are what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sigillo.api.catalogue import OPERATIONS
from sigillo.api.document import document, render_yaml, served_document
from sigillo.domain.events import EventType
from tests.specs.conformity import validator
from tests.specs.gaps import gaps, operations

ROOT = Path(__file__).resolve().parents[2]
Json = dict[str, Any]


def test_nothing_is_left_untold() -> None:
    """Every schema, property, parameter, operation and answer has its description and its example."""
    found = list(dict.fromkeys(gaps(document())))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        (
            lambda d: d["components"]["schemas"]["LetterOut"].pop("description"),
            "schema LetterOut: no description (the model's docstring)",
        ),
        (
            lambda d: d["components"]["schemas"]["ClockOut"]["properties"]["now"].pop("examples"),
            "schema ClockOut, property now: no example",
        ),
        (lambda d: d["paths"]["/v1/me"]["get"].pop("description"), "operation getMe (GET /v1/me): no description"),
        (lambda d: d["tags"].pop(0), "tag letters: not among the document's tags"),
    ],
)
def test_a_gap_is_named(change: Any, gap: str) -> None:
    """What is taken out of the document is found, by its name."""
    changed = json.loads(json.dumps(document()))
    change(changed)
    assert gap in set(gaps(changed))


def test_every_example_is_what_its_schema_says() -> None:
    """Examples of schemas, parameters, headers, requests and answers all validate."""
    wrong = [
        f"{place}: {error.message[:300]}"
        for place, schema, example in _examples(document())
        if (error := next(validator(schema, document()).iter_errors(example), None))
    ]
    assert not wrong, "\n".join(wrong)
    assert len(list(_examples(document()))) > 300


def test_the_server_reads_the_examples_of_requests() -> None:
    """Every JSON example of a request is taken by the model that reads it."""
    read = 0
    for operation in OPERATIONS:
        if operation.body is None:
            continue
        told = document()["paths"][operation.path][operation.method.lower()]["requestBody"]["content"]
        for example in told["application/json"]["examples"].values():
            operation.body.model_validate_json(json.dumps(example["value"]))
            read += 1
    assert read >= len([one for one in OPERATIONS if one.body])


def test_every_type_of_event_has_its_webhook() -> None:
    """The webhooks are those of the journal's types, each with the headers of Standard Webhooks."""
    told = document()["webhooks"]
    assert list(told) == [kind.value for kind in EventType]
    for kind, item in told.items():
        content = item["post"]["requestBody"]["content"]["application/json"]
        assert [one["name"] for one in item["post"]["parameters"]] == [
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature",
        ]
        assert content["examples"]["example"]["value"]["type"] == kind


def test_any_operation_may_meet_the_limits_of_a_connection() -> None:
    """Each tells, by the answers that all share, of what is refused before anybody knows which it is."""
    told = {"400": "malformed", "408": "request_timeout", "414": "target_too_long", "431": "head_too_large"}
    told["503"] = "unavailable"
    wanted = {status: {"$ref": f"#/components/responses/{name}"} for status, name in told.items()}
    for operation in OPERATIONS:
        responses = document()["paths"][operation.path][operation.method.lower()]["responses"]
        assert {status: responses.get(status) for status in wanted} == wanted, operation.id


def test_names_for_code_are_unique_verbs() -> None:
    """Operation ids are camelCase and each stands once."""
    ids = [operation["operationId"] for _, operation in operations(document())]
    assert len(set(ids)) == len(ids)
    assert all(one.isalnum() and one[0].islower() for one in ids)


def test_the_document_is_checked_in() -> None:
    """specs/openapi.yaml is what the application makes now, and reads back as the same document."""
    there = (ROOT / "specs" / "openapi.yaml").read_bytes()
    assert there == render_yaml(document()), "run `sigillo spec build` and commit specs/openapi.yaml"
    assert yaml.safe_load(there) == document()


def test_a_server_gives_its_own_address() -> None:
    """What a server gives differs from what is checked in by its servers alone."""
    assert {**served_document(), "servers": document()["servers"]} == document()
    assert served_document()["servers"][0]["url"] == "/"


def _examples(whole: Json) -> Iterator[tuple[str, Json, object]]:
    """Every example with its schema, and where it stands."""
    for name, schema in whole["components"]["schemas"].items():
        yield from ((f"schema {name}", schema, example) for example in schema.get("examples", ()))
        for field, inner in schema.get("properties", {}).items():
            yield from ((f"schema {name}, {field}", inner, example) for example in inner.get("examples", ()))
    for name, header in whole["components"]["headers"].items():
        yield f"header {name}", header["schema"], header["example"]
    for name, response in whole["components"]["responses"].items():
        yield from _of_content(f"answer {name}", response)
    for place, operation in operations(whole):
        for parameter in operation.get("parameters", ()):
            name = f"{place}, {parameter['name']}"
            yield from ((name, parameter["schema"], example) for example in parameter["schema"]["examples"])
        yield from _of_content(f"{place}, request", operation.get("requestBody", {}))
        for status, response in operation["responses"].items():
            yield from _of_content(f"{place}, answer {status}", response)


def _of_content(place: str, described: Json) -> Iterator[tuple[str, Json, object]]:
    for media, content in described.get("content", {}).items():
        for name, example in content.get("examples", {}).items():
            yield f"{place} as {media}, {name}", content["schema"], example["value"]
