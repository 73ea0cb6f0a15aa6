"""The route of a PEC's scenario, read and written: its steps between the providers, in order (RFC 6109 §3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Final

from sigillo.domain.document import Node
from sigillo.domain.durations import format_duration
from sigillo.domain.errors import FieldError
from sigillo.domain.letter import AnyStatus, Status
from sigillo.domain.scenario import LONGEST_SILENCE, LONGEST_WAY, NOT_BEFORE, RouteStep, Scenario
from sigillo.domain.scenario_delays import read_delay, written_delay
from sigillo.domain.services.pec import PEC
from sigillo.domain.services.table import Move

MOST_STEPS: Final = 10
STEPS: Final = (
    Move.DELAY,
    Move.TAKE_CHARGE,
    Move.DELIVER,
    Move.NO_MAILBOX,
    Move.NO_DOMAIN,
    Move.FULL_MAILBOX,
    Move.VIRUS,
    Move.TIME_OUT,
    Move.RELAY,
)
OTHER_SERVICES_STEPS: Final = ("consent", "notices", "acts")


def read_route(root: Node) -> tuple[RouteStep, ...]:
    """Read the steps; those that are wrong are noted and left out."""
    node = root.child("route")
    return tuple(step for item in node.items(least=1, most=MOST_STEPS) if (step := _step(item))) if node else ()


def written_step(step: RouteStep) -> dict[str, object]:
    """Give a step as JSON values."""
    return {"step": step.move.value, "after": written_delay(step.after)}


def route_rules(scenario: Scenario) -> Iterator[FieldError]:
    """Give what is wrong between the steps: their order, their times, and how they end."""
    yield from _order(scenario)
    yield from _times(scenario)
    yield from _deadlines(scenario)


def service_rules(scenario: Scenario) -> Iterator[FieldError]:
    """Tell where a route is missing, or stands where it has no meaning."""
    is_pec = PEC.name in scenario.services
    if scenario.route and scenario.services != (PEC.name,):
        yield FieldError("/route", "route_of_pec", "A route is of PEC alone: write services: [pec], or take it out.")
    if is_pec and not scenario.route and not scenario.rejected:
        detail = "A scenario for pec says its way: add route, such as [{step: take_charge, after: PT1M}, …]."
        yield FieldError("/route", "missing", detail)


def _step(node: Node) -> RouteStep | None:
    if not node.is_mapping("step", "after"):
        return None
    required, after = node.required("step"), node.required("after")
    move = required.choice(STEPS) if required else None
    delay = read_delay(after) if after else None
    if move is None or delay is None:
        return None
    least = NOT_BEFORE.get(Move(move), timedelta(0))
    if after is not None and delay.low < least:
        after.refuse("too_early", f"{move} is not before {format_duration(least)} after the deposit (RFC 6109 §3.1.6).")
        return None
    return RouteStep(Move(move), delay)


def _order(scenario: Scenario) -> Iterator[FieldError]:
    status: AnyStatus = Status.DEPOSITED
    for i, step in enumerate(scenario.route):
        row = PEC.table[step.move]
        if status not in row.sources:
            detail = f"{step.move} cannot follow here, where the letter is {status}: move it, or take it out."
            yield FieldError(f"/route/{i}/step", "step_out_of_order", detail)
            return
        if step.move is Move.DELAY and any(before.move is Move.DELAY for before in scenario.route[:i]):
            detail = "There is one notice after 12 hours (RFC 6109 §3.1.6): take this one out."
            yield FieldError(f"/route/{i}/step", "step_repeated", detail)
            return
        if i < len(scenario.route) - 1 and row.outcome is not None:
            yield FieldError(f"/route/{i + 1}", "after_final_step", f"{step.move} ends the letter: take this step out.")
            return
        status = row.target or status
    if scenario.route and PEC.table[scenario.route[-1].move].outcome is None:
        detail = "The way ends nowhere: let deliver, relay or a failure come last."
        yield FieldError("/route", "route_without_end", detail)


def _times(scenario: Scenario) -> Iterator[FieldError]:
    for i, (earlier, later) in enumerate(pairwise(scenario.route), start=1):
        if earlier.after.high > later.after.low:
            detail = "This step may come before the one above it: let it start when that one is surely done."
            yield FieldError(f"/route/{i}", "steps_out_of_order", detail)


def _deadlines(scenario: Scenario) -> Iterator[FieldError]:
    """Nothing heard for 12 hours brings a notice, nothing delivered for 24 the last (RFC 6109 §3.1.6)."""
    last = len(scenario.route) - 1
    for i, step in enumerate(scenario.route):
        if i == 0 and step.move not in (Move.DELAY, Move.RELAY) and step.after.high > LONGEST_SILENCE:
            detail = "Nothing was heard for 12 hours: let {step: delay, after: PT12H} come before (RFC 6109 §3.1.6)."
            yield FieldError(f"/route/{i}/after", "notice_missing", detail)
        elif i == last and step.move is not Move.RELAY and step.after.high > LONGEST_WAY:
            detail = "The sender's provider gives up after 24 hours: let time_out come last (RFC 6109 §3.1.6)."
            yield FieldError(f"/route/{i}/after", "too_late", detail)
