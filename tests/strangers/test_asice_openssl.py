"""openssl checks the seal and the digests of an unpacked container, and rejects what was tampered with."""

from __future__ import annotations

import io
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from sigillo.application.ports.sealing import Entry
from sigillo.proofs.asice import ASIC_MANIFEST_NAME, SIGNATURE_NAME, pack
from sigillo.proofs.authority import Authority, build_authority
from sigillo.proofs.xades import DS, seal_evidence
from tests.unit.proofs.sample_claims import AT, claim

pytestmark = pytest.mark.strangers("openssl")

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return build_authority(b"a seed for strangers", workspace_id="ws_strangers")


@pytest.fixture
def folder(tmp_path: Path, authority: Authority) -> Path:
    """An unpacked container with the root's certificate beside it."""
    entries = [
        Entry("content/contrat signé.pdf", "application/pdf", io.BytesIO(b"%PDF-1.7")),
        Entry("reception.xml", "application/xml", io.BytesIO(seal_evidence(claim(), authority))),
    ]
    with (tmp_path / "bundle.asice").open("w+b") as target:
        pack(entries, target, authority=authority, at=AT)
        with ZipFile(target) as container:
            container.extractall(tmp_path / "unpacked")
    (tmp_path / "root.pem").write_bytes(authority.root.cert.public_bytes(Encoding.PEM))
    return tmp_path


@pytest.fixture
def openssl(folder: Path, verifier: Callable[[str], str]) -> Run:
    command = verifier("openssl")

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([command, *arguments], cwd=folder, capture_output=True, timeout=60)

    return run


def _verify(openssl: Run) -> subprocess.CompletedProcess[bytes]:
    files = ["-in", f"unpacked/{SIGNATURE_NAME}", "-content", f"unpacked/{ASIC_MANIFEST_NAME}", "-out", "verified"]
    return openssl(
        "cms", "-verify", "-cades", "-binary", "-inform", "DER", *files, "-CAfile", "root.pem", "-purpose", "any"
    )


def test_openssl_accepts_the_seal_over_the_manifest(openssl: Run) -> None:
    """The CAdES signature holds under the root, and over no other manifest."""
    done = _verify(openssl)
    assert done.returncode == 0, done.stderr


def test_openssl_rejects_a_changed_manifest(openssl: Run, folder: Path) -> None:
    """One changed digest in the manifest breaks the seal."""
    manifest = folder / "unpacked" / ASIC_MANIFEST_NAME
    manifest.write_bytes(manifest.read_bytes().replace(b"Value>", b"Value> ", 1))
    assert _verify(openssl).returncode != 0


def test_the_digests_are_those_that_openssl_computes(openssl: Run, folder: Path) -> None:
    """Each entry's digest in the manifest is what a stranger computes of the unpacked file, and of no other bytes."""
    manifest = etree.fromstring((folder / "unpacked" / ASIC_MANIFEST_NAME).read_bytes())
    listed = [each.text for each in manifest.iterfind(f".//{{{DS}}}DigestValue")]
    files = ["content/contrat signé.pdf", "reception.xml"]
    assert listed == [_digest(openssl, f"unpacked/{name}") for name in files]
    (folder / "unpacked" / files[0]).write_bytes(b"%PDF-1.8")
    assert listed[0] != _digest(openssl, f"unpacked/{files[0]}")


def _digest(openssl: Run, path: str) -> str:
    return b64encode(openssl("dgst", "-sha256", "-binary", path).stdout).decode()
