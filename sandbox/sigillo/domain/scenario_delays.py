"""The delays of a scenario, read and written: ``PT1H``, or a range ``{from: PT30M, to: PT8H}`` to draw from."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sigillo.domain.document import Node
from sigillo.domain.durations import format_duration, parse_duration
from sigillo.domain.errors import MalformedInput
from sigillo.domain.scenario import Delay

LONGEST_DELAY: Final = timedelta(days=60)


def read_delay(node: Node) -> Delay | None:
    """Read a delay; None where a problem was noted at the node."""
    if not isinstance(node.value, dict):
        fixed = read_duration(node)
        return Delay.fixed(fixed) if fixed is not None else None
    node.is_mapping("from", "to")
    low, high = (read_duration(end) if (end := node.required(key)) else None for key in ("from", "to"))
    if low is None or high is None:
        return None
    if low > high:
        node.refuse("backwards", "The range runs backwards: exchange from and to.")
    return Delay(low, high)


def read_duration(node: Node, *, least: timedelta = timedelta(0), most: timedelta = LONGEST_DELAY) -> timedelta | None:
    """Read one duration between two; None where a problem was noted at the node."""
    try:
        duration = parse_duration(node.value if isinstance(node.value, str) else "")
    except MalformedInput:
        node.refuse("bad_duration", "This is not a duration: write ISO 8601 such as PT36H, or short such as 36h.")
        return None
    if least <= duration <= most:
        return duration
    node.refuse("duration_out_of_range", f"Write a duration from {format_duration(least)} to {format_duration(most)}.")
    return None


def written_delay(delay: Delay) -> object:
    """Give a delay as JSON values."""
    if delay.low == delay.high:
        return format_duration(delay.low)
    return {"from": format_duration(delay.low), "to": format_duration(delay.high)}
