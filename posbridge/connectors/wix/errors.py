"""Wix's refusals in our words (the contract's facts, section 11)."""

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

#: Nothing in the answers says how long (a guess).
COOL_DOWN = timedelta(seconds=60)
WRONG_CATALOG = ("CATALOG_V1_SITE_CALLING_CATALOG_V3_API", "CATALOG_V3_SITE_CALLING_CATALOG_V1_API")
NO_CARD_APP = "RISE_ACCOUNT_DOES_NOT_EXIST_FOR_META_SITE"
VOIDED = "ALREADY_VOIDED"
DUPLICATES = ("DUPLICATE_CONTACT_EXIST", "DUPLICATE_CONTACT_EXISTS")

#: What a key must be allowed, by the part of the path that is refused.
RIGHTS = {
    "/order-billing": "Manage Orders",
    "/payments": "Manage Orders",
    "/fulfillments": "Manage Orders",
    "/orders": "Manage Orders",
    "gift-cards": "Manage Gift Cards",
    "/coupons": "Manage Coupons",
    "/contacts": "Manage Contacts",
    "inventory": "Manage Products (inventory)",
    "/products": "Read Products in v3 catalogs, hidden ones too (in old catalogs: Manage Products)",
    "/categories": "Read Categories",
    "/collections": "Read Products",
    "/locations": "Read Products in v3 catalogs",
}
WORDS = {
    "GIFT_CARD_NOT_FOUND": "Wix does not know this gift card.",
    "GIFT_CARD_DISABLED": "This gift card is switched off.",
    "GIFT_CARD_EXPIRED": "This gift card has expired.",
    "INSUFFICIENT_FUNDS": "The gift card holds less than that.",
    "CURRENCY_NOT_SUPPORTED": "The gift card is in another currency.",
    "ALREADY_REDEEMED": "The gift card was charged for this already.",
    VOIDED: "This was given back to the gift card already.",
    "INSUFFICIENT_INVENTORY": "Wix counts too few of these goods.",
    "INVENTORY_QUANTITY_NOT_TRACKED": "Wix does not count the stock of these goods.",
    "ORDER_HAS_AUTHORIZED_TRANSACTION": "The order holds an authorised payment: capture or void it in Wix first.",
    "ORDER_IS_PENDING": "The order is still pending in Wix.",
}
_CARD_STEP = "Add the Wix Gift Card app to the site in the Wix App Market, then test again."
_BY_STATUS: dict[int, type[ConnectorError]] = {404: NotFound, 409: Conflict}


def error(reply: Any) -> Exception | None:
    """Our error for a reply, None where it is good. The token calls follow OAuth's shape."""
    if reply.status < 400:
        return None
    body = reply.json_or_none()
    said: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
    problem = _inner(said, "details", "applicationError")
    code = _text(problem, "code") or _text(said, "error")
    found = _named(reply, said, code)
    found.status, found.platform_code = reply.status, code
    found.detail |= {"said": _text(said, "message"), "request": reply.headers.get("x-wix-request-id", "")}
    if duplicate := _text(_inner(problem, "data"), "duplicateContactId"):
        found.detail["duplicate"] = duplicate
    found.detail["fields"] = _fields(said)
    return found


def _named(reply: Any, said: Mapping[str, Any], code: str) -> ConnectorError:
    status = reply.status
    if status == 429 or code == "RESOURCE_EXHAUSTED":
        told = "retry-after" in reply.headers
        return RateLimitExceeded("Wix asks us to slow down.", retry_at=None if told else datetime.now(UTC) + COOL_DOWN)
    if status >= 500:
        return ServiceUnavailable(f"Wix failed (status {status}).")
    if status == 401:
        return AuthenticationError("Wix does not accept the key or token.")
    if status == 403:
        return _lacking(reply.url)
    if code in WRONG_CATALOG:
        return ValidationError("The site has the other version of Wix's catalogue.")
    if code == NO_CARD_APP:
        return ValidationError("This Wix site has no gift cards.", next_step=_CARD_STEP)
    return _BY_STATUS.get(status, ValidationError)(WORDS.get(code) or _plain(status, said))


def _lacking(url: str) -> PermissionDenied:
    """A good key without a right, or one that is not for this site."""
    right = next((right for part, right in RIGHTS.items() if part in url), "")
    lacking = f"The key lacks the permission “{right}”" if right else "The key lacks a permission"
    step = (
        "Check the site id, and that the key may work on this site; at manage.wix.com/account/api-keys (or among the "
        f"app's permissions) tick {right or 'Wix Stores, eCommerce and Contacts'}."
    )
    return PermissionDenied(f"{lacking}, or is not for this site.", next_step=step)


def _plain(status: int, said: Mapping[str, Any]) -> str:
    """Wix's own words, with the fields that it names."""
    if status == 404:
        return "Wix does not know this."
    words = _text(said, "message").splitlines()
    named = "; ".join(_fields(said)[:3])
    told = named or (words[0] if words else "")
    return f"Wix refuses this as it is: {told[:300]}" if told else "Wix refuses this as it is."


def _fields(said: Mapping[str, Any]) -> list[str]:
    rows = _inner(said, "details", "validationError").get("fieldViolations")
    found = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return [f"{_text(row, 'field')} {_text(row, 'description')}".strip() for row in found]


def _inner(said: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        found = said.get(name)
        if not isinstance(found, Mapping):
            return {}
        said = found
    return said


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""
