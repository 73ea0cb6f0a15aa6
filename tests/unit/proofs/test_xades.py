from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidSignature
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

from sigillo.domain.errors import MalformedInput
from sigillo.domain.letter import ProofKind
from sigillo.proofs.authority import Authority, build_authority
from sigillo.proofs.evidence_reading import read_evidence
from sigillo.proofs.timestamps import timestamp
from sigillo.proofs.xades import DS, XADES, canonical, is_exact, seal_evidence
from tests.unit.proofs.sample_claims import AT, EVIDENCES, claim

WITHIN = f".//{{{DS}}}"
PROPERTIES = f".//{{{XADES}}}"


def _verify(sealed: bytes, certificate: x509.Certificate) -> list[etree._Element]:
    config = XAdESSignatureConfiguration(expect_references=3)
    found = XAdESVerifier().verify(sealed, x509_cert=certificate, expect_config=config)
    return [each.signed_xml for each in found]


@pytest.mark.parametrize("kind", EVIDENCES)
def test_signxml_verifies_every_kind(kind: ProofKind, authority: Authority) -> None:
    """The seal holds over the whole evidence, the signed properties and the certificates."""
    signed = _verify(seal_evidence(claim(kind), authority), authority.seal.cert)
    assert [etree.QName(each).localname for each in signed] == ["Evidence", "SignedProperties", "KeyInfo"]


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (b"LRE-4821-000000017-62", b"LRE-4821-000000018-62", InvalidDigest),
        (b"<xades:SigningTime>2026", b"<xades:SigningTime>2025", InvalidDigest),
        (b"</ds:X509Certificate><ds:X509Certificate>", b"</ds:X509Certificate>\n<ds:X509Certificate>", InvalidDigest),
        (b"</ds:SignedInfo>", b" </ds:SignedInfo>", InvalidSignature),
    ],
)
def test_signxml_rejects_what_was_changed(old: bytes, new: bytes, error: type[Exception], authority: Authority) -> None:
    """A change in the evidence, the properties, the certificates or the signed info breaks the seal."""
    sealed = seal_evidence(claim(), authority)
    assert old in sealed
    with pytest.raises(error):
        _verify(sealed.replace(old, new, 1), authority.seal.cert)


def test_another_authoritys_certificate_is_rejected(authority: Authority) -> None:
    """The seal of one workspace is not another's."""
    other = build_authority(b"another seed", workspace_id="ws_other")
    with pytest.raises((InvalidSignature, InvalidCertificate, InvalidDigest)):
        _verify(seal_evidence(claim(), authority), other.seal.cert)


def test_the_token_stamps_the_signature_value(authority: Authority) -> None:
    """Level T: the token is that over the canonical SignatureValue, at the fact's instant."""
    root = etree.fromstring(seal_evidence(claim(), authority))
    token = b64decode(root.findtext(f"{PROPERTIES}EncapsulatedTimeStamp"))
    digest = sha256(canonical(root.find(f"{WITHIN}SignatureValue"))).digest()
    assert token == timestamp(authority, digest, at=AT)


def test_the_baseline_properties_are_there(authority: Authority) -> None:
    """Signing time, signing certificate and data format are signed (EN 319 132-1 §6.3 level B)."""
    root = etree.fromstring(seal_evidence(claim(), authority))
    assert root.findtext(f"{PROPERTIES}SigningTime") == "2026-03-29T01:30:00.125Z"
    digest = root.findtext(f"{PROPERTIES}SigningCertificateV2//{{{DS}}}DigestValue")
    assert b64decode(digest) == sha256(authority.seal.cert.public_bytes(Encoding.DER)).digest()
    form = root.find(f"{PROPERTIES}DataObjectFormat")
    assert form.get("ObjectReference") == "#" + root.find(f"{WITHIN}Reference[@URI='']").get("Id")
    chain = [b64decode(each.text) for each in root.iterfind(f"{WITHIN}X509Certificate")]
    assert chain == [each.public_bytes(Encoding.DER) for each in (authority.seal.cert, authority.issuing.cert)]


def test_what_no_signature_reaches_is_exact(authority: Authority) -> None:
    """Whatever character is changed where neither seal nor token reaches, the document is malformed or not exact."""
    sealed = seal_evidence(claim(), authority)
    assert is_exact(sealed)
    signed = [_span(sealed, name) for name in (b"ds:SignedInfo", b"ds:KeyInfo", b"xades:SignedProperties")]
    token = _span(sealed, b"xades:EncapsulatedTimeStamp")
    value = range(sealed.index(b'-value">') + 8, sealed.index(b"</ds:SignatureValue>"))
    covered = {place for span in (*signed, token, value) for place in span}
    outside = [*range(sealed.index(b"<erds:")), *range(sealed.index(b"<ds:Signature "), len(sealed))]
    assert [place for place in outside if place not in covered and _passes(_respelled(sealed, place))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"</erds:Evidence>", b"</erds:Evidence><!-- after -->"),
        (b"</erds:Evidence>", b"</erds:Evidence>\n"),
        (b"</xades:EncapsulatedTimeStamp>", b"\n</xades:EncapsulatedTimeStamp>"),
        (b"</ds:SignatureValue>", b"</ds:SignatureValue><!-- -->"),
        (b"<xades:UnsignedSignatureProperties>", b"<xades:UnsignedSignatureProperties >"),
        (b"</ds:Signature>", b"<ds:Object/></ds:Signature>"),
    ],
)
def test_what_was_added_is_not_exact(old: bytes, new: bytes, authority: Authority) -> None:
    """Comments, blanks and elements that every signature check passes over are told."""
    sealed = seal_evidence(claim(), authority)
    assert old in sealed
    assert not is_exact(sealed.replace(old, new, 1))


def test_an_unsealed_evidence_is_not_exact(authority: Authority) -> None:
    """Without a signature there is nothing exact."""
    root = etree.fromstring(seal_evidence(claim(), authority))
    root.remove(root[-1])
    assert not is_exact(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _span(sealed: bytes, name: bytes) -> range:
    return range(sealed.index(b"<" + name) + len(name) + 1, sealed.index(b"</" + name + b">"))


def _respelled(sealed: bytes, place: int) -> bytes:
    """Exchange one character for its neighbour in ASCII."""
    return sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]


def _passes(sealed: bytes) -> bool:
    try:
        return is_exact(sealed)
    except MalformedInput:
        return False


def test_ids_follow_from_the_event_and_are_unique(authority: Authority) -> None:
    """No Id is drawn by chance, and none stands twice."""
    found = etree.fromstring(seal_evidence(claim(), authority)).xpath("//@Id")
    assert all(each.startswith("evidence-evt_0123456789abcdefghjk_07") for each in found)
    assert len(found) == len(set(found)) == 7


def test_a_sealed_evidence_is_read_like_an_unsealed_one(authority: Authority) -> None:
    """The facts do not depend on the seal, which is told."""
    facts = read_evidence(seal_evidence(claim(), authority))
    assert facts.sealed
    assert facts.at == AT
    assert facts.claim is not None


def test_sealing_twice_gives_the_same_bytes(authority: Authority) -> None:
    """A seal is a function of the claim and the authority; another instant or workspace differs."""
    sealed = seal_evidence(claim(), authority)
    assert sealed == seal_evidence(claim(), build_authority(b"a seed for tests", workspace_id="ws_test"))
    assert sealed != seal_evidence(replace(claim(), at=datetime(2026, 4, 1, tzinfo=UTC)), authority)
    assert sealed != seal_evidence(claim(), build_authority(b"another", workspace_id="ws_test"))


def test_another_process_gives_the_same_bytes(authority: Authority) -> None:
    """Neither hash seed, zone, language nor folder of a process changes a byte."""
    code = (
        "import hashlib\n"
        "from sigillo.proofs.authority import build_authority\n"
        "from sigillo.proofs.xades import seal_evidence\n"
        "from tests.unit.proofs.sample_claims import claim\n"
        "authority = build_authority(b'a seed for tests', workspace_id='ws_test')\n"
        "print(hashlib.sha256(seal_evidence(claim(), authority)).hexdigest())"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    odd = {"PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "PYTHONPATH": paths}
    done = subprocess.run([sys.executable, "-c", code], cwd="/", env=odd, capture_output=True, check=True, timeout=60)
    assert done.stdout.decode().strip() == sha256(seal_evidence(claim(), authority)).hexdigest()


@pytest.mark.parametrize("year", [2000, 2049, 2050, 2100])
def test_seals_of_every_date_hold(year: int, authority: Authority) -> None:
    """The first and last dates of the clock are sealed like any other."""
    at = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert _verify(seal_evidence(claim(at=at), authority), authority.seal.cert)


def test_a_text_that_xml_cannot_hold_is_malformed(authority: Authority) -> None:
    """Sealing fails as the evidence does, with an error for people."""
    with pytest.raises(MalformedInput, match="cannot hold"):
        seal_evidence(claim(subject="\0"), authority)
