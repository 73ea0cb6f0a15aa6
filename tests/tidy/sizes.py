"""How long files, functions and ports may be; `python -m tests.tidy.sizes` prints where the project stands."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterable, Iterator

from tests.tidy.source import Source, product

FILE_LINES = 400
FUNCTION_LINES = 50
MEDIAN_LINES = 10
PORT_LINES = 50


def long_files(sources: Iterable[Source]) -> Iterator[str]:
    """Files of 400 lines or more."""
    for source in sources:
        if len(source.lines) >= FILE_LINES:
            yield source.at(
                FILE_LINES, f"{len(source.lines)} lines, must stay under {FILE_LINES}; give each idea its own module"
            )


def long_functions(sources: Iterable[Source]) -> Iterator[str]:
    """Functions of 50 lines or more, from `def` to the end, docstring included."""
    for source in sources:
        for function in functions(source):
            if length(function) >= FUNCTION_LINES:
                yield source.at(
                    function.lineno,
                    f"{function.name} has {length(function)} lines, must stay under {FUNCTION_LINES}; name its parts",
                )


def long_ports(sources: Iterable[Source]) -> Iterator[str]:
    """Protocols of more than 50 lines."""
    for source in sources:
        for port in ast.walk(source.tree):
            if isinstance(port, ast.ClassDef) and _is_protocol(port) and length(port) > PORT_LINES:
                yield source.at(
                    port.lineno,
                    f"port {port.name} has {length(port)} lines, at most {PORT_LINES}; split it by who needs what",
                )


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, inner ones too."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.stmt) -> int:
    """Lines from the `def` or `class` line to the last one."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def median_length(sources: Iterable[Source]) -> float:
    """The median length of all functions, in lines; 0 where there are none."""
    lengths = [length(function) for source in sources for function in functions(source)]
    return statistics.median(lengths) if lengths else 0


def summary(sources: list[Source]) -> str:
    """One line on where the project stands."""
    lengths = [length(function) for source in sources for function in functions(source)]
    longest_file = max((len(source.lines) for source in sources), default=0)
    return (
        f"{len(sources)} files, longest {longest_file} lines (limit {FILE_LINES}); "
        f"{len(lengths)} functions, median {median_length(sources):g} lines (limit {MEDIAN_LINES}), "
        f"longest {max(lengths, default=0)} (limit {FUNCTION_LINES})"
    )


def _is_protocol(node: ast.ClassDef) -> bool:
    bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    return any(ast.unparse(base).rpartition(".")[2] == "Protocol" for base in bases)


if __name__ == "__main__":
    print(summary(product()))
