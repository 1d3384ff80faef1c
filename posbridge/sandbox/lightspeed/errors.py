"""Lightspeed's error bodies: each family of calls has a shape of its own (the contract's facts, section 11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from posbridge.sandbox.wire import Reply

_NAMES = {
    400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway",
}  # fmt: skip


def spring(status: int, message: str, path: str, at: datetime, *, fields: list[tuple[str, str]] | None = None) -> Reply:
    """Order and pay, webhooks."""
    body: dict[str, Any] = {
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "status": status,
        "error": _NAMES.get(status, "Error"),
        "message": message,
        "path": path,
    }
    if fields:
        body["errors"] = [
            {"codes": ["NotNull"], "arguments": [], "defaultMessage": said, "objectName": "order", "field": name,
             "bindingFailure": False, "code": "NotNull"}
            for name, said in fields
        ]  # fmt: skip
    return Reply(status, body)


def items(status: int, message: str, at: datetime) -> Reply:
    """The item calls name the status in capitals."""
    name = _NAMES.get(status, "Error").upper().replace(" ", "_")
    moment = at.strftime("%Y-%m-%dT%H:%M:%S")
    return Reply(status, {"status": name, "timestamp": moment, "message": message, "apiSubExceptions": []})


def financial(message: str) -> Reply:
    """What the sales calls say to a wrong request."""
    return Reply(400, {"error": message})


def unauthorized() -> Reply:
    title = "Full authentication is required to access this resource"
    return Reply(401, {"errors": [{"code": "unauthorized", "title": title}]})


def forbidden(scope: str) -> Reply:
    return Reply(403, {"errors": [{"code": "access_denied", "title": f"Insufficient scope, {scope} is needed"}]})


def keycloak(status: int, code: str, words: str) -> Reply:
    """What the token calls say."""
    return Reply(status, {"error": code, "error_description": words})
