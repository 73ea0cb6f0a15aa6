"""xmlsec1 verifies the evidence of every kind of proof, and rejects tampered copies."""

from __future__ import annotations

import pytest

from tests.strangers.forgeries import Tamper
from tests.strangers.letters import PROOFS, Proof
from tests.strangers.programs import Programs
from tests.strangers.world import World

pytestmark = [pytest.mark.strangers, pytest.mark.parametrize("proof", PROOFS, ids=str)]

DIGEST = "data and digest do not match"
REASONS = {
    Tamper.CONTENT: DIGEST,
    Tamper.SWAP: DIGEST,
    Tamper.SIGNATURE: "signature verification failed",
}


def test_an_evidence_is_accepted(programs: Programs, world: World, proof: Proof) -> None:
    """The signature, its three references and the chain to the root hold."""
    answer = programs.xml(proof.file(world.proofs, "xml"), world.trust)
    assert answer.returncode == 0, answer.stderr
    assert "SignedInfo References (ok/all): 3/3" in answer.stdout + answer.stderr


@pytest.mark.parametrize("tamper", Tamper)
def test_a_tampered_evidence_is_rejected(programs: Programs, world: World, proof: Proof, tamper: Tamper) -> None:
    """A changed evidence, a changed signature value and the signature of another evidence are each seen."""
    answer = programs.xml(proof.file(world.forged("xml", tamper), "xml"), world.trust)
    assert answer.returncode != 0
    assert REASONS[tamper] in answer.stderr


def test_an_evidence_of_an_unknown_issuer_is_rejected(programs: Programs, world: World, proof: Proof) -> None:
    """Under another root the same evidence is worth nothing."""
    answer = programs.xml(proof.file(world.proofs, "xml"), world.other_trust)
    assert answer.returncode != 0
    assert "certificate verification failed" in answer.stderr
