"""What comes back from a call: its shape, a sample, and which of its members a person wants to see first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sigillo.connectorgen.fields import Json, Kind, Path, Text


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands somewhere in an answer. `many`: a list of it. Every member of an object has a `label`; an answer
    itself, a list's item and a map's value have no name, so none.

    OBJECT has `members` by name; a MAP's values have the shape `values`. `values` is the API's own list of what a
    text can be. Kinds of answers are TEXT, EMAIL, URL, INTEGER, NUMBER, BOOLEAN, INSTANT, MAP, OBJECT, JSON.
    """

    kind: Kind
    many: bool = False
    nullable: bool = False
    always: bool = True
    label: Text | None = None
    note: str = ""
    members: tuple[tuple[str, Shape], ...] = ()
    of: Shape | None = None
    values: tuple[str, ...] = ()


class AnswerKind(StrEnum):
    """What a success brings: one object, a list of them, a file, or nothing (204)."""

    OBJECT = "object"
    LIST = "list"
    FILE = "file"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back. `shape` and `sample` are those of the object, or of ONE item of the list at `items`.

    `columns` are the members that a person wants first, at most ten, or empty: all. A file has one of `media_types`
    and its name in Content-Disposition.
    """

    kind: AnswerKind
    shape: Shape | None = None
    sample: Json = None
    items: Path = ()
    columns: tuple[Path, ...] = ()
    media_types: tuple[str, ...] = ()
