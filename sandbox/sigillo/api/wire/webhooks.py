"""Webhook endpoints and deliveries on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sigillo.api.wire.events import EventOut
from sigillo.api.wire.ids import DeliveryId, EndpointId, EventId, LetterId
from sigillo.api.wire.letters import Inward
from sigillo.api.wire.outward import At, HasMore, NextCursor, Outward, WallAt
from sigillo.api.wire.texts import Note, WebUrl
from sigillo.domain.endpoint import DeliveryStatus
from sigillo.domain.events import EventType

_URL = "https://hooks.example.com/sigillo"
_TYPES = ["letter.accepted", "proof.available"]
Url = Annotated[
    WebUrl,
    Field(
        description=(
            "Where messages are sent by POST: http or https, without user and password. From a sandbox also this "
            "machine; a live workspace calls public addresses only. Redirects are not followed."
        ),
        examples=[_URL],
    ),
]
EventTypes = Annotated[
    Annotated[list[Annotated[EventType, Field(strict=False)]], Field(min_length=1, max_length=40)] | None,
    Field(description="The types of event it gets; null: all of them. A test reaches it whatever they are."),
]
Description = Annotated[Note | None, Field(description="What you know it by.", examples=["our CRM"])]


class EndpointIn(Inward):
    """An endpoint to be registered, for the events from now on."""

    url: Url
    description: Description = None
    event_types: Annotated[EventTypes, Field(examples=[_TYPES])] = None


class EndpointChangesIn(Inward):
    """What to change of an endpoint; what is left out stays."""

    url: Annotated[Url | None, Field(description="Another address; null leaves it.", examples=[_URL])] = None
    description: Description = None
    event_types: Annotated[EventTypes, Field(examples=[_TYPES])] = None
    enabled: Annotated[
        bool | None,
        Field(
            description=(
                "Whether messages are sent to it; null leaves it. Enabled again it goes on from where it stood: "
                "nothing is left out."
            ),
            examples=[True],
        ),
    ] = None


class EndpointOut(Outward):
    """An endpoint; its secret is told when it is made and when it is changed, and never else."""

    id: EndpointId
    url: Annotated[str, Field(description="Where messages are sent by POST.", examples=[_URL])]
    description: Annotated[str | None, Field(description="What you know it by.", examples=["our CRM"])]
    event_types: Annotated[
        list[EventType] | None, Field(description="The types of event it gets; null: all.", examples=[_TYPES])
    ]
    letters_only: Annotated[
        bool,
        Field(
            description="True for one made for letters' own `webhook_url`: it gets those letters' events alone.",
            examples=[False],
        ),
    ]
    enabled: Annotated[bool, Field(description="Whether messages are sent to it.", examples=[True])]
    status: Annotated[
        Literal["enabled", "failing", "disabled"],
        Field(description="`failing`: the last attempts failed, and more are made.", examples=["enabled"]),
    ]
    failures: Annotated[int, Field(description="Attempts that failed since the last success.", examples=[0])]
    failing_since: Annotated[
        At | None, Field(description="When the first of them was made; null: none failed.", examples=[None])
    ]
    disabled_reason: Annotated[
        str | None, Field(description="Why it was disabled, in plain words; null: it is not.", examples=[None])
    ]
    disabled_at: Annotated[At | None, Field(description="When it was disabled; null: it is not.", examples=[None])]
    secret_number: Annotated[
        int,
        Field(
            description=(
                "Which of its secrets signs: 1 for the first, one more for each that replaced it. A receiver that "
                "keeps this with its secret sees that it has the wrong one."
            ),
            ge=1,
            examples=[1],
        ),
    ]
    previous_secret_until: Annotated[
        WallAt | None,
        Field(description="Until when a secret that was replaced signs too; null: only one signs.", examples=[None]),
    ]
    created_at: Annotated[At, Field(description="When it was registered.")]


class EndpointMade(EndpointOut):
    """An endpoint with its secret."""

    secret: Annotated[
        str | None,
        Field(
            description=(
                "Give it to the receiver's verifier of Standard Webhooks. Keep it now; null where an earlier answer is "
                "given again after the secret was replaced twice."
            ),
            examples=["whsec_EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE"],
        ),
    ]


class EndpointPage(Outward):
    """Endpoints, the newest first; those of letters' own `webhook_url` are among them."""

    data: Annotated[list[EndpointOut], Field(description="The endpoints of this page.")]
    has_more: HasMore
    next_cursor: NextCursor


class DeliveryOut(Outward):
    """One message for one endpoint."""

    id: DeliveryId
    endpoint_id: EndpointId
    event_id: Annotated[EventId, Field(description="The event's id, which is the header `webhook-id`.")]
    event_type: Annotated[EventType, Field(description="What happened.", examples=["letter.accepted"])]
    letter_id: Annotated[LetterId | None, Field(description="The letter it is about; null: about no letter.")]
    status: Annotated[
        DeliveryStatus,
        Field(
            description=(
                "`pending`: to be sent at `next_attempt_at`; `waiting`: behind an earlier event of its letter; "
                "`delivered` and `failed` are the end."
            ),
            examples=["delivered"],
        ),
    ]
    attempt_count: Annotated[int, Field(description="How many attempts were made in all.", examples=[1])]
    answer_status: Annotated[
        int | None, Field(description="The HTTP status of the last answer; null: nobody answered.", examples=[200])
    ]
    created_at: Annotated[At, Field(description="When it was queued.")]
    next_attempt_at: Annotated[
        At | None,
        Field(description="When it is sent next, on the workspace's clock in a sandbox; null: never.", examples=[None]),
    ]
    settled_at: Annotated[At | None, Field(description="When it was delivered or given up; null: not yet.")]


class AttemptOut(Outward):
    """One attempt: what was sent, and what was answered."""

    number: Annotated[int, Field(description="1 for the first.", examples=[1])]
    at: Annotated[At, Field(description="When it was made, on the clock that retries go by.")]
    sent_at: Annotated[WallAt, Field(description="When it was made, on the machine's clock.")]
    latency_ms: Annotated[float, Field(description="How long it took.", examples=[12.5])]
    request_headers: Annotated[
        dict[str, str],
        Field(description="The headers that were sent.", examples=[{"webhook-id": "evt_0123456789abcdefghjk_01"}]),
    ]
    status: Annotated[int | None, Field(description="The answer's HTTP status; null: nobody answered.", examples=[200])]
    answer_headers: Annotated[
        dict[str, str], Field(description="The answer's headers.", examples=[{"Content-Type": "text/plain"}])
    ]
    answer_body: Annotated[str, Field(description="The first 2 KB of the answer.", examples=["ok"])]
    error: Annotated[
        str | None,
        Field(
            description="Why it failed, in plain words; null: the answer says all.",
            examples=["127.0.0.1:9000 refused the connection: nothing listens there."],
        ),
    ]


class DeliveryDetailOut(DeliveryOut):
    """A delivery with its message and its attempts."""

    url: Annotated[str, Field(description="Where it is sent.", examples=[_URL])]
    event: Annotated[EventOut, Field(description="The message's body: the event as the feed answers it.")]
    attempts: Annotated[
        list[AttemptOut], Field(description="The attempts, the oldest first; of more than 20 the last 20.")
    ]


class DeliveryPage(Outward):
    """Deliveries, the newest first."""

    data: Annotated[list[DeliveryOut], Field(description="The deliveries of this page.")]
    has_more: HasMore
    next_cursor: NextCursor
