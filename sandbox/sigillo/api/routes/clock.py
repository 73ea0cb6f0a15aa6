"""The clock: read it, let it run, move it."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from sigillo.api.answers import json_response
from sigillo.api.bodies import json_body
from sigillo.api.desk import Desk, workspace_of
from sigillo.api.operations import Answers, Operation
from sigillo.api.shape import read_shape
from sigillo.api.wire.clock import AdvancedOut, AdvanceIn, ClockOut, SpeedIn
from sigillo.api.working import in_thread
from sigillo.application.simulation import Advanced
from sigillo.application.workspaces import require_sandbox
from sigillo.domain.calendar import format_instant
from sigillo.domain.clock import Clock

_READS_JSON = ("malformed", "too_large", "unsupported_media_type", "invalid", "storage_full")


async def get_clock(desk: Desk, request: Request) -> Response:
    """Give the clock."""
    return json_response(clock_json(*desk.sandbox.simulation.clock(_sandbox_of(desk, request))))


async def set_clock_speed(desk: Desk, request: Request) -> Response:
    """Freeze the clock or let it run."""
    workspace_id = _sandbox_of(desk, request)
    speed = read_shape(SpeedIn, await json_body(request)).speed
    simulation = desk.sandbox.simulation
    return json_response(clock_json(*await in_thread(lambda: simulation.set_speed(workspace_id, speed))))


async def advance_clock(desk: Desk, request: Request) -> Response:
    """Let simulated time pass."""
    workspace_id = _sandbox_of(desk, request)
    wanted = read_shape(AdvanceIn, await json_body(request))
    return json_response(_advanced_json(await in_thread(lambda: _advance(desk, workspace_id, wanted))))


def _advance(desk: Desk, workspace_id: str, wanted: AdvanceIn) -> Advanced:
    simulation = desk.sandbox.simulation
    if wanted.by is not None:
        return simulation.advance_by(workspace_id, wanted.by)
    if wanted.to is not None:
        return simulation.advance_to(workspace_id, wanted.to)
    return simulation.advance_until(workspace_id, wanted.until or "idle")


def _sandbox_of(desk: Desk, request: Request) -> str:
    workspace_id = workspace_of(request)
    require_sandbox(desk.sandbox.workspaces.get(workspace_id))
    return workspace_id


def clock_json(clock: Clock, now: datetime) -> dict[str, object]:
    """Give a clock and the instant it shows as JSON values."""
    return {"now": format_instant(now), "speed": clock.speed, "running": bool(clock.speed)}


def _advanced_json(advanced: Advanced) -> dict[str, object]:
    return {
        "before": format_instant(advanced.before),
        "now": format_instant(advanced.after),
        "events": dict(advanced.events),
        "total": sum(advanced.events.values()),
    }


OPERATIONS = (
    Operation(
        id="getClock",
        method="GET",
        path="/v1/clock",
        tag="sandbox",
        summary="Get the clock",
        description="What it shows now and how fast it runs.",
        handler=get_clock,
        answers=Answers(200, "The clock.", ClockOut),
        sandbox_only=True,
    ),
    Operation(
        id="setClockSpeed",
        method="PATCH",
        path="/v1/clock",
        tag="sandbox",
        summary="Set the clock's speed",
        description="0 freezes it, 1 is real time, 1440 a day a minute. It never goes back.",
        handler=set_clock_speed,
        answers=Answers(200, "The clock.", ClockOut),
        body=SpeedIn,
        problems=_READS_JSON,
        sandbox_only=True,
    ),
    Operation(
        id="advanceClock",
        method="POST",
        path="/v1/clock/advance",
        tag="sandbox",
        summary="Advance the clock",
        description="Exactly one of `by`, `to` and `until`. A second advance while one runs is a conflict.",
        handler=advance_clock,
        answers=Answers(200, "What happened meanwhile.", AdvancedOut),
        body=AdvanceIn,
        problems=("conflict", *_READS_JSON),
        sandbox_only=True,
    ),
)
