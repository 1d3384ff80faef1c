"""Blaze's refusals in our words, in both shapes that its texts show (the contract's facts, section 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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

_BY_STATUS: dict[int, type[ConnectorError]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    422: ValidationError,
    429: RateLimitExceeded,
}
_STEPS: dict[type[ConnectorError], str] = {
    AuthenticationError: "Check the partner key and the dispensary key: both go with every call.",
    PermissionDenied: "Ask Blaze to give the partner key this permission, for this shop.",
}


def error(reply: Any) -> Exception | None:
    """Our error for a reply of Blaze, None where it is good."""
    if reply.status < 400:
        return None
    body = reply.json_or_none()
    said, field, code = _said(body)
    words = f"Blaze says: {said}" if said else f"Blaze refuses it (status {reply.status})."
    if field and field not in said:
        words += f" (field {field})"
    kind = _BY_STATUS.get(reply.status, ServiceUnavailable if reply.status >= 500 else ValidationError)
    return kind(words, status=reply.status, platform_code=code, next_step=_STEPS.get(kind))


def _said(body: Any) -> tuple[str, str, str]:
    """(message, field, short word) of `{error, message, status}` or the older `{field, message, errorType}`."""
    if not isinstance(body, Mapping):
        return "", "", ""
    texts = {name: value.strip() for name, value in body.items() if isinstance(value, str)}
    message = texts.get("message") or texts.get("error") or ""
    return message, texts.get("field", ""), texts.get("error") or texts.get("errorType") or ""
