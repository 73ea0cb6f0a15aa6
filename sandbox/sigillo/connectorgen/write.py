"""Meets the disk: writes a package's files, and takes away those that an earlier one had and this one has not.

`generated.sha256` lists what was made, in the format of sha256sum; whatever else lies in the folder is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

MANIFEST = "generated.sha256"


def with_manifest(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give the files and their list."""
    lines = [f"{sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items())]
    return {**files, MANIFEST: "".join(lines).encode()}


def listed(folder: Path) -> list[str]:
    """Give the paths that an earlier package's list has; none where there is no list."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return []
    paths = [line.partition("  ")[2] for line in manifest.read_text().splitlines()]
    return [path for path in paths if path and not Path(path).is_absolute() and ".." not in Path(path).parts]


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files with their list below a folder; raises OSError where that cannot be."""
    whole = with_manifest(files)
    for path in listed(folder):
        if path not in whole:
            (folder / path).unlink(missing_ok=True)
    for path, content in whole.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
