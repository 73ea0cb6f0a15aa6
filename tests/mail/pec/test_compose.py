"""The message of a letter sent by API, as mail software reads it: header fields, text, files; 7-bit and folded."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from hashlib import sha256

import pytest

from sigillo.application.ports.post import Piece
from sigillo.bootstrap import build
from sigillo.domain.letter import Content, Letter, Part, Recipient, RecipientKind, Sender
from sigillo.domain.markup import HTML, PLAIN
from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec.dispatch import Addressee, Dispatch, Role
from sigillo.domain.pec.posting import Posting
from sigillo.mail.pec.compose import compose

PDF = b"%PDF-1.4 contract\n" + bytes(range(256)) * 20
DISPATCH = Dispatch(
    sender="mario@pec.test",
    recipients=(Addressee("anna@pec.test"), Addressee("carla@example.com", Role.CC, is_certified=False)),
    subject="Diffida n. 3",
    identifier="sigillo000000000007@pec.test",
    original_id="<a.1@studio.example>",
)
SUBJECTS = [
    "Diffida n. 3",
    "Perché no? – è dovuto",
    "=?utf-8?q?not_an_encoded_word?=",
    "one two " * 60,
    "x" * 900,
    "è" * 900,
    "Письмо 信 \N{ENVELOPE}",
    'a: b; c, d <e> (f) "g" \\h',
]
NAMES = [
    "contract.pdf",
    "perché no.pdf",
    'a "quoted" \\ name.pdf',
    "=?utf-8?q?x?=.pdf",
    "long " * 40 + ".pdf",
    "ø信\N{ENVELOPE}" * 40 + ".pdf",
    "100%'*.pdf",
    "a;b=c.pdf",
]
TEXTS = ["Buongiorno\n", "Perché?\r\nè\n.\n\nFrom me\n", "x" * 3000, "trailing \n\tand = signs = \n", "\N{ENVELOPE}\n"]


def letter(dispatch: Dispatch = DISPATCH, *, sender: str = "Mario Rossi") -> Letter:
    """A PEC letter."""
    return Letter(
        id="let_1",
        workspace_id="ws_1",
        ordinal=7,
        number="1",
        service="pec",
        sender=Sender(sender, dispatch.sender),
        recipient=Recipient(RecipientKind.PROFESSIONAL, "Anna", "anna@pec.test"),
        subject=dispatch.subject,
        content=Content(None, ()),
        created_at=datetime(2026, 7, 1, 9, 30, 15, 123000, tzinfo=UTC),
        scenario="deliver",
        mail=Posting(dispatch, 7, "sigillo", "sigillo"),
    )


def piece(name: str, data: bytes, media_type: str = "application/pdf", file_id: str | None = "file_1") -> Piece:
    """A part with its bytes."""
    return Piece(Part(name, media_type, len(data), sha256(data).hexdigest(), file_id), data)


def text(words: str, media_type: str = PLAIN) -> Piece:
    """The text of a letter."""
    return piece("content.html" if media_type == HTML else "content.txt", words.encode(), media_type, None)


def read(raw: bytes) -> EmailMessage:
    """A message as the standard library reads it; 7-bit, CRLF, folded, and without a defect."""
    assert raw.isascii()
    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    message = message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=default)
    assert [part.defects for part in message.walk() if part.defects] == []
    return message


def test_the_header_fields() -> None:
    """From, To, Cc, Date in Italian time, the sender's own Message-ID; no word of another recipient's letter."""
    message = read(compose(letter(), [text("Ciao\n")]))
    assert message["From"] == "Mario Rossi <mario@pec.test>"
    assert (message["To"], message["Cc"], message["Bcc"]) == ("anna@pec.test", "carla@example.com", None)
    assert message["Date"] == "Wed, 01 Jul 2026 11:30:15 +0200"
    assert (message["Message-ID"], message["Subject"]) == (DISPATCH.original_id, DISPATCH.subject)
    assert (message["X-TipoRicevuta"], message["Reply-To"]) == (None, None)
    assert "no legal value" in message["X-Sigillo-Sandbox"]


def test_what_the_sender_asked_for() -> None:
    """A brief receipt and another address for answers are asked for in the header."""
    asked = replace(DISPATCH, receipt_type=ReceiptType.BRIEF, reply_to="risposte@studio.example", original_id=None)
    message = read(compose(letter(asked), [text("Ciao\n")]))
    assert (message["X-TipoRicevuta"], message["Reply-To"]) == ("breve", "risposte@studio.example")
    assert message["Message-ID"] is None


@pytest.mark.parametrize("subject", SUBJECTS)
def test_any_subject(subject: str) -> None:
    """It is read as it was written, however long and in whatever script."""
    dispatch = replace(DISPATCH, subject=subject)
    assert read(compose(letter(dispatch), [text("Ciao\n")]))["Subject"] == dispatch.subject


@pytest.mark.parametrize("name", ["Mario Rossi", "Zoé Lefèvre", 'A "B" C', "=?utf-8?q?x?=", "", "Comune di È" * 20])
def test_any_sender(name: str) -> None:
    """The sender's name is read as it was written, and the address is alone what it is."""
    raw = compose(letter(sender=name), [text("Ciao\n")])
    assert [each.addr_spec for each in read(raw)["From"].addresses] == ["mario@pec.test"]
    shown, _ = parseaddr(str(message_from_bytes(raw)["From"]))
    assert str(make_header(decode_header(shown))) == name


def test_many_recipients() -> None:
    """Fifty stand in To, all of them, in order, on folded lines."""
    addresses = [f"recipient.number.{number}@a-rather-long-domain.example" for number in range(50)]
    dispatch = replace(DISPATCH, recipients=tuple(map(Addressee, addresses)))
    message = read(compose(letter(dispatch), [text("Ciao\n")]))
    assert [each.addr_spec for each in message["To"].addresses] == addresses


@pytest.mark.parametrize("words", TEXTS)
def test_any_text(words: str) -> None:
    """A text alone is one part, and decodes to what was written."""
    message = read(compose(letter(), [text(words)]))
    assert message.get_content_type() == "text/plain"
    assert message.get_content() == words.replace("\r\n", "\n")


def test_html_has_a_plain_alternative() -> None:
    """The HTML stands as it was written; the plain text has its words, its blocks and its links."""
    html = "<title>no</title><p>Gentile&nbsp;<b>Anna</b>,</p><ul><li>uno<li>due</ul><a href='https://x.test/'>qui</a>"
    message = read(compose(letter(), [text(html, HTML)]))
    assert message.get_content_type() == "multipart/alternative"
    plain, page = message.iter_parts()
    assert plain.get_content() == "Gentile\N{NO-BREAK SPACE}Anna,\n- uno\n- due\nqui <https://x.test/>\n"
    assert page.get_content().strip() == html


@pytest.mark.parametrize("name", NAMES)
def test_any_file(name: str) -> None:
    """A file's name, type and bytes are what was uploaded."""
    message = read(compose(letter(), [text("Ciao\n"), piece(name, PDF), piece("b.txt", b"", "text/plain")]))
    assert message.get_content_type() == "multipart/mixed"
    body, first, second = message.iter_parts()
    expected = re.sub(" +", " ", name)
    assert (body.get_content(), first.get_filename(), second.get_filename()) == ("Ciao\n", expected, "b.txt")
    assert (first.get_content_type(), first.get_content_disposition()) == ("application/pdf", "attachment")
    assert first.get_payload(decode=True) == PDF
    found = build(data=None).post.read(message.as_bytes())
    assert [each.content for each in found.face.attachments] == [PDF, b""]


def test_a_message_as_a_file_keeps_its_bytes() -> None:
    """An attached e-mail may not be encoded under its own type (RFC 2045 §6.4), so it goes as a plain file."""
    mail = b"Subject: inside\n\nline end of its own\n"
    message = read(compose(letter(), [piece("inside.eml", mail, "message/rfc822")]))
    (file,) = message.iter_parts()
    assert (file.get_filename(), file.get_content_type()) == ("inside.eml", "application/octet-stream")
    assert file.get_payload(decode=True) == mail


def test_the_same_for_each_letter_of_the_message() -> None:
    """Another recipient's letter of the message gives the same bytes."""
    other = replace(letter(), id="let_2", ordinal=8, recipient=Recipient(RecipientKind.PROFESSIONAL, "C", "c@pec.test"))
    pieces = [text("<p>Ciao</p>", HTML), piece("a.pdf", PDF)]
    assert compose(other, pieces) == compose(letter(), pieces)


def test_a_letter_of_another_service() -> None:
    """A letter that is no PEC is no message."""
    with pytest.raises(ValueError, match="no PEC"):
        compose(replace(letter(), mail=None), [])
