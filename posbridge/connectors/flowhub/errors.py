"""Flowhub's refusals in our words (the contract's facts, section 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)

_BLOCKED = "Something between here and Flowhub keeps the request back: a proxy or firewall that drops its headers."
_BLOCKED_STEP = "Let this network pass the headers clientId and key to api.flowhub.co."
_KEY_STEP = "Check the pair of keys in this connection's settings, and ask Flowhub's support for a new one if need be."
#: A wrong date comes as 404 (seen live), so that its words have to tell it from a thing that is not there.
_MALFORMED = "must be in format"
_BY_STATUS: dict[int, type[ConnectorError]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: AuthenticationError,
    404: NotFound,
    409: Conflict,
    422: ValidationError,
    429: RateLimitExceeded,
}


def error(reply: Any) -> Exception | None:
    """Our error for a reply of Flowhub or of its sign-in (Auth0), None where it is good."""
    if reply.status < 400:
        return None
    body = reply.json_or_none()
    if reply.status == 403 and not isinstance(body, Mapping):
        return ServiceUnavailable(_BLOCKED, status=403, next_step=_BLOCKED_STEP)
    if reply.status >= 500:
        return ServiceUnavailable(_said(body, reply.status), status=reply.status)
    said = _said(body, reply.status)
    kind = _BY_STATUS.get(reply.status)
    if reply.status == 404 and _MALFORMED in said:
        kind = ValidationError
    if kind is None:
        return None
    step = _KEY_STEP if kind is AuthenticationError else None
    return kind(said, status=reply.status, next_step=step, platform_code=_code(body))


def _said(body: Any, status: int) -> str:
    """Flowhub's `message`, else the first of its `error` list, else Auth0's description."""
    if isinstance(body, Mapping):
        for value in (body.get("message"), body.get("error_description"), body.get("error")):
            text = value[0] if isinstance(value, list) and value else value
            if isinstance(text, str) and text.strip():
                return f"Flowhub says: {text.strip()}"
    return f"Flowhub refuses it (status {status})."


def _code(body: Any) -> str:
    """Auth0's short word or the first of Flowhub's list."""
    value = body.get("error") if isinstance(body, Mapping) else ""
    text = value[0] if isinstance(value, list) and value else value
    return text if isinstance(text, str) else ""
