"""Reading what recipients receive. Nothing is kept of a message: the journal says which there are and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sigillo.application.ports.consents import ConsentFilter
from sigillo.application.ports.mail import Message, Scribe
from sigillo.application.ports.storage import LetterFilter, Recorded, Store, Transaction
from sigillo.domain.errors import NotFound
from sigillo.domain.events import EventType
from sigillo.domain.letter import Letter, Recipient
from sigillo.domain.mailbox import Tenure
from sigillo.domain.mailbox_mail import KIND_OF_WATCHER, mails_of_mailbox, received
from sigillo.domain.outgoing_mail import KIND_OF, MailKind, OutgoingMail, event_of_mail, mails_of, sends
from sigillo.domain.services import SERVICES

_FEW_LETTERS = 500
_CHUNK = 500
_ARRIVING = (EventType.DELIVERED, EventType.MAILBOX_RECEIVED)
_PLACES = 2  # of a fact: one for each message that it may send


@dataclass(frozen=True, slots=True)
class MailFilter:
    """Which messages to list; None does not restrict. ``to`` is an e-mail address, compared without case."""

    to: str | None = None
    letter_id: str | None = None
    kind: MailKind | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in a list: ``place`` is where it stands among all, from which a page goes on."""

    place: int
    mail: OutgoingMail
    subject: str


@dataclass(frozen=True, slots=True)
class OutgoingMails:
    """Reads of the messages of any workspace."""

    store: Store
    scribe: Scribe

    def page(self, workspace_id: str, wanted: MailFilter, *, limit: int, before: int | None) -> list[Listed]:
        """Give at most ``limit`` messages, newest first, of places below ``before``."""
        with self.store.reading(workspace_id) as tx:
            found = list(islice(_found(tx, wanted, limit=limit, before=before), limit))
        return [Listed(place, mail, self.scribe.subject(mail)) for place, mail in found]

    def message(self, workspace_id: str, mail_id: str) -> tuple[OutgoingMail, Message]:
        """Give one message with all that was written; raises :class:`NotFound`."""
        with self.store.reading(workspace_id) as tx:
            mail = _mail(tx, mail_id)
            workspace = tx.workspace
        if mail is None:
            raise NotFound(f"There is no message {mail_id[:40]!r} in this workspace.")
        return mail, self.scribe.write(mail, workspace)


def mails_by_event(tx: Transaction, found: Sequence[Recorded]) -> dict[str, list[OutgoingMail]]:
    """Give the messages of facts, by the fact's id, in order; each letter's journal is read once."""
    letters = {
        one.letter.ordinal: one.letter for one in found if one.letter is not None and sends(one.letter, one.event)
    }
    mails: dict[str, list[OutgoingMail]] = {one.event.id: [] for one in found}
    for letter in letters.values():
        for mail in _mails(tx, letter):
            mails.setdefault(mail.event_id, []).append(mail)
    tenures = Tenures(tx)
    for one in found:
        arrived = received(one.event) if one.event.type is EventType.MAILBOX_RECEIVED else one.letter
        if arrived is not None and one.event.type in _ARRIVING:
            mails[one.event.id] += _mails_of_mailbox(one, arrived, tenures)
    return mails


def sending_types(tx: Transaction, kind: MailKind | None = None) -> tuple[str, ...]:
    """Give the types of the facts that may send a message, of one kind or of any."""
    types = [event_type.value for event_type, sent in KIND_OF.items() if kind in (None, sent)]
    if kind in (None, *KIND_OF_WATCHER.values()) and _watched(tx):
        types += [event_type.value for event_type in _ARRIVING]
    return tuple(types)


def _mails(tx: Transaction, letter: Letter) -> list[OutgoingMail]:
    return mails_of(letter, tx.events.of_letter(letter.ordinal), SERVICES[letter.service])


class Tenures:
    """Who held which address when, looked up once for many facts."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._known: dict[str, tuple[Tenure, ...]] = {}
        self._past: Mapping[str, Sequence[Tenure]] | None = None

    def at(self, address: str, seq: int) -> Tenure | None:
        """Give that of the mailbox that a fact at a place in the journal came to, None where there was none."""
        there = address.lower()
        if there not in self._known:
            now = self._tx.mailboxes.find(there)
            self._known[there] = (*self._removed().get(there, ()), *((now.tenure,) if now is not None else ()))
        return next((one for one in self._known[there] if one.covers(seq)), None)

    def _removed(self) -> Mapping[str, Sequence[Tenure]]:
        if self._past is None:
            found: dict[str, list[Tenure]] = {}
            for one in self._tx.mailboxes.past():
                found.setdefault(one.address, []).append(one)
            self._past = found
        return self._past


def _watched(tx: Transaction) -> list[Tenure]:
    """Give the tenures of those whose new mail some address hears of, or did."""
    there = [mailbox.tenure for mailbox in tx.mailboxes.watched()]
    return [*(one for one in tx.mailboxes.past() if one.watches), *there]


def _mails_of_mailbox(one: Recorded, letter: Letter, tenures: Tenures) -> Iterator[OutgoingMail]:
    """Give what the recipient's mailbox sends; a copy that another mailbox got is no message that leaves."""
    tenure = tenures.at(letter.recipient.email, one.seq)
    for mail in mails_of_mailbox(letter, one.event, one.seq, tenure=tenure) if tenure is not None else ():
        if mail.kind is not MailKind.FORWARDED or tenures.at(mail.to.email, one.seq) is None:
            yield mail


def _mail(tx: Transaction, mail_id: str) -> OutgoingMail | None:
    event_id = event_of_mail(mail_id)
    seq = tx.events.seq_of(event_id) if event_id else None
    if event_id is None or seq is None:
        return None
    mails = mails_by_event(tx, tx.events.following(None, limit=1, after=seq - 1)).get(event_id, [])
    return next((mail for mail in mails if mail.id == mail_id), None)


def _found(
    tx: Transaction, wanted: MailFilter, *, limit: int, before: int | None
) -> Iterator[tuple[int, OutgoingMail]]:
    """Give the messages that are wanted with their places, the newest first, by the way that reads least.

    A fact has two places, the second for what goes beside another message. A letter's own facts are read by the letter.
    The messages to an address are read letter by letter while there are few letters to it; where there are many, going
    back through the journal fills the page soon.
    """
    letters = _letters(tx, wanted)
    if letters is not None and len(letters) < _FEW_LETTERS:
        facts = _of_letters(tx, letters, wanted)
        chunks: Iterable[Sequence[Recorded]] = (facts[at : at + _CHUNK] for at in range(0, len(facts), _CHUNK))
    else:
        chunks = _back_to(tx, wanted, limit=limit, before=None if before is None else (before + 1) // _PLACES)
    for chunk in chunks:
        mails = mails_by_event(tx, chunk)
        for one in chunk:
            for mail in reversed(mails[one.event.id]):
                place = one.seq * _PLACES + (mail.kind is MailKind.FORWARDED)
                if (before is None or place < before) and _is_wanted(mail, wanted):
                    yield place, mail


def _is_wanted(mail: OutgoingMail, wanted: MailFilter) -> bool:
    return wanted.kind in (None, mail.kind) and _is_to(mail.to, wanted.to)


def _letters(tx: Transaction, wanted: MailFilter) -> list[Letter] | None:
    """Give the letters and consents that a filter names, None where it names none."""
    if wanted.letter_id is not None:
        return list(_with_consent(tx, wanted.letter_id))
    if wanted.to is None:
        return None
    watched = [tenure.address for tenure in _watched(tx) if _is_watched_by(tenure, wanted.to)]
    letters: dict[int, Letter] = {}
    for address in dict.fromkeys([wanted.to, *watched]):
        filtered = LetterFilter(recipient=address)
        letters |= {one.ordinal: one for one, _ in tx.letters.page(filtered, limit=_FEW_LETTERS, before=None)}
    consents = tx.consents.page(ConsentFilter(recipient=wanted.to), limit=_FEW_LETTERS, before=None)
    return [*letters.values(), *(known.item for known in consents)]


def _is_watched_by(tenure: Tenure, address: str) -> bool:
    return any(watch.address.casefold() == address.casefold() for watch in tenure.watches)


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


def _of_letters(tx: Transaction, letters: Sequence[Letter], wanted: MailFilter) -> list[Recorded]:
    types = frozenset(sending_types(tx, wanted.kind))
    found = [
        Recorded(seq, event, letter)
        for letter in letters
        for event in tx.events.of_letter(letter.ordinal)
        if event.type in types and (seq := tx.events.seq_of(event.id)) is not None
    ]
    if wanted.letter_id is None and EventType.MAILBOX_RECEIVED in types:
        found += _let_in(tx)
    return sorted(found, key=lambda one: -one.seq)


def _let_in(tx: Transaction) -> Iterator[Recorded]:
    """Give the facts of mail that was let in by hand, of which there are few: people do that."""
    after = 0
    while chunk := tx.events.following((EventType.MAILBOX_RECEIVED.value,), limit=_CHUNK, after=after):
        yield from chunk
        after = chunk[-1].seq


def _back_to(tx: Transaction, wanted: MailFilter, *, limit: int, before: int | None) -> Iterator[Sequence[Recorded]]:
    types = sending_types(tx, wanted.kind)
    size = limit if wanted.to is None and EventType.DELIVERED.value not in types else _CHUNK
    while types:
        chunk = tx.events.newest(types, limit=size, before=before)
        yield chunk
        if len(chunk) < size:
            return
        before = chunk[-1].seq


def _is_to(recipient: Recipient, address: str | None) -> bool:
    return address is None or recipient.email.casefold() == address.casefold()
