"""xmlsec1 checks sealed evidences and openssl the time-stamp inside; both reject what was tampered with."""

from __future__ import annotations

import subprocess
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from sigillo.domain.letter import ProofKind
from sigillo.proofs.authority import Authority, build_authority
from sigillo.proofs.xades import DS, XADES, canonical, seal_evidence
from tests.unit.proofs.sample_claims import EVIDENCES, claim
from tests.unit.proofs.schemas import load_schema

pytestmark = pytest.mark.strangers("xmlsec1", "openssl")

# Which attributes are Ids: xmlsec1 reads no schema.
IDS = [f"--id-attr:Id={name}" for name in ("Evidence", f"{XADES}:SignedProperties", f"{DS}:KeyInfo")]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return build_authority(b"a seed for strangers", workspace_id="ws_strangers")


@pytest.fixture
def run(tmp_path: Path, verifier: Callable[[str], str], authority: Authority) -> Run:
    """Runs a verifier in a folder with the PEM files of the root and of another root."""
    other = build_authority(b"another", workspace_id="ws_other")
    for name, of in (("root", authority), ("other", other)):
        (tmp_path / f"{name}.pem").write_bytes(of.root.cert.public_bytes(Encoding.PEM))

    def command(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [verifier(name), *arguments], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60
        )

    return command


def _xmlsec(run: Run, sealed: bytes, folder: Path, root: str = "root.pem") -> subprocess.CompletedProcess[str]:
    (folder / "evidence.xml").write_bytes(sealed)
    ids = [part for option in IDS for part in option.split("=")]
    return run("xmlsec1", "--verify", "--enabled-key-data", "x509", "--trusted-pem", root, *ids, "evidence.xml")


@pytest.mark.parametrize("kind", EVIDENCES)
def test_xmlsec_accepts_every_kind(kind: ProofKind, run: Run, tmp_path: Path, authority: Authority) -> None:
    """All three references and the chain to the root hold."""
    done = _xmlsec(run, seal_evidence(claim(kind), authority), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "SignedInfo References (ok/all): 3/3" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"2026-03-29T01:30", b"2026-03-29T02:30"),
        ("Zoé".encode(), b"Zoe"),
        (b"<xades:MimeType>application/xml", b"<xades:MimeType>application/pdf"),
        (b"<ds:X509Data>", b"<ds:X509Data>\n"),
    ],
)
def test_xmlsec_rejects_what_was_changed(
    old: bytes, new: bytes, run: Run, tmp_path: Path, authority: Authority
) -> None:
    """A change in the evidence, in the signed properties or in the key info is seen."""
    sealed = seal_evidence(claim(), authority)
    assert old in sealed
    assert _xmlsec(run, sealed.replace(old, new, 1), tmp_path).returncode != 0


def test_xmlsec_rejects_another_root(run: Run, tmp_path: Path, authority: Authority) -> None:
    """A seal under an authority that is not trusted is not accepted."""
    assert _xmlsec(run, seal_evidence(claim(), authority), tmp_path, "other.pem").returncode != 0


def _extract(sealed: bytes, folder: Path) -> None:
    root = etree.fromstring(sealed)
    (folder / "value").write_bytes(canonical(root.find(f".//{{{DS}}}SignatureValue")))
    (folder / "token").write_bytes(b64decode(root.findtext(f".//{{{XADES}}}EncapsulatedTimeStamp")))


def test_openssl_verifies_the_time_stamp(run: Run, tmp_path: Path, authority: Authority) -> None:
    """The token inside is one over the canonical SignatureValue, and over nothing else."""
    _extract(seal_evidence(claim(), authority), tmp_path)
    check = ["ts", "-verify", "-token_in", "-in", "token", "-data", "value", "-CAfile"]
    done = run("openssl", *check, "root.pem")
    assert done.returncode == 0, done.stderr
    assert run("openssl", *check, "other.pem").returncode != 0
    (tmp_path / "value").write_bytes((tmp_path / "value").read_bytes() + b" ")
    assert run("openssl", *check, "root.pem").returncode != 0


def test_the_sealed_document_is_valid_against_the_schemas(shared: Path, authority: Authority) -> None:
    """Evidence with its signature obeys ETSI's schema, and the qualifying properties that of XAdES."""
    folder = shared / "schemas" / "erds"
    root = etree.fromstring(seal_evidence(claim(), authority))
    load_schema(folder, "1952203xmlSchema.xsd").assertValid(root)
    properties = etree.fromstring(etree.tostring(root.find(f".//{{{XADES}}}QualifyingProperties")))
    load_schema(folder, "XAdES01903v132-201601.xsd").assertValid(properties)
