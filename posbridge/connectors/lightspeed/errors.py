"""Lightspeed's refusals in our words; each family of calls has a body of its own (FACTS section 11)."""

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

#: What a reference that was used before is told by, with 409 for orders and 400 for payments.
USED = "reference has already been used"
INVALID_GRANT, INVALID_CLIENT = "invalid_grant", "invalid_client"
_BY_STATUS: dict[int, type[ConnectorError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    429: RateLimitExceeded,
}


def error(reply: Any) -> Exception | None:
    """Our error for a reply of Lightspeed, None where it is good."""
    if reply.status < 400:
        return None
    body = reply.json_or_none()
    said = words(body)
    code = code_of(body)
    if code in (INVALID_GRANT, INVALID_CLIENT):
        kind: type[ConnectorError] = AuthenticationError
    elif reply.status == 400 and said.lower().startswith(USED):
        kind = Conflict
    else:
        kind = _BY_STATUS.get(reply.status) or (ServiceUnavailable if reply.status >= 500 else ValidationError)
    return kind(f"Lightspeed says: {said or f'status {reply.status}'}", status=reply.status, platform_code=code)


def code_of(body: Any) -> str:
    """The platform's own short word for the error; "" where it has none."""
    if not isinstance(body, Mapping):
        return ""
    listed = body.get("errors")
    if isinstance(listed, list) and listed and isinstance(listed[0], Mapping) and listed[0].get("code"):
        return str(listed[0]["code"])
    said = body.get("error")
    return said if isinstance(said, str) and " " not in said else ""


def words(body: Any) -> str:
    """What the body says, with the fields that it names; "" where it says nothing."""
    if not isinstance(body, Mapping):
        return ""
    listed = body.get("errors")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], Mapping) else {}
    said = [body.get("msg"), body.get("message"), body.get("error_description"), first.get("title"), body.get("error")]
    text = next((one.strip() for one in said if isinstance(one, str) and one.strip()), "")
    fields = [*_fields(listed, "defaultMessage"), *_fields(body.get("apiSubExceptions"), "message")]
    return f"{text} ({'; '.join(fields)})" if fields else text


def _fields(listed: Any, name: str) -> list[str]:
    rows = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return [f"{one['field']}: {one.get(name) or 'wrong'}" for one in rows if one.get("field")]
