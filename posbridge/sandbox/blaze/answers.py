"""Blaze's answers: its error shape, its pages, its two ways of writing dates."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from posbridge.sandbox import wire
from posbridge.sandbox.wire import Call, Reply

Obj = dict[str, Any]

_NAMES = {
    400: "Invalid argument", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
    429: "Too many requests", 500: "Internal error", 502: "Bad gateway",
}  # fmt: skip
#: Guess: nobody published the greatest page.
MOST = 500
WEEK = timedelta(days=7)
WEEK_WORDS = "Date range cannot exceed 7 days"


class Refused(wire.Refused):
    """A request that Blaze turns down."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(problem(status, message))


def problem(status: int, message: str = "") -> Reply:
    """`{error, message, status}`, as the errors page shows it."""
    name = _NAMES.get(status, "Error")
    return Reply(status, {"error": name, "message": message or name, "status": status})


def ident(kind: str, key: object) -> str:
    """24 hex characters, the same for the same thing."""
    return hashlib.sha256(f"{kind}:{key}".encode()).hexdigest()[:24]


def page(call: Call, rows: list[Obj], skip: str = "skip") -> Reply:
    """`{values, skip, limit, total}`."""
    at, limit = _number(call, skip, 0), min(_number(call, "limit", 100), MOST)
    return Reply(body={"values": rows[at : at + limit], "skip": at, "limit": limit, "total": len(rows)})


def lister(rows: Callable[[Call], list[Obj]], skip: str = "start") -> Callable[[Call], Reply]:
    return lambda call: page(call, rows(call), skip)


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    if text and not text.isdigit():
        raise Refused(400, f"{name} must be a number")
    return int(text) if text else default


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def between_ms(call: Call, needed: bool) -> tuple[int, int] | None:
    """The time asked for, in epoch milliseconds; None where both are left out."""
    first, last = call.query.get("startDate", ""), call.query.get("endDate", "")
    if not first and not last and not needed:
        return None
    if not first.isdigit():
        raise Refused(400, "startDate is required")
    begin, end = int(first), int(last) if last.isdigit() else ms(datetime.now(UTC) + timedelta(days=1))
    if end - begin > WEEK.total_seconds() * 1000 and last:
        raise Refused(400, WEEK_WORDS)
    return begin, end


def between_days(call: Call) -> tuple[date, date]:
    """The days asked for, MM/dd/yyyy."""
    days = [_day(call.query.get(name, ""), name) for name in ("startDate", "endDate")]
    if days[1] - days[0] > WEEK:
        raise Refused(400, WEEK_WORDS)
    return days[0], days[1]


def _day(text: str, name: str) -> date:
    try:
        return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC).date()
    except ValueError:
        raise Refused(400, f"{name} must be in format MM/dd/yyyy") from None
