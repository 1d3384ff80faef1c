"""Squarespace's refusals in our words (the contract's facts, section 11).

Its `message` is for developers and is kept in the detail, never shown; `contextId` is what its support asks for.
"""

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

IN_PROGRESS, NO_STOCK, KNOWN_EMAIL = "CONCURRENT_MODIFICATION", "INSUFFICIENT_STOCK", "DUPLICATE_USER_CONFLICT"
#: What a 409 without a subtype is called: the same key may be at work still.
UNNAMED = ("CONFLICT", "Conflict", "")
OAUTH_ONLY = "OAUTH_TOKEN_REQUIRED"
#: Nothing in the answers says how long; the documentation says a minute (developers.squarespace.com, rate-limits).
COOL_DOWN = timedelta(seconds=60)

#: What a key must be allowed, by the part of the path that is refused.
RIGHTS = {
    "orders": "Orders (Read and Write)",
    "inventory": "Inventory (Read and Write)",
    "products": "Products (Read)",
    "store_pages": "Products (Read)",
    "contacts": "Contacts (Read and Write)",
    "discounts": "Discounts (Read)",
}
_NEW_KEY = (
    "In Squarespace open Settings > Developer Tools > Developer API Keys and make a new key with Orders and Inventory "
    "(Read and Write), Contacts (Read and Write), Products and Discounts (Read): a key cannot be changed later."
)
_WORDS = {
    "CURRENCY_MISMATCH": "Squarespace's site reckons in another currency than this till.",
    NO_STOCK: "Squarespace counts too few of these goods.",
    IN_PROGRESS: "Squarespace is still at work on this.",
    "STOCK_NOT_TRACKED": "Squarespace does not count the stock of these goods.",
    "STOCK_EXCEEDS_MAX": "Squarespace cannot count that many.",
    KNOWN_EMAIL: "Squarespace has a contact with this e-mail already.",
    "PRODUCT_VARIANT_NOT_FOUND": "Squarespace does not have one of these goods any more.",
    "INVENTORY_ITEM_NOT_FOUND": "Squarespace does not have one of these goods any more.",
    "WEBHOOK_SUBSCRIPTION_LIMIT_REACHED": "This Squarespace site has all the webhook subscriptions it may have (25).",
}
_BY_STATUS: dict[int, type[ConnectorError]] = {404: NotFound, 409: Conflict}


def error(reply: Any) -> Exception | None:
    """Our error for a reply, None where it is good. Both shapes are read: Squarespace's own, and RFC 7807."""
    if reply.status < 400:
        return None
    body = reply.json_or_none()
    said: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
    found = _named(reply, said)
    found.status = reply.status
    found.platform_code = _text(said, "subtype") or _text(said, "title") or _text(said, "error") or _text(said, "type")
    found.detail |= {"said": _text(said, "message") or _text(said, "detail"), "context": _text(said, "contextId")}
    return found


def _named(reply: Any, said: Mapping[str, Any]) -> ConnectorError:
    kind, subtype = _text(said, "type"), _text(said, "subtype")
    if reply.status == 429 or kind == "TOO_MANY_REQUESTS":
        told = "retry-after" in reply.headers
        at = None if told else datetime.now(UTC) + COOL_DOWN
        return RateLimitExceeded("Squarespace asks us to slow down.", retry_at=at)
    if reply.status >= 500:
        return ServiceUnavailable(f"Squarespace failed (status {reply.status}).")
    if reply.status in (401, 402, 403):
        return _refused(reply, kind, subtype)
    words = _WORDS.get(subtype) or _plain(reply.status, said)
    return _BY_STATUS.get(reply.status, ValidationError)(words)


def _refused(reply: Any, kind: str, subtype: str) -> ConnectorError:
    """A key that is not good, a site whose plan ran out, or a right that the key lacks."""
    if reply.status == 402 or kind == "WEBSITE_EXPIRED":
        step = "Renew the site's plan in Squarespace under Settings > Billing; the queue is kept."
        return AuthenticationError(f"The plan of this Squarespace site has run out. {step}", next_step=step)
    if reply.status == 401:
        return AuthenticationError("Squarespace does not know this key.")
    if subtype == OAUTH_ONLY:
        step = "Connect Squarespace by OAuth; an API key is not enough for this."
        return PermissionDenied("Squarespace gives webhooks to OAuth connections only.", next_step=step)
    right = next((right for part, right in RIGHTS.items() if f"/{part}" in reply.url), "")
    lacking = f"The key lacks the permission {right}." if right else "The key lacks a permission."
    return PermissionDenied(f"{lacking} {_NEW_KEY}", next_step=_NEW_KEY)


def _plain(status: int, said: Mapping[str, Any]) -> str:
    """Words for what has no subtype of its own; the support's reference goes along."""
    if status == 404:
        return "Squarespace does not know this."
    reference = _text(said, "contextId")
    return "Squarespace refuses this as it is" + (f" (its reference: {reference})." if reference else ".")


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""
