"""The source tree as the tidy rules see it: files with their text, their syntax tree and the names they mean."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "sandbox/sigillo/"

# What tools and people leave in the tree, and what is not text.
_LEFT_OUT = {"__pycache__", "build", "data", "demo-out", "dist", "node_modules"}
_HIDDEN_BUT_OURS = {".ci", ".github", ".gitignore"}
_BINARY = {".eml", ".gif", ".ico", ".jar", ".jpg", ".otf", ".pdf", ".png", ".pyc", ".ttf", ".woff2", ".xlsx", ".zip"}


@dataclass(frozen=True)
class Source:
    """One text file: its path from the root of the project, with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; `lines[0]` is line 1."""
        return self.text.splitlines()

    @property
    def module(self) -> str:
        """The path inside the package, `domain/ids.py`; empty for a file outside of it."""
        return self.path.removeprefix(PACKAGE) if self.path.startswith(PACKAGE) else ""

    def at(self, line: int, message: str) -> str:
        """A finding, as every rule words it: `file:line: what is wrong; what to do`."""
        return f"{self.path}:{line}: {message}"

    @cached_property
    def imported(self) -> dict[str, str]:
        """What each imported local name stands for: `{"dt": "datetime.datetime"}`."""
        meanings: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for name in node.names:
                    local = name.asname or name.name.partition(".")[0]
                    meanings[local] = name.name if name.asname else local
            elif isinstance(node, ast.ImportFrom):
                meanings |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
        return meanings

    def meant(self) -> Iterator[tuple[int, str]]:
        """Line and full dotted name of every use of something imported, aliases resolved."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name | ast.Attribute):
                name = dotted(node)
                head, _, rest = name.partition(".")
                if head in self.imported:
                    yield node.lineno, self.imported[head] + (f".{rest}" if rest else "")


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of attributes on a name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import: the module, and for `from m import n` the name `m.n`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{name.name}") for name in node.names)


@cache  # the tree stays as it is while the tests run, and each file is parsed once
def texts() -> list[Source]:
    """Every text file of the project, in the order of their paths, the lock file left out."""
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(_walk(ROOT))
        if path.suffix not in _BINARY and path.name != "uv.lock"
    ]


@cache
def product() -> list[Source]:
    """The Python files of the package."""
    return _python(PACKAGE)


@cache
def suite() -> list[Source]:
    """The Python files of the tests."""
    return _python("tests/")


def sample(text: str, path: str = f"{PACKAGE}domain/letter.py") -> Source:
    """A made-up file, to show that a rule can fail."""
    return Source(path, text)


def clean(findings: Iterable[str]) -> None:
    """Fails with all findings, one a line."""
    found = sorted(set(findings))
    assert not found, f"{len(found)} to put right:\n" + "\n".join(found)


def _python(folder: str) -> list[Source]:
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not {"__pycache__", "node_modules"}.intersection(path.parts)
    ]


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        hidden = path.name.startswith(".") and path.name not in _HIDDEN_BUT_OURS
        if hidden or path.name in _LEFT_OUT:
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path
