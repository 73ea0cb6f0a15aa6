"""What a mailbox sends on its own: word of new mail to an address of its owner's, and copies to another one.

Pure, from the fact ``letter.delivered``, or ``mailbox.received`` of what was let in by hand, the fact's place in the
journal, and the mailbox that was at the address then. It is kept since when and until when an address was told
(:class:`~sigillo.domain.mailbox.Watch`), so that what was sent stays as it was when the owner changes that, or removes
the mailbox. Receipts are not told of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sigillo.domain.events import Event, EventType
from sigillo.domain.letter import Content, Letter, Recipient, RecipientKind, Sender
from sigillo.domain.mailbox import MailboxSettings, Tenure, Watch, Watcher
from sigillo.domain.outgoing_mail import MailKind, OutgoingMail, mail_id
from sigillo.domain.services.pec import PEC

MOST_WATCHES = 50
KIND_OF_WATCHER = {Watcher.NOTIFY: MailKind.MAILBOX_NOTICE, Watcher.FORWARD: MailKind.FORWARDED}


def mails_of_mailbox(letter: Letter, event: Event, seq: int, *, tenure: Tenure) -> Iterator[OutgoingMail]:
    """Give what a mailbox sends for a fact that brought it mail, the notice first; at most one of each kind.

    ``seq`` is the fact's place in the journal; ``letter`` is what :func:`received` gives where nobody sent one.

    A copy to another mailbox is none of them: whoever asks leaves it out where there was one.
    """
    if not tenure.covers(seq):
        return
    came_as = event.data["sha256"] if event.type is EventType.MAILBOX_RECEIVED else None
    watches = (one for one in tenure.watches if one.covers(seq))
    for watch in sorted(watches, key=lambda one: one.watcher is Watcher.FORWARD):
        kind = KIND_OF_WATCHER[watch.watcher]
        own_id = mail_id(event.id, kind)
        yield OutgoingMail(
            id=own_id,
            event_id=event.id,
            kind=kind,
            at=event.at,
            letter=letter,
            expires_at=None,
            notice=None,
            thread_id=own_id,
            bounced=False,
            reason=None,
            address=watch.address,
            came_as=came_as if isinstance(came_as, str) else None,
        )


def received(event: Event) -> Letter:
    """Give what came in by hand as what tells of it needs it: who sent it, what about, and to which mailbox."""
    told = event.data["mailbox"]
    assert isinstance(told, dict)
    address, sender = told["address"], told["sender"]
    return Letter(
        id=told["message_id"],
        workspace_id=event.subject_id,
        ordinal=0,
        number=told["message_id"],
        service=PEC.name,
        sender=Sender(sender, sender),
        recipient=Recipient(RecipientKind.PROFESSIONAL, address, address),
        subject=told["subject"],
        content=Content(None, ()),
        created_at=event.at,
        scenario="",
    )


def watched(settings: MailboxSettings, seq: int) -> MailboxSettings:
    """Give settings that keep who is told from a place in the journal on, and who was until then; the newest 50."""
    told = {Watcher.NOTIFY: settings.notify_address, Watcher.FORWARD: settings.forward_to}
    kept = [_ended(one, seq, told[one.watcher]) for one in settings.watches]
    going = {one.watcher for one in kept if one.until is None}
    new = [Watch(who, address, seq) for who, address in told.items() if address is not None and who not in going]
    return replace(settings, watches=_newest([*kept, *new]))


def _ended(watch: Watch, seq: int, address: str | None) -> Watch:
    return watch if watch.until is not None or watch.address == address else replace(watch, until=seq)


def _newest(watches: Sequence[Watch]) -> tuple[Watch, ...]:
    """Give the newest of those that told of anything at all."""
    return tuple(one for one in watches if one.until is None or one.until > one.after)[-MOST_WATCHES:]
