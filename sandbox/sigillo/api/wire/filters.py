"""Query parameters of the lists."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from sigillo.api.wire.ids import EndpointId, EventId, LetterId
from sigillo.api.wire.letters import ServiceName
from sigillo.api.wire.texts import Email, Instant, Label, Note, Reference
from sigillo.domain.endpoint import DeliveryStatus
from sigillo.domain.events import EventType
from sigillo.domain.letter import Status


def _number(value: object) -> object:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9:
        return int(value)
    if isinstance(value, str):
        raise PydanticCustomError("wrong_type", "This is not a whole number: write 1 to 100.")
    return value


def listed(value: object) -> object:
    """Take a text with commas for a list."""
    return value.split(",") if isinstance(value, str) else value


Limit = Annotated[int, Field(ge=1, le=100, description="How many at most.", examples=[25]), BeforeValidator(_number)]
Cursor = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="`next_cursor` of the page before, with the same filters.",
        examples=["AAAAAAAAACjJ3nxmvUPYI5-9y1dXaO2P"],
    ),
]


class Query(BaseModel):
    """Query parameters: unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LetterQuery(Query):
    """Which letters."""

    status: Annotated[
        Annotated[list[Status], Field(min_length=1, max_length=len(Status))] | None,
        BeforeValidator(listed),
        Field(description="Any of these.", examples=[["notified", "accepted"]]),
    ] = None
    service: Annotated[ServiceName | None, Field(description="One service.")] = None
    recipient: Annotated[Email | None, Field(description="The recipient's address; case does not matter.")] = None
    reference: Annotated[Reference | None, Field(description="Your reference, whole.")] = None
    tag: Annotated[Label | None, Field(description="One of your tags.")] = None
    message_id: Annotated[Note | None, Field(description="One PEC message: a letter for each of its recipients.")] = (
        None
    )
    created_after: Annotated[Instant | None, Field(description="Created after this instant.")] = None
    created_before: Annotated[Instant | None, Field(description="Created before this instant.")] = None
    limit: Limit = 25
    cursor: Cursor | None = None


class EventQuery(Query):
    """Which events."""

    type: Annotated[
        Annotated[list[EventType], Field(min_length=1, max_length=20)] | None,
        BeforeValidator(listed),
        Field(description="Any of them.", examples=[["letter.accepted", "proof.available"]]),
    ] = None
    after: Annotated[
        EventId | Literal["start"] | None,
        Field(
            description="What was written after this event, oldest first; `start`: from the first. Not with `cursor`.",
            examples=["start"],
        ),
    ] = None
    limit: Limit = 25
    cursor: Cursor | None = None


class NoQuery(Query):
    """No query parameters."""


class PageQuery(Query):
    """Which page of a list."""

    limit: Limit = 25
    cursor: Cursor | None = None


class DeliveryQuery(Query):
    """Which webhook deliveries."""

    endpoint_id: Annotated[EndpointId | None, Field(description="To one endpoint.")] = None
    status: Annotated[
        Annotated[list[DeliveryStatus], Field(min_length=1, max_length=4)] | None,
        BeforeValidator(listed),
        Field(description="Any of these.", examples=[["pending", "failed"]]),
    ] = None
    event_type: Annotated[
        Annotated[list[EventType], Field(min_length=1, max_length=40)] | None,
        BeforeValidator(listed),
        Field(description="Any of these.", examples=[["letter.accepted"]]),
    ] = None
    event_id: Annotated[EventId | None, Field(description="Of one event, to every endpoint.")] = None
    letter_id: Annotated[LetterId | None, Field(description="Of one letter's events.")] = None
    limit: Limit = 25
    cursor: Cursor | None = None
