"""OCSP responses (RFC 6960): what an authority answered, once, when asked about one certificate.

1. An answer is about a certificate when it names its number, and its issuer by name and key.
2. It is believed when the issuer signed it, or somebody whom that issuer gave a certificate for answering; the
   response brings that certificate. Others, even trusted ones, have no word in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from sigillo.proofs.schemes import DIGESTS, SignatureScheme, signature_fits
from sigillo.proofs.verify.chain import extension_of, issued


class Credence(StrEnum):
    """How far an answer is believed."""

    BELIEVED = "believed"
    FORGED = "forged"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a response says of one certificate: revoked ``since``, or None; answered ``at``, to hold ``until``."""

    since: datetime | None
    reason: x509.ReasonFlags | None
    at: datetime
    until: datetime | None
    credence: Credence


def read_answers(ders: Iterable[bytes]) -> tuple[tuple[ocsp.OCSPResponse, ...], int]:
    """Read responses from DER; gives those that say something, and how many cannot be read."""
    found, broken = [], 0
    for der in ders:
        try:
            response = ocsp.load_der_ocsp_response(der)
            is_answered = response.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
            _ = (is_answered and [each.serial_number for each in response.responses], is_answered and _who(response))
        except (ValueError, UnsupportedAlgorithm):
            broken += 1
        else:
            found += [response] if is_answered else []
    return tuple(found), broken


def answers_about(
    certificate: x509.Certificate, issuer: x509.Certificate, responses: Iterable[ocsp.OCSPResponse]
) -> Iterator[Answer]:
    """Give every answer about a certificate of an issuer; that nothing is known of it is no answer."""
    for response in responses:
        for single in response.responses:
            known = single.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN
            if known and _is_about(single, certificate, issuer):  # 1
                yield Answer(
                    since=single.revocation_time_utc,
                    reason=single.revocation_reason,
                    at=single.this_update_utc,
                    until=single.next_update_utc,
                    credence=_credence(response, issuer),  # 2
                )


def _is_about(single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if single.serial_number != certificate.serial_number:
        return False
    try:
        asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, single.hash_algorithm).build()
    except (ValueError, UnsupportedAlgorithm):
        return False
    return (asked.issuer_name_hash, asked.issuer_key_hash) == (single.issuer_name_hash, single.issuer_key_hash)


def _credence(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> Credence:
    may_answer = [issuer, *(each for each in response.certificates if _is_delegate(each, issuer, response))]
    named = [each for each in may_answer if _is_named(each, response)]
    if not named:
        return Credence.UNKNOWN
    digest = "" if response.signature_hash_algorithm is None else response.signature_hash_algorithm.name
    if digest not in DIGESTS or digest == "sha1":
        return Credence.UNKNOWN
    fits = any(_has_signed(each, response, digest) for each in named)
    return Credence.BELIEVED if fits else Credence.FORGED


def _is_delegate(certificate: x509.Certificate, issuer: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    usage = extension_of(certificate, x509.ExtendedKeyUsage)
    in_time = certificate.not_valid_before_utc <= response.produced_at_utc <= certificate.not_valid_after_utc
    return usage is not None and ExtendedKeyUsageOID.OCSP_SIGNING in usage and in_time and issued(issuer, certificate)


def _is_named(certificate: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    if response.responder_name is not None:
        return certificate.subject == response.responder_name
    # The responder's key hash is always SHA-1 (RFC 6960 §4.2.1).
    key_id = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key())
    return key_id.digest == response.responder_key_hash


def _has_signed(certificate: x509.Certificate, response: ocsp.OCSPResponse, digest: str) -> bool:
    kind = "ecdsa" if isinstance(certificate.public_key(), ec.EllipticCurvePublicKey) else "rsa"
    salt_length = 0
    if response.signature_algorithm_oid == SignatureAlgorithmOID.RSASSA_PSS:
        kind, salt_length = "rsa-pss", DIGESTS[digest].digest_size
    scheme = SignatureScheme(kind, digest, salt_length)
    return signature_fits(certificate, response.signature, response.tbs_response_bytes, scheme=scheme)


def _who(response: ocsp.OCSPResponse) -> tuple[object, hashes.HashAlgorithm | None, object]:
    """What may be unreadable in a response that was loaded."""
    return response.responder_name, response.signature_hash_algorithm, response.certificates
