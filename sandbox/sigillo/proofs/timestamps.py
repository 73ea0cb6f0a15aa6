"""RFC 3161 time-stamp tokens, requests and responses (with RFC 5816 and EN 319 422).

A token is a function of the authority, the imprint, the instant and the nonce: its serial number too is derived
from these, so the same question at the same simulated instant has the same answer, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final

from cryptography import x509
from cryptography.hazmat import asn1

from sigillo.proofs import cms
from sigillo.proofs.authority import Authority
from sigillo.proofs.policies import TIMESTAMP_POLICY

OID = x509.ObjectIdentifier

TST_INFO: Final = OID("1.2.840.113549.1.9.16.1.4")
_MILLISECOND_US: Final = 1_000
_SERIAL_BYTES: Final = 16


@asn1.sequence
class MessageImprint:
    """The digest that is stamped (RFC 3161 §2.4.1)."""

    hash_algorithm: cms.HashAlgorithm
    hashed_message: bytes


@asn1.sequence
class Accuracy:
    """How far the clock may be off (RFC 3161 §2.4.2)."""

    seconds: int | None
    millis: Annotated[int | None, asn1.Implicit(0)]
    micros: Annotated[int | None, asn1.Implicit(1)]


@asn1.sequence
class TstInfo:
    """TSTInfo (RFC 3161 §2.4.2)."""

    version: int
    policy: OID
    message_imprint: MessageImprint
    serial_number: int
    gen_time: asn1.GeneralizedTime
    accuracy: Accuracy | None
    ordering: Annotated[bool, asn1.Default(False)]
    nonce: int | None
    tsa: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]
    extensions: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]


@asn1.sequence
class TimeStampReq:
    """TimeStampReq (RFC 3161 §2.4.1)."""

    version: int
    message_imprint: MessageImprint
    req_policy: OID | None
    nonce: int | None
    cert_req: Annotated[bool, asn1.Default(False)]
    extensions: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]


@asn1.sequence
class StatusInfo:
    """PKIStatusInfo (RFC 3161 §2.4.2)."""

    status: int
    status_string: list[str] | None
    fail_info: asn1.BitString | None


@asn1.sequence
class Granted:
    """TimeStampResp with a token."""

    status: StatusInfo
    token: asn1.TLV


@asn1.sequence
class Refused:
    """TimeStampResp without a token."""

    status: StatusInfo


# dotted name -> (name, bytes of a digest)
IMPRINTS: Final = {
    "2.16.840.1.101.3.4.2.1": ("sha256", 32),
    "2.16.840.1.101.3.4.2.2": ("sha384", 48),
    "2.16.840.1.101.3.4.2.3": ("sha512", 64),
}
_HASHES: Final = {
    name: (cms.HashAlgorithm(algorithm=OID(dotted), parameters=None), length)
    for dotted, (name, length) in IMPRINTS.items()
}
_CONTENT_TYPE: Final = cms.attribute(cms.CONTENT_TYPE, cms.tlv(TST_INFO))
_ONE_SECOND: Final = Accuracy(seconds=1, millis=None, micros=None)  # EN 319 422 §5.2.2: one second or better


def timestamp(
    authority: Authority,
    digest: bytes,
    *,
    at: datetime,
    nonce: int | None = None,
    algorithm: str = "sha256",
    with_certificates: bool = True,
) -> bytes:
    """Make the token (a DER ContentInfo) that ``digest`` existed at ``at``.

    ``at`` is aware and has whole milliseconds; ``algorithm`` is sha256, sha384 or sha512. ValueError otherwise.
    """
    hash_algorithm, length = _HASHES[algorithm]
    if len(digest) != length:
        raise ValueError(f"a {algorithm} digest has {length} bytes, not {len(digest)}")
    info = TstInfo(
        version=1,
        policy=TIMESTAMP_POLICY,
        message_imprint=MessageImprint(hash_algorithm=hash_algorithm, hashed_message=digest),
        serial_number=_serial(digest, at=at, nonce=nonce),
        gen_time=_gen_time(at),
        accuracy=_ONE_SECOND,
        ordering=False,
        nonce=nonce,
        tsa=None,
        extensions=None,
    )
    return _seal_info(authority.timestamp_signer, asn1.encode_der(info), with_certificates=with_certificates)


def _seal_info(by: cms.Signer, content: bytes, *, with_certificates: bool) -> bytes:
    return cms.encode_signed_data(
        by,
        cms.sign_attributes(by, _CONTENT_TYPE, digest=sha256(content).digest()),
        encap=cms.EncapsulatedContent(content_type=TST_INFO, content=content),
        bag=by.bag if with_certificates else (),
    )


def _gen_time(at: datetime) -> asn1.GeneralizedTime:
    if at.microsecond % _MILLISECOND_US:
        raise ValueError(f"{at.isoformat()} is finer than a millisecond: round it before it is attested")
    return asn1.GeneralizedTime(cms.utc(at))


def _serial(digest: bytes, *, at: datetime, nonce: int | None) -> int:
    """Number a token by what it says; two that say the same are the same token."""
    said = f"{digest.hex()} {cms.utc(at).isoformat()} {nonce}"
    return int.from_bytes(sha256(said.encode()).digest()[:_SERIAL_BYTES], "big")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request gets no token: the PKIFailureInfo bit (RFC 3161 §2.4.2) and a sentence."""

    bit: int
    reason: str


BAD_ALGORITHM: Final = Refusal(0, "The digest algorithm is not accepted: use SHA-256, SHA-384 or SHA-512.")
BAD_REQUEST: Final = Refusal(2, "Only version 1 requests are accepted.")
BAD_DATA_FORMAT: Final = Refusal(5, "This is not a DER TimeStampReq with a digest of the right length.")
UNACCEPTED_POLICY: Final = Refusal(15, f"The only policy here is {TIMESTAMP_POLICY.dotted_string}.")
UNACCEPTED_EXTENSION: Final = Refusal(16, "Extensions are not accepted.")
_GRANTED: Final = StatusInfo(status=0, status_string=None, fail_info=None)
_REJECTION: Final = 2


def timestamp_response(request_der: bytes, *, authority: Authority, at: datetime) -> bytes:
    """Answer a DER TimeStampReq with a DER TimeStampResp; what cannot be granted is refused, never raised."""
    try:
        request = asn1.decode_der(TimeStampReq, request_der)
    except ValueError:
        return _refusal(BAD_DATA_FORMAT)
    refused = _objection(request)
    if refused is not None:
        return _refusal(refused)
    imprint = request.message_imprint
    token = timestamp(
        authority,
        imprint.hashed_message,
        at=at,
        nonce=request.nonce,
        algorithm=IMPRINTS[imprint.hash_algorithm.algorithm.dotted_string][0],
        with_certificates=request.cert_req,
    )
    return asn1.encode_der(Granted(status=_GRANTED, token=cms.tlv_of(token)))


def _objection(request: TimeStampReq) -> Refusal | None:
    known = IMPRINTS.get(request.message_imprint.hash_algorithm.algorithm.dotted_string)
    if request.version != 1:
        return BAD_REQUEST
    if known is None:
        return BAD_ALGORITHM
    if len(request.message_imprint.hashed_message) != known[1]:
        return BAD_DATA_FORMAT
    if request.req_policy not in (None, TIMESTAMP_POLICY):
        return UNACCEPTED_POLICY
    return UNACCEPTED_EXTENSION if request.extensions else None


def _refusal(refusal: Refusal) -> bytes:
    # A named bit list ends with its last set bit (X.690 §11.2.2).
    length, unused = refusal.bit // 8 + 1, 7 - refusal.bit % 8
    bits = asn1.BitString((1 << unused).to_bytes(length, "big"), unused)
    status = StatusInfo(status=_REJECTION, status_string=[refusal.reason], fail_info=bits)
    return asn1.encode_der(Refused(status=status))
