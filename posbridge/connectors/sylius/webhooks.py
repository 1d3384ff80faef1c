"""Sylius sends nothing by itself; a plug-in for 2.x signs after Standard Webhooks, which a stranger may check here.

posbridge does not subscribe: the plug-in's topics are not known, and polling at the verified cursor misses nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from posbridge.connectors.contract import WebhookEvent
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.text import utc_from
from posbridge.connectors.webhooks import header, secrets_in, signed

#: A delivery older or newer than this is a replay (facts, 9).
TOLERANCE_S = 300
_PREFIX = "whsec_"
_KINDS = ("product", "order", "refund", "customer", "inventory")


def verify(
    body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "", *, now: datetime | None = None
) -> bool:
    """True for a delivery that one of the secrets signed within the last five minutes; raw bytes, constant time.

    `url` is not part of the signature.
    """
    ident, at, given = (header(headers, name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature"))
    if not ident or not at.isdecimal() or not given:
        return False
    seconds = int((now or datetime.now(UTC)).timestamp())
    fresh = abs(seconds - int(at[:15])) <= TOLERANCE_S
    message = f"{ident}.{at}.".encode() + body
    keys = [key for text in ([secret] if isinstance(secret, str) else secret) for key in map(_key, secrets_in(text))]
    marks = [mark.removeprefix("v1,") for mark in given.split() if mark.startswith("v1,")]
    good = [signed(message, mark, keys) for mark in marks]
    return any(good) and fresh


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""


def parse(body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
    """A hint only: read the object before acting. Raises ValidationError for a body that is not one."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise ValidationError("The delivery is not JSON.") from problem
    topic = said.get("type") if isinstance(said, Mapping) else None
    if not isinstance(topic, str) or not topic:
        raise ValidationError("The delivery does not say what it is about.")
    data = said.get("data")
    held = data if isinstance(data, Mapping) else {}
    ident = next((str(held[key]) for key in ("tokenValue", "code", "id") if held.get(key)), "")
    kind = next((kind for kind in _KINDS if kind in topic.casefold()), "other")
    at = said.get("timestamp")
    when = utc_from(at, naive_is_utc=True) if isinstance(at, str) and at else None
    return [WebhookEvent(key=header(headers, "webhook-id") or topic, topic=topic, kind=kind, object_id=ident, at=when)]
