"""API keys on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sigillo.api.wire.ids import KeyId
from sigillo.api.wire.letters import Inward
from sigillo.api.wire.outward import HasMore, NextCursor, Outward, WallAt
from sigillo.api.wire.texts import Label

ScopeName = Literal["read", "send", "sandbox"]
_SCOPES = "What it may do: `read`, `send`, `sandbox`. With all three it manages keys as well."
RateText = Annotated[
    str,
    Field(
        pattern="^[1-9][0-9]{0,8}/(s|min|h)$",
        description="How many requests in a second, minute or hour.",
        examples=["6000/min"],
    ),
]


class ApiKeyIn(Inward):
    """A key to be made."""

    name: Annotated[Label, Field(description="What you know it by.", examples=["the connector"])]
    scopes: Annotated[
        list[ScopeName], Field(min_length=1, max_length=3, description=_SCOPES, examples=[["read", "send"]])
    ]
    rate_limit: Annotated[
        RateText | None, Field(description="Its own rate limit; null leaves it to the server's.", examples=["6000/min"])
    ] = None


class ApiKeyOut(Outward):
    """A key; the secret is told once, when it is made, and is not kept."""

    id: KeyId
    name: Annotated[str, Field(description="What you know it by.", examples=["the connector"])]
    scopes: Annotated[list[ScopeName], Field(description=_SCOPES, examples=[["read", "send"]])]
    starts_with: Annotated[
        str | None,
        Field(description="The secret's first characters; null for a key of old.", examples=["sk_test_Xb3k"]),
    ]
    rate_limit: Annotated[RateText | None, Field(description="Its own rate limit; null: the server's holds.")]
    created_at: Annotated[WallAt | None, Field(description="When it was made; null for a key of old.")]
    last_used_at: Annotated[WallAt | None, Field(description="When it was used last; null where nobody remembers.")]
    revoked_at: Annotated[
        WallAt | None, Field(description="When it was revoked; null while it is good.", examples=[None])
    ]


class ApiKeyMade(ApiKeyOut):
    """A new key with its secret."""

    secret: Annotated[
        str | None,
        Field(
            description="Send it as `Authorization: Bearer …`. Keep it now; null in an earlier answer again.",
            examples=["sk_test_Xb3kExampleExampleExampleExample"],
        ),
    ]


class ApiKeyPage(Outward):
    """Keys, the newest first; the revoked ones are among them."""

    data: Annotated[list[ApiKeyOut], Field(description="The keys of this page.")]
    has_more: HasMore
    next_cursor: NextCursor


class KeyUseOut(Outward):
    """One request made with a key."""

    at: Annotated[WallAt, Field(description="When it came.")]
    operation: Annotated[
        str | None, Field(description="The operation; null where the path led to none.", examples=["sendLetter"])
    ]
    status: Annotated[
        int | None, Field(description="The answer's status; null where the client went away before.", examples=[201])
    ]
    request_id: Annotated[str, Field(description="As in the header `Request-Id`.", examples=["req_000000000001"])]


class KeyUsePage(Outward):
    """A key's last uses, newest first; the file `audit.jsonl` of the data folder has those before."""

    data: Annotated[list[KeyUseOut], Field(description="The uses of this page.")]
    has_more: HasMore
    next_cursor: NextCursor
