"""XAdES baseline B-T, enveloped in an evidence (EN 319 132-1 §6, XML-DSig).

1. Digest the whole document, the signature left out (enveloped-signature, then exclusive canonical XML).
2. Signed properties: signing time, the digest of the seal's certificate, the format of what is signed.
3. SignedInfo refers to the document, to the signed properties and to the key info with its certificates.
4. ECDSA over the canonical SignedInfo, as the raw ``r || s`` that XML-DSig wants (RFC 6931 §2.3.6).
5. An RFC 3161 token over the canonical SignatureValue as an unsigned property.

The signature is laid out here, as text of which only Ids, instants and base64 vary, and lxml canonicalises it. signxml
has no level T, draws random Ids, reads the system's clock, and under exclusive canonicalisation leaves out the
transforms of two references, so that no verifier follows. No signature policy is named, since none is agreed.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from html import escape
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from sigillo.domain.calendar import format_instant
from sigillo.domain.claims import Claim
from sigillo.proofs import hardened_xml
from sigillo.proofs.authority import Authority
from sigillo.proofs.evidence import DS, SHA256, evidence
from sigillo.proofs.keys import sign
from sigillo.proofs.timestamps import timestamp

XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
ECDSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SIGNED_PROPERTIES: Final = "http://uri.etsi.org/01903#SignedProperties"
_COORDINATE_BYTES: Final = 32

_TRANSFORM: Final = f'<ds:Transform Algorithm="{EXCLUSIVE}"/>'
_METHOD: Final = f'<ds:DigestMethod Algorithm="{SHA256}"/>'
_SIGNED_INFO: Final = (
    "<ds:SignedInfo>"
    f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/><ds:SignatureMethod Algorithm="{ECDSA_SHA256}"/>'
    '<ds:Reference Id="{base}-document" URI=""><ds:Transforms>'
    f'<ds:Transform Algorithm="{ENVELOPED}"/>{_TRANSFORM}</ds:Transforms>{_METHOD}'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    f'<ds:Reference Type="{SIGNED_PROPERTIES}" URI="#{{base}}-properties"><ds:Transforms>{_TRANSFORM}</ds:Transforms>'
    f"{_METHOD}<ds:DigestValue/></ds:Reference>"
    f'<ds:Reference URI="#{{base}}-key"><ds:Transforms>{_TRANSFORM}</ds:Transforms>'
    f"{_METHOD}<ds:DigestValue/></ds:Reference>"
    "</ds:SignedInfo>"
)
# The certificates are signed too, so that nobody exchanges one unseen.
_KEY_INFO: Final = '<ds:KeyInfo Id="{base}-key"><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo>'
_SIGNED_PROPERTIES: Final = (
    '<xades:SignedProperties Id="{base}-properties"><xades:SignedSignatureProperties>'
    "<xades:SigningTime>{at}</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest>"
    f"{_METHOD}<ds:DigestValue>{{certificate_digest}}</ds:DigestValue>"
    "</xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>"
    '<xades:SignedDataObjectProperties><xades:DataObjectFormat ObjectReference="#{base}-document">'
    "<xades:MimeType>application/xml</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties>"
    "</xades:SignedProperties>"
)
_UNSIGNED_PROPERTIES: Final = (
    "<xades:UnsignedProperties><xades:UnsignedSignatureProperties>"
    '<xades:SignatureTimeStamp Id="{base}-timestamp">'
    f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/><xades:EncapsulatedTimeStamp/>'
    "</xades:SignatureTimeStamp></xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
)
_SIGNATURE: Final = (
    f'<ds:Signature xmlns:ds="{DS}" xmlns:xades="{XADES}" Id="{{base}}-signature">{_SIGNED_INFO}'
    f'<ds:SignatureValue Id="{{base}}-value"/>{_KEY_INFO}'
    '<ds:Object><xades:QualifyingProperties Target="#{base}-signature">'
    f"{_SIGNED_PROPERTIES}{_UNSIGNED_PROPERTIES}</xades:QualifyingProperties></ds:Object></ds:Signature>"
)
_DECLARATION: Final = b"<?xml version='1.0' encoding='UTF-8'?>\n"
_TOKEN: Final = f"{{{XADES}}}EncapsulatedTimeStamp"
_SIGNED: Final = (f"{{{DS}}}SignedInfo", f"{{{DS}}}KeyInfo", f"{{{XADES}}}SignedProperties")


def seal_evidence(claim: Claim, authority: Authority) -> bytes:
    """Give the sealed evidence of a claim as an XML document in UTF-8, sealed and time-stamped at ``claim.at``.

    :class:`~sigillo.domain.errors.MalformedInput` when a text of the claim cannot stand in XML.
    """
    root = evidence(claim, certificate=authority.seal_signer.certificates[0])
    return seal(root, authority, at=claim.at)


def seal(root: etree._Element, authority: Authority, *, at: datetime) -> bytes:
    """Seal a document's root, which gets a ds:Signature as its last child; all Ids start with the root's.

    ``at`` is aware with whole milliseconds (ValueError otherwise); KeyError when the root has no ``Id``.
    """
    # 1, 2
    signature = _skeleton(authority.seal_signer.certificates, digest=_digest(root), base=str(root.attrib["Id"]), at=at)
    signed_info, value, key_info, holder = signature
    properties, unsigned = holder[0]
    # 3
    *_, to_properties, to_key_info = signed_info
    to_properties[-1].text = _digest(properties)
    to_key_info[-1].text = _digest(key_info)
    # 4
    value.text = _base64(_raw_signature(authority.seal.key, canonical(signed_info)))
    # 5
    token = timestamp(authority, sha256(canonical(value)).digest(), at=at)
    next(unsigned.iter(_TOKEN)).text = _base64(token)
    root.append(signature)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def is_exact(sealed: bytes) -> bool:
    """Tell whether a sealed document has, where no signature reaches, the very bytes that :func:`seal` writes.

    The declaration, the unsigned properties, the spelling of tags and of base64 are under no digest. False for others'
    seals; :class:`~sigillo.domain.errors.MalformedInput` when the bytes are no XML.
    """
    root = hardened_xml.parse(sealed, what="sealed document")
    found = root.find(f"{{{DS}}}Signature")
    commented = next(root.iter(etree.Comment), None) is not None
    if found is None or commented or etree.tostring(root, encoding="UTF-8", xml_declaration=True) != sealed:
        return False
    empty = {"digest": "", "certificates": "", "at": "", "certificate_digest": ""}
    expected = etree.fromstring(_SIGNATURE.format(base=escape(str(root.get("Id"))), **empty))
    for tag in (f"{{{DS}}}SignatureValue", _TOKEN):
        next(expected.iter(tag)).text = _respelled(next(found.iter(tag), None))
    for signature in (expected, found):
        for signed in list(signature.iter(*_SIGNED)):
            tail = signed.tail
            signed.clear()
            signed.tail = tail
    try:
        return sealed.startswith(_DECLARATION) and canonical(found) == canonical(expected)
    except etree.C14NError:  # a namespace that is no absolute URI
        return False


def canonical(element: etree._Element) -> bytes:
    """Give the exclusive canonical form of an element and what is below it, without comments."""
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False)


def _skeleton(certificates: tuple[bytes, ...], *, digest: str, base: str, at: datetime) -> etree._Element:
    """The signature with the document's digest; the other digests, the value and the token are still empty."""
    text = _SIGNATURE.format(
        base=escape(base),
        digest=digest,
        certificates=_certificates(certificates),
        at=format_instant(at),
        certificate_digest=_base64(sha256(certificates[0]).digest()),
    )
    return etree.fromstring(text)


@lru_cache(maxsize=64)
def _certificates(ders: tuple[bytes, ...]) -> str:
    """The same for every seal of a workspace."""
    return "".join(f"<ds:X509Certificate>{_base64(der)}</ds:X509Certificate>" for der in ders)


def _respelled(element: etree._Element | None) -> str:
    try:
        return "" if element is None else _base64(b64decode(element.text or ""))
    except ValueError:
        return ""


def _raw_signature(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    r, s = decode_dss_signature(sign(key, data))
    return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")


def _digest(element: etree._Element) -> str:
    return _base64(sha256(canonical(element)).digest())


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
