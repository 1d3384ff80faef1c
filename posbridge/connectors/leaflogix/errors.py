"""Leaflogix's refusals in our words: four shapes of body, plain text and none (the contract's facts, section 11)."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.text import one_line

_KINDS: dict[int, type[ConnectorError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    429: RateLimitExceeded,
}
#: The role that a key needs for a path.
_ROLES = (
    ("/reporting", "Reporting"), ("/customer", "Customer"), ("/guestlist", "Customer"), ("/preorder", "PreOrder"),
    ("/transaction", "PreOrder"), ("/inventory", "Inventory"), ("/products", "Inventory"), ("/discounts", "Inventory"),
)  # fmt: skip
_LONGEST = 300
#: Calls that come back are spread over this many seconds.
_JITTER_S = 5.0


def error(reply: Any) -> Exception | None:
    """Our error for a reply of Leaflogix, None where it is good."""
    if reply.status < 400:
        return None
    said = words(reply)
    if reply.status >= 500:
        return ServiceUnavailable(f"Leaflogix says: {said}") if said else None
    kind = _KINDS.get(reply.status, ValidationError)
    message = f"Leaflogix says: {said}" if said else f"Leaflogix refuses it (status {reply.status})."
    if kind is PermissionDenied:
        return _lacking(reply, message)
    if kind is RateLimitExceeded:
        return RateLimitExceeded(message, retry_at=_next_minute(reply))
    return kind(message, status=reply.status)


def role_for(path: str) -> str:
    """The role that a key needs to call `path`; "" where none is known."""
    return next((role for beginning, role in _ROLES if path.casefold().startswith(beginning)), "")


def _lacking(reply: Any, message: str) -> PermissionDenied:
    role = role_for(urlsplit(str(reply.url)).path)
    if not role:
        return PermissionDenied(message, status=reply.status)
    step = f"Ask Dutchie Support to give this key the role {role}."
    return PermissionDenied(f"The key lacks the role {role}.", next_step=step, status=reply.status, platform_code=role)


def _next_minute(reply: Any) -> datetime | None:
    """Counts begin anew each minute (guess). A Retry-After, should one come, says better."""
    if reply.headers.get("retry-after"):
        return None
    begin = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return begin + timedelta(seconds=random.uniform(0, _JITTER_S))  # noqa: S311 - spreads calls, no secret


def words(reply: Any) -> str:
    """What the body says, whatever its shape; "" for an empty one or a web page."""
    body = reply.json_or_none()
    if isinstance(body, Mapping):
        return _of_object({str(key).casefold(): value for key, value in body.items()})
    if isinstance(body, str):
        return one_line(body)[:_LONGEST]
    text = reply.text.strip()
    return "" if body is not None or text.startswith("<") else one_line(text)[:_LONGEST]


def _of_object(body: Mapping[str, Any]) -> str:
    """`{message, propertyErrors}`, `{errors: […]}` of a validator, `{Message, TraceId}`."""
    parts = [
        *_named(body.get("propertyerrors"), "propertyName", "propertyError"),
        *_named(body.get("errors"), "propertyName", "errorMessage"),
    ]
    message = body.get("message") or body.get("title")
    whole = [one_line(message)] if isinstance(message, str) and message.strip() else []
    return ": ".join([*whole, "; ".join(parts)] if parts else whole)[:_LONGEST]


def _named(rows: Any, name: str, text: str) -> list[str]:
    found = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return [f"{row.get(name) or 'a field'}: {one_line(str(row.get(text) or 'is not right'))}" for row in found]
