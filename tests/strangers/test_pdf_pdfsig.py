"""poppler checks the sealed pages: signature, trust, coverage, text; a tampered copy is rejected."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.domain.letter import ProofKind
from sigillo.proofs.authority import Authority, build_authority
from sigillo.proofs.pades import sign_pdf
from sigillo.proofs.page import Press, build_press
from tests.unit.proofs.sample_claims import AT, PAGES, claim

pytestmark = pytest.mark.strangers("pdfsig", "certutil", "pdftotext")

PdfSig = Callable[[bytes], str]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return build_authority(b"a seed for strangers", workspace_id="ws_strangers")


@pytest.fixture(scope="module")
def press() -> Press:
    return build_press()


@pytest.fixture(scope="module")
def pdfsig(authority: Authority, tmp_path_factory: pytest.TempPathFactory, verifier: Callable[[str], str]) -> PdfSig:
    """pdfsig with the sandbox's root as the one trusted certificate."""
    folder = tmp_path_factory.mktemp("nss")
    (folder / "root.pem").write_bytes(authority.root.cert.public_bytes(Encoding.PEM))
    store = ["-d", f"sql:{folder}"]
    subprocess.run([verifier("certutil"), "-N", *store, "--empty-password"], check=True, timeout=60)
    add = [verifier("certutil"), "-A", *store, "-n", "root", "-t", "CT,C,C", "-i", str(folder / "root.pem")]
    subprocess.run(add, check=True, timeout=60)

    def run(pdf: bytes) -> str:
        (folder / "proof.pdf").write_bytes(pdf)
        command = [verifier("pdfsig"), "-nssdir", f"sql:{folder}", str(folder / "proof.pdf")]
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout

    return run


def _seal(press: Press, authority: Authority, kind: ProofKind, at: datetime = AT) -> bytes:
    page = press.page(claim(kind, at=at), public_url="http://127.0.0.1:8025")
    return sign_pdf(page, authority, at=at, reason=kind.value, field_name="Seal")


@pytest.mark.parametrize("kind", PAGES)
def test_pdfsig_accepts_every_kind(press: Press, authority: Authority, pdfsig: PdfSig, kind: ProofKind) -> None:
    """The signature is valid, its certificate trusted, and it covers the whole file."""
    said = pdfsig(_seal(press, authority, kind))
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


@pytest.mark.parametrize("year", [2000, 2100])
def test_pdfsig_accepts_the_ends_of_the_clock(press: Press, authority: Authority, pdfsig: PdfSig, year: int) -> None:
    """Proofs dated at either end of the clock's range are as valid as any."""
    said = pdfsig(_seal(press, authority, ProofKind.DEPOSIT, datetime(year, 12, 31, 12, tzinfo=UTC)))
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said


def test_pdfsig_rejects_a_flipped_byte(press: Press, authority: Authority, pdfsig: PdfSig) -> None:
    """One changed bit of the title is a digest mismatch."""
    signed = _seal(press, authority, ProofKind.RECEPTION)
    place = signed.index(b"/Title") + 9
    said = pdfsig(signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :])
    assert "Digest Mismatch." in said


def test_the_text_comes_out_whole(
    press: Press, authority: Authority, tmp_path: Path, verifier: Callable[[str], str]
) -> None:
    """Accents, long words, whole digests and what looks like markup are found in the text as they were given."""
    sample = claim(ProofKind.RECEPTION, subject="#strong[x] *é* " + "z" * 300)
    pdf = sign_pdf(
        press.page(sample, public_url="http://127.0.0.1:8025"), authority, at=AT, reason="r", field_name="Seal"
    )
    (tmp_path / "proof.pdf").write_bytes(pdf)
    command = [verifier("pdftotext"), "-layout", str(tmp_path / "proof.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    for said in ("Preuve de réception", "Proof of reception", "Zoé Lefèvre-Núñez", "BAC À SABLE", "SANDBOX", "Œuvres"):
        assert said in text
    assert "#strong[x] *é*" in text
    assert text.count("z" * 40) >= 4
    for digest in (sample.content_sha256, sample.fact_digest, *(part.sha256 for part in sample.parts)):
        assert digest in text
    assert "page 1/" in text
