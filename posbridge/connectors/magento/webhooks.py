"""Adobe I/O Events, which Adobe Commerce sends; Magento Open Source has none and is polled (recorded 185).

Proof is an RSA signature over the raw bytes with one of two keys of Adobe; the "secret" here is such a public key in
PEM form. Sources: the contract's section 9 with its vectors.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from posbridge.connectors.contract import WebhookEvent
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.text import utc_from
from posbridge.connectors.webhooks import header

_SIGNATURES = ("x-adobe-digital-signature-1", "x-adobe-digital-signature-2")
_COMMERCE = "x-adobe-commerce-webhook-signature"
_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", re.DOTALL)
_TYPE = re.compile(r"(?:com\.adobe\.commerce\.)?(?:observer|plugin)\.(.+)")
_KINDS = (
    ("sales_order_creditmemo", "refund"),
    ("sales_order", "order"),
    ("cataloginventory_stock_item", "inventory"),
    ("catalog_product", "product"),
    ("customer", "customer"),
)
#: The event's own key of the object it tells of.
_IDS = {"inventory": ("product_id",), "refund": ("order_id", "entity_id"), "product": ("entity_id", "id", "sku")}


def verify(body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "") -> bool:
    """Whether one of Adobe's keys signed these bytes: RSASSA-PKCS1-v1_5 with SHA-256, either of two signatures. A
    synchronous hook of Commerce is signed over the base64 of its body instead. The address is no part of it."""
    keys = [key for text in ([secret] if isinstance(secret, str) else secret) for key in _keys(text)]
    given = [(header(headers, name), body) for name in _SIGNATURES]
    given.append((header(headers, _COMMERCE), base64.b64encode(body)))
    return any(_signed(key, text, message) for key in keys for text, message in given if text)


def _keys(text: str) -> list[RSAPublicKey]:
    """All public keys in a text; while keys are replaced there are two."""
    found = []
    for pem in _PEM.findall(text):
        try:
            key = load_pem_public_key(pem.encode())
        except (ValueError, UnsupportedAlgorithm):
            continue
        if isinstance(key, RSAPublicKey):
            found.append(key)
    return found


def _signed(key: RSAPublicKey, signature: str, message: bytes) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def parse(body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
    """What to look at. Raises ValidationError for a body that is not one of Adobe's events."""
    said = _event(body)
    topic = _text(said.get("type")) or header(headers, "x-adobe-event-code")
    name = found[1] if (found := _TYPE.fullmatch(topic)) else topic
    kind = next((kind for part, kind in _KINDS if name.startswith(part)), "other")
    key = _text(said.get("eventid")) or _text(said.get("id")) or header(headers, "x-adobe-event-id")
    if not key or not topic:
        raise ValidationError("The delivery says neither what happened nor its own number.")
    return [WebhookEvent(key=key, topic=topic, kind=kind, object_id=_object_id(said, kind), at=_at(said))]


def _event(body: bytes) -> Mapping[str, Any]:
    """The event; the whole body may be base64 text, and some come inside "event"."""
    try:
        raw = body if body.lstrip()[:1] == b"{" else base64.b64decode(body, validate=True)
        said = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise ValidationError("The delivery is not JSON.") from problem
    if isinstance(said, Mapping) and isinstance(said.get("event"), Mapping) and "type" not in said:
        said = {**said, **said["event"]}
    if not isinstance(said, Mapping) or not isinstance(said.get("data"), Mapping):
        raise ValidationError("The delivery names no object.")
    return said


def _object_id(said: Mapping[str, Any], kind: str) -> str:
    value = said["data"].get("value")
    if not isinstance(value, Mapping):
        return ""
    ids = (value.get(name) for name in _IDS.get(kind, ("entity_id", "id")))
    return next((_text(ident) for ident in ids if _text(ident)), "")


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _at(said: Mapping[str, Any]) -> Any:
    try:
        return utc_from(_text(said.get("time")), naive_is_utc=True)
    except SchemaDrift:
        return None
