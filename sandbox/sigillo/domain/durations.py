"""ISO 8601 durations of fixed length (weeks to seconds), and the short form of a scenario's address (``3d``)."""

from __future__ import annotations

import re
from datetime import timedelta

from sigillo.domain.errors import MalformedInput

MAX_DURATION = timedelta(days=36_890)  # 101 years: the whole range of the clock
_ISO = re.compile(
    r"P(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,11})S)?)?"
)
_SHORT = re.compile(r"(\d{1,6})([wdhms])")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def parse_duration(text: str) -> timedelta:
    """Read ``P15D``, ``PT36H``, ``P1DT2H30M`` or the short ``15d``, ``36h``; raise :class:`MalformedInput`.

    Years and months are refused: their length depends on the calendar.
    """
    short = _SHORT.fullmatch(text.strip().lower()) if text.isascii() else None
    if short:
        return _bounded(text, {_UNITS[short[2]]: int(short[1])})
    iso = _ISO.fullmatch(text.strip().upper()) if text.isascii() else None
    parts = {unit: int(value) for unit, value in iso.groupdict().items() if value} if iso else {}
    if not parts:
        raise MalformedInput(
            f"{text[:40]!r} is not a duration: write ISO 8601 such as P15D or PT36H, or short such as 15d or 36h."
        )
    return _bounded(text, parts)


def format_duration(duration: timedelta) -> str:
    """Write a non-negative duration as ISO 8601, e.g. ``P3DT4H``; fractions of a second are dropped."""
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days = f"{duration.days}D" if duration.days else ""
    clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    if not clock:
        return f"P{days}" if days else "PT0S"
    return f"P{days}T{clock}"


def _bounded(text: str, parts: dict[str, int]) -> timedelta:
    duration = timedelta(**parts)
    if duration > MAX_DURATION:
        raise MalformedInput(f"{text[:40]!r} is longer than the clock's whole range (101 years).")
    return duration
