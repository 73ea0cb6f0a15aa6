"""HTTP status numbers of failures live in one file; everybody else raises an error that has a name.

What counts as such a number, so that a page limit of 500 does not:

1. a keyword called `status`, `status_code` or `http_status` with 300 to 599 (`Response(status_code=404)`);
2. a variable, field or default of such a name set to one of 400 to 599 (`status: int = 409`);
3. a comparison of such a name or attribute with 400 to 599 (`answer.status_code == 404`), or a `case 404:` on it;
4. a key 400 to 599 in `responses={…}` of a route;
5. in `api`, `web` and `cli`, where HTTP is spoken: 400 to 599 as an argument of a call, or inside a tuple,
   that is raised or returned (`raise HTTPException(404)`, `return body, 409`);
6. `HTTPStatus.…` and `HTTP_404_NOT_FOUND`.

Numbers of success (200, 201, 204, 206) belong to the route that answers and are free.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from tests.tidy.source import Source, dotted

# Where such numbers may stand, and why.
ALLOWED = {
    "api/problems.py": "the one table from errors to statuses",
    "domain/fault_presets.py": "the statuses of a provider in trouble, as they are asked for",
    "providers/": "the far side's statuses, mapped by table",
    "faces/": "the statuses of the wire that is imitated",
}

_NAMES = {"status", "status_code", "http_status"}
_SPEAKERS = ("api/", "web/", "cli/")
_REDIRECT, _FAILURE, _END = 300, 400, 600


def stray_statuses(sources: Iterable[Source]) -> Iterator[str]:
    """Status numbers outside of the files that may know them."""
    for source in sources:
        if source.module and not source.module.startswith(tuple(ALLOWED)):
            for line, number in _statuses(source):
                yield source.at(
                    line,
                    f"HTTP status {number}: raise an error of the domain, and give it its status in api/problems.py",
                )


def _statuses(source: Source) -> Iterator[tuple[int, object]]:
    for node in ast.walk(source.tree):
        yield from _by_name(node)
        yield from _by_library(node)
        if source.module.startswith(_SPEAKERS) and isinstance(node, ast.Raise | ast.Return):
            yield from _by_position(node)


def _by_name(node: ast.AST) -> Iterator[tuple[int, object]]:
    """Cases 1 to 4: a name says that the number is a status."""
    match node:
        case ast.keyword(arg=str(name), value=value) if name in _NAMES:
            yield from _numbers([value], _REDIRECT)
        case ast.keyword(arg="responses", value=ast.Dict(keys=keys)):
            yield from _numbers(keys)
        case ast.Assign(targets=targets, value=value) if any(map(_is_status, targets)):
            yield from _numbers([value])
        case ast.AnnAssign(target=target, value=value) if _is_status(target):
            yield from _numbers([value])
        case ast.arguments():
            yield from _defaults(node)
        case ast.Compare(left=left, comparators=others) if any(map(_is_status, [left, *others])):
            yield from _numbers(part for side in [left, *others] for part in _flat(side))
        case ast.Match(subject=subject, cases=cases) if _is_status(subject):
            yield from _numbers(value for case in cases for value in ast.walk(case.pattern))


def _by_library(node: ast.AST) -> Iterator[tuple[int, object]]:
    """Case 6: a library's name for a status."""
    name = dotted(node)
    if re.search(r"(^|\.)HTTPStatus\.|(^|\.)HTTP_[345]\d\d_", name):
        yield node.lineno, name


def _by_position(node: ast.Raise | ast.Return) -> Iterator[tuple[int, object]]:
    """Case 5: arguments and tuples in what is raised or returned."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            yield from _numbers(part.args)
        elif isinstance(part, ast.Tuple):
            yield from _numbers(part.elts)


def _defaults(arguments: ast.arguments) -> Iterator[tuple[int, object]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    yield from _numbers(default for argument, default in pairs if argument.arg in _NAMES)


def _numbers(nodes: Iterable[ast.AST | None], first: int = _FAILURE) -> Iterator[tuple[int, object]]:
    for node in nodes:
        if isinstance(node, ast.Constant) and type(node.value) is int and first <= node.value < _END:
            yield node.lineno, node.value


def _is_status(node: ast.AST) -> bool:
    return dotted(node).rpartition(".")[2] in _NAMES or (isinstance(node, ast.Attribute) and node.attr in _NAMES)


def _flat(node: ast.AST) -> list[ast.AST]:
    return list(node.elts) if isinstance(node, ast.Tuple | ast.Set | ast.List) else [node]
