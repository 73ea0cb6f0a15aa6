"""`sigillo demo`: every scenario, every proof, the same bytes twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from sigillo.domain.letter import Outcome, ProofKind
from sigillo.domain.proof_formats import formats_of

SIGILLO = Path(sys.executable).with_name("sigillo")
SCENARIOS = 34  # 13 of LRE, 11 of ERE, 10 of PEC


def _sigillo(arguments: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(SIGILLO), *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=240)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the demonstration wrote."""
    folder = tmp_path_factory.mktemp("demo")
    done = _sigillo(["demo", "--out", "out"], folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SCENARIOS} letters, 85 proofs" in done.stdout
    return folder / "out"


def test_it_lays_out_a_folder_per_letter(demo: Path) -> None:
    """The folder has the trust material, and for each letter itself, its journal, content, proofs and bundle."""
    assert sorted(path.name for path in (demo / "trust").iterdir()) == ["crl.pem", "issuing-ca.pem", "root.pem"]
    letters = [path for path in demo.iterdir() if path.name != "trust"]
    assert len(letters) == SCENARIOS
    for letter in letters:
        names = {path.name for path in letter.iterdir()}
        kinds = json.loads((letter / "letter.json").read_text())["proofs"]
        assert {"letter.json", "events.jsonl", "content.pdf", "bundle.asice"} <= names
        written = {f"{kind}.{form}" for kind in kinds for form in formats_of(ProofKind(kind)) if form != "asice"}
        assert written == names - {"letter.json", "events.jsonl", "content.pdf", "bundle.asice"}


def test_every_outcome_is_shown(demo: Path) -> None:
    """Each outcome that a letter can have, cancelled by its sender aside, is among the letters."""
    outcomes = {json.loads(path.read_text())["outcome"] for path in demo.glob("*/letter.json")}
    assert outcomes == {outcome.value for outcome in Outcome} - {Outcome.CANCELLED.value}


def test_the_contents_are_real_letters(demo: Path) -> None:
    """Each content is a PDF with its accents as text; the French ones have two pages at least."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    for path in demo.glob("*/content.pdf"):
        with path.open("rb") as file:
            assert int(PdfFileReader(file).root["/Pages"]["/Count"]) >= (
                1 if path.parent.name.startswith("pec-") else 2
            ), path


def test_twice_in_two_folders_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    """A second demonstration elsewhere writes byte-identical files."""
    assert _sigillo(["demo", "--out", "again"], tmp_path).returncode == 0
    assert _hashes(tmp_path / "again") == _hashes(demo)


def test_it_does_not_touch_a_folder_of_somebody_else(tmp_path: Path) -> None:
    """A folder with other files is refused, and nothing in it changes."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    done = _sigillo(["demo", "--out", "mine"], tmp_path)
    assert done.returncode == 2
    assert "holds other files" in done.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_verify_tells_valid_invalid_and_unknown_apart_by_its_exit_status(demo: Path, tmp_path: Path) -> None:
    """0 for a good proof, 1 for a flipped byte, 2 where nothing can be said."""
    good = demo / "lre-neglect" / "negligence.pdf"
    bad = tmp_path / "bad.pdf"
    data = bytearray(good.read_bytes())
    data[len(data) // 3] ^= 1
    bad.write_bytes(data)
    text = tmp_path / "notes.txt"
    text.write_text("Bonjour")
    trust = ["--trust", demo / "trust" / "root.pem"]
    assert [_sigillo(["verify", path, *trust], tmp_path).returncode for path in (good, bad, text)] == [0, 1, 2]


def test_verify_prints_json_for_programs(demo: Path) -> None:
    """`--json` gives the verdicts with their checks."""
    done = _sigillo(["verify", "--json", demo / "lre-accept" / "deposit.tst"], demo)
    [verdict] = json.loads(done.stdout)
    assert (verdict["conclusion"], verdict["format"]) == ("valid", "tst")
    assert {"name", "conclusion", "code", "detail"} == set(verdict["checks"][0])


def _hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}
