"""Square's refusals in our words: by code, then category, then status (the contract's facts, section 11)."""

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
    TokenRevoked,
    ValidationError,
)

REUSED, OLD_VERSION, DEAD_CURSOR = "IDEMPOTENCY_KEY_REUSED", "VERSION_MISMATCH", "INVALID_CURSOR"

_BY_CODE: dict[str, type[ConnectorError]] = {
    "ACCESS_TOKEN_REVOKED": TokenRevoked,
    "ACCESS_TOKEN_EXPIRED": AuthenticationError,
    "UNAUTHORIZED": AuthenticationError,
    "APPLICATION_DISABLED": AuthenticationError,
    "CLIENT_DISABLED": AuthenticationError,
    "INSUFFICIENT_SCOPES": PermissionDenied,
    "FORBIDDEN": PermissionDenied,
    "INSUFFICIENT_PERMISSIONS": PermissionDenied,
    "RATE_LIMITED": RateLimitExceeded,
    "NOT_FOUND": NotFound,
    "BAD_REQUEST": ValidationError,  # the official client's example has it under the category API_ERROR
    OLD_VERSION: Conflict,
    "CONFLICT": Conflict,
    REUSED: Conflict,
    "INTERNAL_SERVER_ERROR": ServiceUnavailable,
    "SERVICE_UNAVAILABLE": ServiceUnavailable,
    "GATEWAY_TIMEOUT": ServiceUnavailable,
    "BAD_GATEWAY": ServiceUnavailable,
    "TEMPORARY_ERROR": ServiceUnavailable,
}
_BY_CATEGORY: dict[str, type[ConnectorError]] = {
    "AUTHENTICATION_ERROR": AuthenticationError,
    "RATE_LIMIT_ERROR": RateLimitExceeded,
    "API_ERROR": ServiceUnavailable,
    "PAYMENT_METHOD_ERROR": ValidationError,
    "REFUND_ERROR": ValidationError,
}
_BY_STATUS: dict[int, type[ConnectorError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    429: RateLimitExceeded,
}


def error(reply: Any) -> Exception | None:
    """Our error for a reply of Square, None where it is good.

    A good status with nothing but errors in its body is a refusal too; errors beside data (partial answers) are not.
    """
    body = reply.json_or_none()
    first, alone = _first(body)
    if reply.status < 400 and not (first and alone):
        return None
    if not first:
        return None if reply.status >= 500 or reply.status not in _BY_STATUS else _plain(reply.status)
    code, category = str(first.get("code") or ""), str(first.get("category") or "")
    kind = _BY_CODE.get(code) or _BY_CATEGORY.get(category) or _BY_STATUS.get(reply.status)
    if kind is None:
        kind = ServiceUnavailable if reply.status >= 500 else ValidationError
    return kind(_words(first), status=reply.status, platform_code=code or str(first.get("type") or ""))


def _plain(status: int) -> ConnectorError:
    kind = _BY_STATUS[status]
    return kind(f"Square refuses it (status {status}).", status=status)


def _first(body: Any) -> tuple[Mapping[str, Any], bool]:
    """The first error of a body, and whether nothing else is in it; the old shape of version 1 counts too."""
    if not isinstance(body, Mapping):
        return {}, False
    errors = body.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], Mapping):
        return errors[0], set(body) == {"errors"}
    if "message" in body and "type" in body and "id" not in body:
        return {"code": body.get("type"), "detail": body.get("message"), "field": body.get("field")}, True
    return {}, False


def _words(first: Mapping[str, Any]) -> str:
    said = str(first.get("detail") or first.get("code") or "no reason given").strip()
    field = str(first.get("field") or "")
    return f"Square says: {said}" + (f" (field {field})" if field and field not in said else "")
