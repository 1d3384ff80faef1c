"""COVA's refusals in our words. Most refusals of an order are no HTTP errors at all: they stand in its status."""

from __future__ import annotations

import re
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

SIGN_IN = "/oauth2/token"
#: Guess: the documented page cuts the names of the further headers off.
REMAINING, RESET = "cova-apim-ratelimit-remaining", "cova-apim-ratelimit-reset"
#: The window of the limit; no Retry-After was seen.
WINDOW_S = 60
#: Guess: how COVA says that a sale is paid and can neither be paid again, changed nor cancelled.
_PAID = re.compile(r"already (been )?(paid|tendered|completed)|payment (has|was) already", re.IGNORECASE)

_KINDS: dict[int, type[ConnectorError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    410: NotFound,
}
_STEPS: dict[int, str] = {
    401: "Correct user, password, client id and client secret, then test again.",
    403: "Ask COVA (apisupport@covasoftware.com) to grant this user the company and the location.",
}


def error(reply: Reply) -> Exception | None:
    """Our error for a reply of COVA, None where it is good."""
    if reply.ok or 300 <= reply.status < 400:
        return None
    said = words(reply)
    if reply.status == 429:
        return RateLimitExceeded(said or "COVA asks us to slow down.", retry_at=_again_at(reply))
    if reply.status >= 500:
        return ServiceUnavailable(said or "COVA failed.")
    if reply.url.split("?")[0].endswith(SIGN_IN) and reply.status in (400, 401):
        return AuthenticationError(said or "COVA does not accept this user.", next_step=_STEPS[401])
    kind = _KINDS.get(reply.status, ValidationError)
    if kind is ValidationError and _PAID.search(said):
        kind = Conflict
    return kind(said or f"COVA refuses (status {reply.status}).", next_step=_STEPS.get(reply.status))


def words(reply: Reply) -> str:
    """What COVA says: iQmetrix's `Message`, OAuth's description; "" where it says nothing."""
    body = reply.json_or_none()
    if isinstance(body, str):
        return one_line(body)
    if not isinstance(body, Mapping):
        return ""
    known = {str(key).casefold(): value for key, value in body.items()}
    names = ("message", "description", "error_description", "title", "error")
    said = next((known[name] for name in names if isinstance(known.get(name), str) and known[name]), "")
    details = known.get("modelstate") or known.get("errors")
    more = [text for text in _texts(details) if text != said]
    return one_line(" ".join([said, *more[:3]]))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


def limits(reply: Reply) -> RateHint | None:
    """What is left of the window, where the headers say it."""
    remaining = reply.headers.get(REMAINING, "").strip()
    return RateHint(int(remaining), _reset_s(reply)) if remaining.isdecimal() else None


def _again_at(reply: Reply) -> datetime | None:
    """The end of the window; None where COVA itself says when (Retry-After is read by everybody)."""
    if "retry-after" in reply.headers:
        return None
    return datetime.now(UTC) + timedelta(seconds=_reset_s(reply))


def _reset_s(reply: Reply) -> float:
    said = reply.headers.get(RESET, "").strip()
    return min(float(said), float(WINDOW_S)) if re.fullmatch(r"\d{1,4}(\.\d+)?", said) else float(WINDOW_S)
