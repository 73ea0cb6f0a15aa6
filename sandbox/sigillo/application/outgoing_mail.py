"""Reading what recipients receive. Nothing is kept of a message: the journal says which there are and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sigillo.application.ports.consents import ConsentFilter
from sigillo.application.ports.mail import Message, Scribe
from sigillo.application.ports.storage import LetterFilter, Recorded, Store, Transaction
from sigillo.domain.errors import NotFound
from sigillo.domain.ids import subject_of_event
from sigillo.domain.letter import Letter
from sigillo.domain.outgoing_mail import KIND_OF, MailKind, OutgoingMail, event_of_mail, mails_of, sends
from sigillo.domain.services import SERVICES

_FEW_LETTERS = 500
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class MailFilter:
    """Which messages to list; None does not restrict. ``to`` is an e-mail address, compared without case."""

    to: str | None = None
    letter_id: str | None = None
    kind: MailKind | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in a list: ``seq`` is the place of its fact in the journal."""

    seq: int
    mail: OutgoingMail
    subject: str


@dataclass(frozen=True, slots=True)
class OutgoingMails:
    """Reads of the messages of any workspace."""

    store: Store
    scribe: Scribe

    def page(self, workspace_id: str, wanted: MailFilter, *, limit: int, before: int | None) -> list[Listed]:
        """Give at most ``limit`` messages, newest first, of facts below the place ``before``."""
        with self.store.reading(workspace_id) as tx:
            found = _found(tx, wanted, limit=limit, before=before)
            mails = mails_by_event(tx, found)
        return [Listed(one.seq, mails[one.event.id], self.scribe.subject(mails[one.event.id])) for one in found]

    def message(self, workspace_id: str, mail_id: str) -> tuple[OutgoingMail, Message]:
        """Give one message with all that was written; raises :class:`NotFound`."""
        with self.store.reading(workspace_id) as tx:
            mail = _mail(tx, mail_id)
            workspace = tx.workspace
        if mail is None:
            raise NotFound(f"There is no message {mail_id[:40]!r} in this workspace.")
        return mail, self.scribe.write(mail, workspace)


def mails_by_event(tx: Transaction, found: Sequence[Recorded]) -> dict[str, OutgoingMail]:
    """Give the messages of facts that send one, by the fact's id; each letter's journal is read once."""
    letters = {one.letter.ordinal: one.letter for one in found if one.letter is not None}
    return {mail.event_id: mail for letter in letters.values() for mail in _mails(tx, letter)}


def sending_types(kind: MailKind | None = None) -> tuple[str, ...]:
    """Give the types of the facts that send a message, of one kind or of any."""
    return tuple(event_type.value for event_type, sent in KIND_OF.items() if kind in (None, sent))


def _mails(tx: Transaction, letter: Letter) -> list[OutgoingMail]:
    return mails_of(letter, tx.events.of_letter(letter.ordinal), SERVICES[letter.service])


def _mail(tx: Transaction, mail_id: str) -> OutgoingMail | None:
    event_id = event_of_mail(mail_id)
    subject = subject_of_event(event_id) if event_id else None
    token = subject[0] if subject else ""
    there = tx.letters.find(f"ltr_{token}") or tx.letters.find(f"con_{token}")
    mails = _mails(tx, there[0]) if there else []
    return next((mail for mail in mails if mail.event_id == event_id), None)


def _found(tx: Transaction, wanted: MailFilter, *, limit: int, before: int | None) -> list[Recorded]:
    """Give the facts whose messages are wanted, by the way that reads least.

    A letter's own facts are read by the letter. The messages to an address are read letter by letter while there are
    few letters to it; where there are many, going back through the journal fills the page soon.
    """
    letters = _letters(tx, wanted)
    if letters is not None and len(letters) < _FEW_LETTERS:
        return _of_letters(tx, letters, wanted, limit=limit, before=before)
    return list(_back_to(tx, wanted, limit=limit, before=before))


def _letters(tx: Transaction, wanted: MailFilter) -> list[Letter] | None:
    """Give the letters and consents that a filter names, None where it names none."""
    if wanted.letter_id is not None:
        return [one for one in _with_consent(tx, wanted.letter_id) if _is_to(one, wanted.to)]
    if wanted.to is None:
        return None
    letters = tx.letters.page(LetterFilter(recipient=wanted.to), limit=_FEW_LETTERS, before=None)
    consents = tx.consents.page(ConsentFilter(recipient=wanted.to), limit=_FEW_LETTERS, before=None)
    return [*(letter for letter, _ in letters), *(known.item for known in consents)]


def _with_consent(tx: Transaction, letter_id: str) -> Iterator[Letter]:
    """Give a letter and the consent that it waits for or goes under; nothing where there is no such letter."""
    there = tx.letters.find(letter_id)
    if there is None:
        return
    yield there[0]
    consent = there[0].consent
    if consent is not None and consent.consent_id not in (None, letter_id):
        asked = tx.letters.find(consent.consent_id or "")
        if asked is not None:
            yield asked[0]


def _of_letters(
    tx: Transaction, letters: Sequence[Letter], wanted: MailFilter, *, limit: int, before: int | None
) -> list[Recorded]:
    types = frozenset(sending_types(wanted.kind))
    found = [
        Recorded(seq, event, letter)
        for letter in letters
        for event in tx.events.of_letter(letter.ordinal)
        if event.type in types and sends(letter, event)
        if (seq := tx.events.seq_of(event.id)) is not None and (before is None or seq < before)
    ]
    return sorted(found, key=lambda one: -one.seq)[:limit]


def _back_to(tx: Transaction, wanted: MailFilter, *, limit: int, before: int | None) -> Iterator[Recorded]:
    size = limit if wanted.to is None else _CHUNK
    while limit:
        chunk = tx.events.newest(sending_types(wanted.kind), limit=size, before=before)
        for one in chunk:
            if limit and one.letter is not None and _is_to(one.letter, wanted.to) and sends(one.letter, one.event):
                limit -= 1
                yield one
        if len(chunk) < size:
            return
        before = chunk[-1].seq


def _is_to(letter: Letter, address: str | None) -> bool:
    return address is None or letter.recipient.email.casefold() == address.casefold()
