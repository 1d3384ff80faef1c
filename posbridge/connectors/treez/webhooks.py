"""Treez's webhooks: not signed, so the secret is the last part of the address; a delivery only says "look at this"."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlsplit

from posbridge.connectors.contract import Subscription, WebhookEvent
from posbridge.connectors.errors import SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.text import Reader
from posbridge.connectors.treez.reading import moment
from posbridge.connectors.webhooks import secrets_in

#: Longer bodies are nobody's ticket.
MOST_BYTES = 2 * 1024 * 1024
#: Kinds of the portal; CUSTOMER is known by name only (facts, 9).
_KINDS = {
    "TICKET": ("order", "ticket_id"),
    "PRODUCT": ("product", "product_id"),
    "CUSTOMER": ("customer", "customer_id"),
}
_SET_UP = (
    "In the Treez portal: Configurations, Config Page, Integration, Webhook Integration, Add Client; give the address "
    "with the webhook path at its end, choose tickets and products, then Test and Save."
)


def verify(body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "") -> bool:
    """Whether the address that was called ends with one of the secrets; constant time. Nothing proves the body, so
    what it says is read again from Treez before it counts."""
    given = secrets_in(secret) if isinstance(secret, str) else list(secret)
    said = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    good = False
    for one in given:
        good |= bool(one) and hmac.compare_digest(one.encode(), said.encode("utf-8", "replace"))
    return good and len(body) <= MOST_BYTES


def parse(body: bytes, headers: Mapping[str, str] | None = None) -> list[WebhookEvent]:
    """What a delivery says. Copies have the same key: the object, its time of change, its state (facts, 9).

    Raises ValidationError for a body that is none of Treez's.
    """
    try:
        reader = Reader(json.loads(body.decode("utf-8")))
        topic, data = reader.text("event_type").strip().upper(), reader.object("data")
        kind, key = _KINDS.get(topic, ("other", ""))
        object_id = data.text(key) if key else ""
        if kind == "product":
            object_id = data.text("catalog_parent_id") or object_id
        at = moment(data, "last_updated_at") or moment(data, "last_update")
        state = data.text("order_status") or data.text("product_status")
    except (ValueError, SchemaDrift, RecursionError) as problem:
        raise ValidationError("This is no notification of Treez.") from problem
    if not topic:
        raise ValidationError("This is no notification of Treez: it does not say of what.")
    named = f"{object_id}:{at.isoformat() if at else ''}:{state}"
    if not object_id or at is None:
        named += hashlib.sha256(body).hexdigest()[:24]
    return [WebhookEvent(key=f"{topic}:{named}", topic=topic, kind=kind, object_id=object_id, at=at)]


class Webhooks:
    """The webhooks of a connection: proved and read here, set up by a person in the portal."""

    def __init__(self, secret: str) -> None:
        self._secrets = secrets_in(secret)

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        return verify(body, headers, self._secrets, url)

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        return parse(body, headers)

    async def subscribe(self, url: str) -> list[Subscription]:
        raise Unsupported("Treez has no API for webhooks: they are set up in its portal.", next_step=_SET_UP)

    async def subscriptions(self) -> list[Subscription]:
        raise Unsupported("Treez does not tell which webhooks are set up.", next_step=_SET_UP)
