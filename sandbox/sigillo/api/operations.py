"""What an operation is: its place in HTTP, what carries it out, and all that the contract's document says of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.desk import Desk
from sigillo.domain.api_key import Scope

Handler = Callable[[Desk, Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Link:
    """An operation that follows from an answer; ``parameters`` are runtime expressions of OpenAPI or plain values."""

    operation: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """A successful answer: a model, or bytes of the given media types, or either as it was asked for.

    ``location`` says that it names the new one, ``download`` that it is a file with a name.
    """

    status: int
    description: str
    model: type[BaseModel] | None = None
    media_types: tuple[str, ...] = ()
    location: bool = False
    download: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``problems`` name the kinds of failure beside those that any operation may have.

    ``body`` is the model of a JSON body with ``examples`` by name (default: those of the model), ``form`` that of a
    multipart one; ``once`` takes an Idempotency-Key, ``sandbox_only`` refuses a live key, ``open`` needs no key.
    """

    id: str
    method: str
    path: str
    tag: str
    summary: str
    handler: Handler
    answers: Answers
    description: str = ""
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    body_optional: bool = False
    examples: Mapping[str, object] = field(default_factory=dict)
    form: type[BaseModel] | None = None
    problems: tuple[str, ...] = ()
    links: Mapping[str, Link] = field(default_factory=dict)
    once: bool = False
    sandbox_only: bool = False
    open: bool = False
    scopes: tuple[Scope, ...] | None = None

    @property
    def needs(self) -> tuple[Scope, ...]:
        """Give the scopes that a key must have for it: ``scopes`` where they are given, else what its method says."""
        if self.open:
            return ()
        if self.scopes is not None:
            return self.scopes
        if self.method == "GET":
            return (Scope.READ,)
        return (Scope.SANDBOX,) if self.sandbox_only else (Scope.SEND,)
