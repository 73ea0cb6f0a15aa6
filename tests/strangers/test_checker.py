"""The JDK, BouncyCastle and PDFBox verify all of every kind of proof, and reject tampered copies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.strangers.checker import Verdict
from tests.strangers.forgeries import Tamper
from tests.strangers.letters import FORMS, LETTERS, PROOFS, Proof
from tests.strangers.world import ARCHIVE_FLIPS, World

pytestmark = pytest.mark.strangers
of_every_proof = pytest.mark.parametrize("proof", PROOFS, ids=str)
of_every_form = pytest.mark.parametrize("form", FORMS)
Verdicts = Mapping[tuple[Path, Path], Verdict]

# Checks that must have held, so that none is left out unseen.
CHECKS = {
    "tst": {"token imprint", "token signature", "token signing-certificate-v2", "token purpose", "token chain"},
    "pdf": {
        "security store",
        "byte range ends",
        "seal signature",
        "seal signing-certificate-v2",
        "seal chain",
        "seal timestamp imprint",
        "seal timestamp signature",
        "seal timestamp chain",
        "seal /M claimed time",
    },
    "xml": {
        "signing certificate",
        "signature value",
        "reference ''",
        "references",
        "core validation",
        "seal chain",
        "signature timestamp imprint",
        "signature timestamp signature",
        "signature timestamp chain",
    },
    "asice": {
        "mimetype first and stored",
        "directory",
        "seal signature",
        "seal timestamp chain",
        "seal chain",
        "manifest leaves out no entry",
    },
}  # fmt: skip -- a set a row reads as a table
INSIDE = {"pdf": "seal chain", "xml": "content content.json", "tst": "token chain"}
MISMATCH = "message-digest attribute value does not match calculated value"
REASONS = {
    ("tst", Tamper.CONTENT): "token imprint",
    ("tst", Tamper.SIGNATURE): "signature not created by certificate",
    ("tst", Tamper.SWAP): "token imprint",
    ("pdf", Tamper.CONTENT): MISMATCH,
    ("pdf", Tamper.SIGNATURE): "seal signature",
    ("pdf", Tamper.SWAP): MISMATCH,
    ("xml", Tamper.CONTENT): "reference ''",
    ("xml", Tamper.SIGNATURE): "signature value",
    ("xml", Tamper.SWAP): "reference ''",
    ("asice", Tamper.CONTENT): "manifest digest of content/",
    ("asice", Tamper.SIGNATURE): "seal signature",
    ("asice", Tamper.SWAP): MISMATCH,
}


@of_every_form
@of_every_proof
def test_a_proof_is_accepted(verdicts: Verdicts, world: World, proof: Proof, form: str) -> None:
    """No check fails, and those that matter were made."""
    verdict = verdicts[world.trust, proof.file(world.proofs, form)]
    assert verdict.refused is None
    assert set(verdict.checks) >= CHECKS[form]
    if form == "asice":
        assert set(verdict.checks) >= _inside(proof)


@pytest.mark.parametrize("letter", LETTERS)
def test_a_bundle_is_accepted(verdicts: Verdicts, world: World, letter: str) -> None:
    """The bundle holds, and in it every proof of the letter."""
    verdict = verdicts[world.trust, world.proofs / letter / "bundle.asice"]
    assert verdict.refused is None
    proofs = [proof for proof in PROOFS if proof.letter == letter]
    assert set(verdict.checks) >= CHECKS["asice"].union(*map(_inside, proofs))


@pytest.mark.parametrize("tamper", Tamper)
@of_every_form
@of_every_proof
def test_a_tampered_proof_is_rejected(
    verdicts: Verdicts, world: World, proof: Proof, form: str, tamper: Tamper
) -> None:
    """Each tampering is seen by the check that it is meant for."""
    verdict = verdicts[world.trust, proof.file(world.forged(form, tamper), form)]
    assert verdict.refused is not None
    assert REASONS[form, tamper] in verdict.refused
    assert (form, tamper) != ("asice", Tamper.CONTENT) or proof.content in verdict.refused


@of_every_form
@of_every_proof
def test_a_proof_of_an_unknown_issuer_is_rejected(verdicts: Verdicts, world: World, proof: Proof, form: str) -> None:
    """Under another root there is no chain."""
    refused = verdicts[world.other_trust, proof.file(world.proofs, form)].refused
    assert refused is not None
    assert "unable to find valid certification path" in refused


@pytest.mark.parametrize("form", ["pdf", "xml", "asice"])
@of_every_proof
def test_a_seal_with_the_timestamp_of_another_is_rejected(
    verdicts: Verdicts, world: World, proof: Proof, form: str
) -> None:
    """A genuine token over another signature value is seen, though no signature covers it."""
    refused = verdicts[world.trust, proof.file(world.misstamped, form)].refused
    assert refused is not None
    assert "timestamp imprint" in refused


@pytest.mark.parametrize("form", ["xml", "tst", "asice"])
@of_every_proof
def test_a_proof_with_a_revoked_certificate_is_rejected(
    verdicts: Verdicts, world: World, proof: Proof, form: str
) -> None:
    """A revocation list that names the leaves ends every chain."""
    refused = verdicts[world.revoked_trust, proof.file(world.proofs, form)].refused
    assert refused is not None
    assert "revoked" in refused or "unable to find valid certification path" in refused


@of_every_proof
def test_a_document_timestamp_is_accepted(verdicts: Verdicts, world: World, proof: Proof) -> None:
    """A proof that an archive has stamped holds with its seal and with its document timestamp."""
    verdict = verdicts[world.trust, proof.file(world.archive(), "pdf")]
    assert verdict.refused is None
    stamp = {f"document timestamp {check}" for check in ("imprint", "signature", "purpose", "chain")}
    assert set(verdict.checks) >= CHECKS["pdf"] | stamp


@pytest.mark.parametrize(
    ("flip", "reason"), list(zip(ARCHIVE_FLIPS, (MISMATCH, "document timestamp imprint"), strict=True))
)
@of_every_proof
def test_a_tampered_archive_is_rejected(verdicts: Verdicts, world: World, proof: Proof, flip: str, reason: str) -> None:
    """A changed page breaks the seal; what only the document timestamp covers breaks that."""
    refused = verdicts[world.trust, proof.file(world.archive(flip), "pdf")].refused
    assert refused is not None
    assert reason in refused


@of_every_proof
def test_what_was_appended_is_rejected(verdicts: Verdicts, world: World, proof: Proof) -> None:
    """The signature must cover the file to its end."""
    refused = verdicts[world.trust, proof.file(world.extended, "pdf")].refused
    assert refused is not None
    assert "byte range ends" in refused


def _inside(proof: Proof) -> set[str]:
    """The checks of what a container holds: each format of the proof, and the content, which two of them name."""
    content = {f"manifest digest of content/{proof.content}", f"{proof.kind}.xml content {proof.content}"}
    return content | {f"{proof.kind}.{form} {check}" for form, check in INSIDE.items()}
