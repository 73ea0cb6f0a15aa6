"""Faults on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sigillo.api.wire.ids import FaultId
from sigillo.api.wire.letters import Inward
from sigillo.api.wire.outward import HasMore, NextCursor, NoCursor, NoMore, Outward
from sigillo.api.wire.texts import WHOLE
from sigillo.domain.fault import MOST_LATENCY_MS
from sigillo.domain.fault_presets import PRESETS

Method = Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
PresetName = Literal["provider_down", "timeout", "rate_limited", "maintenance", "flaky", "lost_answer"]
assert set(PresetName.__args__) == set(PRESETS)  # type: ignore[attr-defined]  # a Literal has its members

_METHOD = Field(description="Only requests of this method; null: any. Not with `webhook`.", examples=["POST"])
_ROUTE = Field(
    max_length=200,
    description="Only this operation, by its id or its path in the document; null: any. Not with `webhook`.",
    examples=["sendLetter"],
)
_WEBHOOK = Field(description="Webhook attempts, in place of requests.", examples=[False])
_URL = Field(max_length=500, description="With `webhook`: only URLs that begin so; null: any.", examples=[None])
_STATUS = Field(ge=400, le=599, description="Answer this status with a problem document.", examples=[503])
_RETRY = Field(ge=0, le=86_400, description="With `status`: the header `Retry-After`, in seconds.", examples=[2])
_LATENCY = Field(ge=0, le=MOST_LATENCY_MS, description="Wait so long, in milliseconds.", examples=[0])
_DISCONNECT = Field(description="End the connection without an answer; not with `status`.", examples=[False])
_CORRUPT = Field(
    description=(
        "Cut the answer's JSON in its middle, or spoil a file's bytes; not with `disconnect`. On webhooks: cut the "
        "message in its middle once it is signed, so that the receiver must refuse it; not with `status` either."
    ),
    examples=[False],
)
_WHEN = Field(
    description="`before`: the work is left undone; `after`: it is done, and its answer goes wrong.",
    examples=["before"],
)
_TIMES = Field(ge=1, le=1_000_000, description="How many are struck; null: for ever.", examples=[3])
_SKIP = Field(ge=0, le=1_000_000, description="How many pass first.", examples=[0])
_EVERY = Field(ge=1, le=1_000_000, description="Of those that follow each one of so many is struck.", examples=[1])
_PRESET = Field(description="A fault by name, in place of `effect`.", examples=["provider_down"])


class FaultMatchIn(Inward):
    """What it meets: requests, or webhook attempts. Requests about faults are never met."""

    method: Annotated[Method | None, _METHOD] = None
    route: Annotated[str | None, _ROUTE] = None
    webhook: Annotated[bool, _WEBHOOK] = False
    url: Annotated[str | None, _URL] = None


class FaultEffectIn(Inward):
    """What goes wrong; a wait may come before any of it, or alone."""

    status: Annotated[int | None, _STATUS, WHOLE] = None
    retry_after_s: Annotated[int | None, _RETRY, WHOLE] = None
    latency_ms: Annotated[int, _LATENCY, WHOLE] = 0
    disconnect: Annotated[bool, _DISCONNECT] = False
    corrupt_body: Annotated[bool, _CORRUPT] = False
    when: Annotated[Literal["before", "after"], _WHEN] = "before"


_EXAMPLE_MATCH = {"method": "POST", "route": "sendLetter", "webhook": False, "url": None}
_EXAMPLE_EFFECT = {
    "status": 503,
    "retry_after_s": 2,
    "latency_ms": 0,
    "disconnect": False,
    "corrupt_body": False,
    "when": "before",
}


_MATCH = Field(description="What it meets; left out: every request.", examples=[_EXAMPLE_MATCH])


class FaultIn(Inward):
    """A fault to be made: by `preset` or by `effect`."""

    match: Annotated[
        FaultMatchIn, Field(description="What it meets; left out: every request.", examples=[_EXAMPLE_MATCH])
    ] = FaultMatchIn()
    effect: Annotated[FaultEffectIn | None, Field(description="What goes wrong.", examples=[_EXAMPLE_EFFECT])] = None
    preset: Annotated[PresetName | None, Field(description=_PRESET.description, examples=[None])] = None
    times: Annotated[int | None, _TIMES, WHOLE] = 1
    skip: Annotated[int, _SKIP, WHOLE] = 0
    every: Annotated[int, _EVERY, WHOLE] = 1


class FaultMatchOut(Outward):
    """What it meets."""

    method: Annotated[Method | None, _METHOD]
    route: Annotated[str | None, _ROUTE]
    webhook: Annotated[bool, _WEBHOOK]
    url: Annotated[str | None, _URL]


class FaultEffectOut(Outward):
    """What goes wrong."""

    status: Annotated[int | None, _STATUS]
    retry_after_s: Annotated[int | None, _RETRY]
    latency_ms: Annotated[int, _LATENCY]
    disconnect: Annotated[bool, _DISCONNECT]
    corrupt_body: Annotated[bool, _CORRUPT]
    when: Annotated[Literal["before", "after"], _WHEN]


class FaultOut(Outward):
    """A fault, with what it has met and struck so far."""

    id: FaultId
    preset: Annotated[PresetName | None, Field(description="The name it was asked for by.", examples=[None])]
    match: FaultMatchOut
    effect: FaultEffectOut
    times: Annotated[int | None, _TIMES]
    skip: Annotated[int, _SKIP]
    every: Annotated[int, _EVERY]
    matched: Annotated[int, Field(description="How many it has met while it was not spent.", examples=[4])]
    applied: Annotated[int, Field(description="How many of them it has struck.", examples=[3])]
    spent: Annotated[bool, Field(description="Whether it strikes no more.", examples=[True])]


class FaultPage(Outward):
    """Faults, the newest first."""

    data: Annotated[list[FaultOut], Field(description="The faults of this page.")]
    has_more: HasMore
    next_cursor: NextCursor


class FaultsGone(Outward):
    """What was taken away."""

    data: Annotated[list[FaultOut], Field(description="The faults that were there, with what they counted.")]
    has_more: NoMore
    next_cursor: NoCursor


class FaultPresetOut(Outward):
    """A fault as providers have it."""

    name: Annotated[PresetName, Field(description="Send it as `preset`.", examples=["provider_down"])]
    summary: Annotated[str, Field(description="What it does.", examples=["503 three times, then all is well."])]
    effect: FaultEffectOut
    times: Annotated[int | None, _TIMES]
    skip: Annotated[int, _SKIP]
    every: Annotated[int, _EVERY]


class FaultPresetList(Outward):
    """Every preset; they are few, so there is one page."""

    data: Annotated[list[FaultPresetOut], Field(description="The presets.")]
    has_more: NoMore
    next_cursor: NoCursor
