"""The clock on the wire."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from sigillo.api.wire.letters import Inward
from sigillo.api.wire.outward import At, Outward
from sigillo.api.wire.texts import DURATION, Instant
from sigillo.domain.clock import MAX_SPEED
from sigillo.domain.durations import parse_duration
from sigillo.domain.errors import MalformedInput


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return parse_duration(value if isinstance(value, str) else "")
    except MalformedInput as error:
        raise PydanticCustomError("bad_duration", "{detail}", {"detail": error.detail}) from None


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": f"^{DURATION}$", "examples": ["P15D", "PT36H", "15d"]}),
]


class ClockOut(Outward):
    """The workspace's clock."""

    now: Annotated[At, Field(description="The instant it shows.")]
    speed: Annotated[float, Field(description="0 frozen, 1 real time, 1440 a day a minute.", examples=[0.0])]
    running: Annotated[bool, Field(description="Whether time passes by itself.", examples=[False])]


class SpeedIn(Inward):
    """How fast the clock runs from now on."""

    speed: Annotated[
        float,
        Field(
            ge=0,
            le=MAX_SPEED,
            allow_inf_nan=False,
            description="0 frozen, 1 real time, 1440 a day a minute.",
            examples=[1440],
        ),
    ]


class AdvanceIn(Inward):
    """How far: exactly one of the three."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [name], "properties": {name: {"type": "string"}}} for name in ("by", "to", "until")],
            "examples": [{"by": "P15D"}, {"to": "2026-02-01T00:00:00Z"}, {"until": "idle"}],
        }
    )

    by: Annotated[Duration | None, Field(description="A duration, ISO 8601 or short.")] = None
    to: Annotated[Instant | None, Field(description="An instant ahead.")] = None
    until: Annotated[
        Literal["next_event", "idle"] | None, Field(description="`idle`: until nothing is due any more.")
    ] = None

    @model_validator(mode="after")
    def _one_of_three(self) -> AdvanceIn:
        if sum(value is not None for value in (self.by, self.to, self.until)) != 1:
            raise PydanticCustomError("one_of", "Give exactly one of `by`, `to` and `until`.")
        return self


class AdvancedOut(Outward):
    """What happened while time passed."""

    before: Annotated[At, Field(description="What the clock showed before.")]
    now: Annotated[At, Field(description="What it shows now.", examples=["2026-01-20T08:00:00Z"])]
    events: Annotated[dict[str, int], Field(description="How many of each type.", examples=[{"letter.notified": 3}])]
    total: Annotated[int, Field(description="How many in all.", examples=[3])]
