"""OpenSSL accepts every kind of message, by both of its commands, and rejects each one that was tampered with."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sigillo.domain.pec.dialects import DIALECTS
from sigillo.domain.verdict import Conclusion
from tests.mail.pec.post import NAMES, messages, post
from tests.mail.pec.test_verdicts import judge
from tests.unit.proofs.verify.world import codes

pytestmark = pytest.mark.strangers("openssl")
Check = Callable[[str, bytes], int]


@pytest.fixture
def check(tmp_path: Path, verifier: Callable[[str], str]) -> Check:
    """Gives the exit status of an openssl command over a message."""
    openssl = verifier("openssl")
    (tmp_path / "root.pem").write_bytes(post().authority.root.cert.public_bytes(Encoding.PEM))

    def run(command: str, data: bytes) -> int:
        (tmp_path / "m.eml").write_bytes(data)
        files = ["-in", "m.eml", "-CAfile", "root.pem", "-out", "/dev/null"]
        return subprocess.run([openssl, command, "-verify", *files], cwd=tmp_path, capture_output=True).returncode

    return run


def _tampered(data: bytes) -> bytes:
    """One letter of what is signed: in the certification, or else in the text."""
    at = data.index(b'filename="daticert.xml"') + 60 if b"daticert.xml" in data else data.index(b"Anomalia") + 2
    return data[:at] + (b"B" if data[at : at + 1] == b"A" else b"A") + data[at + 1 :]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_openssl_accepts_and_rejects(name: str, dialect: str, check: Check) -> None:
    """Genuine, both commands succeed; with one letter changed, both fail."""
    genuine = messages(dialect)[name]
    assert (check("smime", genuine), check("cms", genuine)) == (0, 0)
    tampered = _tampered(genuine)
    assert tampered != genuine
    assert check("smime", tampered) != 0
    assert check("cms", tampered) != 0


@pytest.mark.parametrize("name", ["complete", "transport"])
def test_a_hundred_tampered_copies(name: str, check: Check) -> None:
    """One byte changed anywhere in what is signed, line ends aside: openssl rejects every copy, and so do we."""
    genuine = messages("aruba")[name]
    begin, end = genuine.index(b"Content-Type: multipart/mixed"), genuine.index(b"Content-Type: application/x-pkcs7")
    places = [at for at in range(begin, end - 60) if genuine[at] not in b"\r\n"]
    chosen = places[:: len(places) // 100][:100]
    assert len(chosen) == 100
    for at in chosen:
        tampered = genuine[:at] + bytes([genuine[at] ^ 1]) + genuine[at + 1 :]
        assert check("cms", tampered) != 0, at
        assert judge(tampered).conclusion is not Conclusion.VALID, at


@pytest.mark.parametrize("command", ["smime", "cms"])
def test_a_receipt_that_openssl_signed(command: str, tmp_path: Path, verifier: Callable[[str], str]) -> None:
    """What a provider's software makes: signed by openssl, with its own headers and layout, judged valid by ours."""
    own = post().identity
    (tmp_path / "own.pem").write_bytes(own.cert.public_bytes(Encoding.PEM))
    (tmp_path / "issuing.pem").write_bytes(post().authority.issuing.cert.public_bytes(Encoding.PEM))
    (tmp_path / "own.key").write_bytes(own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    genuine = messages("aruba")["full"]
    head, _, body = genuine.partition(b"Content-Type: multipart/signed")
    content = body.split(b"\r\n--")[1].partition(b"\r\n")[2] + b"\r\n--" + b"\r\n--".join(body.split(b"\r\n--")[2:-2])
    by = ["-signer", "own.pem", "-inkey", "own.key", "-certfile", "issuing.pem"]
    done = subprocess.run(
        [verifier("openssl"), command, "-sign", *by], cwd=tmp_path, input=content, capture_output=True, check=True
    )
    verdict = judge(head.replace(b"MIME-Version: 1.0\r\n", b"") + done.stdout)
    assert codes(verdict) == {}
    assert verdict.about["kind"] == "errore-consegna"
    assert codes(judge(head + done.stdout.replace(b"full", b"fool").replace(b"PD94", b"PD95")))["integrity"]


def test_another_root_is_rejected(check: Check, tmp_path: Path) -> None:
    """A message under a root that is not trusted is not accepted."""
    (tmp_path / "root.pem").write_bytes(post().identity.cert.public_bytes(Encoding.PEM))
    assert check("smime", messages()["accepted"]) != 0


def test_the_certificate_is_the_one_that_the_rule_asks_for() -> None:
    """The address in the SAN and nowhere else, digitalSignature critical, no BasicConstraints (RFC 6109 §4.5)."""
    own = post().identity.cert
    names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.RFC822Name) == [post().office.address]
    assert "@" not in own.subject.rfc4514_string()
    usage = own.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    with pytest.raises(x509.ExtensionNotFound):
        own.extensions.get_extension_for_class(x509.BasicConstraints)
    assert [each.oid for each in own.extensions if each.critical] == [x509.ExtensionOID.KEY_USAGE]
