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
from contextlib import ExitStack
from dataclasses import dataclass, replace
from threading import Lock

from sigillo.application.drafts import Draft
from sigillo.application.files import Arrival, Received, ShortFile
from sigillo.application.formal_checks import refusal_of
from sigillo.application.letters import Letters
from sigillo.application.mail_contents import mailbox_of
from sigillo.application.mail_drafts import HandedMail, Other, Refusal
from sigillo.application.mail_sync import deliver
from sigillo.application.ports.blobs import Blobs
from sigillo.application.ports.post import Post
from sigillo.application.ports.storage import Store, Transaction
from sigillo.application.ports.wall import Wall
from sigillo.application.posting import Behind, Delivering, deliver_at_once
from sigillo.domain.errors import Invalid, NotFound, StorageFull
from sigillo.domain.ids import letter_id
from sigillo.domain.letter import Recipient, RecipientKind, Sender, Status
from sigillo.domain.mailbox import Box, Mailbox
from sigillo.domain.pec.dispatch import is_address, one_line
from sigillo.domain.pec.formalities import Envelope, Examined, is_far_too_large
from sigillo.domain.services.pec import PEC

MESSAGE_NAME = "message.eml"
MESSAGE_TYPE = "message/rfc822"
_MINUTE_S = 60.0
_LONGEST_NAME = 200
_SHORT_BYTES = 65_536  # kept with the letters; a longer one is a file, for the database would only grow by it
_FEW_RECIPIENTS = 8
_PLAIN_BYTES = 8_192
_OPENED = (b"multipart", b"message/", b"base64", b"quoted-printable", b"zip")


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


@dataclass(frozen=True, slots=True)
class Handing:
    """A message on its way in: from whose mailbox, the envelope's ``mail_from`` and ``recipients``, and the message.

    ``examined`` is what it says and carries, where somebody looked already.
    """

    box: Box
    mail_from: str
    recipients: Sequence[str]
    raw: bytes
    examined: Examined | None = None

    @property
    def is_light(self) -> bool:
        """Tell what becomes few letters with a short file, and so is kept within a millisecond or so."""
        return len(self.raw) <= _SHORT_BYTES and len(self.recipients) <= _FEW_RECIPIENTS

    @property
    def is_plain(self) -> bool:
        """Tell what is examined in no time: short, and its header speaks of nothing that is to be decoded or opened."""
        head = self.raw[: self.raw.find(b"\r\n\r\n")].lower()
        return len(self.raw) <= _PLAIN_BYTES and not any(word in head for word in _OPENED)


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
        return self.hand_in_waiting(Handing(box, mail_from, recipients, raw))

    def hand_in_waiting(self, message: Handing) -> HandedIn:
        """Take a message in as :meth:`hand_in` does."""
        draft = self._judged(message, self._opened(message.box))
        try:
            with ExitStack() as held:
                arrival = self._arrival(message.raw, held)
                with self._store.writing(message.box.workspace_id) as tx:
                    return self._kept(tx, draft, arrival, deliver)
        except StorageFull:
            raise _no_room() from None

    def hand_in_now(self, workspace_id: str, messages: Sequence[Handing]) -> list[HandedIn | MailRefused | None] | None:
        """Take light messages in that came at the same time, in one transaction; None at once where it would wait.

        It would while somebody else writes and where much may have fallen due, as the clock runs. The outcome of a
        single message is None where :meth:`hand_in_waiting` is to take it: much is to be delivered first, or its
        sender's plan counts what is sent within a minute.
        A message is refused before anything of it is written, so that the others are taken in all the same.
        """
        try:
            with self._store.try_writing(workspace_id) as tx:
                if tx is None or tx.workspace.clock.speed:
                    return None
                return [self._taken(tx, message) for message in messages]
        except StorageFull:
            return [_no_room() for _ in messages]

    def examine(self, message: Handing) -> Handing:
        """Give a message with what it says and carries."""
        return replace(message, examined=self._post.examine(message.raw))

    def _taken(self, tx: Transaction, message: Handing) -> HandedIn | MailRefused | None:
        try:
            mailbox = _mailbox(tx, message.box)
            if mailbox.limits.messages_per_minute is not None:
                return None  # each is counted once, by who waits
            draft = self._judged(message, mailbox)
            return self._kept(tx, draft, ShortFile.of(MESSAGE_NAME, MESSAGE_TYPE, message.raw), deliver_at_once)
        except MailRefused as refused:
            return refused
        except Behind:
            return None

    def _judged(self, message: Handing, mailbox: Mailbox) -> Draft:
        """Give the letters to make of a message; raises MailRefused for one that is turned away."""
        # 1
        if message.mail_from.casefold() != mailbox.address:
            text = f"<{message.mail_from}>: Sender address rejected: not owned by user {mailbox.address}"
            raise MailRefused(553, "5.7.1", text)
        self._count(mailbox)
        # 2
        envelope = Envelope(mailbox.address, _sound(message.recipients))
        if is_far_too_large(len(message.raw), mailbox.limits):
            most = mailbox.limits.product_bytes
            raise MailRefused(552, "5.3.4", f"Message size exceeds fixed limit of {most} bytes")
        # 3
        examined = message.examined or self._post.examine(message.raw)
        return _draft(examined, envelope, refusal_of(examined, envelope, mailbox.limits, dialect=mailbox.dialect))

    def _kept(self, tx: Transaction, draft: Draft, arrival: Arrival, delivering: Delivering) -> HandedIn:
        # 4
        try:
            letter, course = self._letters.hand_in(tx, draft, arrival, delivering)
        except Invalid as invalid:
            raise MailRefused(554, "5.6.0", invalid.detail) from None
        ids = tuple(letter_id(tx.workspace.lot, letter.ordinal + place) for place in range(1 + len(draft.others)))
        assert letter.mail is not None
        return HandedIn(letter.mail.message_id, ids, is_accepted=course.status is not Status.REJECTED)

    def _arrival(self, raw: bytes, held: ExitStack) -> Arrival:
        """Give a message as a file: a long one goes to the disk while nobody waits for the transaction."""
        if len(raw) <= _SHORT_BYTES:
            return ShortFile.of(MESSAGE_NAME, MESSAGE_TYPE, raw)
        receiver = held.enter_context(self._blobs.receiving())
        receiver.write(raw)
        return Received(MESSAGE_NAME, MESSAGE_TYPE, receiver)

    def _opened(self, box: Box) -> Mailbox:
        with self._store.reading(box.workspace_id) as tx:
            return _mailbox(tx, box)

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


def _no_room() -> MailRefused:
    return MailRefused(452, "4.3.1", "Insufficient system storage")


def _mailbox(tx: Transaction, box: Box) -> Mailbox:
    try:
        return mailbox_of(tx, box)
    except NotFound:
        raise MailRefused(550, "5.2.1", f"The mailbox {box.address} was removed") from None


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
