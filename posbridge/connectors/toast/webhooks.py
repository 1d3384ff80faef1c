"""Toast's webhooks: proved by HMAC over the raw body and its own timestamp, read into "look at this"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors.contract import WebhookEvent
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.text import Reader, utc_from
from posbridge.connectors.webhooks import header, signed

SIGNATURE, ATTEMPT = "toast-signature", "toast-attempt-number"
#: How old a first try may be, and by how much later ones come (5 and 10 minutes after).
_OLDEST, _TRIES = timedelta(minutes=15), timedelta(minutes=20)
TOPICS = (
    "order_updated", "channel_order_updated", "menus_updated", "in_stock", "low_quantity", "out_of_stock",
    "partner_added", "partner_updated", "partner_removed", "availability_online", "availability_offline",
    "ordering_schedule_updated",
)  # fmt: skip
_KINDS = {
    "order_updated": "order", "channel_order_updated": "order", "menus_updated": "product", "in_stock": "inventory",
    "low_quantity": "inventory", "out_of_stock": "inventory", "partner_removed": "token_revoked",
}  # fmt: skip
#: What else is known only by its category: the guest order status event, whose type is unconfirmed.
_ROOMS = {"order": "order", "orders": "order", "guest_order_status": "order", "stock": "inventory", "menus": "product"}


def verify(body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "") -> bool:
    """Whether one of the subscription secrets signed this body with its `timestamp` behind it. `url` counts nothing."""
    secrets = [secret] if isinstance(secret, str) else list(secret)
    moment = _timestamp(body)
    return bool(moment) and signed(body + moment.encode(), header(headers, SIGNATURE), secrets)


def _timestamp(body: bytes) -> str:
    """The timestamp exactly as the body has it; "" for a body without one."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = raw.get("timestamp") if isinstance(raw, Mapping) else None
    return found if isinstance(found, str) and found.isprintable() and found.isascii() else ""


def fresh(body: bytes, headers: Mapping[str, str], now: datetime) -> bool:
    """Whether a delivery is of now: Toast documents no limit, so this one is ours; later tries may be older."""
    try:
        age = abs(now - utc_from(_timestamp(body), naive_is_utc=True))
    except SchemaDrift:
        return False
    return age <= (_OLDEST if header(headers, ATTEMPT) in ("", "1") else _OLDEST + _TRIES)


def parse(body: bytes, headers: Mapping[str, str] | None = None, *, restaurant: str = "") -> list[WebhookEvent]:
    """What a delivery says. Its order has no externalId and no guest: it is a hint to read the order.

    A subscription may be for several restaurants: what is of another than `restaurant` is of the kind "other".
    Raises ValidationError for a body that is none of Toast's.
    """
    try:
        reader = Reader(json.loads(body.decode("utf-8")), "guid")
        key, topic = reader.text("guid"), reader.text("eventType")
        if not key or not topic:
            raise ValidationError("This is no event of Toast's: it has no type or no id.")
        moment = reader.utc("timestamp")
        details = reader.object("details")
        elsewhere = restaurant and details.text("restaurantGuid", restaurant).lower() != restaurant.lower()
        kind = "other" if elsewhere else _kind(topic, reader.text("eventCategory"))
        named = _object(kind, details)
    except (ValueError, SchemaDrift, RecursionError) as problem:
        raise ValidationError("This is no event of Toast's.") from problem
    return [WebhookEvent(key=key, topic=topic, kind=kind, object_id=named, at=moment)]


def _kind(topic: str, category: str) -> str:
    return _KINDS.get(topic) or _ROOMS.get(category, "other")


def _object(kind: str, details: Reader) -> str:
    """What changed; of a menu Toast says only that it did. Members of stock events are a guess (facts, 13)."""
    if kind == "order":
        inner: Any = details.object("order")
        return str(inner.text("guid") or details.text("orderGuid") or details.text("guid"))
    return details.text("guid") if kind == "inventory" else ""
