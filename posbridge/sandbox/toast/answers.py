"""How Toast answers: its one shape of errors, its times, its GUIDs."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from posbridge.sandbox.wire import Refused, Reply

Obj = dict[str, Any]
NEVER = "1970-01-01T00:00:00.000+0000"
_SPACE = uuid.UUID("6f0d6f3e-0c0a-4a0e-9d0b-1b8c0f5a7e10")


def problem(status: int, words: str, code: int = 10000, *, key: str | None = None) -> Reply:
    """An error of any API but the login's."""
    return Reply(status, {
        "status": status, "code": code, "message": words, "messageKey": key, "fieldName": None, "link": key,
        "requestId": guid("request", words), "developerMessage": None, "errors": [], "canRetry": None,
    })  # fmt: skip


def refuse(status: int, words: str, code: int = 10000) -> Refused:
    return Refused(problem(status, words, code))


def unauthorized() -> Reply:
    """As it was recorded in January 2026."""
    return problem(401, "unauthorized", 10013, key="Full authentication is required to access this resource")


def guid(kind: str, name: object) -> str:
    """A GUID that is the same in every run."""
    return str(uuid.uuid5(_SPACE, f"{kind}:{name}"))


def stamp(moment: datetime) -> str:
    exact = moment.astimezone(UTC)
    return f"{exact:%Y-%m-%dT%H:%M:%S}.{exact.microsecond // 1000:03d}+0000"


def moment(text: str, field: str) -> datetime:
    """A time of a request in the one form that Toast takes (recorded)."""
    try:
        if len(text) != 28 or text[-5] not in "+-":
            raise ValueError
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        words = f"Input {field} must be of format: yyyy-MM-dd'T'HH:mm:ss.SSSZ. e.g. \"2016-01-01T14:13:12.000+0400\""
        raise refuse(400, words) from None


def rounded(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def reference(kind: str, ident: str | None) -> Obj | None:
    return None if ident is None else {"guid": ident, "entityType": kind, "externalId": None}
