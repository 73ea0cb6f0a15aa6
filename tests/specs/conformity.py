"""Whether what a server answers is what the document promises: the operation, its status, media type, body, headers.

What no operation matches must be refused: a problem document that says so (no such route, no such method, no key).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

from sigillo.api.document import document
from sigillo.api.problems import MEDIA_TYPE, TYPE_PREFIX
from sigillo.api.wire.problem import ProblemOut
from sigillo.web import documentation, recipient, verification

Json = Mapping[str, Any]

# Pages for people: no operations, and the document does not tell of them.
_PAGES = (verification.PATH, documentation.PATH, documentation.ASSET_PATH, *(path for _, path, _ in recipient.PAGES))
# The header of an answer that was spoilt because somebody asked for it (`createFault`).
FAULT = "sigillo-fault"
_REFUSALS = {"no_route": 404, "method_not_allowed": 405, "unauthorized": 401}


class Mismatch(AssertionError):
    """An answer is not what the document says."""


@dataclass(frozen=True)
class Answer:
    """An answer: header names in lower case, ``body`` None where it was not read."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes | None

    @property
    def media_type(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    def mismatch(self, what: str) -> Mismatch:
        """The finding, with the answer."""
        told = (self.body or b"")[:2_000].decode(errors="replace")
        return Mismatch(f"{self.method} {self.path} answered {self.status}: {what}\n{told}")


@dataclass(frozen=True)
class Contract:
    """A document that answers are held against."""

    document: Json
    _routes: list[tuple[re.Pattern[str], str, str]] = field(default_factory=list)
    _validators: dict[str, jsonschema_rs.Draft202012Validator] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make a pattern of each path, those without parameters first."""
        for path in sorted(self.document["paths"], key=lambda path: (path.count("{"), path)):
            self._routes.append((re.compile(_pattern(path)), path, "paths"))

    def check(self, answer: Answer) -> str | None:
        """The id of the operation that answered, None where none did; raises :class:`Mismatch`."""
        path = self._path(answer)
        item = self.document["paths"].get(path, {})
        operation = item.get("get" if answer.method == "HEAD" else answer.method.lower())
        if operation is None:
            self._check_refusal(answer)
            return None
        if FAULT not in answer.headers:
            self._check_response(answer, self._response(answer, operation), operation)
        return str(operation["operationId"])

    def _path(self, answer: Answer) -> str | None:
        path = answer.path.partition("?")[0]
        return next((template for pattern, template, _ in self._routes if pattern.fullmatch(path)), None)

    def _check_refusal(self, answer: Answer) -> None:
        if any(re.fullmatch(_pattern(page), answer.path.partition("?")[0]) for page in _PAGES):
            return
        if answer.method == "HEAD" and answer.status in _REFUSALS.values():
            return
        if answer.media_type != MEDIA_TYPE:
            raise answer.mismatch("no operation is there, and this is no problem document")
        self._check_body(answer, {"$ref": f"#/components/schemas/{ProblemOut.__name__}"})
        code = json.loads(answer.body or b"{}")["code"]
        if _REFUSALS.get(code) != answer.status:
            raise answer.mismatch(f"no operation is there, and it is not refused for that ({code})")

    def _response(self, answer: Answer, operation: Json) -> Json:
        responses: Json = operation["responses"]
        if str(answer.status) not in responses:
            raise answer.mismatch(f"{operation['operationId']} has no such status: {', '.join(responses)}")
        response: Json = self._followed(responses[str(answer.status)])
        return response

    def _check_response(self, answer: Answer, response: Json, operation: Json) -> None:
        self._check_headers(answer, response)
        content = response.get("content")
        if answer.method == "HEAD" or answer.status == 204:
            return
        if not content:
            if answer.body:
                raise answer.mismatch("the document tells of no body")
            return
        told = content.get(answer.media_type) or content.get("*/*")
        if told is None:
            raise answer.mismatch(f"as {answer.media_type}, where the document has {', '.join(content)}")
        if told["schema"] and answer.body is not None:
            self._check_body(answer, told["schema"])
        if answer.media_type == MEDIA_TYPE and answer.body is not None:
            self._check_problem(answer, told)

    def _check_headers(self, answer: Answer, response: Json) -> None:
        for name, reference in response.get("headers", {}).items():
            header = self._followed(reference)
            value = answer.headers.get(name.lower())
            if value is None:
                if header.get("required"):
                    raise answer.mismatch(f"without the header {name}")
                continue
            if header["schema"].get("type") == "integer":
                value = int(value) if value.isdigit() else value  # type: ignore[assignment]  # as its schema reads it
            found = next(self._validator(header["schema"]).iter_errors(value), None)
            if found:
                raise answer.mismatch(f"the header {name}: {found.message}")

    def _check_body(self, answer: Answer, schema: Json) -> None:
        try:
            value = json.loads(answer.body or b"")
        except ValueError as error:
            raise answer.mismatch(f"the body is not JSON: {error}") from None
        found = next(self._validator(schema).iter_errors(value), None)
        if found:
            place = "/".join(str(step) for step in found.instance_path)
            raise answer.mismatch(f"at /{place}: {found.message[:500]}")

    def _check_problem(self, answer: Answer, told: Json) -> None:
        """A code that the document has no example of is one that nobody can look up."""
        problem = json.loads(answer.body or b"")
        if problem["status"] != answer.status or problem["type"] != TYPE_PREFIX + problem["code"]:
            raise answer.mismatch("status, type and code do not agree")
        if problem["code"] not in told["examples"]:
            raise answer.mismatch(f"the code {problem['code']} is not documented: api/document/failures.py, DETAILS")

    def _followed(self, described: Json) -> Json:
        if "$ref" not in described:
            return described
        found: Any = self.document
        for step in described["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found  # type: ignore[no-any-return]  # a reference leads to an object

    def _validator(self, schema: Json) -> jsonschema_rs.Draft202012Validator:
        key = json.dumps(schema)
        if key not in self._validators:
            self._validators[key] = validator(schema, self.document)
        return self._validators[key]


def validator(schema: Json, whole: Json) -> jsonschema_rs.Draft202012Validator:
    """A validator of a schema that refers to a document's components."""
    root = {**schema, "components": {"schemas": whole["components"]["schemas"]}}
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True)


def _pattern(path: str) -> str:
    """A path's pattern: an id holds an underscore, so that `validate` in its place is another path."""
    literal = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: "[^/_]*_[^/]*" if found[1].endswith("_id") else "[^/]+", literal)


@cache
def contract() -> Contract:
    """The document of the application."""
    return Contract(document())


def check(response: httpx.Response) -> str | None:
    """Hold an answer that a client got against the document; gives the operation's id, raises :class:`Mismatch`.

    A body that was not read yet is read where it is JSON, and left where it may be large.
    """
    answered = response.headers.get("content-type", "").partition(";")[0]
    if not response.is_stream_consumed and answered in ("application/json", MEDIA_TYPE):
        response.read()
    request = response.request
    return contract().check(
        Answer(
            method=request.method,
            path=request.url.raw_path.decode(),
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=response.content if response.is_stream_consumed else None,
        )
    )
