"""What is believed: the certificates and revocation lists that the caller trusts, read from PEM."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.domain.errors import MalformedInput

_BLOCK: Final = re.compile(r"-----BEGIN (?P<label>[A-Z0-9 ]+)-----.*?-----END (?P=label)-----", re.DOTALL)
_CERTIFICATES: Final = ("CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE")
_LIST: Final = "X509 CRL"


@dataclass(frozen=True, slots=True)
class TrustList:
    """Trusted certificates, whether roots or not, and the revocation lists given beside them."""

    certificates: tuple[x509.Certificate, ...]
    crls: tuple[x509.CertificateRevocationList, ...]


def read_trust(pems: Sequence[str]) -> TrustList:
    """Read any number of PEM texts; :class:`MalformedInput` when one holds neither certificate nor CRL."""
    certificates: list[x509.Certificate] = []
    crls: list[x509.CertificateRevocationList] = []
    for index, pem in enumerate(pems, 1):
        for label, block in _blocks(pem, f"trusted PEM {index}"):
            try:
                if label == _LIST:
                    crls.append(_list(block))
                else:
                    certificates.append(x509.load_pem_x509_certificate(block))
            except ValueError as error:
                raise MalformedInput(f"A block {label} of trusted PEM {index} cannot be read: {error}") from error
    return TrustList(distinct(certificates), distinct_lists(crls))


def distinct(certificates: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Give each certificate once, in order."""
    return tuple(dict.fromkeys(certificates))


def distinct_lists(crls: Iterable[x509.CertificateRevocationList]) -> tuple[x509.CertificateRevocationList, ...]:
    """Give each revocation list once, in order."""
    return tuple({crl.public_bytes(Encoding.DER): crl for crl in crls}.values())


def _list(block: bytes) -> x509.CertificateRevocationList:
    """Read a list whole: the library puts off what it finds wrong until it is asked for."""
    crl = x509.load_pem_x509_crl(block)
    try:
        _ = (crl.extensions, crl.last_update_utc, crl.next_update_utc, len(crl))
    except (x509.DuplicateExtension, UnsupportedAlgorithm) as error:
        raise ValueError(str(error)) from error
    return crl


def _blocks(pem: str, where: str) -> Iterator[tuple[str, bytes]]:
    found = [m for m in _BLOCK.finditer(pem) if m["label"] in (*_CERTIFICATES, _LIST)]
    if not found:
        raise MalformedInput(f"{where} holds no certificate and no CRL: give text with -----BEGIN CERTIFICATE-----.")
    for match in found:
        yield match["label"], match[0].encode()
