"""Dutchie Plus' refusals in our words (the contract's facts, section 11). Most shapes there are guesses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx

from posbridge.connectors.errors import (
    AuthenticationError,
    ConnectorError,
    NotFound,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)

#: `reason` of an error that, if it stays, means that Plus is closed for this shop.
GONE = "gone"
#: `reason` of a failure inside Dutchie that came as a GraphQL error: a write may have been done.
INSIDE = "inside"
_KEY_STEP = "Ask Dutchie for a key of this store and enter it in the connection's settings."
_BLOCKED = "Something in front of Dutchie Plus (Cloudflare, or this network) keeps the request back."
_DUTCHIE = re.compile(r"(^|\.)dutchie\.com$", re.IGNORECASE)
_BY_MESSAGE: tuple[tuple[str, type[ConnectorError]], ...] = (
    (r"not found|NOT_FOUND", NotFound),
    (r"unauthor|unauthenticat|forbidden|not authorized", AuthenticationError),
    (r"rate.?limit|\brate\b|too many requests|throttl", RateLimitExceeded),
    (r"internal.(server.)?error|timed? ?out|unavailable", ServiceUnavailable),
)


def error(reply: Any) -> Exception | None:
    """Our error for a reply of Plus, None where it is good. Data beside errors is left to who asked for it."""
    if 300 <= reply.status < 400:
        return _gone(reply.status) if _stays_there(reply) else None
    body = reply.json_or_none()
    problems = body.get("errors") if isinstance(body, Mapping) else None
    if reply.status in (404, 410) and not problems:
        return _gone(reply.status)
    if reply.status == 403 and not isinstance(body, Mapping) and reply.content.strip():
        return ServiceUnavailable(_BLOCKED, status=403)
    if reply.status in (401, 403):
        return AuthenticationError(_said(problems, reply.status), status=reply.status, next_step=_KEY_STEP)
    if reply.status == 429:
        return RateLimitExceeded(_said(problems, 429), status=429)
    if reply.status >= 500:
        return ServiceUnavailable(_said(problems, reply.status), status=reply.status)
    if problems and not _has_data(body):
        return refusal(problems, reply.status)
    return ValidationError(_said(problems, reply.status), status=reply.status) if reply.status >= 400 else None


def refusal(problems: Any, status: int = 200) -> ConnectorError:
    """The error that GraphQL errors are: by the words of the first and its code."""
    said, code = _said(problems, status), _code(problems)
    text = f"{said} {code}"
    kind = next((kind for words, kind in _BY_MESSAGE if re.search(words, text, re.IGNORECASE)), ValidationError)
    step = _KEY_STEP if kind is AuthenticationError else None
    extra = {"reason": INSIDE} if kind is ServiceUnavailable else {}
    return kind(said, status=status, next_step=step, platform_code=code, **extra)


def _gone(status: int) -> ServiceUnavailable:
    return ServiceUnavailable(f"Dutchie Plus is not at its address (status {status}).", status=status, reason=GONE)


def _stays_there(reply: Any) -> bool:
    """Sent on within Dutchie: to a web page. Elsewhere it is this network that asks for a sign-in."""
    target = httpx.URL(reply.headers.get("location", ""))
    return not target.host or bool(_DUTCHIE.search(target.host))


def _has_data(body: Any) -> bool:
    data = body.get("data") if isinstance(body, Mapping) else None
    return isinstance(data, Mapping) and any(value is not None for value in data.values())


def _first(problems: Any) -> Mapping[str, Any]:
    first = problems[0] if isinstance(problems, list) and problems else None
    return first if isinstance(first, Mapping) else {}


def _said(problems: Any, status: int) -> str:
    text = _first(problems).get("message")
    if isinstance(text, str) and text.strip():
        return f"Dutchie says: {text.strip()}"
    return f"Dutchie Plus refuses it (status {status})."


def _code(problems: Any) -> str:
    more = _first(problems).get("extensions")
    code = more.get("code") if isinstance(more, Mapping) else ""
    return code if isinstance(code, str) else ""
