"""Shopify's webhooks: proved by HMAC over the raw body, read into "look at this". Source: the contract's section 9."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from posbridge.connectors.contract import WebhookEvent
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.shopify.reading import gid
from posbridge.connectors.text import utc_from
from posbridge.connectors.webhooks import header, signed

#: What posbridge wants to hear of. There is no topic for gift cards.
TOPICS = (
    "PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE", "INVENTORY_LEVELS_UPDATE", "ORDERS_CREATE",
    "ORDERS_UPDATED", "ORDERS_CANCELLED", "ORDERS_DELETE", "REFUNDS_CREATE", "CUSTOMERS_CREATE", "CUSTOMERS_UPDATE",
    "CUSTOMERS_DELETE", "APP_UNINSTALLED",
)  # fmt: skip
#: Room of a topic → (our word, the field that names the object, what kind of id that is).
_ROOMS = {
    "products": ("product", "id", "Product"),
    "inventory_levels": ("inventory", "inventory_item_id", "InventoryItem"),
    "inventory_items": ("inventory", "id", "InventoryItem"),
    "orders": ("order", "id", "Order"),
    "order_transactions": ("order", "order_id", "Order"),
    "refunds": ("refund", "order_id", "Order"),
    "customers": ("customer", "id", "Customer"),
}


def verify(body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "") -> bool:
    """Whether one of the client secrets signed these bytes: base64 of HMAC-SHA256. The address is no part of it.

    The newer "Events" deliveries name the header without x-.
    """
    secrets = [secret] if isinstance(secret, str) else list(secret)
    given = _header(headers, "hmac-sha256")
    return signed(body, given, secrets)


def _header(headers: Mapping[str, str], name: str) -> str:
    return header(headers, f"x-shopify-{name}") or header(headers, f"shopify-{name}")


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> list[WebhookEvent]:
    """What to look at. The key is the event's, the same for its repeats; without one it is made of the bytes.

    Raises ValidationError for a body that is none of Shopify's.
    """
    given = headers or {}
    said = _object(body)
    topic = _header(given, "topic") or _guessed(said)
    kind, field, ident = _ROOMS.get(topic.partition("/")[0], ("other", "id", ""))
    found = said.get(field)
    known = isinstance(found, int | str) and not isinstance(found, bool) and found != ""
    if topic == "app/uninstalled":
        kind = "token_revoked"
    return [
        WebhookEvent(
            key=_key(body, given, topic),
            topic=topic,
            kind=kind,
            object_id=gid(ident, str(found)) if known and ident else "",
            at=_at(given, said),
        )
    ]


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise ValidationError("The delivery is not JSON.") from problem
    if not isinstance(said, Mapping) or not said:
        raise ValidationError("The delivery names no object.")
    return said


def _guessed(said: Mapping[str, Any]) -> str:
    """Without a header (a proxy dropped it) the shape tells."""
    known = str(said.get("admin_graphql_api_id", "")).removeprefix("gid://shopify/").partition("/")[0]
    rooms = {ident: room for room, (_, _, ident) in reversed(_ROOMS.items())}
    if known in ("Refund", "OrderTransaction"):
        return "refunds/create" if known == "Refund" else "order_transactions/create"
    if known == "InventoryLevel":
        return "inventory_levels/update"
    return f"{rooms[known]}/update" if known in rooms else "other"


def _key(body: bytes, headers: Mapping[str, str], topic: str) -> str:
    """One event is told under several topics; each counts by itself."""
    event = _header(headers, "event-id") or _header(headers, "webhook-id")
    return f"{topic}:{event or hashlib.sha256(body).hexdigest()[:32]}"


def _at(headers: Mapping[str, str], said: Mapping[str, Any]) -> Any:
    for text in (_header(headers, "triggered-at"), said.get("updated_at"), said.get("created_at")):
        if isinstance(text, str) and text:
            try:
                return utc_from(text)
            except SchemaDrift:
                continue
    return None
