"""What import-linter cannot say: names of modules, imports of the core, purity of the domain, connectorgen."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator

from tests.tidy.source import Source, imports

# Names that say nothing of what is inside.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "models", "manager", "managers", "misc"}

CORE = ("domain/", "application/")

# Modules of the standard library by which the world would enter the domain.
_CLOCK_AND_CHANCE = {"random", "sched", "secrets", "time", "uuid"}
_MACHINE = {"glob", "io", "os", "shutil", "signal", "subprocess", "sys", "tempfile"}
_NETWORK = {"http", "select", "smtplib", "socket", "sqlite3", "ssl"}
_THREADS_AND_LOGS = {"_thread", "asyncio", "concurrent", "logging", "multiprocessing", "queue", "threading"}
WORLD = _CLOCK_AND_CHANCE | _MACHINE | _NETWORK | _THREADS_AND_LOGS
WORLDLY_NAMES = {"urllib.request", "pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath"}
WORLDLY_CALLS = {"open", "print", "input", "breakpoint", "__import__"}


def empty_names(sources: Iterable[Source]) -> Iterator[str]:
    """Modules and packages whose name says nothing."""
    for source in sources:
        parts = source.path.removesuffix(".py").split("/")
        for part in parts:
            if part in EMPTY_NAMES:
                yield source.at(1, f"the name '{part}' says nothing; name the module after the one idea inside")


def foreign_imports(sources: Iterable[Source]) -> Iterator[str]:
    """Imports in the core of anything but the standard library and the core."""
    for source in sources:
        if not source.module.startswith(CORE):
            continue
        for line, name in imports(source):
            if name.partition(".")[0] not in {*sys.stdlib_module_names, "sigillo"}:
                yield source.at(
                    line, f"imports {name}: the core has the standard library only; let an edge do it behind a port"
                )


def worldly_domain(sources: Iterable[Source]) -> Iterator[str]:
    """Clock, chance, environment, I/O, threads or logs in the domain."""
    for source in sources:
        if not source.module.startswith("domain/"):
            continue
        for line, name in imports(source):
            if name.partition(".")[0] in WORLD or any(f"{name}.".startswith(f"{bad}.") for bad in WORLDLY_NAMES):
                yield source.at(
                    line, f"imports {name}: the domain takes instants, chance and ids as arguments and does no I/O"
                )
        for line, name in source.meant():
            if name in WORLDLY_NAMES:
                yield source.at(line, f"uses {name}: the domain does no I/O; PurePosixPath names without touching")
        yield from _worldly_calls(source)


def knowing_generator(sources: Iterable[Source]) -> Iterator[str]:
    """Imports in connectorgen of any other part of sigillo."""
    for source in sources:
        if not source.module.startswith("connectorgen/"):
            continue
        for line, name in imports(source):
            if name.startswith("sigillo") and not f"{name}.".startswith("sigillo.connectorgen."):
                yield source.at(line, f"imports {name}: connectorgen reads specs/ and knows nothing else of sigillo")


def _worldly_calls(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORLDLY_CALLS:
            yield source.at(node.lineno, f"calls {node.func.id}(): the domain does no I/O; return a value instead")
