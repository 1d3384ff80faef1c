"""Square's webhooks: proved by HMAC over the address and the raw body, read into "look at this"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from posbridge.connectors.contract import WebhookEvent
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.text import Reader
from posbridge.connectors.webhooks import header, signed

SIGNATURE = "x-square-hmacsha256-signature"
TOPICS = (
    "catalog.version.updated", "customer.created", "customer.updated", "customer.deleted", "gift_card.created",
    "gift_card.updated", "inventory.count.updated", "oauth.authorization.revoked", "order.created", "order.updated",
    "order.fulfillment.updated", "payment.created", "payment.updated", "refund.created", "refund.updated",
)  # fmt: skip
_KINDS = {
    "catalog": "product", "inventory": "inventory", "order": "order", "payment": "order", "refund": "refund",
    "customer": "customer", "gift_card": "gift_card",
}  # fmt: skip


def verify(body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "") -> bool:
    """Whether one of the signature keys signed this delivery to `url` (exactly as registered)."""
    secrets = [secret] if isinstance(secret, str) else list(secret)
    return signed(url.encode() + body, header(headers, SIGNATURE), secrets)


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> list[WebhookEvent]:
    """What a delivery says, one event a changed object. Raises ValidationError for a body that is none of Square's."""
    try:
        raw = json.loads(body.decode("utf-8"))
        reader = Reader(raw, "event_id")
        topic, key = reader.text("type"), reader.text("event_id")
        if not topic or not key:
            raise ValidationError("This is no event of Square: it has no type or no id.")
        at = reader.utc("created_at")
        named = _objects(topic, reader.object("data"))
    except (ValueError, SchemaDrift, RecursionError) as problem:
        raise ValidationError("This is no event of Square.") from problem
    several = len(named) > 1
    return [
        WebhookEvent(
            key=f"{key}:{object_id}" if several else key, topic=topic, kind=_kind(topic), object_id=object_id, at=at
        )
        for object_id in named
    ]


def _kind(topic: str) -> str:
    if topic == "oauth.authorization.revoked":
        return "token_revoked"
    return _KINDS.get(topic.split(".", 1)[0], "other")


def _objects(topic: str, data: Reader) -> list[str]:
    """The ids of what changed. A catalog event only says that something changed, and names nothing."""
    room = topic.split(".", 1)[0]
    inner = data.object("object")
    if room in ("catalog", "oauth"):
        return [""]
    if room == "inventory":
        counts = inner.objects("inventory_counts")
        return list(dict.fromkeys(one.text("catalog_object_id") for one in counts)) or [""]
    if room == "payment":
        return [inner.object("payment").text("order_id") or data.text("id")]
    if topic.startswith("gift_card.activity"):
        return [inner.object("gift_card_activity").text("gift_card_id") or data.text("id")]
    return [data.text("id") or _inner_id(room, inner)]


def _inner_id(room: str, inner: Reader) -> str:
    found: Any = next((value for value in inner.raw.values() if isinstance(value, Mapping)), {})
    return str(found.get(f"{room}_id") or found.get("id") or "")
