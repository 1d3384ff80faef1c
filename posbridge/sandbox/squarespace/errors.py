"""Squarespace's two error bodies: its own `{type, subtype, message, details, contextId}`, and RFC 7807."""

from __future__ import annotations

from posbridge.sandbox import wire
from posbridge.sandbox.wire import Reply

_CONTEXT = "SIMULATED"
_TYPES = {
    400: "INVALID_REQUEST_ERROR", 401: "AUTHORIZATION_ERROR", 402: "WEBSITE_EXPIRED", 403: "AUTHORIZATION_ERROR",
    404: "INVALID_REQUEST_ERROR", 405: "METHOD_NOT_ALLOWED", 409: "CONFLICT", 429: "TOO_MANY_REQUESTS",
    503: "SERVICE_UNAVAILABLE",
}  # fmt: skip
_MESSAGES = {
    400: "The request body is not valid JSON.",
    401: "You are not authorized to do that.",
    402: "The website has expired.",
    404: "The requested resource was not found.",
    405: "Method not allowed.",
    429: "Too many requests.",
}


class Refused(wire.Refused):
    """A request that Squarespace turns down; `reply` is what it says."""

    def __init__(self, status: int, message: str, subtype: str | None = None) -> None:
        body = {
            "type": _TYPES.get(status, "SERVER_ERROR"),
            "subtype": subtype,
            "message": message,
            "details": None,
            "contextId": _CONTEXT,
        }
        super().__init__(Reply(status, body))


def invalid(message: str, subtype: str | None = "INVALID_ARGUMENT") -> Refused:
    """A 400; some come without a subtype (recorded)."""
    return Refused(400, message, subtype)


def missing(field: str) -> Refused:
    return invalid(f"{field} is required.", "MISSING_ARGUMENT")


def not_found(kind: str, subtype: str = "INVALID_ARGUMENT") -> Refused:
    return Refused(404, f"The requested {kind} was not found.", subtype)


def conflict(subtype: str, message: str) -> Refused:
    return Refused(409, message, subtype)


def no_header(name: str, path: str) -> Reply:
    """What a missing header gets before the body is read (recorded 2026-08-17)."""
    detail = f"Required header '{name}' is not present."
    body = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail, "instance": path}
    return Reply(400, body)


def plain(status: int, *, retry_after: int | None = None) -> Reply:
    """The body that goes with a bare status."""
    reply = Refused(status, _MESSAGES.get(status, "The service failed.")).reply
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Reply(reply.status, reply.body, headers)
