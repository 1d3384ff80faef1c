"""Lightspeed's notifications: proved by HTTP Basic alone, read into "look at this"."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from posbridge.connectors.contract import WebhookEvent
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.lightspeed.facts import WEBHOOK_USER
from posbridge.connectors.lightspeed.order_mapping import sent_reference
from posbridge.connectors.lightspeed.reading import time_of
from posbridge.connectors.text import Reader
from posbridge.connectors.webhooks import header

#: The header that all copies of one notification share. Its spelling on old endpoints is a GUESS.
COPY_KEY = "x-lightspeed-idempotency-key"
_KINDS = {"ORDER": "order", "PAYMENT": "order", "ITEM": "inventory"}


def verify(
    body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "", *, user: str = WEBHOOK_USER
) -> bool:
    """Whether user and password are those of the endpoint. `secret` is the password, or "user:password"; all are
    compared, in constant time. The body is not signed: what it says is a hint only."""
    given = _given(headers)
    good = False
    for one in [secret] if isinstance(secret, str) else secret:
        pair = one if ":" in one else f"{user}:{one}"
        if one and given:
            good |= hmac.compare_digest(pair.encode(), given)
    return good


def _given(headers: Mapping[str, str]) -> bytes:
    kind, _, coded = header(headers, "authorization").partition(" ")
    try:
        return base64.b64decode(coded.strip(), validate=True) if kind.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        return b""


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> list[WebhookEvent]:
    """What a notification says, of either kind. Raises ValidationError for a body that is none of Lightspeed's."""
    raw = decoded(body)
    try:
        row = Reader(raw, "thirdPartyReference")
        event = _of_notice(row) if "notificationType" in row.raw else _of_webhook(row)
    except SchemaDrift as problem:
        raise ValidationError("This is no notification of Lightspeed.") from problem
    return [event.model_copy(update={"key": header(headers or {}, COPY_KEY) or f"{event.key}:{_digest(body)}"})]


def decoded(body: bytes) -> dict[str, Any]:
    """The body as an object. Raises ValidationError."""
    try:
        raw = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise ValidationError("This is no notification of Lightspeed.") from problem
    if not isinstance(raw, dict):
        raise ValidationError("This is no notification of Lightspeed.")
    return raw


def _of_webhook(row: Reader) -> WebhookEvent:
    kind, word = row.text("type"), row.text("status")
    if kind not in _KINDS or not word:
        raise SchemaDrift("It has no type or no status.")
    named = row.text("sku") if kind == "ITEM" else _order_of(row.text("thirdPartyReference"), kind)
    at = time_of(row, "countUpdatedAt")
    return WebhookEvent(key=f"{kind}:{word}:{named}", topic=f"{kind}.{word}", kind=_KINDS[kind], object_id=named, at=at)


def _order_of(reference: str, kind: str) -> str:
    """The order that a payment's reference belongs to."""
    order, _, part = reference.rpartition("-p")
    return order if kind == "PAYMENT" and part.isdigit() else reference


def _of_notice(row: Reader) -> WebhookEvent:
    account, word = row.object("account"), row.text("notificationType")
    number = account.text("accountNumber")
    if not number or not word:
        raise SchemaDrift("It names no account.")
    named = sent_reference(account.raw) or number
    return WebhookEvent(
        key=f"RTN:{word}:{number}",
        topic=f"RTN.{word}",
        kind="order",
        object_id=named,
        at=time_of(account, "updateDate"),
    )


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]
