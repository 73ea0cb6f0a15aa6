"""What recipients receive: each message is a consequence of one fact of the journal, and nothing of it is kept.

=========================  ==================  ====================================================================
fact                       message             it tells the sender's name
=========================  ==================  ====================================================================
consent.requested          consent_request     yes, and of no letter: one consents to a sender (CPCE L. 100)
letter.consent_requested   consent_request     no; only where no consent of its own is kept, as it once was
letter.notified            notice              no (R. 53-3 I); its text is what the dispatch proof attests
letter.bounced             notice, bounced     no; the message that could not be delivered
letter.reminded            reminder            no (R. 53-3 I)
letter.accepted            access              yes: the content is handed over (R. 53-3 II)
=========================  ==================  ====================================================================

Beside them a PEC mailbox writes to its owner: :mod:`sigillo.domain.mailbox_mail`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sigillo.domain.calendar import window_end
from sigillo.domain.events import Event, EventType
from sigillo.domain.ids import subject_of_event
from sigillo.domain.letter import Letter, Recipient
from sigillo.domain.notice import notice
from sigillo.domain.services.table import Service
from sigillo.domain.timeline import notice_window


class MailKind(StrEnum):
    """Why a message is sent."""

    CONSENT_REQUEST = "consent_request"
    NOTICE = "notice"
    REMINDER = "reminder"
    ACCESS = "access"
    MAILBOX_NOTICE = "mailbox_notice"
    FORWARDED = "forwarded"


KIND_OF: Mapping[EventType, MailKind] = MappingProxyType(
    {
        EventType.CONSENT_ASKED: MailKind.CONSENT_REQUEST,
        EventType.CONSENT_REQUESTED: MailKind.CONSENT_REQUEST,
        EventType.NOTIFIED: MailKind.NOTICE,
        EventType.BOUNCED: MailKind.NOTICE,
        EventType.REMINDED: MailKind.REMINDER,
        EventType.ACCEPTED: MailKind.ACCESS,
    }
)
"""The facts that send a message to a recipient; :func:`sends` tells of each whether it does."""

_FORWARDED_ID = "_forwarded"

_ASKING = frozenset({EventType.CONSENT_ASKED, EventType.CONSENT_REQUESTED})


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A message to the recipient of a letter, or of a consent, which is kept as one (``letter``).

    ``at`` is the instant of the fact ``event_id``; ``expires_at`` the first instant at which an answer comes too late,
    None where none is asked; ``notice`` the notice's text, with a notice alone; ``thread_id`` the id of the first
    message about the letter (its own, with that one); ``bounced`` says that it never arrived, and ``reason`` why.

    What the recipient's mailbox sends (:mod:`sigillo.domain.mailbox_mail`) goes to an ``address`` of its owner's;
    ``envelope`` is the message that is forwarded, None until it is written; ``came_as`` the hex SHA-256 of one that was
    let in by hand, of which ``letter`` tells no more than its sender, its subject and the mailbox.
    """

    id: str
    event_id: str
    kind: MailKind
    at: datetime
    letter: Letter
    expires_at: datetime | None
    notice: str | None
    thread_id: str
    bounced: bool
    reason: str | None
    address: str | None = None
    envelope: bytes | None = None
    came_as: str | None = None

    @property
    def to(self) -> Recipient:
        """Give whom it goes to."""
        to = self.letter.recipient
        return to if self.address is None else replace(to, email=self.address)


def mail_id(event_id: str, kind: MailKind | None = None) -> str:
    """Give the id of the message that a fact sends; one that is forwarded goes beside another."""
    return f"mail_{event_id.partition('_')[2]}{_FORWARDED_ID if kind is MailKind.FORWARDED else ''}"


def event_of_mail(mail_id: str) -> str | None:
    """Give the id of the fact that sends a message; None when it is no such id."""
    prefix, _, rest = mail_id.partition("_")
    event_id = f"evt_{rest.removesuffix(_FORWARDED_ID)}"
    return event_id if prefix == "mail" and subject_of_event(event_id) else None


def sends(letter: Letter, event: Event) -> bool:
    """Tell whether a fact sends a message: a letter that waits for a consent leaves the asking to the consent."""
    asks_itself = letter.consent is None or letter.consent.consent_id is None
    return event.type in KIND_OF and (event.type is not EventType.CONSENT_REQUESTED or asks_itself)


def mails_of(letter: Letter, events: Sequence[Event], service: Service) -> list[OutgoingMail]:
    """Give every message of a letter's journal (its facts in order, from the first)."""
    sending = [event for event in events if sends(letter, event)]
    expires_at: datetime | None = None
    found = []
    for event in sending:
        expires_at = _expiry(event, service, expires_at)
        found.append(_mail(letter, event, expires_at, mail_id(sending[0].id)))
    return found


def _mail(letter: Letter, event: Event, expires_at: datetime | None, thread_id: str) -> OutgoingMail:
    kind = KIND_OF[event.type]
    reason = event.data.get("reason")
    return OutgoingMail(
        id=mail_id(event.id),
        event_id=event.id,
        kind=kind,
        at=event.at,
        letter=letter,
        expires_at=None if kind is MailKind.ACCESS else expires_at,
        notice=_notice(letter, expires_at) if kind is MailKind.NOTICE and expires_at else None,
        thread_id=thread_id,
        bounced=event.type is EventType.BOUNCED,
        reason=reason if isinstance(reason, str) else None,
    )


def _expiry(event: Event, service: Service, before: datetime | None) -> datetime | None:
    """Give until when the recipient may answer: a notice that bounced names the window that it would have opened."""
    if event.type in _ASKING:
        return window_end(event.at, service.consent_days, service.zone)
    if event.type in (EventType.NOTIFIED, EventType.BOUNCED):
        return notice_window(event.at, service)
    return before


def _notice(letter: Letter, expires_at: datetime) -> str:
    to = letter.recipient
    text = notice(service=letter.service, number=letter.number, name=to.name, email=to.email, expires_at=expires_at)
    return text.decode()
