"""Squarespace's webhooks: proved by HMAC over the raw body, read into "look at this"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from posbridge.connectors.contract import WebhookEvent
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.text import Reader
from posbridge.connectors.webhooks import header, secrets_in, signed

SIGNATURE = "squarespace-signature"
#: All that posbridge needs; there are none for products, stock, discounts and gift cards.
TOPICS = (
    "order.create", "order.update", "extension.uninstall", "contact.create", "contact.update", "contact.delete",
    "address.create", "address.update", "address.delete",
)  # fmt: skip
_KINDS = {"order": "order", "contact": "customer", "address": "customer", "extension": "token_revoked"}
_IDS = ("orderId", "contactId", "id")


def verify(body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "") -> bool:
    """Whether one of the subscription's secrets signed this body; the key is the bytes that the hex text names.

    The address has no part in it. A secret that is no hex is none of Squarespace's and never counts.
    """
    given = secrets_in(secret) if isinstance(secret, str) else list(secret)
    return signed(body, header(headers, SIGNATURE), [_bytes_of(each) for each in given], encoding="hex")


def _bytes_of(secret: str) -> bytes:
    try:
        return bytes.fromhex(secret)
    except ValueError:
        return b""


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> list[WebhookEvent]:
    """What a delivery says. Orders come as ids only. Raises ValidationError for a body that is none of theirs."""
    try:
        reader = Reader(json.loads(body.decode("utf-8")))
        topic, key = reader.text("topic"), reader.text("id")
        if not topic or not key:
            raise ValidationError("This is no notification of Squarespace: it has no topic or no id.")
        data = reader.object("data")
        at = reader.utc("createdOn", naive_is_utc=True)
        object_id = _object_id(topic, data)
    except (ValueError, SchemaDrift, RecursionError) as problem:
        raise ValidationError("This is no notification of Squarespace.") from problem
    return [WebhookEvent(key=key, topic=topic, kind=_kind(topic, data), object_id=object_id, at=at)]


def _kind(topic: str, data: Reader) -> str:
    if topic == "order.update" and data.text("update") == "REFUNDED":
        return "refund"
    return _KINDS.get(topic.split(".", 1)[0], "other")


def _object_id(topic: str, data: Reader) -> str:
    """The order or contact; an address names its contact where it does."""
    if topic.startswith("extension."):
        return ""
    found: Any = next((data.raw[name] for name in _IDS if isinstance(data.raw.get(name), str)), "")
    return str(found)
