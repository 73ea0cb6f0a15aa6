"""What a person gives: texts, fields with their choices, and where each value travels in the request.

Wire names are kept as the API has them. A `key` is what emitters name things by: lower case letters, digits and `_`,
unique among its siblings and stable while the API does not change. Of places in JSON a `Path` is the member names
from the outside in: `("recipient", "email")`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
Path: TypeAlias = tuple[str, ...]

LANGUAGES = ("en", "fr", "it")


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads, written by hand in each language; Markdown's back-ticks mark code."""

    en: str
    fr: str
    it: str

    def in_(self, language: str) -> str:
        """Give it in one of LANGUAGES; raises KeyError for another."""
        return {"en": self.en, "fr": self.fr, "it": self.it}[language]


@dataclass(frozen=True, slots=True)
class Noun:
    """What a thing is called inside a sentence, without an article: "letter", "letters"."""

    one: Text
    many: Text


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of the API: its operationId, upper case method, and path with `{name}` for path parameters."""

    id: str
    method: str
    path: str


class Place(StrEnum):
    """Where a value travels in the request."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    BODY = "body"


class Encoding(StrEnum):
    """How the values whose place is the body are written.

    JSON nests them by their paths. FORM is multipart/form-data whose parts are named by the path joined with dots, a
    list's values one part each, a map's entries one part each (`metadata.deal`), booleans as `true` and `false`, files
    with their file names. NONE is no body.
    """

    NONE = "none"
    JSON = "json"
    FORM = "form"


class Kind(StrEnum):
    """What a person gives in a field, or what stands in an answer.

    TEXT one line, LONG_TEXT several, INSTANT an RFC 3339 instant, CHOICE one of `choices`, MAP names with text values,
    OBJECT members (`fields`), FILE a file with its name, JSON any JSON value as the API has it.
    """

    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    URL = "url"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    CHOICE = "choice"
    MAP = "map"
    OBJECT = "object"
    FILE = "file"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a field can have."""

    value: str
    label: Text
    help: Text | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What the API refuses beyond; None where it says nothing. `pattern` is a regular expression of ECMA-262."""

    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Pagination:
    """How a list goes on: send what stands at `next` as `cursor`, until it is null. `limit` names the page's size."""

    cursor: str
    limit: str
    most: int
    next: Path


@dataclass(frozen=True, slots=True)
class Lookup:
    """Values to choose from that another operation lists.

    `items` leads to the list in the answer, `value` is read in each item. What stands at the Paths of `label`, joined
    by ` · `, is what people read, and `detail` what may stand below it; null and absent members are left out. `search`
    is the query parameter that takes what the person types (None: compare with the label). `arguments` are path or
    query parameters of the call and the keys of the fields whose values they get: the list depends on those. `locator`
    says that the value names a thing, which may be chosen, pasted as an id or given by another step; else it is just
    a list of choices. `fixed` are query parameters of the call and the values they have always; `key` names the list.
    `by` says what the value is where that is no id: an address.
    """

    key: str
    call: Call
    items: Path
    value: Path
    label: tuple[Path, ...]
    detail: tuple[Path, ...]
    pagination: Pagination | None
    search: str | None
    arguments: tuple[tuple[str, str], ...]
    fixed: tuple[tuple[str, str], ...]
    locator: bool
    by: Text | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `path` is the parameter's name, or the Path in the body; an empty Path is the whole body.

    `many`: a list of that kind, in a query joined by `separator` (None: the parameter is repeated). Of a field with a
    `group`, `required` holds where any member of the group is given. `sample` is a value the API takes. `advanced`
    fields are shown on demand only. A `clearable` one takes null, which makes a thing have none of it any more.
    """

    key: str
    place: Place
    path: Path
    kind: Kind
    label: Text
    many: bool = False
    help: Text | None = None
    placeholder: Text | None = None
    required: bool = False
    advanced: bool = False
    default: Json = None
    sample: Json = None
    choices: tuple[Choice, ...] = ()
    fields: tuple[Field, ...] = ()
    lookup: Lookup | None = None
    limits: Limits = Limits()
    group: str | None = None
    separator: str | None = None
    clearable: bool = False


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The keys of fields of which exactly one is given; `label` asks which, and the first is the usual one."""

    key: str
    label: Text
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, members of one object of the body; `required` says that the object is."""

    key: str
    label: Text
    required: bool
    help: Text | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """What is sent always and shown to nobody."""

    place: Place
    path: Path
    value: Json
