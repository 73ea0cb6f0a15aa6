"""`openssl ts` verifies the token of every kind of proof, alone and inside of the seals, and rejects tampered ones."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path

import pytest
from lxml import etree

from tests.strangers.forgeries import Tamper, embedded_signature, signature_value
from tests.strangers.letters import PROOFS, Proof
from tests.strangers.misstamping import timestamp_token
from tests.strangers.programs import DS, XADES, Answer, Programs
from tests.strangers.world import World

pytestmark = [pytest.mark.strangers, pytest.mark.parametrize("proof", PROOFS, ids=str)]

# What openssl says when the token is about other bytes, and when it was changed itself.
REASONS = {
    Tamper.CONTENT: "message imprint mismatch",
    Tamper.SWAP: "message imprint mismatch",
    Tamper.SIGNATURE: "signature failure",
}


def test_a_token_is_accepted(programs: Programs, world: World, proof: Proof) -> None:
    """Imprint, signature, purpose and chain hold for the token over the evidence."""
    answer = programs.token(proof.file(world.proofs, "tst"), proof.file(world.proofs, "xml"), world.trust)
    assert answer.returncode == 0, answer.stderr
    assert "Verification: OK" in answer.stdout


@pytest.mark.parametrize("tamper", Tamper)
def test_a_tampered_token_is_rejected(programs: Programs, world: World, proof: Proof, tamper: Tamper) -> None:
    """Changed data, a changed signature and the token of another proof are each seen."""
    folder = world.forged("tst", tamper)
    answer = programs.token(proof.file(folder, "tst"), proof.file(folder, "xml"), world.trust)
    _assert_rejected(answer, REASONS[tamper])


def test_a_token_of_an_unknown_unit_is_rejected(programs: Programs, world: World, proof: Proof) -> None:
    """Under another root the same token is worth nothing."""
    answer = programs.token(proof.file(world.proofs, "tst"), proof.file(world.proofs, "xml"), world.other_trust)
    _assert_rejected(answer, "certificate verify error")


def test_the_token_in_the_pdf(programs: Programs, world: World, proof: Proof, tmp_path: Path) -> None:
    """The signature timestamp of the PDF is one over its signature value, and over no other."""
    seal, _ = embedded_signature(proof.file(world.proofs, "pdf").read_bytes())
    other, _ = embedded_signature(proof.counterpart.file(world.proofs, "pdf").read_bytes())
    value = signature_value(seal)
    _assert_stamps(programs, world, tmp_path, timestamp_token(seal), value, other=signature_value(other))


def test_the_token_in_the_evidence(programs: Programs, world: World, proof: Proof, tmp_path: Path) -> None:
    """The signature timestamp of the evidence is one over its canonical signature value, and over no other."""
    value, token = _xml_timestamp(proof.file(world.proofs, "xml"))
    other, _ = _xml_timestamp(proof.counterpart.file(world.proofs, "xml"))
    _assert_stamps(programs, world, tmp_path, token, value, other=other)


def test_the_token_of_another_seal_is_rejected(programs: Programs, world: World, proof: Proof, tmp_path: Path) -> None:
    """Where a genuine token of another seal was put in, it is not about the signature value beside it."""
    value, token = _xml_timestamp(proof.file(world.misstamped, "xml"))
    seal, _ = embedded_signature(proof.file(world.misstamped, "pdf").read_bytes())
    pairs = [(value, token), (signature_value(seal), timestamp_token(seal))]
    for value, token in pairs:
        (tmp_path / "value").write_bytes(value)
        (tmp_path / "token").write_bytes(token)
        _assert_rejected(programs.token(tmp_path / "token", tmp_path / "value", world.trust), REASONS[Tamper.CONTENT])


def _xml_timestamp(path: Path) -> tuple[bytes, bytes]:
    root = etree.parse(path).getroot()
    value = root.find(f".//{{{DS}}}SignatureValue")
    token = root.findtext(f".//{{{XADES}}}EncapsulatedTimeStamp")
    return etree.tostring(value, method="c14n", exclusive=True, with_tail=False), b64decode(token)


def _assert_stamps(programs: Programs, world: World, folder: Path, token: bytes, value: bytes, *, other: bytes) -> None:
    for name, data in (("token", token), ("value", value), ("other", other)):
        (folder / name).write_bytes(data)
    answer = programs.token(folder / "token", folder / "value", world.trust)
    assert answer.returncode == 0, answer.stderr
    _assert_rejected(programs.token(folder / "token", folder / "other", world.trust), REASONS[Tamper.CONTENT])


def _assert_rejected(answer: Answer, reason: str) -> None:
    assert answer.returncode != 0
    assert reason in answer.stderr
