"""CAdES baseline signatures, B-B and B-T, detached (EN 319 122-1 §6).

1. The signed attributes: content-type, message-digest, signing-certificate-v2, and signing-time unless the
   signature goes into a PDF, where the dictionary has it (EN 319 142-1 §6.3).
2. The signature over their DER.
3. For B-T, an RFC 3161 token over the signature value as an unsigned attribute.
4. The signer's certificate and its issuer's beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.proofs import cms
from sigillo.proofs.authority import Authority
from sigillo.proofs.reading import ParsedCms, ParsedToken, read_signed_data, read_token
from sigillo.proofs.schemes import MalformedCms
from sigillo.proofs.timestamps import timestamp

__all__ = ["MalformedCms", "ParsedCms", "ParsedToken", "read_signed_data", "read_token", "seal", "sign_mail"]

_CONTENT_TYPE: Final = cms.attribute(cms.CONTENT_TYPE, cms.tlv(cms.DATA))
_DETACHED: Final = cms.EncapsulatedContent(content_type=cms.DATA, content=None)
_DIGEST_BYTES: Final = 32


def seal(
    authority: Authority,
    content_digest: bytes,
    *,
    at: datetime,
    timestamped: bool = True,
    with_signing_time: bool = True,
    extra_certificates: Sequence[x509.Certificate] = (),
) -> bytes:
    """Seal content, of which ``content_digest`` is the SHA-256; gives a detached SignedData as DER ContentInfo.

    ``at`` is aware, with whole milliseconds; signing-time shows its whole seconds. ValueError on anything else.
    """
    by = authority.seal_signer
    # 1, 2
    signed = _signed(by, content_digest, signing_time=at if with_signing_time else None)
    # 3
    unsigned = [_signature_time_stamp(authority, signed.signature, at=at)] if timestamped else None
    # 4
    bag = _bag(by, extra_certificates) if extra_certificates else by.bag
    return cms.encode_signed_data(by, signed, encap=_DETACHED, bag=bag, unsigned=unsigned)


def sign_mail(by: cms.Signer, content: bytes, *, at: datetime) -> bytes:
    """Sign the content of an e-mail (CAdES-B-B, as S/MIME of RFC 5751 reads it); gives a detached DER ContentInfo."""
    signed = _signed(by, sha256(content).digest(), signing_time=at)
    return cms.encode_signed_data(by, signed, encap=_DETACHED, bag=by.bag)


def _signed(by: cms.Signer, content_digest: bytes, *, signing_time: datetime | None) -> cms.Signed:
    if len(content_digest) != _DIGEST_BYTES:
        raise ValueError(f"a SHA-256 digest has {_DIGEST_BYTES} bytes, not {len(content_digest)}")
    return cms.sign_attributes(by, _CONTENT_TYPE, digest=content_digest, signing_time=signing_time)


def _signature_time_stamp(authority: Authority, signature: bytes, *, at: datetime) -> asn1.TLV:
    token = timestamp(authority, sha256(signature).digest(), at=at)
    return cms.attribute(cms.SIGNATURE_TIME_STAMP, cms.tlv_of(token))


def _bag(by: cms.Signer, extra: Sequence[x509.Certificate]) -> tuple[asn1.TLV, ...]:
    return cms.certificate_bag((*by.certificates, *(c.public_bytes(Encoding.DER) for c in extra)))
