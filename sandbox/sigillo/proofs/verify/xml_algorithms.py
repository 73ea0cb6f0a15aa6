"""The algorithms of XML signatures by their URIs (RFC 6931, RFC 9231), and the values that go with them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from sigillo.domain.errors import MalformedInput
from sigillo.proofs import hardened_xml as xml
from sigillo.proofs.certificates import read_certificate
from sigillo.proofs.evidence import DS
from sigillo.proofs.schemes import DIGESTS, SignatureScheme

_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE_2007: Final = "http://www.w3.org/2007/05/xmldsig-more#"
DIGEST_NAMES: Final = {
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
    f"{_MORE}sha224": "sha224",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    f"{_MORE}sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
_SIGNATURES: Final = {
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1": ("rsa", "sha1"),
    **{f"{_MORE}rsa-sha{bits}": ("rsa", f"sha{bits}") for bits in (224, 256, 384, 512)},
    **{f"{_MORE}ecdsa-sha{bits}": ("ecdsa", f"sha{bits}") for bits in (1, 224, 256, 384, 512)},
    **{f"{_MORE_2007}sha{bits}-rsa-MGF1": ("rsa-pss", f"sha{bits}") for bits in (224, 256, 384, 512)},
}
_INCLUSIVE: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_INCLUSIVE_11: Final = "http://www.w3.org/2006/12/xml-c14n11"
_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
# URI -> exclusive. Where a reference names none, Canonical XML 1.0 is meant (XML-DSig §4.4.3.2).
_METHODS: Final = {"": False, _INCLUSIVE: False, _INCLUSIVE_11: False, _EXCLUSIVE: True}


class Unsupported(MalformedInput):
    """A signature that is perhaps good, but uses what is never followed here."""

    code = "unsupported_signature"


def signature_scheme(uri: str) -> SignatureScheme:
    """Give how a signature is made by its algorithm's URI; Unsupported when it is not known."""
    if uri not in _SIGNATURES:
        raise Unsupported(f"The signature algorithm {uri[:120]!r} is not supported.")
    kind, digest = _SIGNATURES[uri]
    # RFC 9231 §2.3.10: the salt is as long as the digest.
    return SignatureScheme(kind, digest, DIGESTS[digest].digest_size if kind == "rsa-pss" else 0)


def value_for(certificate: x509.Certificate, raw: bytes) -> bytes:
    """Give a signature value as the libraries read it: XML writes ECDSA as ``r || s`` (RFC 6931 §2.3.6), they DER."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return raw
    length = (key.key_size + 7) // 8
    if len(raw) != 2 * length:
        return b""
    return encode_dss_signature(int.from_bytes(raw[:length], "big"), int.from_bytes(raw[length:], "big"))


def canonical_form(node: etree._Element | etree._ElementTree, method: str, prefixes: tuple[str, ...]) -> bytes:
    """Canonicalise an element or a document by a method's URI, comments left out; Unsupported for any other method.

    ``prefixes`` is exclusive canonicalisation's InclusiveNamespaces.
    """
    exclusive = _METHODS.get(method)
    if exclusive is None:
        raise Unsupported(f"The canonicalisation {method[:120]!r} is not supported.")
    tree = node if isinstance(node, etree._ElementTree) else None
    if tree is not None:
        return etree.tostring(
            tree, method="c14n", exclusive=exclusive, with_comments=False, inclusive_ns_prefixes=list(prefixes)
        )
    return etree.tostring(
        node,
        method="c14n",
        exclusive=exclusive,
        with_comments=False,
        with_tail=False,
        inclusive_ns_prefixes=list(prefixes),
    )


def base64_text(element: etree._Element) -> bytes:
    """Decode an element's base64, blanks aside; :class:`MalformedInput` for any other spelling than the one."""
    bare = "".join(xml.text(element).split())
    try:
        value = b64decode(bare, validate=True)
    except ValueError:
        raise MalformedInput(f"Line {element.sourceline}: this is not base64: {bare[:40]!r}.") from None
    if b64encode(value).decode() != bare:
        raise MalformedInput(f"Line {element.sourceline}: this base64 has bits that mean nothing; it was changed.")
    return value


def certificates_of(signature: etree._Element) -> tuple[x509.Certificate, ...]:
    """Give the certificates of a signature's KeyInfo, in order."""
    path = f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate"
    return tuple(read_certificate(base64_text(found)) for found in signature.findall(path))
