"""Compares a package with what lies on the disk, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path

from sigillo.connectorgen.write import listed, with_manifest


def difference(files: Mapping[str, bytes], folder: Path) -> Iterator[str]:
    """Give the lines of a unified diff from the disk to the package; none where they are the same."""
    whole = with_manifest(files)
    for path in sorted({*whole, *listed(folder)}):
        target = folder / path
        there = target.read_bytes() if target.is_file() else b""
        wanted = whole.get(path, b"")
        if there != wanted or target.is_file() != (path in whole):
            yield from _lines(there, wanted, str(target))


def _lines(there: bytes, wanted: bytes, name: str) -> Iterator[str]:
    before = there.decode(errors="replace").splitlines(keepends=True)
    after = wanted.decode(errors="replace").splitlines(keepends=True)
    found = False
    for line in unified_diff(before, after, name, "the document and the overlay"):
        found = True
        yield line if line.endswith("\n") else f"{line}\n"
    if not found:
        yield f"{name}: {'is missing' if not there else 'has to go'}, or differs in its bytes\n"
