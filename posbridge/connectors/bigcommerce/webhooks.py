"""BigCommerce's webhooks: Standard Webhooks signatures over the raw body, and a token of our own in each delivery."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from posbridge.connectors.bigcommerce.reading import whole
from posbridge.connectors.contract import WebhookEvent
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.text import Reader
from posbridge.connectors.webhooks import header, secrets_in, signed

HOOK_TOKEN = "X-Posbridge-Hook-Token"  # noqa: S105 - a header's name
#: There are none for coupons and gift certificates.
TOPICS = (
    "store/order/*", "store/product/*", "store/sku/*", "store/customer/*", "store/information/updated",
    "store/app/uninstalled", "store/hook/deliveryException",
)  # fmt: skip
#: Deliveries older or newer than this are not believed, seconds.
TOLERANCE_S = 300
_KINDS = (
    ("store/order/refund/", "refund"),
    ("store/order/", "order"),
    ("store/product/inventory/", "inventory"),
    ("store/sku/inventory/", "inventory"),
    ("store/product/", "product"),
    ("store/sku/", "product"),
    ("store/customer/", "customer"),
    ("store/app/uninstalled", "token_revoked"),
)


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secret: str | Sequence[str],
    url: str = "",
    *,
    now: datetime | None = None,
) -> bool:
    """Whether one of the secrets signed `{webhook-id}.{webhook-timestamp}.{body}`; the address has no part in it.

    The key is the account's client secret as it stands; a secret in the standard's own base64 form counts too.
    With `now` (UTC) a delivery more than five minutes off is not believed.
    """
    given = secrets_in(secret) if isinstance(secret, str) else list(secret)
    message_id, at = header(headers, "webhook-id"), header(headers, "webhook-timestamp").strip()
    if not message_id or not at.isdecimal() or (now is not None and abs(now.timestamp() - int(at)) > TOLERANCE_S):
        return False
    message = f"{message_id}.{at}.".encode() + body
    keys = [key for one in given for key in _keys(one)]
    said = [part.partition(",")[2] for part in header(headers, "webhook-signature").split() if part[:3] == "v1,"]
    return any(signed(message, one, keys) for one in said)


def _keys(secret: str) -> list[bytes]:
    """The secret as UTF-8, and decoded where it is base64 of a key of the standard's size (24 to 64 bytes)."""
    keys = [secret.encode()]
    try:
        decoded = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return keys
    return [*keys, decoded] if 24 <= len(decoded) <= 64 else keys


def token_of(secret: str) -> str:
    """Our own secret header of a hook: derived from the client secret, so that it need not be kept apart."""
    return hmac.new(secret.encode(), b"posbridge hook token", hashlib.sha256).hexdigest()


def carries_token(headers: Mapping[str, str], secrets: Sequence[str]) -> bool:
    """Whether the delivery carries the token of one of the secrets; constant time."""
    said, good = header(headers, HOOK_TOKEN).strip(), False
    for secret in secrets:
        good |= bool(said) and hmac.compare_digest(token_of(secret).encode(), said.encode("utf-8", "replace"))
    return good


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> list[WebhookEvent]:
    """What a delivery says: a pointer only. Its key is the delivery's `webhook-id`, else the digest of its content,
    the same for each copy. Raises ValidationError for a body that is none of theirs."""
    try:
        reader = Reader(json.loads(body.decode("utf-8")))
        scope, digest = reader.text("scope"), reader.text("hash")
        data = reader.object("data")
        at = whole(reader, "created_at")
        object_id = _object_id(scope, data)
        key = header(headers or {}, "webhook-id") or digest
        told = None if at is None else datetime.fromtimestamp(at, UTC)
    except (ValueError, SchemaDrift, RecursionError, OverflowError, OSError) as problem:
        raise ValidationError("This is no notification of BigCommerce.") from problem
    if not scope.startswith("store/") or not key:
        raise ValidationError("This is no notification of BigCommerce: it has no scope or no digest.")
    return [WebhookEvent(key=key, topic=scope, kind=_kind(scope), object_id=object_id, at=told)]


def _kind(scope: str) -> str:
    return next((kind for start, kind in _KINDS if scope.startswith(start)), "other")


def _object_id(scope: str, data: Reader) -> str:
    """The order, product or customer; of stock the product that it belongs to."""
    stock = data.object("inventory")
    product = stock.text("product_id")
    return product if product and _kind(scope) == "inventory" else data.text("id")
