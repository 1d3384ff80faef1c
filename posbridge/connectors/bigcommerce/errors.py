"""BigCommerce's refusals in our words (the contract's facts, section 11): by the HTTP status, for the bodies have
four shapes and the status inside one can differ from its own."""

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

#: A 429 that does not say how long means load over there (a guess).
COOL_DOWN = 30.0
#: The API account's scope, by the part of the path that is refused.
RIGHTS = {
    "payment_actions": "Order Transactions: modify",
    "orders": "Orders: modify",
    "catalog": "Products: read-only",
    "inventory/locations/": "Store Inventory: modify",
    "inventory/locations": "Store Locations: read-only",
    "inventory": "Store Inventory: modify",
    "customers": "Customers: modify",
    "coupons": "Marketing: modify",
    "promotions": "Marketing: modify",
    "gift_certificates": "Marketing: modify",
    "store": "Information & Settings: read-only",
    "hooks": "Orders, Products and Customers: read-only",
}
_STEP = (
    "In BigCommerce open Settings > API > Store-level API accounts and make a new account with these scopes: an "
    "account's scopes cannot be changed later. Then connect again with its token."
)
_TAKEN = ("already in use", "duplicate", "already exists")
_BY_STATUS: dict[int, type[ConnectorError]] = {404: NotFound, 409: Conflict}


def error(reply: Any) -> Exception | None:
    """Our error for a reply, None where it is good."""
    if reply.status < 400:
        return None
    body = reply.json_or_none()
    title, words = _said(body)
    found = _named(reply, f"{title} {words}".strip())
    found.status = reply.status
    found.platform_code = title[:120]
    found.detail |= {"said": words[:500] or title[:500]}
    return found


def _named(reply: Any, said: str) -> ConnectorError:
    if reply.status == 429:
        return RateLimitExceeded("BigCommerce asks us to slow down.", retry_at=_retry_at(reply.headers))
    if reply.status == 503 or (reply.status >= 500 and reply.status != 507) or reply.status in (423, 499):
        more = " The store may be closed for maintenance or suspended." if reply.status == 503 else ""
        return ServiceUnavailable(f"BigCommerce failed (status {reply.status}).{more}")
    if reply.status == 401:
        step = "Copy the access token and the API path again; they belong to one store-level API account."
        return AuthenticationError("BigCommerce does not know this token for this store.", next_step=step)
    if reply.status == 403:
        return _lacking(reply.url)
    if reply.status == 507:
        return ValidationError("The plan of this BigCommerce store allows no more of these.")
    if reply.status == 422 and any(word in said.lower() for word in _TAKEN):
        return Conflict("BigCommerce has this already.")
    return _BY_STATUS.get(reply.status, ValidationError)(
        f"BigCommerce refuses this as it is: {said[:300]}".rstrip(": ")
    )


def _plainly(said: str) -> str:
    return f"BigCommerce refuses this as it is: {said[:300]}".rstrip(": ")


def right_for(path: str) -> str:
    """The scope that a path needs, in the words of BigCommerce's control panel; "" for none that we know."""
    return next((right for part, right in RIGHTS.items() if f"/{part}" in f"/{path}"), "")


def _lacking(url: str) -> PermissionDenied:
    right = right_for(url.partition("/stores/")[2])
    words = f"This API account lacks the scope {right}." if right else "This API account lacks a scope."
    return PermissionDenied(words, next_step=_STEP)


def _said(body: Any) -> tuple[str, str]:
    """(title, more) of `{title, errors}`, `[{message, details}]`, `{code, message}`, or nothing."""
    if isinstance(body, list):
        body = body[0] if body else {}
    if not isinstance(body, Mapping):
        return "", ""
    title = next((str(body[name]) for name in ("title", "message", "code") if isinstance(body.get(name), str)), "")
    more = body.get("errors") or body.get("details") or body.get("detail")
    if isinstance(more, Mapping):
        return title, "; ".join(f"{name}: {value}" for name, value in more.items())
    return title, str(more) if isinstance(more, str | list) else ""


def wait_s(headers: Mapping[str, str]) -> float | None:
    """The longer of the two waits that a refusal names, seconds; None where it names none."""
    waits = [
        float(told) / per
        for name, per in (("x-rate-limit-time-reset-ms", 1000), ("x-retry-after", 1), ("retry-after", 1))
        if (told := headers.get(name, "").strip()).replace(".", "", 1).isdigit()
    ]
    return max(waits) if waits else None


def _retry_at(headers: Mapping[str, str]) -> datetime:
    told = wait_s(headers)
    return datetime.now(UTC) + timedelta(seconds=COOL_DOWN if told is None else min(told, 3600.0))
