from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.proofs.authority import Authority, build_authority
from sigillo.proofs.cades import MalformedCms, read_signed_data, read_token, seal
from sigillo.proofs.reading import ParsedCms

AT = datetime(2026, 3, 29, 1, 30, 0, 250_000, tzinfo=UTC)
DIGEST = sha256(b"content").digest()
SIGNING_TIME = "1.2.840.113549.1.9.5"


def _sealed(authority: Authority, **options: bool) -> ParsedCms:
    return read_signed_data(seal(authority, DIGEST, at=AT, **options))


def test_a_seal_says_what_it_seals(authority: Authority) -> None:
    """Digest, whole-second signing time, signer and its signed hash; detached; signature holds."""
    parsed = _sealed(authority)
    assert (parsed.digest_algorithm, parsed.message_digest) == ("sha256", DIGEST)
    assert parsed.signing_time == AT.replace(microsecond=0)
    assert parsed.content is None
    assert parsed.signer == authority.seal.cert
    assert parsed.names(authority.seal.cert)
    assert parsed.is_signed_by(authority.seal.cert)
    assert not parsed.names(authority.timestamp.cert)
    assert not parsed.is_signed_by(authority.timestamp.cert)


def test_the_timestamp_covers_the_signature_value(authority: Authority) -> None:
    """B-T: the token's imprint is the SHA-256 of the signature value, at the exact instant."""
    parsed = _sealed(authority)
    assert parsed.timestamp_token is not None
    token = read_token(parsed.timestamp_token)
    assert token.imprint == sha256(parsed.signature).digest()
    assert token.gen_time == AT


def test_a_basic_seal_has_no_timestamp(authority: Authority) -> None:
    """B-B: no unsigned attribute."""
    parsed = _sealed(authority, timestamped=False)
    assert parsed.timestamp_token is None
    assert parsed.unsigned_types == ()


def test_inside_a_pdf_there_is_no_signing_time(authority: Authority) -> None:
    """PAdES forbids the attribute; everything else stays."""
    parsed = _sealed(authority, with_signing_time=False)
    assert parsed.signing_time is None
    assert SIGNING_TIME not in parsed.attribute_types
    assert parsed.is_signed_by(authority.seal.cert)


def test_certificates_stand_in_der_order_and_once(authority: Authority) -> None:
    """Chain and extra certificates are a sorted set (X.690 §11.6)."""
    extra = (authority.root.cert, authority.issuing.cert)
    parsed = read_signed_data(seal(authority, DIGEST, at=AT, extra_certificates=extra))
    expected = {authority.seal.cert, authority.issuing.cert, authority.root.cert}
    assert set(parsed.certificates) == expected
    assert len(parsed.certificates) == len(expected)
    ders = [_der(certificate) for certificate in parsed.certificates]
    assert ders == sorted(ders)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def test_zero_padding_is_read_only_when_allowed(authority: Authority) -> None:
    """A PDF pads with zeros: they are allowed on request, and nothing but zeros is."""
    sealed = seal(authority, DIGEST, at=AT)
    padded = sealed + bytes(1000)
    assert read_signed_data(padded, zero_padded=True) == read_signed_data(sealed)
    with pytest.raises(MalformedCms):
        read_signed_data(padded)
    with pytest.raises(MalformedCms):
        read_signed_data(padded + b"\x01", zero_padded=True)


def test_every_ending_survives_padding(authority: Authority) -> None:
    """Signatures that themselves end with a zero byte are read from their padding, too."""
    seals = (seal(authority, sha256(bytes([i >> 8, i & 255])).digest(), at=AT, timestamped=False) for i in range(5000))
    ends_with_zero = next(sealed for sealed in seals if sealed.endswith(b"\0"))
    assert read_signed_data(ends_with_zero + bytes(64), zero_padded=True) == read_signed_data(ends_with_zero)


def test_a_digest_of_another_length_is_refused(authority: Authority) -> None:
    """Only SHA-256 digests are sealed."""
    with pytest.raises(ValueError, match="32 bytes"):
        seal(authority, DIGEST + b"\0", at=AT)


_SCRIPT = """
import sys
from datetime import UTC, datetime
from hashlib import sha256
from sigillo.proofs.authority import build_authority
from sigillo.proofs.cades import seal
authority = build_authority(b"a seed for tests", workspace_id="ws_test")
at = datetime(2026, 3, 29, 1, 30, 0, 250_000, tzinfo=UTC)
sys.stdout.write(seal(authority, sha256(b"content").digest(), at=at).hex())
"""


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LANG": "fr_FR.UTF-8"},
        {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LANG": "C"},
    ],
    ids=["auckland", "st-johns"],
)
def test_another_process_makes_the_same_bytes(authority: Authority, environment: dict[str, str]) -> None:
    """Hash seed, zone and language of the process leave no trace."""
    made = subprocess.run(
        [sys.executable, "-c", _SCRIPT], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    assert bytes.fromhex(made.stdout) == seal(authority, DIGEST, at=AT)


def test_another_seed_makes_other_bytes(authority: Authority) -> None:
    """The seed is in the signature, not only in the certificates."""
    other = build_authority(b"another seed", workspace_id="ws_test")
    assert _sealed(authority).signature != _sealed(other).signature
