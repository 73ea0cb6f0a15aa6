"""CMS signatures and RFC 3161 tokens, read strictly: ours and those of others.

What is read is not yet believed: :class:`ParsedCms` says what the bytes claim, :meth:`ParsedCms.is_signed_by` and
:meth:`ParsedCms.names` check the two links to a certificate, and chains, dates and verdicts are made elsewhere.
Whatever is not exactly one SignedData of one signer with signed attributes, in DER, raises :class:`MalformedCms`; its
:class:`UnsupportedCms` is raised for what is perhaps good, but of a kind not read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import new as new_hash
from typing import Any, Final, TypeVar

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.proofs import cms
from sigillo.proofs.certificates import read_certificate
from sigillo.proofs.schemes import (
    DIGESTS,
    MalformedCms,
    SignatureScheme,
    UnsupportedCms,
    hash_name,
    require,
    scheme_of,
    signature_fits,
)
from sigillo.proofs.timestamps import TST_INFO, TstInfo

OID = x509.ObjectIdentifier
T = TypeVar("T")
_Attributes = dict[x509.ObjectIdentifier, list[asn1.TLV]]

_MOST_ZEROS: Final = 16  # zero bytes that a padded signature may itself end with


@dataclass(frozen=True, slots=True)
class EssHash:
    """The signing-certificate attribute: digest name and digest of the signer's certificate (RFC 5035)."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class SignerId:
    """How a signature names its signer: by issuer (DER name) and serial, or by subject key identifier."""

    issuer: bytes | None
    serial: int | None
    key_id: bytes | None

    def matches(self, certificate: x509.Certificate) -> bool:
        """Say whether this is the certificate that is meant."""
        if self.key_id is not None:
            return _key_id(certificate) == self.key_id
        return certificate.serial_number == self.serial and certificate.issuer.public_bytes() == self.issuer


@dataclass(frozen=True, slots=True)
class ParsedCms:
    """What a SignedData says. ``signer`` is None when its certificate is not among ``certificates``.

    ``crls`` and ``answers`` (OCSP responses) are DER, from beside the certificates or from Adobe's signed attribute.
    """

    content_type: str
    content: bytes | None
    certificates: tuple[x509.Certificate, ...]
    crls: tuple[bytes, ...]
    answers: tuple[bytes, ...]
    signer_id: SignerId
    signer: x509.Certificate | None
    signed_attributes: bytes
    attribute_types: tuple[str, ...]
    digest_algorithm: str
    message_digest: bytes
    scheme: SignatureScheme
    signature: bytes
    signing_time: datetime | None
    ess: EssHash | None
    unsigned_types: tuple[str, ...]
    timestamp_token: bytes | None

    def is_signed_by(self, certificate: x509.Certificate) -> bool:
        """Check the signature over the signed attributes with a certificate's key; False for any misfit."""
        return signature_fits(certificate, self.signature, self.signed_attributes, scheme=self.scheme)

    def names(self, certificate: x509.Certificate) -> bool:
        """Check the signed hash of the certificate (signing-certificate): False also when there is none."""
        if self.ess is None:
            return False
        der = certificate.public_bytes(Encoding.DER)
        return new_hash(self.ess.algorithm, der, usedforsecurity=False).digest() == self.ess.digest


@dataclass(frozen=True, slots=True)
class ParsedToken:
    """What an RFC 3161 token says; ``cms`` is the signature, ``cms.content`` the TSTInfo that it signs."""

    cms: ParsedCms
    gen_time: datetime
    imprint_algorithm: str
    imprint: bytes
    policy: str
    serial: int
    nonce: int | None

    def content_is_signed(self) -> bool:
        """Check that the signed message-digest is the digest of the TSTInfo."""
        content = self.cms.content or b""
        return new_hash(self.cms.digest_algorithm, content).digest() == self.cms.message_digest


def read_signed_data(der: bytes, *, zero_padded: bool = False) -> ParsedCms:
    """Read a DER ContentInfo with a SignedData of one signer.

    ``zero_padded`` allows zero bytes after it, as in a PDF's ``/Contents``, and nothing else. Raises MalformedCms.
    """
    with _strictly("a CMS signature"):
        info = _decode_padded(der) if zero_padded else asn1.decode_der(cms.ContentInfo, der)
        return _parsed(info)


def read_token(der: bytes, *, zero_padded: bool = False) -> ParsedToken:
    """Read a DER RFC 3161 token (``zero_padded`` as above). Raises MalformedCms."""
    parsed = read_signed_data(der, zero_padded=zero_padded)
    with _strictly("an RFC 3161 token"):
        require(parsed.content_type == TST_INFO.dotted_string, "the content is not a TSTInfo")
        require(parsed.content is not None, "the TSTInfo is missing")
        return _parsed_token(parsed, asn1.decode_der(TstInfo, parsed.content or b""))


@contextmanager
def _strictly(what: str) -> Iterator[None]:
    """Turn whatever the libraries raise on odd bytes into MalformedCms."""
    try:
        yield
    except MalformedCms:
        raise
    except Exception as error:
        raise MalformedCms(f"This is not {what} in DER: {error}. Give the file as it was issued.") from error


def _decode_padded(der: bytes) -> cms.ContentInfo:
    """Decode what zero bytes follow; how many belong to the signature itself is tried, from none up."""
    bare = der.rstrip(b"\0")
    for zeros in range(min(len(der) - len(bare), _MOST_ZEROS)):
        try:
            return asn1.decode_der(cms.ContentInfo, bare + bytes(zeros))
        except ValueError:
            continue
    return asn1.decode_der(cms.ContentInfo, der)


def _parsed(info: cms.ContentInfo) -> ParsedCms:
    data = info.content
    signers = data.signer_infos.as_list()
    require(info.content_type == cms.SIGNED_DATA, "it is no SignedData")
    require(bool(signers), "nobody signed it")
    signer = signers[0]
    if len(signers) > 1:
        raise UnsupportedCms(f"The signature cannot be read: it has {len(signers)} signers, one is expected.")
    if signer.signed_attrs is None:
        raise UnsupportedCms("The signature cannot be read: it has no signed attributes (RFC 5652 §5.3).")
    signer_id = _signer_id(signer)
    digest = hash_name(signer.digest_algorithm)
    require(_version_fits(data, signer), "a version does not fit the structure (RFC 5652 §5.1)")
    require(digest in map(hash_name, data.digest_algorithms.as_list()), "the signer's digest is not announced")
    attributes = _attributes(signer.signed_attrs.as_list())
    unsigned = _attributes(signer.unsigned_attrs or [])
    stated = _single(attributes, cms.CONTENT_TYPE, OID)
    require(stated == data.encap.content_type, "the signed content type is another")
    certificates = tuple(read_certificate(asn1.encode_der(each)) for each in data.certificates or [])
    archive = _optional(attributes, cms.REVOCATION_ARCHIVE, cms.RevocationArchive)
    return ParsedCms(
        content_type=data.encap.content_type.dotted_string,
        content=data.encap.content,
        certificates=certificates,
        crls=(*map(asn1.encode_der, filter(_is_plain, data.crls or [])), *_ders(archive.crls if archive else None)),
        answers=(*_answers(data), *_ders(archive.answers if archive else None)),
        signer_id=signer_id,
        signer=next((c for c in certificates if signer_id.matches(c)), None),
        signed_attributes=asn1.encode_der(signer.signed_attrs),
        attribute_types=tuple(oid.dotted_string for oid in attributes),
        digest_algorithm=digest,
        message_digest=_message_digest(attributes, digest),
        scheme=scheme_of(signer.signature_algorithm, digest),
        signature=signer.signature,
        signing_time=_signing_time(attributes),
        ess=_ess(attributes),
        unsigned_types=tuple(oid.dotted_string for oid in unsigned),
        timestamp_token=_timestamp_token(unsigned),
    )


def _attributes(elements: list[asn1.TLV]) -> _Attributes:
    parsed = [element.parse(cms.Attribute) for element in elements]
    by_type = {attribute.type: attribute.values.as_list() for attribute in parsed}
    require(len(by_type) == len(parsed), "an attribute stands twice (RFC 5652 §5.3)")
    return by_type


def _optional(attributes: _Attributes, oid: OID, kind: type[T]) -> T | None:
    values = attributes.get(oid)
    if values is None:
        return None
    require(len(values) == 1, f"attribute {oid.dotted_string} has {len(values)} values, one is expected")
    return asn1.decode_der(kind, asn1.encode_der(values[0]))


def _single(attributes: _Attributes, oid: OID, kind: type[T]) -> T:
    value = _optional(attributes, oid, kind)
    if value is None:
        raise MalformedCms(f"The signature cannot be read: signed attribute {oid.dotted_string} is missing.")
    return value


def _message_digest(attributes: _Attributes, algorithm: str) -> bytes:
    digest = _single(attributes, cms.MESSAGE_DIGEST, bytes)
    require(len(digest) == DIGESTS[algorithm].digest_size, f"the message digest is not {algorithm}")
    return digest


def _signing_time(attributes: _Attributes) -> datetime | None:
    element = _optional(attributes, cms.SIGNING_TIME, asn1.TLV)
    if element is None:
        return None
    kind: Any = asn1.UTCTime if element.tag_bytes == b"\x17" else asn1.GeneralizedTime
    at: datetime = element.parse(kind).as_datetime()
    require(asn1.encode_der(cms.time_choice(at)) == asn1.encode_der(element), "the signing time is ill-formed")
    return at


def _ess(attributes: _Attributes) -> EssHash | None:
    second = _optional(attributes, cms.SIGNING_CERTIFICATE_V2, cms.SigningCertificateV2)
    first = _optional(attributes, cms.SIGNING_CERTIFICATE, cms.SigningCertificate)
    if second is not None:
        require(bool(second.certs), "the signing-certificate attribute is empty")
        own = second.certs[0]
        algorithm = "sha256" if own.hash_algorithm is None else hash_name(own.hash_algorithm)
        return EssHash(algorithm, own.cert_hash)
    if first is not None:
        require(bool(first.certs), "the signing-certificate attribute is empty")
        return EssHash("sha1", first.certs[0].cert_hash)
    return None


def _timestamp_token(unsigned: _Attributes) -> bytes | None:
    token = _optional(unsigned, cms.SIGNATURE_TIME_STAMP, asn1.TLV)
    return None if token is None else asn1.encode_der(token)


def _signer_id(signer: cms.SignerInfo) -> SignerId:
    if isinstance(signer.sid, bytes):
        return SignerId(issuer=None, serial=None, key_id=signer.sid)
    return SignerId(issuer=asn1.encode_der(signer.sid.issuer), serial=signer.sid.serial, key_id=None)


def _version_fits(data: cms.SignedData, signer: cms.SignerInfo) -> bool:
    of_signer = 3 if isinstance(signer.sid, bytes) else 1
    of_data = max(cms.signed_data_version(data.encap.content_type), of_signer)
    if not all(map(_is_plain, data.crls or [])):
        of_data = 5  # OCSP responses travel as "other revocation information"
    return signer.version == of_signer and data.version == of_data


def _is_plain(element: cms.CertificateList | cms.OtherRevocation) -> bool:
    return isinstance(element, cms.CertificateList)


def _answers(data: cms.SignedData) -> Iterator[bytes]:
    for element in data.crls or []:
        if isinstance(element, cms.OtherRevocation) and element.format == cms.OCSP_RESPONSE:
            yield asn1.encode_der(element.value)


def _ders(elements: list[asn1.TLV] | None) -> tuple[bytes, ...]:
    return tuple(asn1.encode_der(element) for element in elements or [])


def _key_id(certificate: x509.Certificate) -> bytes | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None


def _parsed_token(parsed: ParsedCms, info: TstInfo) -> ParsedToken:
    algorithm = hash_name(info.message_imprint.hash_algorithm)
    imprint = info.message_imprint.hashed_message
    require(info.version == 1, f"the TSTInfo has version {info.version}")
    require(len(imprint) == DIGESTS[algorithm].digest_size, f"the imprint is not {algorithm}")
    return ParsedToken(
        cms=parsed,
        gen_time=info.gen_time.as_datetime(),
        imprint_algorithm=algorithm,
        imprint=imprint,
        policy=info.policy.dotted_string,
        serial=info.serial_number,
        nonce=info.nonce,
    )
