"""Signature and digest algorithms by their identifiers, and the check of one signature value.

The sandbox writes ECDSA with SHA-256 only; the signatures of others come in more kinds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from sigillo.domain.errors import MalformedInput
from sigillo.proofs import cms

HASHES: Final = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_RSA: Final = "1.2.840.113549.1.1.1"
_RSA_PSS: Final = "1.2.840.113549.1.1.10"
# signature algorithm -> (key type, digest), for those whose name contains the digest
_SIGNATURES: Final = {
    "1.2.840.113549.1.1.5": ("rsa", "sha1"),
    "1.2.840.113549.1.1.14": ("rsa", "sha224"),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
    "1.2.840.10045.4.1": ("ecdsa", "sha1"),
    "1.2.840.10045.4.3.1": ("ecdsa", "sha224"),
    "1.2.840.10045.4.3.2": ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
}
DIGESTS: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - old signatures of others are read, never made
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class MalformedCms(MalformedInput):
    """These bytes are not a signature or a token as the standards write them, or one that nobody here can read."""

    code = "malformed_cms"


class UnsupportedCms(MalformedCms):
    """A signature that may be a good one, of a kind that is not read here."""

    code = "unsupported_cms"


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """How a signature was made: ``kind`` is ``ecdsa``, ``rsa`` or ``rsa-pss``, ``digest`` e.g. ``sha256``."""

    kind: str
    digest: str
    salt_length: int = 0


def require(condition: bool, what: str) -> None:
    """Raise MalformedCms, saying what is wrong, unless the condition holds."""
    if not condition:
        raise MalformedCms(f"The signature cannot be read: {what}.")


def hash_name(algorithm: cms.HashAlgorithm) -> str:
    """Give a digest algorithm's short name, e.g. ``sha256``; UnsupportedCms when it is another."""
    name = HASHES.get(algorithm.algorithm.dotted_string)
    if name is None:
        raise UnsupportedCms(f"Digest algorithm {algorithm.algorithm.dotted_string} is not supported.")
    return name


def scheme_of(algorithm: cms.SignatureAlgorithm, digest: str) -> SignatureScheme:
    """Read how a signature is made; ``digest`` is the signer's digest algorithm, and both must agree."""
    dotted = algorithm.algorithm.dotted_string
    parameters = algorithm.parameters
    if dotted == _RSA_PSS:
        return _pss(parameters if isinstance(parameters, cms.PssParameters) else None, digest)
    require(not isinstance(parameters, cms.PssParameters), "the signature algorithm has foreign parameters")
    kind, named = ("rsa", digest) if dotted == _RSA else _SIGNATURES.get(dotted, ("", ""))
    if not kind:
        raise UnsupportedCms(f"Signature algorithm {dotted} is not supported.")
    require(named == digest, f"the signature is made with {named}, the attributes say {digest}")
    return SignatureScheme(kind, named)


def _pss(parameters: cms.PssParameters | None, digest: str) -> SignatureScheme:
    if parameters is None or parameters.hash_algorithm is None or parameters.mask_algorithm is None:
        raise UnsupportedCms("An RSASSA-PSS signature without a stated digest (SHA-1) is not supported.")
    named = hash_name(parameters.hash_algorithm)
    mask = hash_name(parameters.mask_algorithm.parameters)
    require(named == mask == digest, "the RSASSA-PSS digests differ")
    salt = 20 if parameters.salt_length is None else parameters.salt_length
    require(0 <= salt <= 512, "the RSASSA-PSS salt length is out of range")
    return SignatureScheme("rsa-pss", named, salt)


def signature_fits(certificate: x509.Certificate, signature: bytes, data: bytes, *, scheme: SignatureScheme) -> bool:
    """Check a signature with a certificate's key; False when key and scheme do not go together, too."""
    key, digest = certificate.public_key(), DIGESTS[scheme.digest]
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and scheme.kind == "ecdsa":
            key.verify(signature, data, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey) and scheme.kind == "rsa":
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, rsa.RSAPublicKey) and scheme.kind == "rsa-pss":
            key.verify(signature, data, padding.PSS(padding.MGF1(digest), scheme.salt_length), digest)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
