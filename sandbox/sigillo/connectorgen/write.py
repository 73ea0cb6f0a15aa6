"""Meets the disk: a package is written whole or not at all, and what an earlier one had and this one has not goes.

1. Every path is judged: below the folder, and through no link that leads out of it.
2. All files are written into a folder beside; what could stop them there stops everything.
3. File after file takes its place, what was there is kept beside; should one fail, all are put back.

`generated.sha256` lists what was made, in the format of sha256sum; whatever else lies in the folder is left alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath

MANIFEST = "generated.sha256"


class Outside(Exception):
    """A path that a package must not have: it would lead out of the package's folder."""


def with_manifest(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give the files and their list; raises Outside for a path that leads out of the package."""
    for path in files:
        if not is_inside(path) or path == MANIFEST:
            raise Outside(f"{path!r} leads out of the package: nothing was written.")
    lines = [f"{sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items())]
    return {**files, MANIFEST: "".join(lines).encode()}


def is_inside(path: str) -> bool:
    """Whether a path leads to something below its root, whatever system reads it."""
    parts = path.split("/")
    odd = any(part in ("", ".", "..") or part != part.strip() for part in parts)
    return not odd and path.isprintable() and not any(letter in path for letter in '\\:*?"<>|')


def listed(folder: Path) -> list[str]:
    """Give the paths that an earlier package's list has; none where there is no list."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return []
    paths = [line.partition("  ")[2] for line in manifest.read_text(errors="replace").splitlines()]
    return [path for path in paths if is_inside(path)]


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files with their list below a folder; raises OSError or Outside, and then nothing has changed."""
    whole = with_manifest(files)
    gone = [path for path in listed(folder) if path not in whole]
    for path in (*whole, *gone):
        _judge(folder, path)
    beside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)  # of a build that was ended
    made = _missing(folder)
    try:
        for path, content in whole.items():
            _parent(beside / "new" / path)
            (beside / "new" / path).write_bytes(content)
        _Exchange(folder, beside).carry_out(list(whole), gone)
    except BaseException:
        for empty in made:
            if empty.is_dir() and not any(empty.iterdir()):
                empty.rmdir()
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _missing(folder: Path) -> list[Path]:
    """The folders that writing will make, the innermost first."""
    return [one for one in (folder, *folder.parents) if not one.exists()]


def _judge(folder: Path, path: str) -> None:
    """Nothing between the folder and a file is a link, or else than it has to be."""
    for above in [folder / part for part in PurePosixPath(path).parents if part != PurePosixPath()]:
        if above.is_symlink():
            raise Outside(f"{above} is a link that may lead out of the package: nothing was written.")
        if above.exists() and not above.is_dir():
            raise NotADirectoryError(20, "a file stands where a folder has to be: nothing was written", str(above))
    if (folder / path).is_dir() and not (folder / path).is_symlink():
        raise IsADirectoryError(21, "a folder stands where a file has to be: nothing was written", str(folder / path))


def _parent(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)


class _Exchange:
    """Puts the new files into their places, and the old ones back if one cannot be put."""

    def __init__(self, folder: Path, beside: Path) -> None:
        self._folder = folder
        self._beside = beside
        self._undo: list[tuple[Path, Path | None]] = []

    def carry_out(self, new: list[str], gone: list[str]) -> None:
        """Take the old files away and put the new ones there, or leave everything as it was and raise."""
        try:
            for path in gone:
                self._keep(path)
            for path in new:
                self._keep(path)
                target = self._folder / path
                _parent(target)
                (self._beside / "new" / path).replace(target)
        except BaseException:
            for target, kept in reversed(self._undo):
                target.unlink(missing_ok=True)
                if kept is not None:
                    _parent(target)
                    kept.replace(target)
            raise
        finally:
            self._sweep([*new, *gone])

    def _keep(self, path: str) -> None:
        """Move away what is there, so that it can be put back."""
        target, kept = self._folder / path, self._beside / "old" / path
        if target.exists() or target.is_symlink():
            _parent(kept)
            target.replace(kept)
            self._undo.append((target, kept))
        else:
            self._undo.append((target, None))

    def _sweep(self, paths: list[str]) -> None:
        """Take away the folders below this one that have nothing in them any more."""
        folders = {self._folder / part for path in paths for part in PurePosixPath(path).parents}
        for empty in sorted(folders - {self._folder}, reverse=True):
            if empty.is_dir() and not any(empty.iterdir()):
                empty.rmdir()
