"""What OpenSSL signs and stamps, with RSA, other digests and other habits, is read and checked by us."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from hashlib import sha384
from pathlib import Path

import pytest
from cryptography import x509

from sigillo.proofs.cades import MalformedCms, ParsedCms, read_signed_data, read_token

pytestmark = pytest.mark.strangers("openssl")

CONTENT = b"signed elsewhere\n"
TSA = """
[tsa]
default_tsa = unit
[unit]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384
accuracy = secs:1, millisecs:500
ordering = yes
tsa_name = yes
ess_cert_id_chain = yes
ess_cert_id_alg = sha1
"""
LEAF = "subjectKeyIdentifier=hash\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"
DIGESTS = ["sha1", "sha224", "sha256", "sha384", "sha512"]
Run = Callable[..., None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("openssl")


@pytest.fixture(scope="module")
def openssl(folder: Path, verifier: Callable[[str], str]) -> Run:
    """Runs openssl in a folder with an RSA authority and an RSA leaf, made by openssl alone."""
    command = verifier("openssl")

    def run(*arguments: str) -> None:
        done = subprocess.run([command, *arguments], cwd=folder, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr.decode()

    (folder / "content").write_bytes(CONTENT)
    (folder / "tsa.cnf").write_text(TSA)
    (folder / "leaf.cnf").write_text(LEAF)
    (folder / "serial").write_text("01\n")
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout"]
    run("req", "-x509", *key, "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "30")
    run("req", *key, "leaf.key", "-out", "leaf.csr", "-subj", "/CN=leaf")
    issuer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
    run("x509", "-req", "-in", "leaf.csr", *issuer, "-extfile", "leaf.cnf", "-days", "20", "-out", "leaf.pem")
    return run


def _signed(openssl: Run, folder: Path, *options: str) -> ParsedCms:
    signer = ["-signer", "leaf.pem", "-inkey", "leaf.key"]
    openssl("cms", "-sign", "-binary", "-in", "content", *signer, "-outform", "DER", "-out", "s.p7s", *options)
    return read_signed_data((folder / "s.p7s").read_bytes())


def _leaf(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "leaf.pem").read_bytes())


PSS = ["-keyopt", "rsa_padding_mode:pss"]


@pytest.mark.parametrize(
    ("digest", "padding"),
    [*((digest, []) for digest in DIGESTS), *((digest, PSS) for digest in DIGESTS if digest != "sha1")],
    ids=str,
)
def test_a_foreign_seal_is_read(openssl: Run, folder: Path, digest: str, padding: list[str]) -> None:
    """RSA with either padding and any usual digest: read, signature and signed certificate hash checked."""
    parsed = _signed(openssl, folder, "-cades", "-md", digest, "-certfile", "ca.pem", *padding)
    assert parsed.digest_algorithm == digest
    assert parsed.signer == _leaf(folder)
    assert len(parsed.certificates) == 2
    assert parsed.is_signed_by(_leaf(folder))
    assert parsed.names(_leaf(folder))
    assert parsed.signing_time is not None


def test_an_unsaid_digest_is_refused(openssl: Run, folder: Path) -> None:
    """RSASSA-PSS with SHA-1 names no digest at all: such a signature is refused."""
    with pytest.raises(MalformedCms, match="without a stated digest"):
        _signed(openssl, folder, "-cades", "-md", "sha1", *PSS)


def test_a_signature_with_content_and_key_identifier_is_read(openssl: Run, folder: Path) -> None:
    """Content inside, signer by key identifier, more attributes (S/MIME capabilities), no CAdES."""
    parsed = _signed(openssl, folder, "-nodetach", "-keyid")
    assert parsed.content == CONTENT
    assert parsed.signer_id.key_id is not None
    assert parsed.signer == _leaf(folder)
    assert parsed.ess is None
    assert not parsed.names(_leaf(folder))


def test_a_signature_without_certificates_is_read(openssl: Run, folder: Path) -> None:
    """The signer is unknown until its certificate is found elsewhere."""
    parsed = _signed(openssl, folder, "-cades", "-nocerts")
    assert parsed.signer is None
    assert parsed.signer_id.matches(_leaf(folder))
    assert parsed.is_signed_by(_leaf(folder))


@pytest.mark.parametrize("ess", ["sha1", "sha256", "sha512"])
def test_a_foreign_token_is_read(openssl: Run, folder: Path, ess: str) -> None:
    """Name of the unit, ordering, fractions of accuracy, unsorted certificates, ESS of either version."""
    (folder / "tsa.cnf").write_text(TSA.replace("ess_cert_id_alg = sha1", f"ess_cert_id_alg = {ess}"))
    openssl("ts", "-query", "-data", "content", "-sha384", "-cert", "-out", "q.tsq")
    unit = ["-signer", "leaf.pem", "-inkey", "leaf.key", "-chain", "ca.pem"]
    openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", *unit, "-token_out", "-out", "t.tst")
    token = read_token((folder / "t.tst").read_bytes())
    assert (token.imprint_algorithm, token.imprint) == ("sha384", sha384(CONTENT).digest())
    assert token.policy == "1.2.3.4.1"
    assert token.nonce is not None
    assert token.content_is_signed()
    assert token.cms.signer == _leaf(folder)
    assert token.cms.is_signed_by(_leaf(folder))
    assert token.cms.names(_leaf(folder))
    assert token.cms.ess is not None
    assert token.cms.ess.algorithm == ess
