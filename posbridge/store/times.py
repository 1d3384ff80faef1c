"""Times as they are stored: integer milliseconds since 1970, UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

Clock = Callable[[], datetime]
CLOCK = "posbridge.clock"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def ms(at: datetime) -> int:
    """Milliseconds UTC of an aware time, rounded down."""
    return (at - _EPOCH) // _MILLISECOND


def ms_or_none(at: datetime | None) -> int | None:
    return None if at is None else ms(at)


def when(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def when_or_none(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else when(milliseconds)


def now_ms(tx: Connection) -> int:
    """The store's clock, for rows whose caller gives no time."""
    clock: Clock = tx.info[CLOCK]
    return ms(clock())
