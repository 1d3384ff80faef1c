"""Treez's own shapes of answers and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posbridge.sandbox import wire
from posbridge.sandbox.wire import Call, Reply

Handler = Callable[[Call], Reply]


class Refused(wire.Refused):
    """A request that Treez refuses."""

    def __init__(self, status: int, reason: str, detail: str | None = None, **more: Any) -> None:
        super().__init__(refusal(status, reason, detail, **more))


def refusal(status: int, reason: str, detail: str | None = None, **more: Any) -> Reply:
    return Reply(status, {"resultCode": "FAIL", "resultReason": reason, "resultDetail": detail, **more})


def success(**more: Any) -> Reply:
    return Reply(200, {"resultCode": "SUCCESS", "resultReason": None, "resultDetail": None, **more})


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
