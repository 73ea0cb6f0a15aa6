"""Compares a package with what lies on the disk, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path

from sigillo.connectorgen.write import listed, with_manifest

# What tools put beside the sources, and nobody checks in.
_TOOLS = frozenset({"node_modules", "dist", "package-lock.json"})


def difference(files: Mapping[str, bytes], folder: Path) -> Iterator[str]:
    """Give the lines of a unified diff from the disk to the package, and what is there that nobody made; none else."""
    whole = with_manifest(files)
    for path in sorted({*whole, *listed(folder)}):
        target = folder / path
        there = target.read_bytes() if target.is_file() else b""
        wanted = whole.get(path, b"")
        if there != wanted or target.is_file() != (path in whole):
            yield from _lines(there, wanted, str(target))
    for added in _added(folder, {*whole, *listed(folder)}):
        yield f"{added}: is there, and was not made: take it away, or put it elsewhere\n"


def _added(folder: Path, known: set[str]) -> Iterator[Path]:
    """What lies in a package's folder beside its own files."""
    for path in sorted(_found(folder, top=True)):
        if path.relative_to(folder).as_posix() not in known:
            yield path


def _found(folder: Path, *, top: bool) -> Iterator[Path]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if top and path.name in _TOOLS:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _found(path, top=False)
        else:
            yield path


def _lines(there: bytes, wanted: bytes, name: str) -> Iterator[str]:
    before = there.decode(errors="replace").splitlines(keepends=True)
    after = wanted.decode(errors="replace").splitlines(keepends=True)
    found = False
    for line in unified_diff(before, after, name, "the document and the overlay"):
        found = True
        yield line if line.endswith("\n") else f"{line}\n"
    if not found:
        yield f"{name}: {'is missing' if not there else 'has to go'}, or differs in its bytes\n"
