"""The CMS and CAdES structures, declared once, for writing and for reading alike (RFC 5652, RFC 5035, RFC 4055).

Two spellings need a word, both because what ``hazmat.asn1`` offers is narrower than ASN.1:

* a SET OF under an implicit tag is declared as a list where foreign software is known not to sort it
  (``openssl ts`` writes certificates as they come); the bytes are the same, and who writes gives them sorted;
* an optional ANY under an explicit tag is declared as an implicitly tagged list of one; the bytes are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.proofs.keys import sign

OID = x509.ObjectIdentifier

DATA: Final = OID("1.2.840.113549.1.7.1")
SIGNED_DATA: Final = OID("1.2.840.113549.1.7.2")
CONTENT_TYPE: Final = OID("1.2.840.113549.1.9.3")
MESSAGE_DIGEST: Final = OID("1.2.840.113549.1.9.4")
SIGNING_TIME: Final = OID("1.2.840.113549.1.9.5")
SIGNING_CERTIFICATE: Final = OID("1.2.840.113549.1.9.16.2.12")
SIGNATURE_TIME_STAMP: Final = OID("1.2.840.113549.1.9.16.2.14")
SIGNING_CERTIFICATE_V2: Final = OID("1.2.840.113549.1.9.16.2.47")
OCSP_RESPONSE: Final = OID("1.3.6.1.5.5.7.16.2")  # RFC 5940 §2.1
REVOCATION_ARCHIVE: Final = OID("1.2.840.113583.1.1.8")  # ISO 32000-1 §12.8.3.3.2
FIRST_GENERALIZED_YEAR: Final = 2050


@asn1.sequence
class HashAlgorithm:
    """A digest algorithm; parameters are absent (RFC 5754 §2) or, from elder software, NULL."""

    algorithm: OID
    parameters: asn1.Null | None


@asn1.sequence
class MaskAlgorithm:
    """A mask generation function: always MGF1 of a digest (RFC 4055 §2.2)."""

    algorithm: OID
    parameters: HashAlgorithm


@asn1.sequence
class PssParameters:
    """RSASSA-PSS-params (RFC 4055 §3.1); an absent field has the default of SHA-1 and 20 bytes."""

    hash_algorithm: Annotated[HashAlgorithm | None, asn1.Explicit(0)]
    mask_algorithm: Annotated[MaskAlgorithm | None, asn1.Explicit(1)]
    salt_length: Annotated[int | None, asn1.Explicit(2)]
    trailer_field: Annotated[int | None, asn1.Explicit(3)]


@asn1.sequence
class SignatureAlgorithm:
    """A signature algorithm; only RSASSA-PSS has parameters that say something."""

    algorithm: OID
    parameters: asn1.Null | PssParameters | None


@asn1.sequence
class CertificateList:
    """A revocation list (RFC 5280 §5.1), as its issuer encoded it."""

    to_be_signed: asn1.TLV
    algorithm: asn1.TLV
    signature: asn1.TLV


@asn1.sequence
class OtherRevocation:
    """OtherRevocationInfoFormat (RFC 5652 §10.2.1): how OCSP responses travel among the lists."""

    format: OID
    value: asn1.TLV


@asn1.sequence
class RevocationArchive:
    """RevocationInfoArchival, the signed attribute of Adobe's signatures: lists and OCSP responses."""

    crls: Annotated[list[asn1.TLV] | None, asn1.Explicit(0)]
    answers: Annotated[list[asn1.TLV] | None, asn1.Explicit(1)]
    others: Annotated[list[asn1.TLV] | None, asn1.Explicit(2)]


@asn1.sequence
class EncapsulatedContent:
    """EncapsulatedContentInfo (RFC 5652 §5.2); a detached signature has no content."""

    content_type: OID
    content: Annotated[bytes | None, asn1.Explicit(0)]


@asn1.sequence
class IssuerAndSerial:
    """IssuerAndSerialNumber (RFC 5652 §10.2.4), the name as the issuer encoded it."""

    issuer: asn1.TLV
    serial: int


@asn1.sequence
class Attribute:
    """An attribute of any type (RFC 5652 §5.3)."""

    type: OID
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class DigestAttribute:
    """The message-digest attribute (RFC 5652 §11.2)."""

    type: OID
    values: asn1.SetOf[bytes]


@asn1.sequence
class TimeAttribute:
    """The signing-time attribute (RFC 5652 §11.3)."""

    type: OID
    values: asn1.SetOf[asn1.UTCTime | asn1.GeneralizedTime]


@asn1.sequence
class IssuerSerial:
    """IssuerSerial of ESS (RFC 5035 §4): general names and the number."""

    issuer: list[asn1.TLV]
    serial: int


@asn1.sequence
class EssCertIdV2:
    """ESSCertIDv2 (RFC 5035 §4); an absent hash algorithm is SHA-256."""

    hash_algorithm: HashAlgorithm | None
    cert_hash: bytes
    issuer_serial: IssuerSerial | None


@asn1.sequence
class SigningCertificateV2:
    """SigningCertificateV2 (RFC 5035 §3); the first entry is the signer's."""

    certs: list[EssCertIdV2]
    policies: list[asn1.TLV] | None


@asn1.sequence
class EssCertId:
    """ESSCertID (RFC 2634 §5.4.1): the hash is SHA-1. Read, never written."""

    cert_hash: bytes
    issuer_serial: IssuerSerial | None


@asn1.sequence
class SigningCertificate:
    """SigningCertificate (RFC 2634 §5.4). Read, never written."""

    certs: list[EssCertId]
    policies: list[asn1.TLV] | None


@asn1.sequence
class SignerInfo:
    """SignerInfo (RFC 5652 §5.3)."""

    version: int
    sid: IssuerAndSerial | Annotated[bytes, asn1.Implicit(0)]
    digest_algorithm: HashAlgorithm
    signed_attrs: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(0)]
    signature_algorithm: SignatureAlgorithm
    signature: bytes
    unsigned_attrs: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]


@asn1.sequence
class SignedData:
    """SignedData (RFC 5652 §5.1)."""

    version: int
    digest_algorithms: asn1.SetOf[HashAlgorithm]
    encap: EncapsulatedContent
    certificates: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]
    crls: Annotated[list[CertificateList | Annotated[OtherRevocation, asn1.Implicit(1)]] | None, asn1.Implicit(1)]
    signer_infos: asn1.SetOf[SignerInfo]


@asn1.sequence
class ContentInfo:
    """ContentInfo (RFC 5652 §3) that holds a SignedData."""

    content_type: OID
    content: Annotated[SignedData, asn1.Explicit(0)]


SHA256: Final = HashAlgorithm(algorithm=OID("2.16.840.1.101.3.4.2.1"), parameters=None)
ECDSA_WITH_SHA256: Final = SignatureAlgorithm(algorithm=OID("1.2.840.10045.4.3.2"), parameters=None)


def tlv(value: Any) -> asn1.TLV:
    """Encode any declared structure, or primitive, and give it as an element to put into another."""
    return asn1.decode_der(asn1.TLV, asn1.encode_der(value))


def tlv_of(der: bytes) -> asn1.TLV:
    """Give one DER element as it stands; ValueError when it is not exactly one."""
    return asn1.decode_der(asn1.TLV, der)


def attribute(oid: OID, value: asn1.TLV) -> asn1.TLV:
    """Encode an attribute of one value."""
    return tlv(Attribute(type=oid, values=asn1.SetOf([value])))


def utc(at: datetime) -> datetime:
    """Give an aware instant in UTC; ValueError when it has no zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone: give an aware datetime")
    return at.astimezone(UTC)


def time_choice(at: datetime) -> asn1.UTCTime | asn1.GeneralizedTime:
    """Encode an instant as ``Time``: UTCTime through 2049, GeneralizedTime after (RFC 5652 §11.3), whole seconds."""
    second = utc(at).replace(microsecond=0)
    return asn1.GeneralizedTime(second) if second.year >= FIRST_GENERALIZED_YEAR else asn1.UTCTime(second)


@dataclass(frozen=True, slots=True, eq=False)
class Signer:
    """What stays the same in all signatures of one certificate, encoded once."""

    key: ec.EllipticCurvePrivateKey
    sid: IssuerAndSerial
    signing_certificate: asn1.TLV
    certificates: tuple[bytes, ...]
    bag: tuple[asn1.TLV, ...]


def signer(key: ec.EllipticCurvePrivateKey, chain: Iterable[x509.Certificate]) -> Signer:
    """Prepare a signer; ``chain`` starts with its own certificate and all of it goes into the signatures."""
    certificates = list(chain)
    own = certificates[0]
    ess = EssCertIdV2(hash_algorithm=None, cert_hash=own.fingerprint(hashes.SHA256()), issuer_serial=None)
    ders = tuple(certificate.public_bytes(Encoding.DER) for certificate in certificates)
    return Signer(
        key=key,
        sid=IssuerAndSerial(issuer=tlv_of(own.issuer.public_bytes()), serial=own.serial_number),
        signing_certificate=attribute(SIGNING_CERTIFICATE_V2, tlv(SigningCertificateV2(certs=[ess], policies=None))),
        certificates=ders,
        bag=certificate_bag(ders),
    )


def certificate_bag(ders: Iterable[bytes]) -> tuple[asn1.TLV, ...]:
    """Put certificates in the order that DER asks of a SET OF (X.690 §11.6), each once."""
    return tuple(tlv_of(der) for der in sorted(set(ders)))


@dataclass(frozen=True, slots=True, eq=False)
class Signed:
    """Signed attributes and the signature over them, before they are laid into a SignedData."""

    attributes: asn1.SetOf[asn1.TLV]
    signature: bytes


def sign_attributes(
    by: Signer, content_type: asn1.TLV, *, digest: bytes, signing_time: datetime | None = None
) -> Signed:
    """Sign what CAdES-B asks to be signed (EN 319 122-1 §6.3).

    ``content_type`` is the encoded content-type attribute, ``digest`` the SHA-256 of the content.
    """
    attributes = [
        content_type,
        tlv(DigestAttribute(type=MESSAGE_DIGEST, values=asn1.SetOf([digest]))),
        by.signing_certificate,
    ]
    if signing_time is not None:
        attributes.append(tlv(TimeAttribute(type=SIGNING_TIME, values=asn1.SetOf([time_choice(signing_time)]))))
    # What is signed is the SET OF itself, not the [0] that stands in the SignerInfo (RFC 5652 §5.4).
    to_sign = asn1.SetOf(attributes)
    return Signed(to_sign, sign(by.key, asn1.encode_der(to_sign)))


def encode_signed_data(
    by: Signer,
    signed: Signed,
    *,
    encap: EncapsulatedContent,
    bag: Iterable[asn1.TLV],
    unsigned: list[asn1.TLV] | None = None,
) -> bytes:
    """Lay a signature into a ContentInfo; ``bag`` is what :func:`certificate_bag` gave, possibly empty."""
    info = SignerInfo(
        version=1,
        sid=by.sid,
        digest_algorithm=SHA256,
        signed_attrs=signed.attributes,
        signature_algorithm=ECDSA_WITH_SHA256,
        signature=signed.signature,
        unsigned_attrs=unsigned,
    )
    content = SignedData(
        version=signed_data_version(encap.content_type),
        digest_algorithms=asn1.SetOf([SHA256]),
        encap=encap,
        certificates=list(bag) or None,
        crls=None,
        signer_infos=asn1.SetOf([info]),
    )
    return asn1.encode_der(ContentInfo(content_type=SIGNED_DATA, content=content))


def signed_data_version(content_type: OID) -> int:
    """Give the version of a SignedData with plain certificates and version 1 signers (RFC 5652 §5.1)."""
    return 1 if content_type == DATA else 3
