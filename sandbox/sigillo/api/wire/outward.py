"""What every answer on the wire has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Outward(BaseModel):
    """What goes out: exactly these fields, in this order; the contract's document is made of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


At = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-05T08:00:00Z"])]
