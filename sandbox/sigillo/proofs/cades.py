"""CAdES baseline signatures, B-B and B-T, detached (EN 319 122-1 §6).

1. The signed attributes: content-type, message-digest, signing-certificate-v2, and signing-time unless the
   signature goes into a PDF, where the dictionary has it (EN 319 142-1 §6.3).
2. The signature over their DER.
3. For B-T, an RFC 3161 token over the signature value as an unsigned attribute.
4. The signer's certificate and its issuer's beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter
from typing import Final

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.proofs import cms
from sigillo.proofs.authority import Authority
from sigillo.proofs.keys import sign
from sigillo.proofs.reading import ParsedCms, ParsedToken, read_signed_data, read_token
from sigillo.proofs.schemes import MalformedCms
from sigillo.proofs.timestamps import timestamp

__all__ = ["MalformedCms", "ParsedCms", "ParsedToken", "read_signed_data", "read_token", "seal", "sign_mail"]

_CONTENT_TYPE: Final = cms.attribute(cms.CONTENT_TYPE, cms.tlv(cms.DATA))
_DETACHED: Final = cms.EncapsulatedContent(content_type=cms.DATA, content=None)
_DIGEST_BYTES: Final = 32
_FIRST_UTC_YEAR: Final = 1950  # of the two digits of a UTCTime (RFC 5280 §4.1.2.5.1)


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
    """Sign the content of an e-mail (CAdES-B-B, as S/MIME of RFC 5751 reads it); gives a detached DER ContentInfo.

    Of two such signatures of one signer nothing differs but digest, time and signature. Where they stand is found once,
    in a structure that was encoded as any other, so that a signature costs little more than the bare one in it.
    """
    digest, time = sha256(content).digest(), _shown(at)
    attributes = _attributes_form(by, len(time)).filled(digest, time)
    signature = sign(by.key, attributes)
    return _mail_form(by, len(time), len(signature)).filled(digest, time, signature)


@dataclass(frozen=True, slots=True)
class _Form:
    """A DER structure with gaps of fixed lengths: what stands around them, and how values and that come together."""

    pieces: tuple[bytes, ...]
    sequence: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]

    @classmethod
    def of(cls, der: bytes, *values: bytes) -> _Form:
        """Find where the values stand, each of them once; ValueError where one does not."""
        if any(der.count(value) != 1 for value in values):
            raise ValueError("a value to replace must stand in the structure exactly once")
        order = sorted(range(len(values)), key=lambda number: der.index(values[number]))
        pieces, rest = [], der
        for number in order:
            before, _, rest = rest.partition(values[number])
            pieces.append(before)
        sequence = [len(values)]
        for place, number in enumerate(order, len(values) + 1):
            sequence += [number, place]
        return cls((*pieces, rest), itemgetter(*sequence))

    def filled(self, *values: bytes) -> bytes:
        """Give the structure with other values of the same lengths, as many as it was made of."""
        return b"".join(self.sequence(values + self.pieces))


def _shown(at: datetime) -> bytes:
    """Give the letters of a ``Time`` (RFC 5652 §11.3), which :func:`cms.time_choice` encodes with the rest."""
    utc = cms.utc(at)
    if utc.year < _FIRST_UTC_YEAR:
        raise ValueError(f"{at.isoformat()} is before {_FIRST_UTC_YEAR}, which a signing time cannot say")
    when = (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
    return (b"%04d%02d%02d%02d%02d%02dZ" % when)[0 if utc.year >= cms.FIRST_GENERALIZED_YEAR else 2 :]


# Any values that stand nowhere else: they are replaced.
_SAMPLE_DIGEST: Final = sha256(b"a sample digest").digest()
_SAMPLE_SIGNATURE: Final = 3 * sha256(b"a sample signature").digest()
_SAMPLE_TIMES: Final = {
    len(_shown(at)): at for at in (datetime(2011, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2061, 1, 2, 3, 4, 5, tzinfo=UTC))
}


@lru_cache(maxsize=1024)
def _attributes_form(by: cms.Signer, time_bytes: int) -> _Form:
    at = _SAMPLE_TIMES[time_bytes]
    signed = _signed(by, _SAMPLE_DIGEST, signing_time=at)
    return _Form.of(asn1.encode_der(signed.attributes), _SAMPLE_DIGEST, _shown(at))


@lru_cache(maxsize=1024)
def _mail_form(by: cms.Signer, time_bytes: int, signature_bytes: int) -> _Form:
    at, signature = _SAMPLE_TIMES[time_bytes], _SAMPLE_SIGNATURE[:signature_bytes]
    signed = replace(_signed(by, _SAMPLE_DIGEST, signing_time=at), signature=signature)
    whole = cms.encode_signed_data(by, signed, encap=_DETACHED, bag=by.bag)
    return _Form.of(whole, _SAMPLE_DIGEST, _shown(at), signature)


def _signed(by: cms.Signer, content_digest: bytes, *, signing_time: datetime | None) -> cms.Signed:
    if len(content_digest) != _DIGEST_BYTES:
        raise ValueError(f"a SHA-256 digest has {_DIGEST_BYTES} bytes, not {len(content_digest)}")
    return cms.sign_attributes(by, _CONTENT_TYPE, digest=content_digest, signing_time=signing_time)


def _signature_time_stamp(authority: Authority, signature: bytes, *, at: datetime) -> asn1.TLV:
    token = timestamp(authority, sha256(signature).digest(), at=at)
    return cms.attribute(cms.SIGNATURE_TIME_STAMP, cms.tlv_of(token))


def _bag(by: cms.Signer, extra: Sequence[x509.Certificate]) -> tuple[asn1.TLV, ...]:
    return cms.certificate_bag((*by.certificates, *(c.public_bytes(Encoding.DER) for c in extra)))
