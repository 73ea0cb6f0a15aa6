"""`openssl verify` follows the chain of every certificate in every proof, revocation lists included."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto import cms, pem
from lxml import etree

from tests.strangers.forgeries import embedded_signature
from tests.strangers.letters import PROOFS, Proof
from tests.strangers.programs import DS, Programs
from tests.strangers.world import World

pytestmark = [pytest.mark.strangers, pytest.mark.parametrize("proof", PROOFS, ids=str)]


def test_every_certificate_has_a_chain(programs: Programs, world: World, proof: Proof, tmp_path: Path) -> None:
    """The certificates that PDF, evidence and token bring lead to the root, none revoked; to no other root."""
    found = sorted({*_in_pdf(world, proof), *_in_xml(world, proof), *_in_token(world, proof)})
    assert len(found) == 3  # the seal's, the timestamp unit's, the issuing authority's
    for number, der in enumerate(found):
        leaf = tmp_path / f"{number}.pem"
        leaf.write_bytes(pem.armor("CERTIFICATE", der))
        answer = programs.chain(leaf, world.trust)
        assert answer.stdout == f"{leaf}: OK\n", answer.stderr
        assert programs.chain(leaf, world.other_trust).returncode != 0


def test_a_revoked_certificate_has_none(programs: Programs, world: World, proof: Proof, tmp_path: Path) -> None:
    """Under a list that revokes the leaves, the signer of the token is refused for that."""
    for number, der in enumerate(sorted({*_in_token(world, proof)})):
        leaf = tmp_path / f"{number}.pem"
        leaf.write_bytes(pem.armor("CERTIFICATE", der))
    answers = [programs.chain(leaf, world.revoked_trust) for leaf in sorted(tmp_path.glob("*.pem"))]
    assert sorted(answer.returncode for answer in answers) == [0, 2]  # the issuing authority is not revoked
    assert "certificate revoked" in answers[0].stderr + answers[1].stderr


def _in_pdf(world: World, proof: Proof) -> Iterator[bytes]:
    yield from _in_cms(embedded_signature(proof.file(world.proofs, "pdf").read_bytes())[0])


def _in_token(world: World, proof: Proof) -> Iterator[bytes]:
    yield from _in_cms(proof.file(world.proofs, "tst").read_bytes())


def _in_cms(der: bytes) -> Iterator[bytes]:
    for certificate in cms.ContentInfo.load(der)["content"]["certificates"]:
        yield certificate.chosen.dump()


def _in_xml(world: World, proof: Proof) -> Iterator[bytes]:
    for certificate in etree.parse(proof.file(world.proofs, "xml")).iterfind(f".//{{{DS}}}X509Certificate"):
        yield b64decode(certificate.text)
