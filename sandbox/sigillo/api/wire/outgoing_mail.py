"""What recipients receive, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sigillo.api.wire.filters import Cursor, Limit, Query
from sigillo.api.wire.ids import ConsentId, EventId, LetterId, MailId
from sigillo.api.wire.outward import At, HasMore, NextCursor, Outward
from sigillo.api.wire.texts import Email
from sigillo.domain.outgoing_mail import MailKind

Kind = Annotated[
    MailKind,
    Field(
        description=(
            "Why it is sent: `consent_request` asks an individual first, `notice` says that a letter waits, "
            "`reminder` says it again, `access` follows the acceptance; `mailbox_notice` tells a PEC mailbox's "
            "`notify_address` of a new PEC, `forwarded` is a PEC on its way to `forward_to`."
        ),
        examples=["notice"],
    ),
]
_PAGE = "http://127.0.0.1:8025/r/ltr_0123456789abcdefghjk/k6y8t926jzva5wevjw1q"


class MailQuery(Query):
    """Which messages."""

    to: Annotated[
        Email | None,
        Field(description="The recipient's address; case does not matter.", examples=["neglect@lre.test"]),
    ] = None
    letter_id: Annotated[
        LetterId | None, Field(description="The messages about one letter, and of the consent that it goes under.")
    ] = None
    kind: Annotated[Kind | None, Field(description="One kind of message.")] = None
    limit: Limit = 25
    cursor: Cursor | None = None


class OneMailQuery(Query):
    """How to write the message."""

    format: Annotated[
        Literal["json", "eml"],
        Field(description="`eml` gives the message itself, as does `Accept: message/rfc822`.", examples=["json"]),
    ] = "json"


class MailboxOut(Outward):
    """To whom."""

    name: Annotated[str, Field(description="The recipient's name.", examples=["Zoé Lefèvre"])]
    email: Annotated[str, Field(description="The address that it goes to.", examples=["neglect@lre.test"])]


class MailHeaderOut(Outward):
    """One header of the message."""

    name: Annotated[str, Field(description="As it is written.", examples=["Subject"])]
    value: Annotated[str, Field(description="Decoded.", examples=["Une lettre recommandée électronique vous attend"])]


class MailLinkOut(Outward):
    """An address that the message tells."""

    rel: Annotated[Literal["recipient_page"], Field(description="The page where the recipient answers.")]
    url: Annotated[str, Field(description="Whoever has it can answer in the recipient's place.", examples=[_PAGE])]


class MailSummaryOut(Outward):
    """A message to the recipient of a letter, to who is asked for a consent, or to whom a mailbox writes."""

    id: MailId
    kind: Kind
    event_id: Annotated[EventId, Field(description="The fact that sent it.")]
    letter_id: Annotated[
        LetterId | None,
        Field(description="The letter it is about; null with `consent_request`, and of mail that was let in by hand."),
    ]
    consent_id: Annotated[ConsentId | None, Field(description="The consent it asks for.", examples=[None])]
    number: Annotated[
        str,
        Field(
            description="The number of the letter, or of the consent; of mail let in by hand the message's id.",
            examples=["LRE-4821-000000017-62"],
        ),
    ]
    to: MailboxOut
    subject: Annotated[
        str, Field(description="Its subject line.", examples=["Une lettre recommandée électronique vous attend"])
    ]
    sent_at: Annotated[At, Field(description="Its Date.", examples=["2026-01-05T08:01:00Z"])]
    expires_at: Annotated[
        At | None,
        Field(
            description="The first instant at which an answer comes too late; null where none is asked.",
            examples=["2026-01-20T23:00:00Z"],
        ),
    ]
    bounced: Annotated[bool, Field(description="Whether it came back: nobody received it.", examples=[False])]
    reason: Annotated[str | None, Field(description="Why it came back.", examples=["mailbox unknown"])]


class MailOut(MailSummaryOut):
    """A message whole, as the recipient's mail reader has it."""

    headers: Annotated[list[MailHeaderOut], Field(description="In their order.")]
    text: Annotated[
        str,
        Field(
            description="The plain part; that of a notice begins with the very text that the dispatch proof attests.",
            examples=["À : Zoé Lefèvre <neglect@lre.test>\nObjet : Une lettre recommandée électronique vous attend\n…"],
        ),
    ]
    html: Annotated[
        str, Field(description="The HTML part; it loads nothing. Empty without one.", examples=["<!doctype html>\n…"])
    ]
    links: Annotated[list[MailLinkOut], Field(description="The addresses that it tells.")]


class MailPage(Outward):
    """Messages, newest first."""

    data: Annotated[list[MailSummaryOut], Field(description="The messages of this page.")]
    has_more: HasMore
    next_cursor: NextCursor
