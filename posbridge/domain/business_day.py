"""Which day's takings a sale belongs to, and the store's clock at that moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from posbridge.domain.errors import DomainError

_NOON = time(12)


def business_date(captured_at: datetime, zone: str, day_end: time = time(0)) -> date:
    """The business date of an aware time in the store's `zone` (IANA name), whose day ends at `day_end` local time.

    A day that ends before noon ends on the next calendar day (04:00: a sale at 01:30 is yesterday's); one that ends
    at noon or later ends on its own (22:00: a sale at 23:00 is tomorrow's). Midnight gives the calendar's date.
    Raises DomainError for an unknown zone or a time without one.
    """
    local = _local(captured_at, zone)
    clock = local.timetz().replace(tzinfo=None)
    if day_end < _NOON:
        return local.date() - timedelta(days=1) if clock < day_end else local.date()
    return local.date() + timedelta(days=1) if clock >= day_end else local.date()


def utc_offset_minutes(captured_at: datetime, zone: str) -> int:
    """Minutes that the store's clock is ahead of UTC at that time (daylight saving in). Raises like business_date."""
    offset = _local(captured_at, zone).utcoffset() or timedelta(0)
    return int(offset.total_seconds() // 60)


def _local(captured_at: datetime, zone: str) -> datetime:
    if captured_at.tzinfo is None:
        raise DomainError("A time needs its zone; posbridge keeps UTC.")
    try:
        return captured_at.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError) as error:
        raise DomainError(f"{zone!r} is not a time zone.", next_step='Choose one such as "Europe/Berlin".') from error
