"""XML signatures judged: XML-DSig and XAdES baseline, enveloped in the document that is read (EN 319 132-1).

What a signature may contain is a short list, and nothing outside it is ever followed: no XPath, no XSLT, no Base64
transforms, no reference to the network. Whoever reads the document reads its root, so a signature must refer to the
whole document (``URI=""``) with itself left out; that leaves no room for wrapping.

1. The signed references: the whole document, and parts of the signature itself, each Id there once.
2. The digest of each reference over its canonical form: which part was changed is said.
3. The signature value over the canonical SignedInfo, with the key of the certificate.
4. The certificate is the one whose digest is among the signed properties.
5. The timestamp over the canonical SignatureValue.
6. The instant and the signer, as for every signature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from sigillo.domain.calendar import parse_instant
from sigillo.domain.errors import MalformedInput
from sigillo.domain.verdict import Check
from sigillo.proofs import hardened_xml as xml
from sigillo.proofs.evidence import DS
from sigillo.proofs.evidence_reading import digest_value
from sigillo.proofs.schemes import signature_fits
from sigillo.proofs.verify.chain import name_of
from sigillo.proofs.verify.findings import (
    INTEGRITY,
    SIGNATURE,
    SIGNING_CERTIFICATE,
    indeterminate,
    invalid,
    unreadable,
    valid,
)
from sigillo.proofs.verify.signatures import SignatureFinding, concluded, digest_of, no_timestamp
from sigillo.proofs.verify.signer import Surroundings, weak_algorithm
from sigillo.proofs.verify.tokens import TokenFinding, judge_embedded_token, signature_mismatch
from sigillo.proofs.verify.xml_algorithms import (
    DIGEST_NAMES,
    Unsupported,
    base64_text,
    canonical_form,
    certificates_of,
    signature_scheme,
    value_for,
)
from sigillo.proofs.xades import ENVELOPED, XADES

DetachedDigest = Callable[[str, str], bytes | None]
_BY_ID: Final = etree.XPath("//*[@Id=$wanted or @ID=$wanted or @id=$wanted or @xml:id=$wanted]")
_QUALIFYING: Final = f"{{{DS}}}Object/{{{XADES}}}QualifyingProperties"


@dataclass(frozen=True, slots=True)
class _Refers:
    """A reference: what it names, its canonicalisation (None: bytes as they are), digest name and digest."""

    uri: str
    enveloped: bool
    method: str
    prefixes: tuple[str, ...]
    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Properties:
    """What XAdES adds: the claimed instant, digest (name, value) of the certificate, and the timestamp."""

    element: etree._Element | None = None
    claimed_at: datetime | None = None
    certificate: tuple[str, bytes] | None = None
    token: bytes | None = None
    token_method: str = ""


def signatures_in(root: etree._Element) -> list[etree._Element]:
    """Give the signatures that are children of the root, or the root itself."""
    return [root] if root.tag == f"{{{DS}}}Signature" else xml.children(root, f"{{{DS}}}Signature")


def judge_xml_signature(
    data: bytes, index: int, around: Surroundings, *, detached: DetachedDigest | None = None
) -> SignatureFinding:
    """Judge the signature number ``index`` (from 0) of :func:`signatures_in` of a document's bytes.

    ``detached`` gives the digest, by name and algorithm, of a file that the signature may refer to. Never raises for
    what the document holds.
    """
    try:
        return _judged(data, index, around, detached)
    except MalformedInput as error:
        return _alone(unreadable(error))


def _judged(data: bytes, index: int, around: Surroundings, detached: DetachedDigest | None) -> SignatureFinding:
    root = xml.parse(data, what="document")
    signature = signatures_in(root)[index]
    signed_info = xml.required(signature, f"{{{DS}}}SignedInfo")
    method, prefixes = _method(xml.required(signed_info, f"{{{DS}}}CanonicalizationMethod"))
    references = [_reference(found) for found in xml.children(signed_info, f"{{{DS}}}Reference")]
    properties = _properties(signature)
    scheme = signature_scheme(xml.required(signed_info, f"{{{DS}}}SignatureMethod").get("Algorithm", ""))
    raw = base64_text(xml.required(signature, f"{{{DS}}}SignatureValue"))
    certificates = certificates_of(signature)
    beside = Surroundings(around.trust, (*certificates, *around.certificates), around.lists)
    # 1, 2
    checks = _referred(references, data, index, properties, detached)
    # 3
    signed = canonical_form(signed_info, method, prefixes)
    signer = _signer(
        properties, beside.certificates, lambda c: signature_fits(c, value_for(c, raw), signed, scheme=scheme)
    )
    if signer is None:
        missing = "The certificate of who signed is not included."
        return _alone(*checks, indeterminate(SIGNATURE, "signer_certificate_missing", missing))
    if signature_fits(signer, value_for(signer, raw), signed, scheme=scheme):
        checks.append(valid(SIGNATURE, "ok", f"Signed by {name_of(signer)}."))
    else:
        checks.append(signature_mismatch(signer))
    weak = weak_algorithm(signer, (scheme.digest, *(each.algorithm for each in references)))
    checks += [] if weak is None else [weak]
    # 4
    checks.append(_named(properties, signer))
    # 5
    stamp, token = _stamp(signature, properties, beside)
    checks.append(stamp)
    # 6
    return concluded(checks, signer, beside, claimed_at=properties.claimed_at, token=token, embedded=certificates)


def _alone(*checks: Check) -> SignatureFinding:
    return SignatureFinding(checks, None, None, None, None)


def _method(element: etree._Element) -> tuple[str, tuple[str, ...]]:
    """A canonicalisation, or transform, with the prefixes that it is to treat inclusively."""
    lists = [found for found in element if str(found.tag).endswith("}InclusiveNamespaces")]
    if len(lists) != len(element):
        raise Unsupported(f"Line {element.sourceline}: a transform with parameters that are never followed.")
    prefixes = tuple(lists[0].get("PrefixList", "").split()) if lists else ()
    return element.get("Algorithm", ""), prefixes


def _reference(found: etree._Element) -> _Refers:
    holder = xml.optional(found, f"{{{DS}}}Transforms")
    transforms = [] if holder is None else [_method(each) for each in xml.children(holder, f"{{{DS}}}Transform")]
    enveloped = bool(transforms) and transforms[0][0] == ENVELOPED
    rest = transforms[1:] if enveloped else transforms
    if len(rest) > 1:
        raise Unsupported(f"Line {found.sourceline}: a reference with transforms that are never followed.")
    method, prefixes = rest[0] if rest else ("", ())
    algorithm = xml.required(found, f"{{{DS}}}DigestMethod").get("Algorithm", "")
    if algorithm not in DIGEST_NAMES:
        raise Unsupported(f"Line {found.sourceline}: the digest algorithm {algorithm!r} is not supported.")
    digest = digest_value(xml.required_text(found, f"{{{DS}}}DigestValue"))
    return _Refers(found.get("URI", ""), enveloped, method, prefixes, DIGEST_NAMES[algorithm], digest)


def _referred(
    references: list[_Refers], data: bytes, index: int, properties: _Properties, detached: DetachedDigest | None
) -> list[Check]:
    """Whether what must be signed is, and each reference's digest fits."""
    checks = []
    for each in references:
        found = _digest(each, data, index, detached)
        if found is None:
            checks.append(indeterminate(INTEGRITY, "content_missing", f"The signed file {each.uri!r} was not given."))
        elif found != each.digest:
            what = "The document" if each.uri == "" else f"The signed part {each.uri!r}"
            checks.append(invalid(INTEGRITY, "digest_mismatch", f"{what} was changed after it was signed."))
    if not any(_covers_content(each) for each in references):
        checks.append(invalid(INTEGRITY, "not_covered", "The signature does not cover the document it stands in."))
    signed_ids = {each.uri for each in references if each.uri.startswith("#")}
    own = properties.element
    if own is not None and f"#{own.get('Id', '')}" not in signed_ids:
        checks.append(invalid(INTEGRITY, "not_covered", "Instant and certificate that it states are not signed."))
    return checks or [valid(INTEGRITY, "ok", "The document is exactly what was signed.")]


def _covers_content(each: _Refers) -> bool:
    return (each.uri == "" and each.enveloped) or (bool(each.uri) and not each.uri.startswith("#"))


def _digest(each: _Refers, data: bytes, index: int, detached: DetachedDigest | None) -> bytes | None:
    if each.uri and not each.uri.startswith("#"):
        if each.method or each.enveloped:
            raise Unsupported(f"The file {each.uri!r} is signed after a transform, which is never followed.")
        return None if detached is None else detached(each.uri, each.algorithm)
    root = xml.parse(data, what="document")  # anew: the enveloped transform takes the signature out of its copy
    signature = signatures_in(root)[index]
    if each.uri:
        form = canonical_form(_by_id(root, signature, each.uri[1:]), each.method, each.prefixes)
    elif not each.enveloped or signature is root:
        raise Unsupported("A reference to the whole document must leave its signature out; this one does not.")
    else:
        _take_out(signature)
        form = canonical_form(root.getroottree(), each.method, each.prefixes)
    return digest_of(form)(each.algorithm)


def _by_id(root: etree._Element, signature: etree._Element, wanted: str) -> etree._Element:
    found = cast(list[etree._Element], _BY_ID(root, wanted=wanted))
    if len(found) != 1:
        raise MalformedInput(f"{len(found)} elements have the Id {wanted[:60]!r}, which the signature refers to.")
    if signature not in found[0].iterancestors():
        raise Unsupported(f"The Id {wanted[:60]!r} is outside the signature: sign the whole document instead.")
    return found[0]


def _take_out(signature: etree._Element) -> None:
    """The enveloped-signature transform: the text behind the signature stays."""
    parent, before, tail = signature.getparent(), signature.getprevious(), signature.tail or ""
    assert parent is not None  # asked for before
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(signature)


def _properties(signature: etree._Element) -> _Properties:
    found = signature.findall(_QUALIFYING)
    if not found:
        return _Properties()
    if len(found) > 1 or found[0].get("Target", "") != f"#{signature.get('Id', '')}":
        raise MalformedInput("the qualifying properties do not belong to this signature")
    signed = xml.required(found[0], _x("SignedProperties"))
    of_signature = xml.required(signed, _x("SignedSignatureProperties"))
    claimed = xml.optional_text(of_signature, _x("SigningTime"))
    token, method = _token(found[0])
    return _Properties(
        element=signed,
        claimed_at=None if claimed is None else parse_instant(claimed),
        certificate=_certificate_digest(of_signature),
        token=token,
        token_method=method,
    )


def _certificate_digest(of_signature: etree._Element) -> tuple[str, bytes] | None:
    for tag in ("SigningCertificateV2", "SigningCertificate"):
        holder = xml.optional(of_signature, _x(tag))
        if holder is not None:
            certs = xml.children(holder, _x("Cert"))
            if not certs:
                raise MalformedInput(f"{tag} names no certificate")
            digest = xml.required(certs[0], _x("CertDigest"))
            algorithm = xml.required(digest, f"{{{DS}}}DigestMethod").get("Algorithm", "")
            if algorithm not in DIGEST_NAMES:
                raise Unsupported(f"The digest algorithm {algorithm!r} is not supported.")
            return DIGEST_NAMES[algorithm], digest_value(xml.required_text(digest, f"{{{DS}}}DigestValue"))
    return None


def _token(qualifying: etree._Element) -> tuple[bytes | None, str]:
    stamps = qualifying.findall(
        f"{_x('UnsignedProperties')}/{_x('UnsignedSignatureProperties')}/{_x('SignatureTimeStamp')}"
    )
    if not stamps:
        return None, ""
    method = xml.optional(stamps[0], f"{{{DS}}}CanonicalizationMethod")
    name = "" if method is None else _method(method)[0]
    return base64_text(xml.required(stamps[0], _x("EncapsulatedTimeStamp"))), name


def _signer(
    properties: _Properties, certificates: tuple[x509.Certificate, ...], fits: Callable[[x509.Certificate], bool]
) -> x509.Certificate | None:
    """The certificate that is named; else the first whose key fits, else the first of all."""
    for certificate in certificates:
        if properties.certificate is not None and _is_named(properties.certificate, certificate):
            return certificate
    return next(filter(fits, certificates), certificates[0] if certificates else None)


def _is_named(named: tuple[str, bytes], certificate: x509.Certificate) -> bool:
    return digest_of(_der(certificate))(named[0]) == named[1]


def _named(properties: _Properties, signer: x509.Certificate) -> Check:
    if properties.certificate is None:
        return valid(
            SIGNING_CERTIFICATE,
            "signing_certificate_absent",
            "The signature does not name its certificate: a plain signature, not an advanced one (XAdES).",
        )
    if _is_named(properties.certificate, signer):
        return valid(SIGNING_CERTIFICATE, "ok", "The signature names the very certificate that made it.")
    return invalid(
        SIGNING_CERTIFICATE,
        "signing_certificate_mismatch",
        f"The signature names another certificate than the one included for {name_of(signer)}.",
    )


def _stamp(
    signature: etree._Element, properties: _Properties, around: Surroundings
) -> tuple[Check, TokenFinding | None]:
    if properties.token is None:
        return no_timestamp(), None
    value = canonical_form(xml.required(signature, f"{{{DS}}}SignatureValue"), properties.token_method, ())
    return judge_embedded_token(properties.token, digest_of(value), around, what="that the signature existed")


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _x(name: str) -> str:
    return f"{{{XADES}}}{name}"
