"""PAdES-B-LT: what the signed file holds, that it validates at any date by what it carries, that it is the same."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, PdfSignatureStatus, validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from sigillo.domain.errors import MalformedInput
from sigillo.proofs.authority import Authority, build_authority
from sigillo.proofs.pades import sign_pdf
from sigillo.proofs.page import build_press
from tests.unit.proofs.sample_claims import AT, claim


@pytest.fixture(scope="module")
def page() -> bytes:
    return build_press().page(claim(), public_url="http://127.0.0.1:8025")


def _sign(page: bytes, authority: Authority, at: datetime = AT) -> bytes:
    return sign_pdf(page, authority, at=at, reason="Preuve de réception", field_name="Seal")


def _judge(pdf: bytes, root: Authority, at: datetime) -> PdfSignatureStatus:
    """Judge with the root alone, at a moment, offline, revocation required: everything else comes from the DSS."""
    reader = PdfFileReader(io.BytesIO(pdf))
    anchor = x509.Certificate.load(root.root.cert.public_bytes(Encoding.DER))
    settings = {"trust_roots": [anchor], "allow_fetching": False, "moment": at, "revocation_mode": "hard-fail"}
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(settings)
    return validate_pdf_signature(reader.embedded_signatures[0], context, context)


@pytest.mark.parametrize("year", [2000, 2026, 2100])
def test_the_store_is_enough_to_validate(page: bytes, authority: Authority, year: int) -> None:
    """With the root alone, seal, timestamp, chain and revocation hold at every date of the clock."""
    at = datetime(year, 6, 1, 9, 0, 0, 125_000, tzinfo=UTC)
    status = _judge(_sign(page, authority, at), authority, at)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.timestamp == at


def test_another_root_is_not_trusted(page: bytes, authority: Authority) -> None:
    """A seal of another workspace's authority is intact but not trusted."""
    other = build_authority(b"another seed", workspace_id="ws_other")
    status = _judge(_sign(page, authority), other, AT)
    assert status.intact
    assert not status.trusted


def test_a_flipped_byte_breaks_the_seal(page: bytes, authority: Authority) -> None:
    """A byte of the page's content that changes is found, in what was the page and in the update alike."""
    signed = _sign(page, authority)
    for place in (signed.index(b"/Title") + 9, signed.index(b"/Reason") + 10):
        broken = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        assert not _judge(broken, authority, AT).intact


def test_the_signature_dictionary(page: bytes, authority: Authority) -> None:
    """The page is a prefix; sub-filter, instant, certification and a single revision are as the profile wants."""
    signed = _sign(page, authority)
    assert signed.startswith(page)
    assert signed.count(b"startxref") == 2
    reader = PdfFileReader(io.BytesIO(signed))
    embedded = reader.embedded_signatures[0]
    signature = embedded.sig_object
    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature["/M"] == "D:20260329013000Z"
    assert reader.root["/Perms"]["/DocMDP"] == signature
    assert len(reader.root["/DSS"]["/Certs"]) == 4
    assert len(reader.root["/DSS"]["/CRLs"]) == 2
    names = [attribute["type"].native for attribute in embedded.signer_info["signed_attrs"]]
    assert "signing_time" not in names  # EN 319 142-1 §6.3: /M has it
    assert "signing_certificate_v2" in names


def test_the_same_arguments_give_the_same_bytes(page: bytes, authority: Authority) -> None:
    """Neither chance nor the clock is asked; another instant gives other bytes."""
    assert _sign(page, authority) == _sign(page, build_authority(b"a seed for tests", workspace_id="ws_test"))
    assert _sign(page, authority) != _sign(page, authority, datetime(2030, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "bytes_", [b"", b"%PDF-1.7\n", b"hello", b"%PDF-1.7\nxref\n0 1\ntrailer\n<<>>\nstartxref\n9\n%%EOF"]
)
def test_what_is_no_pdf_is_refused(authority: Authority, bytes_: bytes) -> None:
    """Bytes that cannot be extended as a PDF are refused by name."""
    with pytest.raises(MalformedInput, match="not a PDF"):
        _sign(bytes_, authority)
