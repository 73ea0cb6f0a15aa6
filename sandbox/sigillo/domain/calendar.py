"""Civil days in the law's time zone, and instants as RFC 3339 text. The only module that knows zones.

CPCE R. 53-3 I: the recipient has 15 days *counted from the day after* the notice. With the notice sent on civil
day D of Europe/Paris the window ends at D+15 24:00, which is D+16 00:00: a length in days, so its length in hours
varies at daylight-saving changes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sigillo.domain.errors import MalformedInput, OutOfRange

PARIS = "Europe/Paris"
ROME = "Europe/Rome"
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=4096)
def civil_date(at: datetime, zone: str = PARIS) -> date:
    """Give the civil date of an instant in a zone."""
    return at.astimezone(_zone(zone)).date()


@lru_cache(maxsize=4096)
def civil_datetime(at: datetime, zone: str = PARIS) -> datetime:
    """Give an instant as the aware wall time of a zone, for people to read."""
    return at.astimezone(_zone(zone))


@lru_cache(maxsize=4096)
def civil_instant(day: date, days: int, at: time = time(0), zone: str = PARIS) -> datetime:
    """Give the UTC instant of the wall time ``at``, ``days`` civil days after ``day``.

    A wall time that a daylight-saving change skips or repeats is read with the earlier offset (fold 0).
    """
    local = datetime.combine(day + timedelta(days=days), at, tzinfo=_zone(zone))
    return local.astimezone(UTC)


def window_end(notified_at: datetime, days: int, zone: str = PARIS) -> datetime:
    """Give the first instant after a window of ``days`` full civil days counted from the day after the notice."""
    return civil_instant(civil_date(notified_at, zone), days + 1, time(0), zone)


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 instant with its zone, give it in UTC; raise :class:`MalformedInput` or :class:`OutOfRange`.

    What is finer than a millisecond is cut off: neither the journal nor a timestamp token keeps it.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise MalformedInput(f"{text[:40]!r} is not an instant: write 2026-03-01T09:00:00Z.") from None
    if at.tzinfo is None:
        raise MalformedInput(f"{text[:40]!r} has no zone: add Z for UTC or an offset such as +01:00.")
    utc = _utc(at)
    return in_range(utc.replace(microsecond=utc.microsecond // 1000 * 1000))


def in_range(at: datetime) -> datetime:
    """Give the instant back when the clock can show it (2000 to 2100); else raise :class:`OutOfRange`."""
    if not EARLIEST <= at <= LATEST:
        raise OutOfRange(f"{at.isoformat()} is outside the clock's range, 2000-01-01 to 2100-12-31 (UTC).")
    return at


@lru_cache(maxsize=4096)
def format_instant(at: datetime) -> str:
    """Write an instant as RFC 3339 in UTC with ``Z``; milliseconds only when there are any."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{utc.isoformat(timespec='milliseconds' if utc.microsecond else 'seconds')[:-6]}Z"


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise OutOfRange("The instant is outside the clock's range, 2000-01-01 to 2100-12-31 (UTC).") from None
