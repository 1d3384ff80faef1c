"""Toast's answers → our errors. One shape for all APIs; its `code` 10000 means nothing, so status and words decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
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
from posbridge.connectors.rate import RateHint
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import one_line

LOGIN = "/authentication/v1/authentication/login"
#: The mark of a refused second order in `platform_code`.
DUPLICATE = "duplicate_external_id"
_SIGN_IN = "Correct client ID and client secret, then test again. Toast allows two sign-ins an hour."
_RIGHTS = (
    "Toast's standard access is read-only: sales need a custom or partner access with orders.orders:write. "
    "Check the restaurant GUID too."
)
_UNPUBLISHED = "Publish the menus in Toast Web, then fetch again."
_AGAIN = "The restaurant published its settings meanwhile; the list is read again from its start."
_KINDS: dict[int, type[ConnectorError]] = {
    401: AuthenticationError, 403: PermissionDenied, 404: NotFound, 410: NotFound, 409: Conflict,
    429: RateLimitExceeded, 400: ValidationError, 405: ValidationError, 413: ValidationError, 415: ValidationError,
}  # fmt: skip


def error(reply: Reply) -> Exception | None:
    """None for an answer that is good, and for a page that is no answer of Toast's: the status decides then."""
    if reply.ok or reply.status == 304 or 300 <= reply.status < 400:
        return None
    body = reply.json_or_none()
    if not isinstance(body, Mapping):
        return None
    said = words(body) or f"Toast refuses (status {reply.status})."
    more: dict[str, Any] = {
        "status": reply.status, "platform_code": str(body.get("code") or ""), "request_id": _text(body, "requestId"),
    }  # fmt: skip
    if reply.status == 429:
        return RateLimitExceeded(said, retry_at=reset_at(reply.headers), **more)
    if reply.status == 400 and is_duplicate(said):
        return Conflict(said, **{**more, "platform_code": DUPLICATE})
    if reply.status >= 500:
        return ServiceUnavailable(said, **more)
    return _KINDS.get(reply.status, ValidationError)(said, next_step=_step(reply), **more)


def _step(reply: Reply) -> str | None:
    path = reply.url.split("?", 1)[0]
    if reply.status == 401:
        return _SIGN_IN
    if reply.status == 403:
        return _RIGHTS
    if reply.status == 404 and "/menus/" in path:
        return _UNPUBLISHED
    return _AGAIN if reply.status == 409 and "/config/" in path else None


def is_duplicate(said: str) -> bool:
    """Whether Toast means that the externalId is taken. Only that it refuses is documented: words are a guess."""
    plain = said.casefold()
    return "externalid" in plain.replace(" ", "") and any(word in plain for word in ("exist", "duplicate", "unique"))


def words(body: Mapping[str, Any]) -> str:
    """What Toast says, its inner errors too; never the link or the key, which are no words for people."""
    said = [_text(body, "message"), _text(body, "developerMessage")]
    inner = body.get("errors")
    for one in inner if isinstance(inner, list) else ():
        if isinstance(one, Mapping):
            said.append(": ".join(filter(None, (_text(one, "fieldName"), _text(one, "message")))))
    return one_line("; ".join(dict.fromkeys(filter(None, said))))[:400]


def _text(body: Mapping[str, Any], key: str) -> str:
    found = body.get(key)
    return found if isinstance(found, str) else ""


def reset_at(headers: Mapping[str, str]) -> datetime | None:
    """When the limit is over by X-Toast-RateLimit-Reset; None without it, or where Retry-After says more."""
    said = headers.get("x-toast-ratelimit-reset", "").strip()
    if not said.isdigit() or headers.get("retry-after"):
        return None
    return _reset(int(said))


def _reset(said: int) -> datetime | None:
    """Epoch seconds: a guess, so a time that is not near now is not believed."""
    try:
        moment = datetime.fromtimestamp(said, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if abs(moment - datetime.now(UTC)) < timedelta(hours=2) else None


def limits(reply: Reply) -> RateHint | None:
    """What is left of the limit, where a good answer says so."""
    left, moment = reply.headers.get("x-toast-ratelimit-remaining", "").strip(), reset_at(reply.headers)
    if not left.isdigit() or moment is None:
        return None
    return RateHint(int(left), max(0.0, (moment - datetime.now(UTC)).total_seconds()))
