"""Proofs that somebody archived: a document timestamp and a security store may be added, and nothing else."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from sigillo.domain.verdict import Conclusion, Verdict
from sigillo.proofs.authority import build_authority
from sigillo.proofs.pades import sign_pdf
from tests.strangers.archive import archived
from tests.strangers.foreign.papers import with_another_page
from tests.unit.proofs.verify.world import AUTHORITY, RECEPTION, ROOT, codes, flipped, pdf_bytes, verify

STRANGER = build_authority(b"somebody else", workspace_id="ws_other")
STRANGERS_ROOT = STRANGER.chain_pem.decode().partition("-----END CERTIFICATE-----\n")[2]


@lru_cache(maxsize=1)
def lta() -> bytes:
    """Our proof with the document timestamp of a stranger."""
    return archived(pdf_bytes(), STRANGER, at=RECEPTION.at)


def with_store(pdf: bytes) -> bytes:
    """A PDF with a certificate more in its security store, in a revision of its own."""
    output = BytesIO(pdf)
    contents = PdfFileReader(BytesIO(pdf)).embedded_signatures[0].pkcs7_content
    certificates = list(PdfFileReader(BytesIO(lta())).embedded_signatures[-1].other_embedded_certs)
    DocumentSecurityStore.add_dss(output, contents, certs=certificates[:1])
    return output.getvalue()


def judged(pdf: bytes, *, trusts_stranger: bool = False) -> Verdict:
    """The verdict on a PDF."""
    (verdict,) = verify(("r.pdf", pdf), trust=[ROOT, STRANGERS_ROOT] if trusts_stranger else [ROOT])
    return verdict


def told(verdict: Verdict) -> list[str]:
    """What is said of archive timestamps."""
    return [check.detail for check in verdict.checks if check.code.startswith("archive_timestamp")]


def test_a_timestamp_of_a_stranger_leaves_a_proof_valid() -> None:
    """Who added it and when is said, and that nobody given vouches for the stranger."""
    verdict = judged(lta())
    assert verdict.conclusion is Conclusion.VALID
    (said,) = told(verdict)
    assert "It was archived after it was sealed: " in said
    assert RECEPTION.at.isoformat().replace("+00:00", "Z") in said
    assert "the proof does not need it" in said
    assert "archive_timestamp_open" in {check.code for check in verdict.checks}


def test_a_timestamp_of_somebody_trusted_is_told_as_such() -> None:
    """With the stranger's root nothing is open."""
    verdict = judged(lta(), trusts_stranger=True)
    assert codes(verdict) == {}
    assert "archive_timestamp" in {check.code for check in verdict.checks}


def test_an_archive_goes_on_archiving() -> None:
    """A second timestamp over the first, and a security store before, between or after them."""
    again = archived(with_store(lta()), AUTHORITY, at=RECEPTION.at, field="Again")
    for pdf in (with_store(pdf_bytes()), archived(with_store(pdf_bytes()), STRANGER, at=RECEPTION.at), again):
        assert judged(pdf, trusts_stranger=True).conclusion is Conclusion.VALID
    assert judged(with_store(lta()), trusts_stranger=True).conclusion is Conclusion.VALID
    assert len(told(judged(again))) == 2


@pytest.mark.parametrize("where", ["before the timestamp", "after the timestamp"])
def test_another_page_beside_the_timestamp_is_told(where: str) -> None:
    """A page that was added with the archive's timestamp, or after it, was not what we sealed."""
    early = where == "before the timestamp"
    pdf = archived(with_another_page(pdf_bytes()), STRANGER, at=RECEPTION.at) if early else with_another_page(lta())
    assert codes(judged(pdf, trusts_stranger=True))["integrity"] == "not_covered"


def test_another_signature_is_told() -> None:
    """Somebody signs our proof: that is no archiving, and a second seal of ours neither."""
    for authority in (STRANGER, AUTHORITY):
        signed = sign_pdf(pdf_bytes(), authority, at=RECEPTION.at, reason="also", field_name="Also")
        assert judged(signed, trusts_stranger=True).conclusion is Conclusion.INVALID


@pytest.mark.parametrize("junk", [b"\n% more\n", b"\n%%EOF\n", b"PK\x03\x04"])
def test_what_follows_the_last_revision_is_told(junk: bytes) -> None:
    """Behind the seal, behind the archive's timestamp and behind a security store."""
    for pdf in (pdf_bytes(), lta(), with_store(pdf_bytes())):
        assert judged(pdf + junk, trusts_stranger=True).conclusion is Conclusion.INVALID


def test_no_byte_of_an_archive_can_be_flipped() -> None:
    """Between its beginning and its end, the room of the timestamp left out: neither seal nor archive then hold."""
    stamp = PdfFileReader(BytesIO(lta())).embedded_signatures[-1]
    _, gap, resume, rest = (int(number) for number in stamp.byte_range)
    for place in (*range(0, gap, 997), *range(resume, resume + rest, 211)):
        assert judged(flipped(lta(), place), trusts_stranger=True).conclusion is not Conclusion.VALID, place


def test_a_broken_timestamp_is_told() -> None:
    """A flipped byte in the room of the archive's timestamp is not passed over."""
    stamp = PdfFileReader(BytesIO(lta())).embedded_signatures[-1]
    _, gap, _, _ = (int(number) for number in stamp.byte_range)
    broken = bytearray(lta())
    broken[gap + 1 + 2 * 1000] ^= 1
    assert judged(bytes(broken), trusts_stranger=True).conclusion is not Conclusion.VALID
