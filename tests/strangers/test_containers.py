"""openssl, unzip and zipfile verify the container of every kind of proof, and reject tampered copies."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZIP_STORED, ZipFile

import pytest
from lxml import etree

from tests.strangers.forgeries import MANIFEST, SEAL, Tamper
from tests.strangers.letters import LETTERS, PROOFS, Proof
from tests.strangers.programs import DS, Programs
from tests.strangers.world import World

pytestmark = pytest.mark.strangers
of_every_proof = pytest.mark.parametrize("proof", PROOFS, ids=str)


@of_every_proof
def test_a_container_is_accepted(programs: Programs, world: World, proof: Proof, tmp_path: Path) -> None:
    """The seal holds over the manifest, and the manifest over every entry."""
    _assert_accepted(programs, world, proof.file(world.proofs, "asice"), tmp_path)


@pytest.mark.parametrize("letter", LETTERS)
def test_a_bundle_is_accepted(programs: Programs, world: World, letter: str, tmp_path: Path) -> None:
    """The same of the bundle with all of a letter's proofs."""
    _assert_accepted(programs, world, world.proofs / letter / "bundle.asice", tmp_path)


@of_every_proof
def test_changed_content_is_told_by_its_digest(programs: Programs, world: World, proof: Proof, tmp_path: Path) -> None:
    """The seal over the manifest holds, and one digest is no longer that of its entry."""
    _unpack(proof.file(world.forged("asice", Tamper.CONTENT), "asice"), tmp_path)
    assert _seal_holds(programs, tmp_path, world.trust)
    assert _wrong_digests(programs, tmp_path) == [f"content/{proof.content}"]


@of_every_proof
def test_swapped_content_is_told_by_the_seal(programs: Programs, world: World, proof: Proof, tmp_path: Path) -> None:
    """Every digest was made right again, so that the seal over the manifest fails."""
    _unpack(proof.file(world.forged("asice", Tamper.SWAP), "asice"), tmp_path)
    assert _wrong_digests(programs, tmp_path) == []
    assert not _seal_holds(programs, tmp_path, world.trust)


@of_every_proof
def test_a_changed_seal_is_rejected(programs: Programs, world: World, proof: Proof, tmp_path: Path) -> None:
    """One bit of the signature value, or another root, and the seal does not hold."""
    _unpack(proof.file(world.forged("asice", Tamper.SIGNATURE), "asice"), tmp_path / "changed")
    _unpack(proof.file(world.proofs, "asice"), tmp_path / "genuine")
    assert not _seal_holds(programs, tmp_path / "changed", world.trust)
    assert not _seal_holds(programs, tmp_path / "genuine", world.other_trust)


def test_unzip_and_zipfile_see_a_changed_byte(programs: Programs, world: World, tmp_path: Path) -> None:
    """A bit flipped in the file itself is told by an entry's sum."""
    data = bytearray((world.proofs / LETTERS[0] / "bundle.asice").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "changed.asice").write_bytes(data)
    assert "bad CRC" in programs.zip(tmp_path / "changed.asice").stdout
    with ZipFile(tmp_path / "changed.asice") as container:
        assert container.testzip() is not None


def _assert_accepted(programs: Programs, world: World, container: Path, folder: Path) -> None:
    answer = programs.zip(container)
    assert answer.returncode == 0, answer.stdout
    assert "No errors detected" in answer.stdout
    with ZipFile(container) as opened:
        assert opened.testzip() is None
        first = opened.infolist()[0]
    assert (first.filename, first.compress_type, first.header_offset) == ("mimetype", ZIP_STORED, 0)
    _unpack(container, folder)
    assert _seal_holds(programs, folder, world.trust)
    assert _wrong_digests(programs, folder) == []


def _unpack(container: Path, folder: Path) -> None:
    with ZipFile(container) as opened:
        opened.extractall(folder)


def _seal_holds(programs: Programs, folder: Path, trust: Path) -> bool:
    answer = programs.seal(folder / SEAL, folder / MANIFEST, trust)
    assert (answer.returncode == 0) == ("CAdES Verification successful" in answer.stderr)
    return answer.returncode == 0


def _wrong_digests(programs: Programs, folder: Path) -> list[str]:
    """The entries whose digest is not what the manifest says; every file is listed there."""
    manifest = etree.parse(folder / MANIFEST)
    references = list(manifest.iterfind(f".//{{*}}DataObjectReference[@URI]/{{{DS}}}DigestValue"))
    listed = {unquote(each.getparent().get("URI")): b64decode(each.text).hex() for each in references}
    files = [path for path in folder.rglob("*") if path.is_file() and "META-INF" not in path.parts]
    assert sorted(listed) == sorted(str(path.relative_to(folder)) for path in files if path.name != "mimetype")
    computed = programs.digests([folder / name for name in listed])
    return [name for name, digest in zip(listed, computed, strict=True) if listed[name] != digest]
