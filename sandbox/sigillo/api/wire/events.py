"""Events on the wire: what polling and webhooks carry."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sigillo.api.wire.ids import EventId, LetterId
from sigillo.api.wire.letter_answers import RecipientOut
from sigillo.api.wire.letters import ServiceName
from sigillo.api.wire.outward import At, Outward
from sigillo.domain.events import EventType
from sigillo.domain.letter import Outcome, ProofKind, Status


class LetterAtEvent(Outward):
    """The letter as of the event."""

    id: LetterId
    number: Annotated[str, Field(examples=["LRE-4821-000000017-62"])]
    service: ServiceName
    status: Status
    status_at: At
    outcome: Outcome | None
    recipient: RecipientOut
    subject: Annotated[str, Field(examples=["Résiliation du bail du 12 mars 2024"])]
    reference: str | None
    metadata: dict[str, str]
    tags: list[str]
    created_at: At
    expires_at: At | None


class ProofAtEvent(Outward):
    """The proof that became available."""

    kind: ProofKind
    formats: Annotated[list[str], Field(examples=[["pdf", "xml", "tst", "asice"]])]


class EventData(Outward):
    """What the event is about."""

    letter: Annotated[LetterAtEvent | None, Field(description="With every `letter.…` and `proof.…` event.")] = None
    proof: Annotated[ProofAtEvent | None, Field(description="Only with `proof.available`.")] = None
    reason: Annotated[str | None, Field(description="Why, where there is a why.", examples=["mailbox unknown"])] = None
    permanent: Annotated[bool | None, Field(description="Only with `letter.bounced`: whether it is over.")] = None


class EventOut(Outward):
    """A fact of the journal; it never changes."""

    id: EventId
    type: EventType
    occurred_at: Annotated[At, Field(description="On the workspace's clock.")]
    test: bool
    data: EventData


class EventPage(Outward):
    """Facts; newest first, or oldest first where `after` was given."""

    data: list[EventOut]
    has_more: bool
    next_cursor: str | None
