"""The scenario library: a folder of YAML files, each problem told with its file, line and column.

A file is hostile until it was read: bounded in size and depth, one document, no tags, anchors or aliases, no key twice.
The parser is libyaml's where PyYAML has it: 13 files in under 20 ms. Words are read as YAML 1.2 does, as editors do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import yaml

from sigillo.domain.document import escaped
from sigillo.domain.errors import Invalid, SigilloError
from sigillo.domain.scenario import Scenario
from sigillo.domain.scenario_document import parse_scenario

MOST_BYTES = 65_536
MOST_FILES = 500
MOST_DEPTH = 8
MOST_PROBLEMS = 20  # of the kind that a hostile file may hold thousands of

_PACKAGE = Path(__file__).parents[1]
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: Mapping[str, object] = MappingProxyType(
    {"": None, "~": None} | dict.fromkeys(("null", "Null", "NULL")) | {"true": True, "false": False}
)
_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")


class _Mark(Protocol):
    """A place in a file as the parser counts, from 0; libyaml's and PyYAML's own have nothing else in common."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one file; line and column count from 1, ``pointer`` is an RFC 6901 pointer into the file."""

    file: str
    line: int
    column: int
    pointer: str
    code: str
    detail: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.detail}"


class BrokenLibrary(SigilloError):
    """Files of the library are wrong; ``problems`` holds all of them, in the order of files and lines."""

    code = "broken_library"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Library:
    """The scenarios by name, in the order of their names, and the documents they were written in."""

    scenarios: Mapping[str, Scenario]
    documents: Mapping[str, Mapping[str, object]]


def specs_folder(package: Path = _PACKAGE) -> Path:
    """Give the folder of the contract and the scenarios: inside the installed package, else of the checkout.

    Raises :class:`SigilloError` where there is neither.
    """
    for folder in (package / "_specs", package.parents[1] / "specs"):
        if (folder / "scenarios").is_dir():
            return folder
    raise SigilloError("The scenarios that belong to sigillo are missing: install it again.", code="no_specs")


def load_library(folder: Path) -> Library:
    """Read every ``*.yaml`` of a folder; raise :class:`BrokenLibrary` with every problem of every file."""
    paths = sorted(folder.glob("*.yaml"))
    if not 1 <= len(paths) <= MOST_FILES:
        detail = f"The folder {folder} holds {len(paths)} scenario files (*.yaml): give it 1 to {MOST_FILES}."
        raise SigilloError(detail, code="bad_library")
    problems: list[Problem] = []
    scenarios: dict[str, Scenario] = {}
    documents: dict[str, Mapping[str, object]] = {}
    for path in paths:
        try:
            scenario, document = read_scenario(path)
        except BrokenLibrary as broken:
            problems.extend(broken.problems)
        else:
            scenarios[scenario.name], documents[scenario.name] = scenario, document
    if problems:
        raise BrokenLibrary(problems)
    return Library(MappingProxyType(scenarios), MappingProxyType(documents))


def read_scenario(path: Path) -> tuple[Scenario, Mapping[str, object]]:
    """Read one file, which is named after its scenario; raise :class:`BrokenLibrary` with all of its problems."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        detail = f"The file cannot be read ({error.strerror}): make it readable, or take it away."
        raise BrokenLibrary([Problem(path.name, 1, 1, "", "unreadable", detail)]) from None
    return scenario_of_yaml(content, file=path.name, name=path.stem)


def scenario_of_yaml(content: bytes, file: str, *, name: str | None = None) -> tuple[Scenario, Mapping[str, object]]:
    """Read the bytes of a file called ``file``; the scenario must be called ``name`` where that is given.

    Gives the scenario and its document as JSON values; raises :class:`BrokenLibrary`.
    """
    page = _Page(file, {}, [])
    document = page.read(content)
    try:
        scenario = parse_scenario(document)
    except Invalid as invalid:
        for error in invalid.errors:
            page.refuse(error.pointer, error.code, error.detail)
        raise page.broken() from None
    if name is not None and scenario.name != name:
        page.refuse("/name", "name_not_of_file", f"The file is called {file}: write name: {name}, or rename the file.")
    if page.problems or not isinstance(document, dict):
        raise page.broken()
    return scenario, document


@dataclass(frozen=True, slots=True)
class _Page:
    """One file while it is read: where each pointer stands (line and column from 1), and what is wrong."""

    file: str
    places: dict[str, tuple[int, int]]
    problems: list[Problem]

    def read(self, content: bytes) -> object:
        """Give the document as JSON values; raise :class:`BrokenLibrary` when it cannot be had."""
        if len(content) > MOST_BYTES:
            raise self.broken("too_large", f"The file is larger than {MOST_BYTES} bytes: shorten it.")
        try:
            text = content.decode("utf-8-sig")
            self._guard(text)
            node = yaml.compose(text, Loader=_Loader)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise self.broken("not_utf8", "The file is not UTF-8 here: save it as UTF-8.", at=(line, 1)) from None
        except yaml.reader.ReaderError as error:
            line = content.count(b"\n", 0, error.position) + 1
            detail = "A control character stands on this line: take it out."
            raise self.broken("unprintable", detail, at=(line, 1)) from None
        except yaml.MarkedYAMLError as error:
            detail = f"This is not YAML ({error.problem or error.context}): correct it."
            raise self.broken("bad_yaml", detail, at=_place(error.problem_mark)) from None
        return None if node is None else self._value(node, "")

    def broken(self, code: str = "", detail: str = "", *, at: tuple[int, int] = (1, 1)) -> BrokenLibrary:
        """Give the error with all problems noted, and with one more where ``code`` is given, in the order of lines."""
        if code:
            self._refuse_at(at, code, detail)
        return BrokenLibrary(sorted(self.problems, key=lambda problem: (problem.line, problem.column)))

    def refuse(self, pointer: str, code: str, detail: str) -> None:
        """Note a problem at a pointer, or at what is nearest around it where nothing stands there."""
        around = pointer
        while around and around not in self.places:
            around = around.rpartition("/")[0]
        line, column = self.places.get(around, (1, 1))
        self.problems.append(Problem(self.file, line, column, pointer, code, detail))

    def _refuse_at(self, place: tuple[int, int], code: str, detail: str) -> None:
        self.problems.append(Problem(self.file, *place, "", code, detail))

    def _guard(self, text: str) -> None:
        """Refuse what a scenario never needs, before anything is built from it; stops at what goes too deep."""
        depth = documents = 0
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            if depth > MOST_DEPTH:
                raise self.broken("too_deep", "This is nested too deeply: flatten it.", at=_place(event.start_mark))
            if detail := _needless(event, documents):
                self._refuse_at(_place(event.start_mark), "not_plain", detail)
            if len(self.problems) >= MOST_PROBLEMS:
                break
        if self.problems:
            raise self.broken()

    def _value(self, node: yaml.Node, pointer: str) -> object:
        self.places.setdefault(pointer, _place(node.start_mark))
        if isinstance(node, yaml.MappingNode):
            return dict(self._entries(node, pointer))
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, f"{pointer}/{i}") for i, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return _scalar(node)

    def _entries(self, node: yaml.MappingNode, pointer: str) -> Iterator[tuple[str, object]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key, place = key_node.value, _place(key_node.start_mark)
            if not isinstance(key, str):
                self._refuse_at(place, "bad_key", "A key is one word: take the brackets out.")
                continue
            if key in seen:
                self._refuse_at(place, "duplicate_key", f"The key {key[:40]!r} stands twice: take one out.")
            seen.add(key)
            below = f"{pointer}/{escaped(key)}"
            self.places[below] = place
            yield key, self._value(value_node, below)


def _needless(event: yaml.Event, documents: int) -> str | None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        return "Anchors (&) and aliases (*) are not read: write the value out."
    if getattr(event, "tag", None) is not None:
        return "Tags (!) are not read: write the plain value."
    if isinstance(event, yaml.DocumentStartEvent) and documents > 1:
        return "A file holds one scenario: move this one to a file of its own."
    return None


def _scalar(node: yaml.ScalarNode) -> object:
    """Give a word as YAML 1.2's core schema reads it; only a number's being one matters, so all are floats."""
    text = str(node.value)
    if node.style in ("'", '"', "|", ">"):
        return text
    return _WORDS[text] if text in _WORDS else float(text) if _NUMBER.fullmatch(text) else text


def _place(mark: _Mark | None) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
