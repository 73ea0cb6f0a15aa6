"""A PEC message taken in: one letter for each of its recipients, all at the same instant (RFC 6109 §3.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sigillo.application.drafts import Checked
from sigillo.application.formal_checks import Inspection
from sigillo.application.mail_drafts import PlaceOf, Refusal, Routed
from sigillo.application.mail_sync import deliver
from sigillo.application.ports.storage import Transaction
from sigillo.application.steps import Step, begin
from sigillo.domain.ids import letter_id, sending_number
from sigillo.domain.letter import Letter, Sender
from sigillo.domain.mailbox import RECEIPT_BYTES
from sigillo.domain.pec.dialects import DIALECTS
from sigillo.domain.pec.dispatch import Dispatch
from sigillo.domain.pec.notices import refusal_words
from sigillo.domain.pec.posting import Posting
from sigillo.domain.pec_addresses import DEFAULT_SENDER, Place, dialect_at, limits_at
from sigillo.domain.pec_arrivals import envelope_bytes
from sigillo.domain.pec_receipts import words_of
from sigillo.domain.scenario import Scenario
from sigillo.domain.services.pec import PEC
from sigillo.domain.services.table import Move
from sigillo.domain.timeline import Plan, plan
from sigillo.domain.workspace import Workspace

_AT_ONCE = 500  # facts, some 10 ms of work

Delivering = Callable[[Transaction], None]
"""Delivers the mail that waits for mailboxes."""


class Behind(Exception):
    """So much waits to be delivered into mailboxes that it would take a while: nothing was delivered."""


def deliver_at_once(tx: Transaction) -> None:
    """Deliver all mail that waits; raises :class:`Behind` where that would take a while."""
    if tx.events.last() - tx.mail_messages.read_to() > _AT_ONCE:
        raise Behind
    deliver(tx)


def leave(_: Transaction) -> None:
    """Deliver nothing, in a transaction that only reads."""


def place_of(tx: Transaction, delivering: Delivering = deliver) -> PlaceOf:
    """Give what tells what there is at an address of a workspace.

    ``delivering`` is called where it must be known whether a mailbox is full, and nowhere else.
    """

    def place(address: str, /, *, arriving_bytes: int | None = None) -> Place:
        there = address.lower()
        mailbox = tx.mailboxes.find(there)
        if mailbox is None:
            return Place(tx.mailboxes.dialect_of(there.rpartition("@")[2]))
        if arriving_bytes is None:
            return Place(mailbox.dialect, is_mailbox=True, limits=mailbox.limits)
        delivering(tx)
        full = _is_full(tx, there, arriving_bytes)
        return Place(mailbox.dialect, is_mailbox=True, is_full=full, limits=mailbox.limits)

    return place


def _is_full(tx: Transaction, address: str, message_bytes: int) -> bool:
    mailbox = tx.mailboxes.find(address)
    return mailbox is not None and not mailbox.has_room_to_come(message_bytes + RECEIPT_BYTES)


def posted(
    checked: Checked, workspace: Workspace, now: datetime, place: PlaceOf, inspection: Inspection
) -> list[tuple[Letter, Step]]:
    """Give the letters of a message with their first facts, the first recipient's first; nothing is kept yet."""
    sender = checked.draft.sender or DEFAULT_SENDER
    dialect = dialect_at(sender.email, place(sender.email))
    first = workspace.letters + 1
    dispatch = _dispatch(checked, sender, dialect, first, now)
    letters = []
    for ordinal, one in enumerate(checked.routed, first):
        mail = Posting(dispatch, first, dialect, one.dialect, is_handed_in=checked.draft.handed is not None)
        letters.append(_letter(checked, workspace, ordinal, one=one, sender=sender, mail=mail, now=now))
    limits = limits_at(sender.email, place(sender.email))
    refusal = _refusal(checked, dialect) or inspection.refusal(letters[0], limits)
    return [
        (letter, _begun(letter, _planned(letter, one, workspace), refusal))
        for letter, one in zip(letters, checked.routed, strict=True)
    ]


def promise(tx: Transaction, letter: Letter, done: Step) -> None:
    """Set room aside in the recipient's mailbox, where there is one, for a letter that will be delivered."""
    if done.running.course.is_over or all(step.move is not Move.DELIVER for step in done.running.plan.notices):
        return
    mailbox = tx.mailboxes.find(letter.recipient.email.lower())
    if mailbox is not None:
        tx.mailboxes.save(mailbox.promising(envelope_bytes(letter)))


def _dispatch(checked: Checked, sender: Sender, dialect: str, first: int, now: datetime) -> Dispatch:
    handed = checked.draft.handed
    domain = sender.email.rpartition("@")[2].lower()
    return Dispatch(
        sender=sender.email,
        recipients=tuple(one.addressee for one in checked.routed),
        subject=checked.draft.subject,
        identifier=DIALECTS[dialect].identifier(first, at=now, domain=domain),
        original_id=handed.original_id if handed else None,
        reply_to=handed.reply_to if handed else None,
        receipt_type=checked.draft.receipt_type,
    )


def _refusal(checked: Checked, dialect: str) -> Refusal | None:
    """The provider accepts a message for all of its recipients or for none (RFC 6109 §3.1.1)."""
    scripted = (_scripted(one.chosen.scenario, dialect) for one in checked.routed)
    return checked.draft.refusal or next((each for each in scripted if each), None)


def _scripted(scenario: Scenario, dialect: str) -> Refusal | None:
    """Whoever wrote a scenario chose its words; the library's are for people, and a notice has its provider's own."""
    if not scenario.rejected:
        return None
    own = scenario.deposit_reason if scenario.custom else None
    return Refusal(own or refusal_words(DIALECTS[dialect]))


def _planned(letter: Letter, one: Routed, workspace: Workspace) -> Plan:
    """Give a plan whose failing steps say why, in the words of the provider that will report them."""
    planned = plan(one.chosen.scenario, workspace.lot.child("plan", letter.ordinal))
    assert letter.mail is not None
    mail, recipient = letter.mail, one.recipient.email
    steps = (step._replace(reason=words_of(step.move, mail, recipient)) for step in planned.notices)
    return planned._replace(notices=tuple(steps))


def _begun(letter: Letter, planned: Plan, refusal: Refusal | None) -> Step:
    if refusal is None:
        return begin(letter, planned, Move.DEPOSIT)
    move = Move.REJECT_VIRUS if refusal.is_virus else Move.REJECT
    return begin(letter, planned, move, reason=refusal.error)


def _letter(
    checked: Checked,
    workspace: Workspace,
    ordinal: int,
    *,
    one: Routed,
    sender: Sender,
    mail: Posting,
    now: datetime,
) -> Letter:
    draft = checked.draft
    return Letter(
        id=letter_id(workspace.lot, ordinal),
        workspace_id=workspace.id,
        ordinal=ordinal,
        number=sending_number(workspace.lot, ordinal, service=PEC.name),
        service=PEC.name,
        sender=sender,
        recipient=one.recipient,
        subject=draft.subject,
        content=checked.content,
        created_at=now,
        scenario=one.chosen.text,
        reference=draft.reference,
        metadata=draft.metadata,
        tags=draft.tags,
        webhook_url=draft.webhook_url,
        mail=mail,
    )
