from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from sigillo.domain.errors import SigilloError
from sigillo.proofs import cms
from sigillo.proofs.authority import Authority, build_authority
from sigillo.proofs.cades import MalformedCms, read_signed_data, read_token, seal
from sigillo.proofs.timestamps import timestamp

T = TypeVar("T")
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
    sealed = asn1.decode_der(cms.ContentInfo, SEALED)
    [signer] = sealed.content.signer_infos.as_list()
    second = _changed(signer, signature=b"\x30\x00")
    two = _changed(sealed.content, signer_infos=asn1.SetOf([signer, second]))
    with pytest.raises(MalformedCms, match="2 signers"):
        read_signed_data(asn1.encode_der(_changed(sealed, content=two)))


def _changed(structure: T, **fields: object) -> T:
    """Give a declared structure again with some of its fields changed."""
    kept = {name: getattr(structure, name) for name in type(structure).__annotations__}
    return type(structure)(**{**kept, **fields})


@pytest.mark.parametrize("missing", ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"])
def test_a_required_attribute_must_be_there(missing: str) -> None:
    """Without content-type or message-digest a signature says nothing (RFC 5652 §5.3)."""
    sealed = asn1.decode_der(cms.ContentInfo, SEALED)
    [signer] = sealed.content.signer_infos.as_list()
    named = asn1.encode_der(x509.ObjectIdentifier(missing))
    kept = [each for each in signer.signed_attrs.as_list() if named not in asn1.encode_der(each)]
    assert len(kept) == len(signer.signed_attrs.as_list()) - 1
    lacking = asn1.SetOf([_changed(signer, signed_attrs=asn1.SetOf(kept))])
    with pytest.raises(MalformedCms, match="is missing"):
        read_signed_data(asn1.encode_der(_changed(sealed, content=_changed(sealed.content, signer_infos=lacking))))


def test_revocation_lists_are_given_back(authority: Authority) -> None:
    """Lists that travel in a signature come back as DER; the signature still holds."""
    sealed = asn1.decode_der(cms.ContentInfo, SEALED)
    lists = [asn1.decode_der(cms.CertificateList, der) for der in authority.crls_der]
    parsed = read_signed_data(asn1.encode_der(_changed(sealed, content=_changed(sealed.content, crls=lists))))
    assert sorted(parsed.crls) == sorted(authority.crls_der)
    assert parsed.is_signed_by(authority.seal.cert)


def test_the_signed_data_version_must_fit() -> None:
    """RFC 5652 §5.1 fixes the version: another one is refused."""
    sealed = asn1.decode_der(cms.ContentInfo, SEALED)
    third = _changed(sealed, content=_changed(sealed.content, version=3))
    with pytest.raises(MalformedCms, match="version"):
        read_signed_data(asn1.encode_der(third))


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
