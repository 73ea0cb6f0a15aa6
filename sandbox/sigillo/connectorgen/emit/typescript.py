"""Writes plain values as literals of TypeScript, laid out as prettier lays them out (tabs, single quotes, 100 columns).

Keys are unquoted where the language allows it: linters of connectors read literals, and are blind to quoted keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

WIDTH = 100
_TAB = 2  # columns that a tab counts for
_CLASS = re.compile(r"^export (?:class|const) (\w+)", re.MULTILINE)
_IMPORT = re.compile(r"^import (?:type )?\{([^}]*)\}", re.MULTILINE)
# What sources use without importing it: a class of that name would stand in front of it.
_GLOBALS = frozenset("Array Boolean Buffer Date Error JSON Map Math Number Object Promise Record RegExp String".split())
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


@dataclass(frozen=True, slots=True)
class Code:
    """An expression written as it stands, on one line: an identifier, a call, a spread."""

    text: str


Value: TypeAlias = bool | int | float | str | Code | Sequence["Value"] | Mapping[str, "Value"] | None


def literal(value: Value, *, depth: int = 0, before: int = 0, after: int = 1) -> str:
    """Give the literal of a value.

    `depth` is how many tabs the line begins with, `before` how many columns precede the value on its line after those
    tabs, `after` how many follow it (a comma or a semicolon).
    """
    short = _inline(value)
    room = WIDTH - depth * _TAB - before - after
    if short is not None and len(short) <= room:
        return short
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return _object(value, depth)
    if isinstance(value, Sequence):
        return _array(value, depth)
    return _scalar(value)


def _inline(value: Value) -> str | None:
    """The value on one line, None where prettier (or its readers) want it on several."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        members = [(_key(key), _inline(item)) for key, item in value.items()]
        if any(text is None for _, text in members):
            return None
        return "{ " + ", ".join(f"{key}: {text}" for key, text in members) + " }"
    if isinstance(value, Sequence):
        if _broken(value):
            return None
        items = [_inline(item) for item in value]
        return None if None in items else "[" + ", ".join(text for text in items if text is not None) + "]"
    return _scalar(value)


def _broken(value: Sequence[Value]) -> bool:
    """Prettier puts each of several objects, or of several lists, with several members on lines of its own."""
    objects = all(isinstance(item, Mapping) and len(item) > 1 for item in value)
    lists = all(_is_list(item) and isinstance(item, Sequence) and len(item) > 1 for item in value)
    return len(value) > 1 and (objects or lists)


def _is_list(value: Value) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _object(value: Mapping[str, Value], depth: int) -> str:
    inside = "\t" * (depth + 1)
    lines = []
    for key, item in value.items():
        name = _key(key)
        text = literal(item, depth=depth + 1, before=len(name) + 2)
        room = WIDTH - (depth + 1) * _TAB - len(name) - 3
        apart = isinstance(item, str) and len(text) > room
        lines.append(f"{inside}{name}:\n{inside}\t{text}," if apart else f"{inside}{name}: {text},")
    return "{\n" + "\n".join(lines) + "\n" + "\t" * depth + "}"


def _array(value: Sequence[Value], depth: int) -> str:
    inside = "\t" * (depth + 1)
    lines = [f"{inside}{literal(item, depth=depth + 1)}," for item in value]
    return "[\n" + "\n".join(lines) + "\n" + "\t" * depth + "]"


def _scalar(value: Value) -> str:
    if isinstance(value, Code):
        return value.text
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _key(key: str) -> str:
    if key.startswith("..."):
        raise ValueError("Spread a list by Code, not by a key.")
    return key if _NAME.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    """In single quotes, unless that needs more escapes than double ones."""
    mark = '"' if text.count("'") > text.count('"') else "'"
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return mark + escaped.replace(mark, "\\" + mark) + mark


def clashes(files: Mapping[str, bytes]) -> Iterator[str]:
    """Give what a source declares although it imports it already, or the language has it."""
    for path, content in files.items():
        if not path.endswith(".ts"):
            continue
        source = content.decode()
        imported = {
            name.strip().removeprefix("type ") for inside in _IMPORT.findall(source) for name in inside.split(",")
        }
        for name in _CLASS.findall(source):
            if name in imported | _GLOBALS:
                yield f"{path} would have two things that are called {name}"
