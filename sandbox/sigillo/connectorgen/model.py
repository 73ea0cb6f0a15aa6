"""What a connector is, in no platform's words: the one value between reading the API's document and writing packages.

Everything is valid from birth: `build` has checked that texts exist in every language, that paths lead somewhere and
that whatever names an operation names one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sigillo.connectorgen.answers import Answer, AnswerKind
from sigillo.connectorgen.events import Trigger
from sigillo.connectorgen.fields import (
    Alternatives,
    Call,
    Constant,
    Encoding,
    Field,
    Group,
    Noun,
    Pagination,
    Path,
    Place,
    Text,
)


class Role(StrEnum):
    """An ACTION does something or fetches one thing; a SEARCH gives any number of things."""

    ACTION = "action"
    SEARCH = "search"


class Effect(StrEnum):
    """What it does to the far side."""

    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something a person can let the connector do. Two operations may use one call with other constants.

    `verb` is its key within the resource, `name` the verb alone ("Send"), `title` says it whole ("Send a letter"),
    `description` is a sentence of what it does. `noun` is what it gives (of a list: one item), or what it is about
    where nothing comes back. `idempotency` names the header that makes a repetition harmless.
    `irreversible`: cannot be undone.
    """

    key: str
    resource: str
    noun: Noun
    verb: str
    role: Role
    effect: Effect
    name: Text
    title: Text
    description: Text
    call: Call
    encoding: Encoding
    fields: tuple[Field, ...]
    groups: tuple[Group, ...]
    constants: tuple[Constant, ...]
    answer: Answer
    pagination: Pagination | None
    idempotency: str | None
    sandbox_only: bool
    irreversible: bool
    alternatives: Alternatives | None = None

    @property
    def picked_by(self) -> Field | None:
        """The field that says which one thing is looked at: a person who knows it finds the thing, or nothing (404).

        None for what changes something, or reads a list, a file, or the only thing of its kind.
        """
        if self.effect is not Effect.READ or self.call.method != "GET" or self.answer.kind is not AnswerKind.OBJECT:
            return None
        last = self.call.path.rpartition("/")[2]
        picking = (one for one in self.fields if one.place is Place.PATH and f"{{{one.path[0]}}}" == last)
        return next(picking, None)


@dataclass(frozen=True, slots=True)
class Resource:
    """A thing that operations are about; `name` and `plural` stand alone, `noun` inside a sentence.

    `first` is the verb of the operation that people meet first.
    """

    key: str
    name: Text
    plural: Text
    noun: Noun
    description: Text
    first: str


@dataclass(frozen=True, slots=True)
class Server:
    """Where the API can be; `url` is None where the person gives it. URLs have no path: calls begin with `/`."""

    key: str
    label: Text
    help: Text
    url: str | None


@dataclass(frozen=True, slots=True)
class Auth:
    """A secret key in a header: `header: prefix + key`. `test` fails with 401 on a wrong one; `account` are the
    Paths in its answer that, joined by ` · `, tell a person whose key it is, and `identity` is its workspace's id."""

    header: str
    prefix: str
    label: Text
    help: Text
    placeholder: str
    test: Call
    account: tuple[Path, ...]
    identity: Path


@dataclass(frozen=True, slots=True)
class Failures:
    """How the API says no: Paths in its problem documents; `fields` is a list with a JSON pointer and a text each.

    `retry` are the statuses after which the same request may succeed, the wait in seconds in `retry_after`.
    """

    detail: Path
    code: Path
    fields: Path
    pointer: Path
    field_detail: Path
    request_id: Path
    retry: tuple[int, ...]
    retry_after: str


@dataclass(frozen=True, slots=True)
class Logo:
    """An SVG for light grounds and one for dark ones."""

    light: bytes
    dark: bytes


@dataclass(frozen=True, slots=True)
class App:
    """What the connector connects to. `root` is the path under which every call lies.

    `license` is the package's own (an SPDX name), whatever the API's is; `holders` have the copyright.
    """

    key: str
    name: str
    summary: Text
    version: str
    homepage: str
    documentation: str
    author: str
    email: str
    repository: str
    license: str
    holders: tuple[str, ...]
    colour: str
    root: str
    servers: tuple[Server, ...]
    default_server: str
    auth: Auth
    failures: Failures
    logo: Logo


@dataclass(frozen=True, slots=True)
class ConnectorModel:
    """A whole connector; the order of everything is the order in which people should see it."""

    app: App
    resources: tuple[Resource, ...]
    operations: tuple[Operation, ...]
    triggers: tuple[Trigger, ...]

    def operations_of(self, resource: str) -> tuple[Operation, ...]:
        """Give the operations about one resource."""
        return tuple(operation for operation in self.operations if operation.resource == resource)

    def operation(self, key: str) -> Operation:
        """Give one operation; raises KeyError where there is none of that key."""
        for operation in self.operations:
            if operation.key == key:
                return operation
        raise KeyError(key)
