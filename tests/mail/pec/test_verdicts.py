"""Verdicts on PEC messages: genuine ones are valid, whatever was changed is found, each in plain words."""

from __future__ import annotations

from base64 import encodebytes

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from sigillo.domain.pec.dialects import DIALECTS
from sigillo.domain.verdict import Conclusion, Verdict
from tests.mail.pec.post import MESSAGE, NAMES, PDF, messages, post
from tests.unit.proofs.verify.mutations import assert_survived
from tests.unit.proofs.verify.world import codes
from tests.unit.proofs.verify.world import verify as verify_trusting


def trust() -> list[str]:
    """Root and revocation lists of the post."""
    authority = post().authority
    lists = [crl.public_bytes(Encoding.PEM).decode() for crl in authority.crls]
    return [authority.root.cert.public_bytes(Encoding.PEM).decode(), *lists]


def verify(*documents: tuple[str, bytes]) -> list[Verdict]:
    """Verdicts, the post's root being trusted."""
    return verify_trusting(*documents, trust=trust())


def judge(data: bytes) -> Verdict:
    """The verdict on one message."""
    return verify(("message.eml", data))[0]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", NAMES)
def test_genuine_messages_are_valid(name: str, dialect: str) -> None:
    """Every kind in every dialect is valid, of a sandbox, and says what it is about."""
    verdict = judge(messages(dialect)[name])
    assert (codes(verdict), verdict.conclusion, verdict.format) == ({}, Conclusion.VALID, "eml")
    assert verdict.about["format"] == "pec"
    assert verdict.about["sandbox"] is True
    assert verdict.about["sender"] == ("posta-certificata@pec.test" if name == "anomaly" else "mario@pec.test")
    assert name == "anomaly" or "mario@pec.test" in str(verdict.about["summary"])


def test_what_a_receipt_is_about() -> None:
    """Kind, parties, instant, ids and the message inside, for people and for machines."""
    about = judge(messages()["complete"]).about
    assert about["kind"] == "avvenuta-consegna"
    assert (about["recipient"], about["at"]) == ("anna@pec.test", "2026-07-01T09:30:15Z")
    assert about["original"] == {
        "sender": "mario@pec.test",
        "to": "anna@pec.test",
        "subject": "Diffida",
        "message_id": "sigillo000000000007@pec.test",
        "attachments": [{"name": "contract.pdf", "media_type": "application/pdf", "size": len(PDF)}],
    }
    said = str(judge(messages("aruba")["no-mailbox"]).about["summary"])
    assert said.endswith("indirizzo non valido.")


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_letter_is_found(name: str) -> None:
    """A letter of the signed text."""
    data = messages()[name]
    at = data.index(b"SANDBOX: messaggio") + 10
    changed = codes(judge(data[:at] + b"X" + data[at + 1 :]))
    assert changed["integrity"] == "digest_mismatch"


def test_the_line_ends_of_a_file_do_no_harm() -> None:
    """Saved under Unix, the message is judged with the line ends that were signed."""
    assert judge(messages("aruba")["brief"].replace(b"\r\n", b"\n")).conclusion is Conclusion.VALID


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"X-Ricevuta: avvenuta-consegna", b"X-Ricevuta: accettazione", "kind_mismatch"),
        (b"Subject: CONSEGNA:", b"Subject: ACCETTAZIONE:", "subject_mismatch"),
        (b"To: mario@pec.test", b"To: luigi@pec.test", "recipient_mismatch"),
        (b"X-Riferimento-Message-ID: <abc", b"X-Riferimento-Message-ID: <xyz", "reference_mismatch"),
    ],
)
def test_changed_header_fields_are_found(old: bytes, new: bytes, code: str) -> None:
    """Header fields are not signed: the certification, which is, tells that they were changed."""
    data = messages()["complete"]
    assert old in data
    assert codes(judge(data.replace(old, new, 1))) == {"evidence": code}


def test_another_sender_is_found() -> None:
    """From names another address than the certificate, and so does an envelope's id."""
    data = messages()["accepted"].replace(b"From: posta-certificata@pec.test", b"From: posta-certificata@pec.evil")
    assert codes(judge(data)) == {"claims": "sender_mismatch"}
    envelope = messages()["transport"].replace(b"\nMessage-ID: <sigillo", b"\nMessage-ID: <other", 1)
    assert codes(judge(envelope)) == {"evidence": "identifier_mismatch"}


@pytest.mark.parametrize("name", ["accepted", "complete", "transport"])
def test_a_mailing_list_that_writes_itself_into_from(name: str) -> None:
    """The signature and what is certified stand, so it is no forgery; yet nobody can say who sent it on."""
    head, mark, rest = messages()[name].partition(b"\r\nFrom: ")
    listed = head + mark + b'"Per conto di: mario via lista" <lista@x.it>\r\n' + rest.partition(b"\r\n")[2]
    verdict = judge(listed)
    assert (codes(verdict), verdict.conclusion) == ({"claims": "sender_rewritten"}, Conclusion.INDETERMINATE)


def test_parts_outside_of_what_is_signed() -> None:
    """A mailing list's footer, or a second sender, is told: neither is signed."""
    head, mark, entity = messages()["accepted"].partition(b"Content-Type: multipart/signed")
    around = b'Content-Type: multipart/mixed; boundary="list"\r\n\r\n--list\r\n'
    listed = head + around + mark + entity + b"\r\n--list\r\n\r\nfooter\r\n--list--\r\n"
    assert codes(judge(listed)) == {"integrity": "unsigned_parts"}
    assert codes(judge(b"From: spy@pec.evil\r\n" + messages()["accepted"])) == {"claims": "sender_unclear"}


def test_a_signature_taken_from_another_receipt_is_found() -> None:
    """The genuine signature of one receipt under the content of another."""
    ours, other = messages()["accepted"], messages()["full"]
    mark = b'Content-Type: application/pkcs7-signature; name="smime.p7s"'
    swapped = ours.partition(mark)[0] + mark + other.partition(mark)[2]
    assert codes(judge(swapped))["integrity"] == "digest_mismatch"


def test_without_a_signature_it_proves_nothing() -> None:
    """What says that it is PEC and is not signed is invalid; an ordinary message is merely no proof."""
    assert codes(judge(b"X-Ricevuta: accettazione\r\nFrom: x@y.it\r\n\r\nciao")) == {"signature": "not_signed"}
    ordinary = judge(MESSAGE)
    assert (ordinary.conclusion, codes(ordinary)) == (Conclusion.INDETERMINATE, {"signature": "not_signed"})


def test_nobody_is_trusted_by_default() -> None:
    """Under another root nobody vouches for the certificate."""
    verdict = verify_trusting(("message.eml", messages()["accepted"]))[0]
    assert codes(verdict)["certificate_chain"] == "unknown_issuer"


def test_files_beside_a_receipt() -> None:
    """The attachment of a complete receipt, and that of a brief one by its hash, are vouched for; another is not."""
    for name in ("complete", "brief", "transport"):
        receipt, contract = verify(("r.eml", messages()[name]), ("contract.pdf", PDF))
        assert (receipt.conclusion, contract.conclusion) == (Conclusion.VALID, Conclusion.VALID)
        assert contract.about["attested_by"] == "r.eml"
    receipt, contract = verify(("r.eml", messages()["brief"]), ("contract.pdf", PDF + b"x"))
    assert codes(receipt) == {"content": "hash_mismatch"}
    assert contract.conclusion is not Conclusion.VALID


def test_the_message_beside_a_brief_receipt() -> None:
    """The sent message's attachments are compared with the hashes: the same, or another one."""
    receipt, sent = verify(("r.eml", messages()["brief"]), ("sent.eml", MESSAGE))
    assert (receipt.conclusion, sent.conclusion) == (Conclusion.VALID, Conclusion.VALID)
    envelope = verify(("r.eml", messages()["brief"]), ("envelope.eml", messages()["transport"]))
    assert {verdict.conclusion for verdict in envelope} == {Conclusion.VALID}
    other = MESSAGE.replace(encodebytes(PDF), encodebytes(PDF + b"x"))
    assert codes(verify(("r.eml", messages()["brief"]), ("sent.eml", other))[0]) == {"content": "hash_mismatch"}


def test_damaged_at_random() -> None:
    """Three hundred damaged copies: always a verdict, never an exception."""
    assert_survived("eml", messages("aruba")["brief"], seed=21)
