"""Wix's webhooks: the body is a token (JWT) signed with the app's key; what it says is read into "look at this"."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from posbridge.connectors.contract import WebhookEvent
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.text import Reader

#: Two clocks may differ by as much (the contract's section 13).
SKEW_S = 300
#: What posbridge wants to be told, for the person who enters it in the app's dashboard.
TOPICS = (
    "wix.ecom.v1.order_created", "wix.ecom.v1.order_updated", "wix.ecom.v1.order_canceled",
    "wix.ecom.v1.order_payment_status_updated", "wix.stores.catalog.v3.product_created",
    "wix.stores.catalog.v3.product_updated", "wix.stores.catalog.v3.product_deleted",
    "wix.stores.catalog.v3.inventory_item_updated", "com.wix.ecommerce.catalog.api.v1.ProductCreated",
    "com.wix.ecommerce.catalog.api.v1.ProductChanged", "com.wix.ecommerce.catalog.api.v1.ProductDeleted",
    "com.wix.ecommerce.inventory.api.v1.InventoryVariantsChanged", "wix.contacts.v4.contact_created",
    "wix.contacts.v4.contact_updated", "wix.contacts.v4.contact_deleted", "wix.gift_cards.v1.gift_card_updated",
    "AppRemoved",
)  # fmt: skip
_TOKEN = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", re.DOTALL)
#: Part of an event's name → what it is about; the first that fits.
_KINDS = (
    ("appremoved", "token_revoked"), ("app_instance_removed", "token_revoked"), ("inventory", "inventory"),
    ("gift_card", "gift_card"), ("contact", "customer"), ("coupon", "other"), ("refund", "refund"),
    ("order", "order"), ("fulfillment", "order"), ("variantschanged", "product"), ("product", "product"),
)  # fmt: skip
_IDS = ("productId", "orderId", "contactId", "id")


def verify(body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "") -> bool:
    """Whether one of the public keys proves this body, and its time is not over.

    A key is a PEM text, or the base64 of one; one text may hold several while they are replaced. Only RS256 counts.
    Neither headers nor address have a part in it.
    """
    return claims(body, secret) is not None


def claims(body: bytes, secret: str | Sequence[str], now: float | None = None) -> dict[str, Any] | None:
    """What a proved token says, None for one that is not proved. `now` is epoch seconds."""
    if _TOKEN.fullmatch(body) is None:
        return None
    head, payload, signature = body.split(b".")
    said, told = _json(head), _json(payload)
    if not isinstance(said, dict) or not isinstance(told, dict) or said.get("alg") != "RS256":
        return None
    proved = [_proves(key, _bytes(signature), head + b"." + payload) for key in keys_in(secret)]
    return told if any(proved) and _is_in_time(told, time.time() if now is None else now) else None


def keys_in(secret: str | Sequence[str]) -> list[RSAPublicKey]:
    """The RSA keys that these texts hold; what is no key never counts."""
    whole = [secret] if isinstance(secret, str) else list(secret)
    pems = [pem for text in whole for pem in _pems(text)]
    return [key for key in map(_key, pems) if key is not None]


def _pems(text: str) -> Iterable[str]:
    """The PEM texts in a setting, also those written with "\\n" for line ends, or inside base64."""
    plain = text.replace("\\n", "\n")
    yield from _PEM.findall(plain)
    for word in _PEM.sub(" ", plain).split():
        try:
            yield from _PEM.findall(base64.b64decode(word, validate=True).decode("ascii"))
        except (binascii.Error, ValueError):
            continue


def _key(pem: str) -> RSAPublicKey | None:
    """A PEM on one line is broken again where its marks end."""
    lines = re.sub(r"(-----BEGIN [A-Z ]+-----)\s*(.*?)\s*(-----END [A-Z ]+-----)", _broken, pem, flags=re.DOTALL)
    try:
        found = load_pem_public_key(lines.encode("ascii"))
    except ValueError:
        return None
    return found if isinstance(found, RSAPublicKey) else None


def _broken(found: re.Match[str]) -> str:
    return "\n".join([found[1], *found[2].split(), found[3], ""])


def _proves(key: RSAPublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _is_in_time(told: Mapping[str, Any], now: float) -> bool:
    """`exp` is not always there; a time that is no number is none of theirs."""
    times = {name: told.get(name) for name in ("exp", "nbf", "iat")}
    if any(value is not None and (isinstance(value, bool) or not isinstance(value, int)) for value in times.values()):
        return False
    ends = times["exp"]
    return ends is None or ends > now - SKEW_S


def _bytes(part: bytes) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        return b""


def _json(part: bytes) -> Any:
    try:
        return json.loads(_bytes(part))
    except (ValueError, RecursionError):
        return None


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> list[WebhookEvent]:
    """What a delivery says: JSON text inside JSON text. Raises ValidationError for a body that is none of theirs."""
    try:
        return [_event(body, envelope(body))]
    except (ValueError, SchemaDrift, RecursionError) as problem:
        raise ValidationError("This is no notification of Wix.") from problem


def envelope(body: bytes) -> Reader:
    """`{eventType, instanceId, data, identity}` of a token, proved or not. Raises ValueError or SchemaDrift."""
    if _TOKEN.fullmatch(body) is None:
        raise ValueError("the body is no token")
    return Reader(_told(Reader(_json(body.split(b".")[1])).raw.get("data")))


def _event(body: bytes, said: Reader) -> WebhookEvent:
    topic, data = said.text("eventType"), Reader(_told(said.raw.get("data")))
    if not topic:
        raise ValueError("the notification has no topic")
    key = data.text("id") if "entityFqdn" in data.raw or "entityId" in data.raw else ""
    return WebhookEvent(
        key=key or hashlib.sha256(body).hexdigest(),
        topic=topic,
        kind=_kind(topic, data),
        object_id="" if topic.startswith("App") else _object_id(topic, data),
        at=data.utc("eventTime"),
    )


def _told(value: Any) -> Any:
    """A member that is JSON as text, or the object itself."""
    return json.loads(value) if isinstance(value, str) else value


def _kind(topic: str, data: Reader) -> str:
    words = f"{topic} {data.text('entityFqdn')}".lower()
    return next((kind for part, kind in _KINDS if part in words), "other")


def _object_id(topic: str, data: Reader) -> str:
    """The object to look at: of a piece of stock its product, of old flat events what they name."""
    if "inventory_item" in topic:
        inner = data.object("updatedEvent").object("currentEntity")
        found = inner.text("productId") or data.object("createdEvent").object("entity").text("productId")
        return found or data.text("entityId")
    if data.text("entityId"):
        return data.text("entityId")
    return next((data.text(name) for name in _IDS if isinstance(data.raw.get(name), str)), "")
