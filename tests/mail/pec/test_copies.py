"""A message beside a brief receipt: vouched for when it is the one delivered, and for what the receipt keeps alone."""

from __future__ import annotations

import email
import re
from base64 import encodebytes

import pytest

from sigillo.domain.pec.lines import with_crlf
from sigillo.domain.verdict import Conclusion, Verdict
from sigillo.mail.pec.original import brief_copy, outline_of
from tests.mail.pec.post import MESSAGE, PDF, messages, post
from tests.mail.pec.test_verdicts import verify
from tests.unit.proofs.verify.mutations import mutations
from tests.unit.proofs.verify.world import codes

TRACE = ("received", "return-path", "message-id", "x-riferimento-message-id")
ACCENTED = MESSAGE.replace(b'filename="contract.pdf"', b"filename*=utf-8''attivit%C3%A0.pdf")


def beside(sent: bytes, *, delivered: bytes = MESSAGE) -> tuple[Verdict, Verdict]:
    """The verdicts on the brief receipt of one message, and on another one given beside it."""
    receipt, copy = verify(("r.eml", post().messages(message=delivered)["brief"]), ("sent.eml", sent))
    return receipt, copy


def test_the_message_delivered_is_vouched_for_as_far_as_it_goes() -> None:
    """Its words say that text, header fields and hashes are attested, and not that no byte was changed."""
    receipt, sent = beside(MESSAGE)
    assert {receipt.conclusion, sent.conclusion} == {Conclusion.VALID}
    assert [check.code for check in sent.checks] == ["attested_in_part"]
    assert "not for the types" in sent.checks[0].detail
    assert "not a byte" not in sent.checks[0].detail


def test_a_forgery_that_shares_one_attachment_is_no_delivered_message() -> None:
    """Another sender, subject, text and one more attachment around a file that was delivered: wrong, and said how."""
    forged = (
        b"From: someone@evil.test\nTo: anna@pec.test\nSubject: Other\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="inside"\n\n--inside\n\nI owe you a million.\n--inside\n'
        b"Content-Type: application/pdf; name=never-sent.pdf\n\nforged\n--inside\n"
        b"Content-Type: application/pdf; name=contract.pdf\nContent-Transfer-Encoding: base64\n\n"
        + encodebytes(PDF)
        + b"--inside--\n"
    )
    receipt, copy = beside(forged)
    assert codes(receipt) == {"content": "message_mismatch"}
    assert copy.conclusion is not Conclusion.VALID
    [said] = [check.detail for check in receipt.checks if check.code == "message_mismatch"]
    assert "never-sent.pdf was not delivered" in said
    assert "another cc, from, subject, to" in said
    assert "its text is another one" in said


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"Cordiali saluti", b"Cordiali insulti", "message_mismatch"),
        (b"Subject: Diffida", b"Subject: Auguri", "message_mismatch"),
        (b"From: Mario Rossi <mario", b"From: Mario Rossi <luigi", "message_mismatch"),
        (b"Cc: carla@example.com\n", b"", "message_mismatch"),
        (b"\nSubject: Diffida", b"\nI owe you a million.\nSubject: Diffida", "message_mismatch"),
        (b"preamble", b"I owe you a million.", "message_mismatch"),
        (b"--inside--\n", b"--inside\nContent-Type: text/plain; name=a.txt\n\nx\n--inside--\n", "message_mismatch"),
        (b'filename="contract.pdf"', b'filename="consent.pdf"', "message_mismatch"),
        (encodebytes(PDF), encodebytes(PDF + b"x"), "hash_mismatch"),
        (b"\nSubject: Diffida", b"\nX-Mozilla-Status: 0001\nSubject: Diffida", "header_mismatch"),
        (b"<abc.123@studio.example>", b"<other@studio.example>", "other_message"),
    ],
)
def test_whatever_differs_is_told(old: bytes, new: bytes, code: str) -> None:
    """One thing changed at a time: the copy is never valid, and the receipt's check has a code of its own."""
    assert MESSAGE.count(old) == 1
    receipt, copy = beside(MESSAGE.replace(old, new))
    assert codes(receipt) == {"content": code}
    assert copy.conclusion is not Conclusion.VALID


def test_what_the_way_adds_does_no_harm() -> None:
    """Trace fields and another provider's id are not the sender's."""
    on_its_way = b"Return-Path: <mario@pec.test>\nReceived: from a by b; Wed, 1 Jul 2026 11:30:01 +0200\n" + MESSAGE
    assert beside(on_its_way)[0].conclusion is Conclusion.VALID
    assert beside(MESSAGE, delivered=on_its_way)[0].conclusion is Conclusion.VALID


@pytest.mark.parametrize("letters", ["attivit%C3%A0.pdf", "%F0%9F%93%84.pdf", "%C3%A0" * 250 + ".pdf", "a%22%5Cb.pdf"])
def test_a_changed_attachment_is_found_whatever_its_name(letters: str) -> None:
    """Names of any letters and length are written so that they can be read back, and no hash is passed over."""
    delivered = MESSAGE.replace(b'filename="contract.pdf"', b"filename*=utf-8''" + letters.encode())
    changed = delivered.replace(encodebytes(PDF), encodebytes(PDF + b"x"))
    assert {verdict.conclusion for verdict in beside(delivered, delivered=delivered)} == {Conclusion.VALID}
    assert codes(beside(changed, delivered=delivered)[0]) == {"content": "hash_mismatch"}


def test_an_accented_name_stands_in_the_receipt_as_it_is() -> None:
    """RFC 6109 §3.3.2.2: the file's name and .hash."""
    [held] = outline_of(brief_copy(ACCENTED)).files
    [own] = outline_of(ACCENTED).files
    assert (held.name, held.stated) == ("attività.pdf.hash", own.sha1)


@pytest.mark.parametrize("changes", [False, True])
def test_providers_that_write_ascii_alone(*, changes: bool) -> None:
    """A receipt that names it ``attivit?.pdf.hash`` is held against it all the same."""
    poor = ACCENTED.replace(b"filename*=utf-8''attivit%C3%A0.pdf", b'filename="attivit?.pdf"')
    sent = ACCENTED.replace(encodebytes(PDF), encodebytes(PDF + b"x")) if changes else ACCENTED
    receipt, _ = beside(sent, delivered=poor)
    assert codes(receipt) == ({"content": "hash_mismatch"} if changes else {})


def test_two_attachments_of_one_name_are_both_compared() -> None:
    """The second of them was changed."""
    twice = MESSAGE.replace(
        b"--inside--\n", b"--inside\nContent-Type: text/plain; name=contract.pdf\n\nfirst\n--inside--\n"
    )
    assert beside(twice, delivered=twice)[0].conclusion is Conclusion.VALID
    assert codes(beside(twice.replace(b"first", b"other"), delivered=twice)[0]) == {"content": "hash_mismatch"}


def test_a_message_without_attachments_is_compared_too() -> None:
    """Its brief receipt holds it whole."""
    short = b"From: mario@pec.test\nTo: anna@pec.test\nMessage-ID: <abc.123@studio.example>\nSubject: Diffida\n\nciao\n"
    assert beside(short, delivered=short)[1].conclusion is Conclusion.VALID
    assert codes(beside(short.replace(b"ciao", b"addio"), delivered=short)[0]) == {"content": "message_mismatch"}


def test_other_mail_beside_is_no_business_of_a_receipt() -> None:
    """A receipt of another message and mail that shares nothing with this one change no verdict on it."""
    ordinary = b"From: a@b.it\nTo: c@d.it\nMessage-ID: <x@b.it>\nSubject: x\n\nciao\n"
    assert beside(ordinary)[0].conclusion is Conclusion.VALID
    assert {each.conclusion for each in verify(("r.eml", messages()["brief"]), ("a.eml", messages()["accepted"]))} == {
        Conclusion.VALID
    }


def test_whatever_damage_is_vouched_for_is_none_that_a_receipt_keeps() -> None:
    """Of three hundred damaged copies only those are vouched for whose brief copy the library reads as the same."""
    vouched = [each for each in mutations(MESSAGE, seed=4) if beside(each)[1].conclusion is Conclusion.VALID]
    assert 0 < len(vouched) < 60
    for damaged in vouched:
        assert _kept(damaged) == _kept(MESSAGE)


def _kept(message: bytes) -> tuple[list[tuple[str, list[str]]], bytes]:
    data = brief_copy(with_crlf(message))
    fields = email.message_from_bytes(data).items()
    said = [(name.lower(), value.split()) for name, value in fields if name.lower() not in TRACE]
    body = data.partition(b"\r\n\r\n")[2].rstrip(b"\r\n")
    return said, re.sub(rb"(?:[^\r\n]+\r\n)+\r\n([0-9a-f]{40})", rb"\1", body)  # without the attachment's own header
