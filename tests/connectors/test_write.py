"""The disk: a package is written whole or not at all, never outside of its folder, and what was added is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigillo.connectorgen.check import difference
from sigillo.connectorgen.write import MANIFEST, Outside, is_inside, write

_OLD = {"a.txt": b"old", "nodes/b.txt": b"old", "nodes/deep/c.txt": b"old"}
_NEW = {"a.txt": b"new", "nodes/b.txt": b"new", "other/d.txt": b"new"}


def _there(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() or path.is_symlink()
    }


def test_a_package_takes_the_place_of_another(tmp_path: Path) -> None:
    """New files come, old ones and their empty folders go, nothing is left beside."""
    folder = tmp_path / "n8n"
    write(_OLD, folder)
    write(_NEW, folder)
    there = _there(folder)
    assert there.pop(MANIFEST).count(b"\n") == 3
    assert there == _NEW
    assert not (folder / "nodes" / "deep").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["n8n"]


@pytest.mark.parametrize("blocked", ["a.txt", "nodes/b.txt", "other", MANIFEST])
def test_what_stands_in_the_way_stops_everything(tmp_path: Path, blocked: str) -> None:
    """A folder in place of a file, or a file in place of a folder: the package that was there is there still."""
    folder = tmp_path / "n8n"
    write({path: content for path, content in _OLD.items() if path != blocked}, folder)
    (folder / blocked).unlink(missing_ok=True)
    if blocked == "other":
        (folder / blocked).write_bytes(b"mine")
    else:
        (folder / blocked).mkdir()
    before = _there(folder)
    with pytest.raises(OSError, match="nothing was written"):
        write(_NEW, folder)
    assert _there(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["n8n"]


def test_what_fails_half_way_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk refuses the third file: the two before it are as they were."""
    folder = tmp_path / "n8n"
    write(_OLD, folder)
    before = _there(folder)
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "d.txt" and "new" in self.parts:
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        write(_NEW, folder)
    assert _there(folder) == before
    assert not (folder / "other").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["n8n"]


def test_a_folder_that_could_not_be_filled_is_not_left(tmp_path: Path) -> None:
    """Where there was nothing before."""
    (tmp_path / "out").write_bytes(b"a file")
    with pytest.raises(OSError, match="out"):
        write(_NEW, tmp_path / "out" / "n8n")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "path",
    ["../a", "/etc/a", "a/../../b", "a//b", "./a", "a\\..\\b", "", "a/", "C:a", "a\n", "nodes/ b", MANIFEST],
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, path: str) -> None:
    """Whatever an emitter was told: nothing is written."""
    with pytest.raises(Outside):
        write({**_NEW, path: b"pwn"}, tmp_path / "n8n")
    assert list(tmp_path.iterdir()) == []


def test_a_list_that_leads_out_takes_nothing_away(tmp_path: Path) -> None:
    """An earlier list is input as any other."""
    folder = tmp_path / "n8n"
    write(_OLD, folder)
    (tmp_path / "mine.txt").write_bytes(b"mine")
    with (folder / MANIFEST).open("a") as manifest:
        manifest.write("0  ../mine.txt\n")
    write(_NEW, folder)
    assert (tmp_path / "mine.txt").read_bytes() == b"mine"


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    """A folder of the package that is a link to another place."""
    folder, other = tmp_path / "n8n", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    (folder / "nodes").symlink_to(other)
    with pytest.raises(Outside, match="is a link"):
        write(_NEW, folder)
    assert list(other.iterdir()) == []


def test_what_was_added_is_told(tmp_path: Path) -> None:
    """A file that nobody made, at any depth; what tools put there is not."""
    folder = tmp_path / "n8n"
    write(_OLD, folder)
    for path in ("node_modules/x/a.js", "dist/a.js", "package-lock.json"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"tool")
    assert list(difference(_OLD, folder)) == []
    (folder / "nodes" / "evil.ts").write_bytes(b"evil")
    (folder / "nodes" / "dist").mkdir()
    (folder / "nodes" / "dist" / "evil.ts").write_bytes(b"evil")
    assert [line.partition(":")[0] for line in difference(_OLD, folder)] == [
        str(folder / "nodes" / "dist" / "evil.ts"),
        str(folder / "nodes" / "evil.ts"),
    ]


def test_plain_paths_are_inside() -> None:
    """What packages have."""
    assert all(map(is_inside, (*_OLD, "nodes/Sigillo/__schema__/v1.0.0/letter/send.json", ".gitignore")))
