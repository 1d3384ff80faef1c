"""Wix's refusals: an application error with a code, or a list of violations; 5xx say nothing by design."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox import wire
from posbridge.sandbox.wire import Reply

_CODES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 405: "UNIMPLEMENTED",
    409: "ABORTED", 428: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED",
}  # fmt: skip
_MESSAGES = {
    401: "", 403: "Permission denied", 404: "Entity not found", 405: "Method not allowed", 429: "Too many requests",
}  # fmt: skip


class Refused(wire.Refused):
    """A request that Wix turns down; `reply` is what it says."""

    def __init__(self, status: int, message: str, code: str = "", data: dict[str, Any] | None = None) -> None:
        problem = {"code": code or _CODES.get(status, "UNKNOWN"), "description": message, "data": data or {}}
        super().__init__(Reply(status, {"message": message, "details": {"applicationError": problem}}))


def invalid(field: str, description: str) -> Refused:
    """A 400 that names the field."""
    refused = Refused(400, f"{field} {description}")
    violation = {"field": field, "description": description}
    body = {"message": f"{field} {description}", "details": {"validationError": {"fieldViolations": [violation]}}}
    refused.reply = Reply(400, body)
    return refused


def not_found() -> Refused:
    return Refused(404, _MESSAGES[404])


def plain(status: int, *, retry_after: int | None = None) -> Reply:
    """The body that goes with a bare status."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if status >= 500:
        return Reply(status, {"message": "", "details": {}}, headers)
    if status == 400:
        return Reply(400, {"message": "Expected an object"}, headers)
    return Reply(status, Refused(status, _MESSAGES.get(status, "")).reply.body, headers)
