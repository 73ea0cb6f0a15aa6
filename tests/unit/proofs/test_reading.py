from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from asn1crypto import cms as other_cms
from asn1crypto import crl
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from sigillo.domain.errors import SigilloError
from sigillo.proofs.authority import Authority, build_authority
from sigillo.proofs.cades import MalformedCms, read_signed_data, read_token, seal
from sigillo.proofs.timestamps import timestamp

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
DIGEST = sha256(b"content").digest()
AUTHORITY = build_authority(b"a seed for tests", workspace_id="ws_test")
SEALED = seal(AUTHORITY, DIGEST, at=AT)
TOKEN = timestamp(AUTHORITY, DIGEST, at=AT, nonce=1)


def _flip(der: bytes, bit: int) -> bytes:
    changed = bytearray(der)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _read_whole_seal(der: bytes) -> None:
    parsed = read_signed_data(der)
    if parsed.timestamp_token is not None:
        read_token(parsed.timestamp_token)
    if parsed.signer is not None:
        parsed.is_signed_by(parsed.signer)
        parsed.names(parsed.signer)


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_a_flipped_bit_in_a_seal_never_surprises(bit: int) -> None:
    """Whatever bit flips: it is read, or it is MalformedCms, and never another exception."""
    try:
        _read_whole_seal(_flip(SEALED, bit))
    except MalformedCms:
        return


@given(st.integers(0, len(TOKEN) * 8 - 1))
def test_a_flipped_bit_in_a_token_never_surprises(bit: int) -> None:
    """Whatever bit flips: it is read, or it is MalformedCms, and never another exception."""
    try:
        read_token(_flip(TOKEN, bit))
    except MalformedCms:
        return


@given(st.binary(max_size=200))
def test_garbage_is_malformed(garbage: bytes) -> None:
    """Bytes that are no signature are refused, padded or not."""
    with pytest.raises(MalformedCms):
        read_signed_data(garbage)
    with pytest.raises(MalformedCms):
        read_token(garbage, zero_padded=True)


@given(st.integers(0, len(SEALED) - 1))
def test_a_truncated_seal_is_malformed(length: int) -> None:
    """Every truncation is refused."""
    with pytest.raises(MalformedCms):
        read_signed_data(SEALED[:length])


def test_no_flipped_byte_goes_unseen() -> None:
    """Every byte of a seal matters: a flip breaks the reading, a signature, the signer or the token."""
    honest = read_signed_data(SEALED)
    unseen = [at for at in range(len(SEALED)) if _looks_honest(_flip(SEALED, at * 8), honest.certificates)]
    assert unseen == []


def _looks_honest(der: bytes, certificates: tuple[object, ...]) -> bool:
    try:
        parsed = read_signed_data(der)
        token = read_token(parsed.timestamp_token or b"")
    except MalformedCms:
        return False
    signer, unit = parsed.signer, token.cms.signer
    return (
        signer is not None
        and unit is not None
        and parsed.certificates == certificates
        and set(token.cms.certificates) == {AUTHORITY.timestamp.cert, AUTHORITY.issuing.cert}
        and parsed.is_signed_by(signer)
        and parsed.names(signer)
        and token.cms.is_signed_by(unit)
        and token.cms.names(unit)
        and token.content_is_signed()
        and token.imprint == sha256(parsed.signature).digest()
    )


def test_the_error_tells_people_what_to_do() -> None:
    """The message names what was expected; the error stands in the project's tree."""
    with pytest.raises(SigilloError, match="This is not a CMS signature in DER") as caught:
        read_signed_data(b"hello")
    assert caught.value.code == "malformed_cms"


def test_a_seal_is_no_token() -> None:
    """A signature over something else than a TSTInfo is not a token."""
    with pytest.raises(MalformedCms, match="not a TSTInfo"):
        read_token(SEALED)


def test_a_signature_of_two_is_refused() -> None:
    """Two signers are not what a proof has."""
    info = other_cms.ContentInfo.load(SEALED)
    signers = info["content"]["signer_infos"]
    second = signers[0].copy()
    second["signature"] = b"\x30\x00"
    signers.append(second)
    with pytest.raises(MalformedCms, match="2 signers"):
        read_signed_data(info.dump(force=True))


@pytest.mark.parametrize("missing", ["content_type", "message_digest"])
def test_a_required_attribute_must_be_there(missing: str) -> None:
    """Without content-type or message-digest a signature says nothing (RFC 5652 §5.3)."""
    info = other_cms.ContentInfo.load(SEALED)
    signer = info["content"]["signer_infos"][0]
    kept = [attribute for attribute in signer["signed_attrs"] if attribute["type"].native != missing]
    signer["signed_attrs"] = other_cms.CMSAttributes(kept)
    with pytest.raises(MalformedCms, match="is missing"):
        read_signed_data(info.dump(force=True))


def test_revocation_lists_are_given_back(authority: Authority) -> None:
    """Lists that travel in a signature come back as DER; the signature still holds."""
    info = other_cms.ContentInfo.load(SEALED)
    lists = [crl.CertificateList.load(der) for der in authority.crls_der]
    info["content"]["crls"] = [other_cms.RevocationInfoChoice("crl", one) for one in lists]
    parsed = read_signed_data(info.dump(force=True))
    assert sorted(parsed.crls) == sorted(authority.crls_der)
    assert parsed.is_signed_by(authority.seal.cert)


def test_the_signed_data_version_must_fit() -> None:
    """RFC 5652 §5.1 fixes the version: another one is refused."""
    info = other_cms.ContentInfo.load(SEALED)
    info["content"]["version"] = "v3"
    with pytest.raises(MalformedCms, match="version"):
        read_signed_data(info.dump(force=True))


def test_a_signature_of_another_kind_does_not_fit(authority: Authority) -> None:
    """A scheme that does not go with the key is a signature that does not hold, not an error."""
    parsed = read_signed_data(SEALED)
    for kind in ("rsa", "rsa-pss", "unheard-of"):
        changed = replace(parsed, scheme=replace(parsed.scheme, kind=kind))
        assert not changed.is_signed_by(authority.seal.cert)


def test_the_signature_is_over_the_attributes_as_read(authority: Authority) -> None:
    """Anyone can check the signature with the bytes that the reader gives."""
    parsed = read_signed_data(SEALED)
    key = authority.seal.cert.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(parsed.signature, parsed.signed_attributes, ec.ECDSA(hashes.SHA256()))
