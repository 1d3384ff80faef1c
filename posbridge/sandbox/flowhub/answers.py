"""Flowhub's answers: its error shape, dates of its filters, pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from posbridge.sandbox.wire import Call, Refused, Reply

Obj = dict[str, Any]

_NAMES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    409: "Conflict", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
}  # fmt: skip
#: Guess: nobody published the greatest page; the clients ask for 500 and 10000.
MOST = 10_000


def problem(status: int, message: str = "") -> Reply:
    """`{error: […], message, status}`, as the client's tests show it."""
    name = _NAMES.get(status, "Error")
    return Reply(status, {"error": [name], "message": message or name, "status": status})


def refused(status: int, message: str) -> Refused:
    return Refused(problem(status, message))


def malformed(words: str) -> Refused:
    """A wrong date answers 404, its words in both places (seen live)."""
    return Refused(Reply(404, {"error": [words], "message": words, "status": 404}))


def day_asked(call: Call, name: str) -> date | None:
    """A date of a filter, in store time."""
    text = call.query.get(name)
    if not text:
        return None
    try:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise malformed(f"{name} must be in format yyyy-mm-dd") from None


def within(at: datetime, zone: str, after: date | None, before: date | None) -> bool:
    day = at.astimezone(ZoneInfo(zone)).date()
    return (after is None or day >= after) and (before is None or day <= before)


def page_of(call: Call, rows: list[Obj]) -> list[Obj]:
    """The rows of the page asked for, in the order asked for."""
    number, size = _number(call, "page", 1), min(_number(call, "page_size", 100), MOST)
    ordered = rows[::-1] if call.query.get("order_by") == "desc" else rows
    return ordered[(number - 1) * size : number * size]


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    if text and (not text.isdigit() or int(text) < 1):
        raise refused(400, f"{name} must be a positive number")
    return int(text) if text else default


def stamp(at: datetime) -> str:
    """As Flowhub writes times: six digits, Z."""
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
