"""Messages that a mail client hands in: letters of one message, notices of non-acceptance, plain SMTP errors."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from sigillo.application.mailboxes import MailboxDraft
from sigillo.application.ports.storage import Answer, LetterFilter
from sigillo.application.submission import HandedIn, MailRefused
from sigillo.domain.letter import Course, Letter, ProofKind, Status
from sigillo.domain.mailbox import Box, Mailbox
from sigillo.domain.pec.certification import Kind, ReceiptType
from sigillo.domain.pec.dialects import Limits
from sigillo.domain.pec.dispatch import Role
from sigillo.domain.pec.eicar import SIGN
from tests.simulation.world import World
from tests.unit.proofs.verify.mutations import mutations

HEAD = b"From: Mario Rossi <mario@studio.test>\r\nTo: Anna Verdi <deliver@pec.test>\r\nCc: late@pec.test\r\n"
MESSAGE = HEAD + b"Message-ID: <a.1@studio.example>\r\nSubject: Diffida\r\n\r\nPerch\xc3\xa9?\r\n"
TO = ("deliver@pec.test", "late@pec.test")


class Desk:
    """A workspace with one mailbox that hands messages in."""

    def __init__(self, data: Path | None, *, dialect: str = "sigillo", limits: Limits | None = None) -> None:
        self.world = World(data)
        self.sandbox = self.world.sandbox
        made: list[Mailbox] = []

        def reply(mailbox: Mailbox) -> Answer:
            made.append(mailbox)
            return Answer("", 201, {}, b"")

        draft = MailboxDraft("mario@studio.test", dialect=dialect, limits=limits)
        self.sandbox.mailboxes.add(self.world.id, draft, reply=reply)
        self.box: Box = made[0].box

    def hand_in(self, raw: bytes = MESSAGE, to: tuple[str, ...] = TO, sender: str = "mario@studio.test") -> HandedIn:
        """Hand a message in."""
        return self.sandbox.submissions.hand_in(self.box, sender, to, raw)

    def letters(self) -> list[tuple[Letter, Course]]:
        """All letters, the oldest first."""
        found = self.sandbox.queries.letters(self.world.id, LetterFilter(), limit=200, before=None)
        return found[::-1]

    def receipt(self, letter_id: str, kind: ProofKind) -> bytes:
        """A receipt's mail."""
        document = self.sandbox.proofs.document(self.world.id, letter_id, kind.value, "eml")
        with document.source:
            return document.source.read()

    def refused(self, **other: object) -> tuple[int, str, str]:
        """What a message is turned away with; it left no trace."""
        before = len(self.letters())
        with pytest.raises(MailRefused) as refusal:
            self.hand_in(**other)  # type: ignore[arg-type]  # the tests' own names
        assert len(self.letters()) == before
        return refusal.value.code, refusal.value.enhanced, refusal.value.text


@pytest.fixture(params=["memory", "database"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where the sandbox keeps things: nowhere, or in a database."""
    return tmp_path if request.param == "database" else None


@pytest.fixture
def desk(data: Path | None) -> Desk:
    """A mailbox on either store."""
    return Desk(data)


def test_a_letter_for_each_recipient(desk: Desk) -> None:
    """Each has its role and name; they share the message, whose bytes are kept as they came."""
    handed = desk.hand_in()
    letters = [letter for letter, _ in desk.letters()]
    assert handed.is_accepted
    assert handed.letter_ids == tuple(letter.id for letter in letters)
    assert [(letter.recipient.email, letter.recipient.name) for letter in letters] == [
        ("deliver@pec.test", "Anna Verdi"),
        ("late@pec.test", "late@pec.test"),
    ]
    mail = letters[1].mail
    assert mail is not None
    assert letters[0].mail == mail
    assert (mail.message_id, mail.dispatch.original_id) == (handed.message_id, "<a.1@studio.example>")
    assert [each.role for each in mail.dispatch.recipients] == [Role.TO, Role.CC]
    assert (letters[0].subject, letters[0].sender.name) == ("Diffida", "Mario Rossi")
    assert mail.is_handed_in
    (original,) = letters[0].content.parts
    _, source = desk.sandbox.files.open(desk.world.id, str(original.file_id))
    with source:
        assert source.read() == MESSAGE


def test_the_receipts_carry_what_was_handed_in(desk: Desk) -> None:
    """The receipt of delivery has the message under the provider's id, byte for byte otherwise."""
    handed = desk.hand_in()
    desk.sandbox.simulation.advance_until(desk.world.id, "idle")
    read = desk.sandbox.post.read(desk.receipt(handed.letter_ids[0], ProofKind.DELIVERY))
    assert read.kind is Kind.DELIVERY
    assert read.original is not None
    assert (read.original.message_id, read.original.text) == (handed.message_id, "Perché?\r\n")
    assert read.original.raw.endswith(MESSAGE.partition(b"Subject:")[2])
    assert read.reference_id == "a.1@studio.example"


def test_the_receipt_that_was_asked_for(desk: Desk) -> None:
    """X-TipoRicevuta asks for the type of the primary recipients' receipts."""
    desk.hand_in(b"X-Tiporicevuta: Breve\r\n" + MESSAGE)
    mail = desk.letters()[0][0].mail
    assert mail is not None
    assert mail.dispatch.receipt_type is ReceiptType.BRIEF


def test_only_copies(desk: Desk) -> None:
    """A client may hand in a message for those alone who are copied: their letters say so."""
    desk.hand_in(to=("late@pec.test",))
    mail = desk.letters()[0][0].mail
    assert mail is not None
    assert [each.role for each in mail.dispatch.recipients] == [Role.CC]


def test_twice_is_two_messages(desk: Desk) -> None:
    """The same Message-ID again is another message; a recipient that is named twice is one."""
    first = desk.hand_in()
    second = desk.hand_in(to=(*TO, TO[0].upper(), TO[1]))
    assert first.message_id != second.message_id
    assert len(second.letter_ids) == 2
    assert len(desk.letters()) == 4


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (MESSAGE.replace(b"Cc:", b"Bcc:"), "copia nascosta"),
        (MESSAGE.replace(b"<mario@", b"<maria@"), "maria@studio.test"),
        (b"", "campo From"),
        (MESSAGE + b"x" * (16 << 20), "limite di 30 MB"),
    ],
)
def test_a_formal_fault_is_a_notice(desk: Desk, raw: bytes, words: str) -> None:
    """All letters of the message are rejected, and one notice of non-acceptance says why."""
    handed = desk.hand_in(raw)
    assert not handed.is_accepted
    assert [course.status for _, course in desk.letters()] == [Status.REJECTED, Status.REJECTED]
    notice = desk.sandbox.post.read(desk.receipt(handed.letter_ids[0], ProofKind.NON_ACCEPTANCE))
    assert (notice.kind, notice.is_failed) == (Kind.NON_ACCEPTANCE, False)
    assert notice.certification is not None
    assert words in str(notice.certification.error)
    assert words in notice.face.text.replace("\r\n", " ")


def test_a_virus_is_a_notice(desk: Desk) -> None:
    """The sender's provider finds the test virus, and says so by every means of the rule (RFC 6109 §3.1.3)."""
    handed = desk.hand_in(HEAD + b"\r\n" + SIGN)
    raw = desk.receipt(handed.letter_ids[0], ProofKind.NON_ACCEPTANCE)
    assert b"X-VerificaSicurezza: errore\r\n" in raw
    assert b"Subject: AVVISO DI NON ACCETTAZIONE PER VIRUS:" in raw
    assert [course.outcome for _, course in desk.letters()] == ["virus", "virus"]


def test_who_may_not_send(desk: Desk) -> None:
    """Only the mailbox's own address is a sender; the answer is a plain SMTP error."""
    code, enhanced, text = desk.refused(sender="anna@studio.test")
    assert (code, enhanced) == (553, "5.7.1")
    assert text == "<anna@studio.test>: Sender address rejected: not owned by user mario@studio.test"
    assert desk.hand_in(sender="MARIO@studio.test").is_accepted


@pytest.mark.parametrize(
    ("to", "code"), [((), 554), (("perché@pec.test",), 553), ((TO[0], "nobody"), 553), (("a@b@pec.test",), 553)]
)
def test_recipients_that_are_none(desk: Desk, to: tuple[str, ...], code: int) -> None:
    """A recipient that is no address is refused, in ASCII and on one line."""
    found, _, text = desk.refused(to=to)
    assert found == code
    assert text.isascii()


def test_far_too_large(data: Path | None) -> None:
    """Twice the plan is turned away at once."""
    desk = Desk(data, limits=Limits(product_bytes=1000))
    assert desk.refused(raw=MESSAGE + b"x" * 2000)[:2] == (552, "5.3.4")
    assert desk.hand_in().is_accepted
    assert not desk.hand_in(MESSAGE + b"x" * 1000).is_accepted


def test_a_mailbox_that_was_removed(desk: Desk) -> None:
    """Whoever is still logged in to it cannot send any more."""
    desk.sandbox.mailboxes.remove(desk.world.id, "mario@studio.test")
    assert desk.refused()[:2] == (550, "5.2.1")


def test_six_a_minute(data: Path | None) -> None:
    """Legalmail takes six messages a minute on the wall, in its own words, whatever the sandbox's clock does."""
    desk = Desk(data, dialect="legalmail")
    for _ in range(6):
        desk.hand_in()
        desk.world.wall.now_s += 5
    desk.sandbox.simulation.advance_until(desk.world.id, "idle")
    code, _, text = desk.refused()
    expected = 'MAIL from: "mario@studio.test" blocked "Class Of Service" - Too much traffic from this sender'
    assert (code, text) == (550, expected)
    desk.world.wall.now_s += 30.5
    desk.hand_in()
    assert desk.refused()[0] == 550
    desk.world.wall.now_s -= 1000
    desk.hand_in()


def test_what_a_dialect_blocks(data: Path | None) -> None:
    """Aruba blocks programs, and says so in the form of its other errors."""
    desk = Desk(data, dialect="aruba")
    head = HEAD + b"Content-Type: application/octet-stream; name=x.exe\r\n\r\n"
    handed = desk.hand_in(head + b"MZ")
    read = desk.sandbox.post.read(desk.receipt(handed.letter_ids[0], ProofKind.NON_ACCEPTANCE))
    assert read.certification is not None
    assert str(read.certification.error).endswith("- tipi di allegato non consentiti: x.exe")


def test_hostile_messages(desk: Desk) -> None:
    """Whatever is in a message, it becomes letters, and receipts are written that can be read."""
    for raw in islice(mutations(MESSAGE, seed=5), 100):
        handed = desk.hand_in(raw)
        kind = ProofKind.ACCEPTANCE if handed.is_accepted else ProofKind.NON_ACCEPTANCE
        assert len(handed.letter_ids) == 2
        assert desk.sandbox.post.read(desk.receipt(handed.letter_ids[0], kind)).certification is not None
