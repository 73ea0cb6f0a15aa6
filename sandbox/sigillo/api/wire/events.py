"""Events on the wire: what polling and webhooks carry."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sigillo.api.wire.consents import ConsentAtEvent
from sigillo.api.wire.ids import EndpointId, EventId, LetterId, MessageId, Sha256
from sigillo.api.wire.letter_answers import RecipientOut
from sigillo.api.wire.letters import ServiceName
from sigillo.api.wire.outward import At, HasMore, NextCursor, Outward
from sigillo.api.wire.stats import AlertAtEvent
from sigillo.domain.events import EventType
from sigillo.domain.letter import Outcome, ProofKind, Status


class LetterAtEvent(Outward):
    """The letter as of the event."""

    id: LetterId
    number: Annotated[str, Field(description="The unique sending number.", examples=["LRE-4821-000000017-62"])]
    service: ServiceName
    status: Annotated[Status, Field(description="Where it stood after the event.", examples=["notified"])]
    status_at: Annotated[At, Field(description="Since when.", examples=["2026-01-05T08:01:00Z"])]
    outcome: Annotated[Outcome | None, Field(description="How it ended; null while it runs.", examples=[None])]
    recipient: RecipientOut
    subject: Annotated[str, Field(description="One line.", examples=["Résiliation du bail du 12 mars 2024"])]
    reference: Annotated[str | None, Field(description="Yours, to find it by.", examples=["dossier-2026-117"])]
    metadata: Annotated[dict[str, str], Field(description="Yours, given back.", examples=[{"deal": "4711"}])]
    tags: Annotated[list[str], Field(description="Yours, to filter by.", examples=[["bail"]])]
    message_id: Annotated[
        str | None, Field(description="Of the PEC message that it is part of; null for lre and ere.", examples=[None])
    ]
    created_at: Annotated[At, Field(description="When it was taken in.")]
    expires_at: Annotated[
        At | None,
        Field(description="The first instant at which it is neglected.", examples=["2026-01-20T23:00:00Z"]),
    ]


class ProofAtEvent(Outward):
    """The proof that became available."""

    kind: ProofKind
    formats: Annotated[
        list[str], Field(description="How it can be downloaded.", examples=[["pdf", "xml", "tst", "asice"]])
    ]


class EndpointAtEvent(Outward):
    """The webhook endpoint that a message is about."""

    id: EndpointId
    url: Annotated[str, Field(description="Where messages are sent.", examples=["https://hooks.example.com/sigillo"])]


class MailboxAtEvent(Outward):
    """The message that came into a PEC mailbox."""

    address: Annotated[str, Field(description="The mailbox's.", examples=["mario@studio.test"])]
    message_id: MessageId
    kind: Annotated[
        Literal["transport", "anomaly"],
        Field(
            description="Another provider's envelope, or ordinary mail in an anomaly envelope.", examples=["anomaly"]
        ),
    ]
    sender: Annotated[str, Field(description="Who sent it, as it says.", examples=["ufficio@example.com"])]
    subject: Annotated[str, Field(description="The envelope's.", examples=["ANOMALIA MESSAGGIO: Preventivo"])]


class EventData(Outward):
    """What the event is about."""

    letter: Annotated[LetterAtEvent | None, Field(description="With `letter.…`, and `proof.…` of a letter.")] = None
    consent: Annotated[ConsentAtEvent | None, Field(description="With `consent.…`, and `proof.…` of a consent.")] = None
    proof: Annotated[ProofAtEvent | None, Field(description="Only with `proof.available`.")] = None
    reason: Annotated[str | None, Field(description="Why, where there is a why.", examples=["mailbox unknown"])] = None
    alert: Annotated[AlertAtEvent | None, Field(description="With every `alert.…` event.")] = None
    endpoint: Annotated[
        EndpointAtEvent | None, Field(description="With `webhook_endpoint.disabled`, and in a `ping`.")
    ] = None
    mailbox: Annotated[MailboxAtEvent | None, Field(description="Only with `mailbox.received`.")] = None
    sha256: Annotated[
        Sha256 | None, Field(description="Only with `mailbox.received`: of the message as it lies there.")
    ] = None
    permanent: Annotated[
        bool | None, Field(description="Only with `letter.bounced`: whether it is over.", examples=[True])
    ] = None


class EventOut(Outward):
    """A fact of the journal; it never changes."""

    id: EventId
    type: EventType
    occurred_at: Annotated[At, Field(description="On the workspace's clock.")]
    test: Annotated[bool, Field(description="True in a sandbox: nothing here has legal value.")]
    data: EventData


class EventPage(Outward):
    """Facts; newest first, or oldest first where `after` was given."""

    data: Annotated[list[EventOut], Field(description="The events of this page.")]
    has_more: HasMore
    next_cursor: NextCursor
