"""Treez's own shapes of answers and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posbridge.sandbox.wire import Call, Reply

Handler = Callable[[Call], Reply]


class Refused(Exception):
    """A request that Treez refuses."""

    def __init__(self, status: int, reason: str, detail: str | None = None, **more: Any) -> None:
        super().__init__(reason)
        self.reply = refusal(status, reason, detail, **more)


def refusal(status: int, reason: str, detail: str | None = None, **more: Any) -> Reply:
    return Reply(status, {"resultCode": "FAIL", "resultReason": reason, "resultDetail": detail, **more})


def success(**more: Any) -> Reply:
    return Reply(200, {"resultCode": "SUCCESS", "resultReason": None, "resultDetail": None, **more})


def guarded(handler: Handler) -> Handler:
    """A handler whose refusals become answers."""

    def handle(call: Call) -> Reply:
        try:
            return handler(call)
        except Refused as refused:
            return refused.reply

    return handle


def number(text: str, most: int) -> int:
    """A page number or size of a path or query."""
    if not text.isdecimal() or int(text) < 1:
        raise Refused(400, "INVALID_REQUEST", f"'{text}' is invalid value", data=None)
    if int(text) > most:
        raise Refused(400, "RESPONSE_LIMIT_EXCEEDS", f"Maximum is {most}", data=None)
    return int(text)


def dollars(minor: int) -> int | float:
    """Minor units as the JSON number that Treez writes."""
    return minor // 100 if minor % 100 == 0 else minor / 100
