"""ASiC-E containers with a XAdES signature: xmlsec1 signs, openssl stamps, zip packs."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from tests.strangers.foreign.office import Office

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
SIGNATURES: Final = "META-INF/signatures.xml"
_C14N: Final = "http://www.w3.org/2006/12/xml-c14n11"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
_TEMPLATE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"><ds:Signature xmlns:ds="{ds}" Id="S1">
<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{c14n}"/>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>
{references}
<ds:Reference URI="#S1-signed" Type="http://uri.etsi.org/01903#SignedProperties">
<ds:Transforms><ds:Transform Algorithm="{c14n}"/></ds:Transforms>
<ds:DigestMethod Algorithm="{sha256}"/><ds:DigestValue/></ds:Reference>
</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo>
<ds:Object><xades:QualifyingProperties xmlns:xades="{xades}" Target="#S1"><xades:SignedProperties Id="S1-signed">
<xades:SignedSignatureProperties><xades:SigningTime>2024-05-01T12:00:00Z</xades:SigningTime>
<xades:SigningCertificateV2><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="{sha256}"/>
<ds:DigestValue>{certificate}</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificateV2>
</xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></ds:Object>
</ds:Signature></asic:XAdESSignatures>
"""
_REFERENCE: Final = '<ds:Reference URI="{name}"><ds:DigestMethod Algorithm="{sha256}"/><ds:DigestValue/></ds:Reference>'


def signed_folder(
    folder: Path, files: Mapping[str, bytes], *, office: Office, find: Callable[[str], str], stamped: bool = True
) -> None:
    """Lay out the files, ``mimetype`` and a signature over all files; ``stamped`` adds a timestamp of now (B-T)."""
    for name, data in {"mimetype": b"application/vnd.etsi.asic-e+zip", **files}.items():
        (folder / name).write_bytes(data)
    (folder / "META-INF").mkdir()
    (folder / "template.xml").write_text(_template(office, files))
    key = ["--privkey-pem", f"{office.folder}/signer.key,{office.folder}/signer.pem"]
    ids = ["--id-attr:Id", f"{XADES}:SignedProperties"]
    command = [find("xmlsec1"), "--sign", *key, *ids, "--output", SIGNATURES, "template.xml"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    (folder / "template.xml").unlink()
    if stamped:
        (folder / SIGNATURES).write_bytes(_stamped(office, (folder / SIGNATURES).read_bytes()))


def zipped(folder: Path, *, find: Callable[[str], str]) -> bytes:
    """Pack a folder as ``zip`` does: the type first and stored, the rest deflated."""
    for options in (["-X0", "s.asice", "mimetype"], ["-Xr", "s.asice", ".", "-x", "mimetype", "s.asice"]):
        subprocess.run([find("zip"), *options], cwd=folder, check=True, capture_output=True, timeout=60)
    data = (folder / "s.asice").read_bytes()
    (folder / "s.asice").unlink()
    return data


def _template(office: Office, files: Mapping[str, bytes]) -> str:
    signer = x509.load_pem_x509_certificate(office.pem("signer").encode())
    return _TEMPLATE.format(
        ds=DS,
        xades=XADES,
        c14n=_C14N,
        sha256=_SHA256,
        references="\n".join(_REFERENCE.format(name=name, sha256=_SHA256) for name in files),
        certificate=b64encode(sha256(signer.public_bytes(Encoding.DER)).digest()).decode(),
    )


def _stamped(office: Office, signatures: bytes) -> bytes:
    root = etree.fromstring(signatures)
    value = etree.tostring(root.find(f".//{{{DS}}}SignatureValue"), method="c14n", with_tail=False)
    answer = office.stamp_response(value)
    (office.folder / "answer.tsr").write_bytes(answer)
    office.run("ts", "-reply", "-in", "answer.tsr", "-token_out", "-out", "token.tst")
    unsigned = etree.SubElement(root.find(f".//{{{XADES}}}QualifyingProperties"), f"{{{XADES}}}UnsignedProperties")
    of_signature = etree.SubElement(unsigned, f"{{{XADES}}}UnsignedSignatureProperties")
    stamp = etree.SubElement(of_signature, f"{{{XADES}}}SignatureTimeStamp")
    token = b64encode((office.folder / "token.tst").read_bytes()).decode()
    etree.SubElement(stamp, f"{{{XADES}}}EncapsulatedTimeStamp").text = token
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
