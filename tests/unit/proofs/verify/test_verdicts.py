"""Whole documents are valid; each way to be wrong has a code of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sigillo.domain.verdict import Conclusion
from sigillo.proofs import xades
from sigillo.proofs.authority import SEAL, TIMESTAMP, Validity, assemble, build_authority, issue_leaf
from tests.unit.proofs.verify.world import (
    AUTHORITY,
    FILES,
    RECEPTION,
    ROOT,
    codes,
    crls,
    entries,
    evidence_bytes,
    flipped,
    packed,
    pdf_bytes,
    token_bytes,
    verify,
)

PAST = Validity(datetime(1999, 12, 31, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC))
CONTRACT = "contrat sign\u00e9.pdf"


def test_all_documents_of_a_letter_are_valid() -> None:
    """Every file of the bundle, given together, is valid, the content attested by the evidence."""
    verdicts = verify(*entries())
    assert {verdict.document: verdict.conclusion for verdict in verdicts} == {
        name: Conclusion.VALID for name, _ in entries()
    }


def test_the_bundle_is_valid_with_revocation_lists() -> None:
    """The container and all inside is valid; with the lists given nothing is left unsaid about revocation."""
    (verdict,) = verify(("bundle", packed(entries())), trust=(ROOT, crls()))
    assert verdict.conclusion is Conclusion.VALID
    assert verdict.format == "asice"
    assert [check.code for check in verdict.checks if check.name == "revocation"] == ["ok"]


@pytest.mark.parametrize("document", [evidence_bytes(), pdf_bytes(), packed(entries())], ids=["xml", "pdf", "asice"])
def test_an_unknown_issuer_is_told(document: bytes) -> None:
    """Without the root, or with another workspace's, nobody can tell whether to believe it."""
    other = build_authority(b"another", workspace_id="ws_other").chain_pem.decode()
    for trust in ((), (other,)):
        (verdict,) = verify(("proof", document), trust=trust)
        assert verdict.conclusion is Conclusion.INDETERMINATE
        assert codes(verdict)["certificate_chain"] == "unknown_issuer"


def test_an_expired_certificate_is_told() -> None:
    """A seal whose certificate had expired when it was stamped is invalid, and says so."""
    seal = issue_leaf(AUTHORITY.issuing, SEAL, seed=b"old", workspace_id="ws_test", validity=PAST)
    old = assemble("ws_test", root=AUTHORITY.root, issuing=AUTHORITY.issuing, seal=seal, timestamp=AUTHORITY.timestamp)
    (verdict,) = verify(("old.xml", xades.seal_evidence(RECEPTION, old)))
    assert codes(verdict) == {"validity": "expired_certificate"}


def test_an_expired_timestamp_unit_is_told() -> None:
    """A token by a unit whose certificate had expired does not prove the instant."""
    unit = issue_leaf(AUTHORITY.issuing, TIMESTAMP, seed=b"old", workspace_id="ws_test", validity=PAST)
    old = assemble("ws_test", root=AUTHORITY.root, issuing=AUTHORITY.issuing, seal=AUTHORITY.seal, timestamp=unit)
    (verdict,) = verify(("old.xml", xades.seal_evidence(RECEPTION, old)))
    assert codes(verdict) == {"timestamp": "timestamp_expired_certificate"}


def test_a_token_of_another_file_is_told() -> None:
    """The deposit's token beside the reception's evidence stamps another file."""
    token, _ = verify(("t.tst", token_bytes("deposit")), ("r.xml", evidence_bytes()))
    assert codes(token)["integrity"] == "token_of_another_file"
    (alone,) = verify(("t.tst", token_bytes()))
    assert codes(alone) == {"integrity": "content_missing"}


def test_a_swapped_attachment_is_told() -> None:
    """Another file under the attachment's name makes the evidence invalid, and names the part."""
    verdict, _ = verify(("r.xml", evidence_bytes()), (CONTRACT, b"%PDF-1.7 another contract"))
    assert codes(verdict) == {"content": "content_mismatch"}
    assert any(CONTRACT in check.detail for check in verdict.checks if check.code == "content_mismatch")


def test_a_swapped_attachment_in_a_bundle_is_told() -> None:
    """A bundle that was sealed anew over another attachment is betrayed by the evidences."""
    files = [(name, b"another" if name.endswith(CONTRACT) else data) for name, data in entries()]
    (verdict,) = verify(("bundle", packed(files)))
    assert "content_mismatch" in {check.code for check in verdict.checks}


def test_a_changed_text_is_told() -> None:
    """A word changed in an evidence breaks its digest, not its signature value."""
    changed = evidence_bytes().replace(b"Mise en demeure", b"Mise en demeurE")
    (verdict,) = verify(("r.xml", changed))
    assert codes(verdict) == {"integrity": "digest_mismatch"}


def test_a_pdf_that_was_added_to_is_told() -> None:
    """Bytes behind the signed ones are not covered."""
    (verdict,) = verify(("r.pdf", pdf_bytes() + b"\n% more\n"))
    assert verdict.conclusion is Conclusion.INVALID


def test_a_broken_journal_is_told() -> None:
    """A fact left out, and a fact changed, break the chain."""
    journal = dict(entries())["events.jsonl"]
    lines = journal.splitlines(keepends=True)
    for broken in (b"".join(lines[:1] + lines[2:]), journal.replace(b"letter.notified", b"letter.reminded")):
        verdict, _ = verify(("events.jsonl", broken), ("r.xml", evidence_bytes()))
        assert codes(verdict)["claims"] == "claims_broken"


def test_evidences_that_contradict_are_told() -> None:
    """Two evidences of one letter that name another content cannot both be true."""
    other = xades.seal_evidence(replace(RECEPTION, subject="Tout autre chose"), AUTHORITY)
    verdict, _ = verify(("a.xml", other), ("b.xml", evidence_bytes("deposit")))
    assert codes(verdict)["claims"] == "claims_broken"


def test_a_changed_timestamp_is_told() -> None:
    """A flipped byte in the token's signature is the timestamp's fault alone."""
    token = token_bytes()
    verdict, _ = verify(("t.tst", flipped(token, len(token) - 3)), ("r.xml", evidence_bytes()))
    assert codes(verdict) == {"signature": "signature_mismatch"}


@pytest.mark.parametrize("junk", [b"", b"hello", b"PK\x03\x04", b"%PDF-1.7", b"<a/>", b"<", b"\x30\x80", b"{}"])
def test_junk_is_a_verdict(junk: bytes) -> None:
    """What is nothing, or only begins like something, is never valid and never raises."""
    (verdict,) = verify(("junk", junk))
    assert verdict.conclusion is not Conclusion.VALID


def test_content_alone_proves_nothing() -> None:
    """A file without its evidence cannot be judged."""
    (verdict,) = verify(("content.txt", FILES["content.txt"]))
    assert codes(verdict) == {"format": "unsupported_format"}
