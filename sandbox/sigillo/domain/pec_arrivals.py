"""What a fact of the journal puts into mailboxes: pure, from the letter and the fact.

============================  =======================================  =====================================
fact                          into the sender's mailbox                into the recipient's mailbox
============================  =======================================  =====================================
letter.deposited              acceptance, and a copy in Sent of what
                              came by API; of the first letter alone
letter.rejected               non_acceptance, of the first letter
letter.delayed                delay_notice
letter.delivered              delivery                                 transport
letter.undelivered            non_delivery, or after 24 hours
                              final_delay_notice
============================  =======================================  =====================================

A taking charge and a virus detection go from provider to provider (RFC 6109 §3.2.1, §3.2.3). A provider may send
every receipt that it issues more than once: the sender's own, or the recipient's for a delivery or an unknown mailbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from types import MappingProxyType
from typing import Final

from sigillo.domain.events import Event, EventType
from sigillo.domain.letter import Content, Letter, Outcome, ProofKind
from sigillo.domain.mail_folder import INBOX, SEEN, SENT_FOLDER, MessageKind, Summary
from sigillo.domain.mailbox import RECEIPT_BYTES
from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec.dispatch import Role
from sigillo.domain.pec.notices import receipt_for
from sigillo.domain.pec.posting import Posting
from sigillo.domain.pec.wording import prefix_of
from sigillo.domain.pec_receipts import Fact, receipt_of

_KINDS: Final[Mapping[EventType, MessageKind]] = MappingProxyType(
    {
        EventType.DEPOSITED: MessageKind.ACCEPTANCE,
        EventType.REJECTED: MessageKind.NON_ACCEPTANCE,
        EventType.DELAYED: MessageKind.DELAY_NOTICE,
        EventType.DELIVERED: MessageKind.DELIVERY,
        EventType.UNDELIVERED: MessageKind.NON_DELIVERY,
    }
)
ARRIVING: Final = tuple(kind.value for kind in _KINDS)
"""The types of the facts that put anything into a mailbox."""

_OF_THE_MESSAGE: Final = frozenset({EventType.DEPOSITED, EventType.REJECTED})


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message for the mailbox at ``address`` (in lower case); ``counted_bytes`` is what it takes of the quota."""

    address: str
    folder: str
    kind: MessageKind
    flags: tuple[str, ...]
    counted_bytes: int
    summary: Summary


def arrivals(letter: Letter, event: Event) -> Iterator[Arrival]:
    """Give what a fact of a letter puts into mailboxes, in order; nothing for a letter that is no PEC."""
    mail = letter.mail
    if mail is None or event.type not in _KINDS:
        return
    is_first = letter.ordinal == mail.message_ordinal
    if event.type is EventType.DEPOSITED and is_first and not mail.is_handed_in:
        yield _sent(letter, mail)
    if is_first or event.type not in _OF_THE_MESSAGE:
        yield from _receipts(letter, mail, event)
    if event.type is EventType.DELIVERED:
        yield _envelope(letter, mail)


def fact_of(letter: Letter, event: Event) -> Fact:
    """Give what a receipt says about a fact of a PEC letter."""
    assert letter.mail is not None
    reason, outcome = event.data.get("reason"), event.data.get("outcome")
    return Fact(
        posting=letter.mail,
        recipient=letter.recipient.email,
        at=event.at,
        reason=reason if isinstance(reason, str) else None,
        outcome=Outcome(outcome) if isinstance(outcome, str) else None,
    )


def message_bytes(content: Content, *, is_handed_in: bool) -> int:
    """Give about how large a message is: what a client sent, or the files as they travel in base64."""
    total = sum(part.size for part in content.parts)
    return total if is_handed_in else total * 4 // 3


def envelope_bytes(letter: Letter) -> int:
    """Give what the envelope of a PEC letter takes of its recipient's quota."""
    assert letter.mail is not None
    return RECEIPT_BYTES + _message_bytes(letter, letter.mail)


def _receipts(letter: Letter, mail: Posting, event: Event) -> Iterator[Arrival]:
    """Give a receipt, as often as the provider that issues it sends it."""
    fact = fact_of(letter, event)
    kind = _KINDS[event.type]
    if fact.outcome is Outcome.TIMED_OUT:
        kind = MessageKind.FINAL_DELAY_NOTICE
    receipt = receipt_of(ProofKind(kind.value), fact)
    summary = Summary(
        sender=receipt.by.address,
        to=receipt.to,
        subject=f"{prefix_of(receipt.said)}: {receipt.said.subject}",
        message_id=receipt.message_id,
        sent_at=event.at,
    )
    carries = kind is MessageKind.DELIVERY and _carries_all(mail, letter.recipient.email)
    counted = RECEIPT_BYTES + (_message_bytes(letter, mail) if carries else 0)
    arrival = Arrival(mail.dispatch.sender.lower(), INBOX, kind, (), counted, summary)
    return repeat(arrival, receipt.by.dialect.receipt_copies)


def _envelope(letter: Letter, mail: Posting) -> Arrival:
    receipt = receipt_of(ProofKind.TRANSPORT, Fact(mail, letter.recipient.email, letter.created_at))
    summary = Summary(
        sender=f"Per conto di: {mail.dispatch.sender} <{receipt.by.address}>",
        to=_named(mail, Role.TO),
        cc=_named(mail, Role.CC),
        subject=f"{prefix_of(receipt.said)}: {receipt.said.subject}",
        message_id=receipt.message_id,
        sent_at=letter.created_at,
    )
    address, counted = letter.recipient.email.lower(), envelope_bytes(letter)
    return Arrival(address, INBOX, MessageKind.TRANSPORT, (), counted, summary)


def _sent(letter: Letter, mail: Posting) -> Arrival:
    summary = Summary(
        sender=mail.dispatch.sender,
        to=_named(mail, Role.TO),
        cc=_named(mail, Role.CC),
        subject=mail.dispatch.subject,
        sent_at=letter.created_at,
    )
    counted = _message_bytes(letter, mail)
    return Arrival(mail.dispatch.sender.lower(), SENT_FOLDER, MessageKind.SENT, (SEEN,), counted, summary)


def _carries_all(mail: Posting, recipient: str) -> bool:
    return receipt_for(mail.dispatch, mail.addressee(recipient)) is ReceiptType.COMPLETE


def _message_bytes(letter: Letter, mail: Posting) -> int:
    return message_bytes(letter.content, is_handed_in=mail.is_handed_in)


def _named(mail: Posting, role: Role) -> str:
    return ", ".join(one.address for one in mail.dispatch.recipients if one.role is role)
