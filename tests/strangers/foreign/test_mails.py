"""S/MIME messages that openssl made, and signatures in BER: judged as ours are, damaged ones found."""

from __future__ import annotations

from base64 import b64decode, encodebytes

import pytest

from sigillo.domain.verdict import Verdict
from tests.strangers.foreign.office import Office
from tests.unit.proofs.verify.world import codes, verify

pytestmark = pytest.mark.strangers("openssl")
TEXT = b"Content-Type: text/plain\r\n\r\nGentile cliente,\r\nci vediamo domani.\r\n"
FORMS = {
    "detached": ("smime", "-sign"),
    "cms": ("cms", "-sign", "-cades"),
    "opaque": ("smime", "-sign", "-nodetach"),
    "opaque streamed": ("cms", "-sign", "-nodetach", "-stream"),
}


def _mail(office: Office, form: str, *options: str) -> bytes:
    """A message that openssl signed; its certificate names no e-mail address."""
    by = ["-signer", "signer.pem", "-inkey", "signer.key", "-from", "anna@example.org", "-subject", "Prova"]
    return office.run(*FORMS[form], *by, *options, stdin=TEXT)


def _judged(mail: bytes, root: str) -> Verdict:
    return verify(("mail.eml", mail), trust=[root])[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_signed_message(form: str, office: Office, root: str) -> None:
    """Detached, opaque, streamed: signature and content hold; that the certificate names nobody is said."""
    verdict = _judged(_mail(office, form), root)
    found = codes(verdict)
    assert found.pop("claims") == "signer_without_address"
    assert set(found) <= {"revocation"}
    assert verdict.about["sandbox"] is False
    assert verdict.about["subject"] == "Prova"


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_message(form: str, office: Office, root: str) -> None:
    """One word of the text, or of what is inside, is another: found, however it is signed."""
    mail = _mail(office, form)
    changed = mail.replace(b"domani", b"lunedi")
    if "opaque" in form:
        head, _, body = mail.partition(b"\n\n")
        changed = head + b"\n\n" + encodebytes(b64decode(body).replace(b"domani", b"lunedi"))
    assert changed != mail
    assert codes(_judged(changed, root))["integrity"] == "digest_mismatch"


def test_an_encrypted_message(office: Office, root: str) -> None:
    """What is encrypted cannot be judged, and it is said so."""
    sealed = office.run("cms", "-encrypt", "-aes256", "-from", "a@example.org", "-recip", "signer.pem", stdin=TEXT)
    assert codes(_judged(sealed, root)) == {"format": "encrypted"}


@pytest.mark.parametrize("options", [("-stream",), ("-indef",), ()], ids=str)
def test_a_p7m_in_any_encoding(options: tuple[str, ...], office: Office, root: str) -> None:
    """A .p7m with its content inside, in BER with open lengths as streaming software writes it, or in DER."""
    by = ["-signer", "signer.pem", "-inkey", "signer.key", "-nodetach", "-binary", "-outform", "DER"]
    signed = office.run("cms", "-sign", *by, *options, stdin=b"a contract\n" * 500)
    assert signed.startswith(b"\x30\x80") is bool(options)
    verdict = verify(("contract.pdf.p7m", signed), trust=[root])[0]
    assert set(codes(verdict)) <= {"revocation"}
    assert verdict.format == "p7m"
    in_letters = verify(("contract.pdf.p7m", encodebytes(signed)), trust=[root])[0]
    assert (in_letters.format, codes(in_letters)) == (verdict.format, codes(verdict))
    at = signed.index(b"a contract")
    changed = signed[:at] + b"A" + signed[at + 1 :]
    assert codes(verify(("contract.pdf.p7m", changed), trust=[root])[0])["integrity"] == "digest_mismatch"
