"""A stranger's ASiC-E with a XAdES signature, whole and in every way that it can be spoilt."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sigillo.domain.verdict import Conclusion, Verdict
from tests.strangers.foreign.containers import SIGNATURES, signed_folder, zipped
from tests.strangers.foreign.office import Office
from tests.unit.proofs.verify.world import codes, verify

pytestmark = pytest.mark.strangers("openssl", "xmlsec1", "zip")
FILES = {"lettre.txt": b"Bonjour\n", "contrat.pdf": b"%PDF-1.7 a contract", "data.xml": b"<a> <b/></a>"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, office: Office, verifier: Callable[[str], str]) -> Path:
    """The files and their signature, unpacked."""
    folder = tmp_path_factory.mktemp("asice")
    signed_folder(folder, FILES, office=office, find=verifier)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy to be spoilt."""
    return Path(shutil.copytree(whole, tmp_path / "copy"))


@pytest.fixture
def judged(folder: Path, root: str, verifier: Callable[[str], str]) -> Callable[[], Verdict]:
    """Packs the copy as it is by then, and judges it."""
    return lambda: verify(("stranger.asice", zipped(folder, find=verifier)), trust=[root])[0]


def test_a_whole_container_is_valid(judged: Callable[[], Verdict]) -> None:
    """Every reference, the signed properties and the timestamp over the signature value hold."""
    verdict = judged()
    assert codes(verdict) == {}
    assert verdict.conclusion is Conclusion.VALID
    assert verdict.about["timestamped_by"] == "Stranger unit"


def test_a_changed_file_is_named(folder: Path, judged: Callable[[], Verdict]) -> None:
    """The file whose digest does not fit is told by its name."""
    (folder / "lettre.txt").write_bytes(b"Au revoir\n")
    verdict = judged()
    assert codes(verdict) == {"integrity": "digest_mismatch"}
    assert any("lettre.txt" in check.detail for check in verdict.checks if check.code == "digest_mismatch")


def test_a_missing_file_is_named(folder: Path, judged: Callable[[], Verdict]) -> None:
    """A file that was signed and taken out makes the container invalid."""
    (folder / "contrat.pdf").unlink()
    verdict = judged()
    assert codes(verdict) == {"integrity": "missing_entry"}
    assert verdict.conclusion is Conclusion.INVALID


def test_an_added_file_is_named(folder: Path, judged: Callable[[], Verdict]) -> None:
    """A file that no signature covers was put in."""
    (folder / "more.txt").write_bytes(b"more")
    assert codes(judged()) == {"integrity": "extra_entry"}


def test_a_changed_property_is_told(folder: Path, judged: Callable[[], Verdict]) -> None:
    """Another signing time among the signed properties breaks their digest."""
    text = (folder / SIGNATURES).read_text()
    (folder / SIGNATURES).write_text(text.replace("2024-05-01T12", "2024-05-02T12"))
    assert codes(judged()) == {"integrity": "digest_mismatch"}


def test_a_signature_that_cannot_be_followed_is_no_accusation(folder: Path, judged: Callable[[], Verdict]) -> None:
    """A transform that nothing here follows leaves the verdict open: no file is said to be put in."""
    text = (folder / SIGNATURES).read_text()
    transform = '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/></ds:Transforms>'
    (folder / SIGNATURES).write_text(text.replace('URI="lettre.txt">', f'URI="lettre.txt">{transform}'))
    assert codes(judged()) == {"format": "unsupported_signature"}


def test_an_unreadable_signature_is_told(folder: Path, judged: Callable[[], Verdict]) -> None:
    """Half a signature file is malformed, and no file is said to be put in."""
    data = (folder / SIGNATURES).read_bytes()
    (folder / SIGNATURES).write_bytes(data[: len(data) // 2])
    assert codes(judged()) == {"format": "malformed"}
