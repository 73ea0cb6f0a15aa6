"""Certificates that came with a document, read whole and at once, so that no surprise is left for later."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.domain.errors import MalformedInput


def read_certificate(der: bytes) -> x509.Certificate:
    """Read a DER certificate; raises :class:`MalformedInput`, never anything else.

    The library reads extensions, key and names late, and lets a signature claim bits that are not there: one changed
    byte that nothing else would notice.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = (certificate.extensions, certificate.public_key(), certificate.subject, certificate.issuer)
        _ = (certificate.not_valid_before_utc, certificate.not_valid_after_utc, certificate.signature_hash_algorithm)
        spare_bits = certificate.public_bytes(Encoding.DER)[-len(certificate.signature) - 1]
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise MalformedInput(f"A certificate cannot be read: {error}") from None
    if spare_bits:
        raise MalformedInput("A certificate's signature is not whole bytes; it was changed.")
    return certificate
