"""pdfsig and openssl verify the PDF of every kind of proof, and reject tampered copies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.strangers.forgeries import Tamper, embedded_signature
from tests.strangers.letters import PROOFS, Proof
from tests.strangers.programs import Programs
from tests.strangers.world import ARCHIVE_FLIPS, World

pytestmark = [pytest.mark.strangers, pytest.mark.parametrize("proof", PROOFS, ids=str)]

VALID = "Signature Validation: Signature is Valid."
TRUSTED = "Certificate Validation: Certificate is Trusted."
REASONS = {
    Tamper.CONTENT: "Signature Validation: Digest Mismatch.",
    Tamper.SWAP: "Signature Validation: Digest Mismatch.",
    Tamper.SIGNATURE: "Signature Validation: Signature is Invalid.",
}


def test_pdfsig_accepts(programs: Programs, world: World, proof: Proof) -> None:
    """One PAdES signature, valid, trusted, over the whole file."""
    answer = programs.pdf(proof.file(world.proofs, "pdf"), world.nss)
    assert answer.returncode == 0, answer.stderr
    for told in (VALID, TRUSTED, "Total document signed", "Signature Type: ETSI.CAdES.detached"):
        assert told in answer.stdout
    assert "Signature #2" not in answer.stdout


@pytest.mark.parametrize("tamper", Tamper)
def test_pdfsig_rejects(programs: Programs, world: World, proof: Proof, tamper: Tamper) -> None:
    """A changed page, a changed signature and the signature of another page are each seen, and named."""
    answer = programs.pdf(proof.file(world.forged("pdf", tamper), "pdf"), world.nss)
    assert REASONS[tamper] in answer.stdout
    assert VALID not in answer.stdout


def test_pdfsig_does_not_trust_an_unknown_issuer(programs: Programs, world: World, proof: Proof) -> None:
    """With another root in the store the certificate is not trusted."""
    answer = programs.pdf(proof.file(world.proofs, "pdf"), world.other_nss)
    assert VALID in answer.stdout
    assert TRUSTED not in answer.stdout


def test_pdfsig_tells_what_was_appended(programs: Programs, world: World, proof: Proof) -> None:
    """Something behind the signed bytes leaves the signature valid and no longer over the whole file."""
    answer = programs.pdf(proof.file(world.extended, "pdf"), world.nss)
    assert VALID in answer.stdout
    assert "Not total document signed" in answer.stdout


def test_pdfsig_sees_the_seal_in_the_archive(programs: Programs, world: World, proof: Proof) -> None:
    """Under a document timestamp, which pdfsig leaves unjudged, the seal is valid unless the page was changed."""
    answer = programs.pdf(proof.file(world.archive(), "pdf"), world.nss)
    assert VALID in answer.stdout
    assert "Signature has not yet been verified" in answer.stdout
    changed = programs.pdf(proof.file(world.archive(ARCHIVE_FLIPS[0]), "pdf"), world.nss)
    assert "Digest Mismatch" in changed.stdout


def test_openssl_accepts_the_signature_taken_out(
    programs: Programs, world: World, proof: Proof, tmp_path: Path
) -> None:
    """The CMS of the PDF is a CAdES signature of the byte range's bytes."""
    seal, covered = _taken_out(proof.file(world.proofs, "pdf"), tmp_path)
    answer = programs.seal(seal, covered, world.trust)
    assert answer.returncode == 0, answer.stderr
    assert programs.seal(seal, covered, world.other_trust).returncode != 0


@pytest.mark.parametrize("tamper", Tamper)
def test_openssl_rejects_the_signature_taken_out(
    programs: Programs, world: World, proof: Proof, tamper: Tamper, tmp_path: Path
) -> None:
    """The CMS of a tampered PDF is no signature of its bytes."""
    seal, covered = _taken_out(proof.file(world.forged("pdf", tamper), "pdf"), tmp_path)
    answer = programs.seal(seal, covered, world.trust)
    assert answer.returncode != 0
    assert "CAdES Verification failure" in answer.stderr


def _taken_out(pdf: Path, folder: Path) -> tuple[Path, Path]:
    seal, covered = folder / "seal.p7s", folder / "covered"
    for path, data in zip((seal, covered), embedded_signature(pdf.read_bytes()), strict=True):
        path.write_bytes(data)
    return seal, covered
