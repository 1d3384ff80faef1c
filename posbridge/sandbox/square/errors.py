"""Square's error bodies: `{"errors": [{"category", "code", "detail", "field"}]}` (the official ErrorCode list)."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox import wire
from posbridge.sandbox.wire import Reply

_CATEGORIES = {401: "AUTHENTICATION_ERROR", 403: "AUTHENTICATION_ERROR", 429: "RATE_LIMIT_ERROR"}


class Refused(wire.Refused):
    """A request Square turns down; `reply` is what it says."""

    def __init__(
        self, code: str, detail: str, *, field: str | None = None, status: int = 400, category: str | None = None
    ) -> None:
        error: dict[str, Any] = {
            "category": category or _CATEGORIES.get(status, "API_ERROR" if status >= 500 else "INVALID_REQUEST_ERROR"),
            "code": code,
            "detail": detail,
        }
        if field:
            error["field"] = field
        super().__init__(Reply(status, {"errors": [error]}))
        self.code = code


def missing(field: str) -> Refused:
    """A field that must be there is not."""
    return Refused("MISSING_REQUIRED_PARAMETER", "Missing required parameter.", field=field)


def invalid(field: str, detail: str, code: str = "INVALID_VALUE") -> Refused:
    """A field's value cannot be."""
    return Refused(code, detail, field=field)


def not_found(kind: str, key: str, *, field: str | None = None) -> Refused:
    """There is no such object."""
    return Refused("NOT_FOUND", f"{kind} not found for id {key}", field=field, status=404)


def conflict(field: str, expected: int, got: Any) -> Refused:
    """Someone else was faster (the HTTP status of VERSION_MISMATCH is unpublished; 409 is the contract's guess)."""
    detail = f"Object version does not match latest database version: expected {expected}, got {got}"
    return Refused("VERSION_MISMATCH", detail, field=field, status=409)


_PLAIN = {
    400: ("EXPECTED_JSON_BODY", "The request body is not valid JSON."),
    401: ("UNAUTHORIZED", "This request could not be authorized."),
    404: ("NOT_FOUND", "Resource not found."),
    405: ("METHOD_NOT_ALLOWED", "Method not allowed."),
    429: ("RATE_LIMITED", "The Connect API has received too many requests in too short a time span. Try again later."),
    500: ("INTERNAL_SERVER_ERROR", "An internal error has occurred, and the API was unable to service your request."),
    502: ("BAD_GATEWAY", "The gateway had no answer."),
}


def plain(status: int) -> Reply:
    """The body that goes with a bare status."""
    code, detail = _PLAIN.get(status, _PLAIN[500])
    return Refused(code, detail, status=status).reply
