"""A message that a mail client hands in, made into letters (RFC 6109 §3.1).

1. The sender is the mailbox's own address, and does not send too much a minute: else a plain SMTP error.
2. The recipients are addresses, and the message is not far beyond the plan: else a plain SMTP error.
3. Formal checks (§3.1.1), then the search for viruses (§3.1.3); what is found makes a notice of non-acceptance.
4. One letter for each recipient, and the message as a file, in one transaction.

Who hands the same message in twice has sent it twice, as with any provider.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from sigillo.application.drafts import Draft
from sigillo.application.files import Received
from sigillo.application.formal_checks import refusal_of
from sigillo.application.letters import Letters
from sigillo.application.mail_contents import mailbox_of
from sigillo.application.mail_drafts import HandedMail, Other, Refusal
from sigillo.application.ports.blobs import Blobs
from sigillo.application.ports.post import Post
from sigillo.application.ports.storage import Answer, Store
from sigillo.application.ports.wall import Wall
from sigillo.domain.errors import Invalid, NotFound, StorageFull
from sigillo.domain.ids import Lot, letter_id
from sigillo.domain.letter import Course, Letter, Recipient, RecipientKind, Sender, Status
from sigillo.domain.mailbox import Box, Mailbox
from sigillo.domain.pec.dispatch import is_address, one_line
from sigillo.domain.pec.formalities import Envelope, Examined, is_far_too_large
from sigillo.domain.services.pec import PEC

MESSAGE_NAME = "message.eml"
MESSAGE_TYPE = "message/rfc822"
_MINUTE_S = 60.0
_OK = 250
_LONGEST_NAME = 200


class MailRefused(Exception):
    """The message is turned away with a plain SMTP error and leaves no trace.

    ``code`` is the reply code (RFC 5321 §4.2), ``enhanced`` the status code (RFC 3463), ``text`` one line of ASCII.
    """

    def __init__(self, code: int, enhanced: str, text: str) -> None:
        super().__init__(code, enhanced, text)
        self.code, self.enhanced, self.text = code, enhanced, " ".join(text.encode("ascii", "replace").decode().split())


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What became of a message: its PEC id, without brackets, and its letters, in the order of the recipients.

    ``is_accepted`` is False where the letters are rejected, which a notice in the sender's mailbox tells.
    """

    message_id: str
    letter_ids: tuple[str, ...]
    is_accepted: bool


class Submissions:
    """Takes messages in for the mailboxes of all workspaces; who may do so is checked by whoever calls.

    How much a mailbox sent within the last minute is this process's alone, on the wall: sandbox clocks may stand still.
    """

    def __init__(self, store: Store, blobs: Blobs, wall: Wall, *, letters: Letters, post: Post) -> None:
        self._store = store
        self._blobs = blobs
        self._wall = wall
        self._letters = letters
        self._post = post
        self._guard = Lock()
        self._sent_at_s: dict[tuple[str, int], deque[float]] = {}

    def hand_in(self, box: Box, mail_from: str, recipients: Sequence[str], raw: bytes) -> HandedIn:
        """Take a message in: ``mail_from`` and ``recipients`` are the envelope's, ``raw`` the message.

        Raises :class:`MailRefused` for what is turned away at once; nothing is kept then.
        """
        lot, mailbox = self._opened(box)
        # 1
        if mail_from.casefold() != mailbox.address:
            text = f"<{mail_from}>: Sender address rejected: not owned by user {mailbox.address}"
            raise MailRefused(553, "5.7.1", text)
        self._count(mailbox)
        # 2
        envelope = Envelope(mailbox.address, _sound(recipients))
        if is_far_too_large(len(raw), mailbox.limits):
            most = mailbox.limits.product_bytes
            raise MailRefused(552, "5.3.4", f"Message size exceeds fixed limit of {most} bytes")
        # 3
        examined = self._post.examine(raw)
        refusal = refusal_of(examined, envelope, mailbox.limits, dialect=mailbox.dialect)
        # 4
        letter, course = self._kept(box, _draft(examined, envelope, refusal), raw)
        ids = tuple(letter_id(lot, letter.ordinal + place) for place in range(len(envelope.recipients)))
        assert letter.mail is not None
        return HandedIn(letter.mail.message_id, ids, is_accepted=course.status is not Status.REJECTED)

    def _opened(self, box: Box) -> tuple[Lot, Mailbox]:
        try:
            with self._store.reading(box.workspace_id) as tx:
                return tx.workspace.lot, mailbox_of(tx, box)
        except NotFound:
            raise MailRefused(550, "5.2.1", f"The mailbox {box.address} was removed") from None

    def _count(self, mailbox: Mailbox) -> None:
        """Count one more message, or refuse it where the plan has so many a minute and they were sent."""
        most = mailbox.limits.messages_per_minute
        if most is None:
            return
        now_s = self._wall()
        with self._guard:
            sent = self._sent_at_s.setdefault((mailbox.workspace_id, mailbox.ordinal), deque())
            while sent and not now_s - _MINUTE_S < sent[0] <= now_s:
                sent.popleft()
            if len(sent) >= most:
                # Legalmail's own words (A).
                text = f'MAIL from: "{mailbox.address}" blocked "Class Of Service" - Too much traffic from this sender'
                raise MailRefused(550, "5.7.1", text)
            sent.append(now_s)

    def _kept(self, box: Box, draft: Draft, raw: bytes) -> tuple[Letter, Course]:
        """Give the first recipient's letter, and where it stands."""
        taken: list[tuple[Letter, Course]] = []

        def reply(letter: Letter, course: Course) -> Answer:
            taken.append((letter, course))
            return Answer("", _OK, {}, letter.id.encode())

        try:
            with self._blobs.receiving() as receiver:
                receiver.write(raw)
                received = Received(MESSAGE_NAME, MESSAGE_TYPE, receiver)
                self._letters.submit(box.workspace_id, draft, reply=reply, uploads=[received])
        except Invalid as invalid:
            raise MailRefused(554, "5.6.0", invalid.detail) from None
        except StorageFull:
            raise MailRefused(452, "4.3.1", "Insufficient system storage") from None
        return taken[0]


def _sound(recipients: Sequence[str]) -> tuple[str, ...]:
    """Give each recipient once; raises MailRefused where one is no address, or there is none."""
    once: dict[str, str] = {}
    for address in recipients:
        once.setdefault(address.casefold(), address)
    if not once:
        raise MailRefused(554, "5.5.1", "No valid recipients")
    bad = next((address for address in recipients if not is_address(address)), None)
    if bad is not None:
        raise MailRefused(553, "5.1.3", f"<{bad[:100]}>: Recipient address rejected: PEC carries name@domain in ASCII")
    return tuple(once.values())


def _draft(examined: Examined, envelope: Envelope, refusal: Refusal | None) -> Draft:
    first, *others = (_other(examined, address) for address in envelope.recipients)
    return Draft(
        service=PEC.name,
        recipient=first.recipient,
        subject=examined.subject,
        sender=Sender(_name(examined, envelope.sender), envelope.sender),
        role=first.role,
        others=tuple(others),
        receipt_type=examined.receipt_type,
        handed=HandedMail(examined.original_id, examined.reply_to),
        refusal=refusal,
    )


def _other(examined: Examined, address: str) -> Other:
    recipient = Recipient(RecipientKind.PROFESSIONAL, _name(examined, address), address)
    return Other(recipient, examined.role(address), "/recipient")


def _name(examined: Examined, address: str) -> str:
    return one_line(examined.name(address))[:_LONGEST_NAME]
