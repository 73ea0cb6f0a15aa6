"""What every answer on the wire has in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Outward(BaseModel):
    """What goes out: exactly these fields, in this order; the contract's document is made of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


At = Annotated[
    str,
    Field(
        json_schema_extra={"format": "date-time"},
        description="An instant on the workspace's clock, RFC 3339 in UTC.",
        examples=["2026-01-05T08:00:00Z"],
    ),
]
WallAt = Annotated[
    str,
    Field(
        json_schema_extra={"format": "date-time"},
        description="An instant on the machine's own clock, RFC 3339 in UTC.",
        examples=["2026-03-02T14:03:11Z"],
    ),
]
HasMore = Annotated[bool, Field(description="Whether there is a page after this one.", examples=[False])]
NextCursor = Annotated[
    str | None, Field(description="Send it as `cursor` for the next page; null on the last one.", examples=[None])
]
NoMore = Annotated[Literal[False], Field(description="Always false: there is one page.")]
NoCursor = Annotated[None, Field(description="Always null: there is one page.")]
