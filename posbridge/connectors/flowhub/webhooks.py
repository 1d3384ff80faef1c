"""Flowhub's only message: the postback of one order to the address that was sent with it (contract, section 9).

Nothing signs it. The secret stands in the address, and what it says is only a reason to ask Flowhub again.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from posbridge.connectors.contract import Subscription, WebhookEvent
from posbridge.connectors.errors import SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.text import Reader
from posbridge.connectors.webhooks import secrets_in

if TYPE_CHECKING:
    from posbridge.connectors.flowhub.calls import Calls

TOPIC = "order.status"
_PATH = "hooks/flowhub"


def verify(body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "") -> bool:
    """True when a piece of the address's path is one of the secrets; constant time, all pieces and secrets tried."""
    secrets = secrets_in(secret) if isinstance(secret, str) else [each for each in secret if each]
    pieces = [unquote(piece).encode() for piece in urlsplit(url).path.split("/") if piece]
    good = False
    for one in secrets:
        for piece in pieces:
            good |= hmac.compare_digest(one.encode(), piece)
    return good


def parse(body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
    """One event; copies share their key (order and status). Raises ValidationError for anything but a postback.

    Guess: the body is what `orderStatus` answers (its shape was never seen).
    """
    try:
        reader = Reader(json.loads(body))
        order, status = reader.text("orderId").strip(), reader.text("status").strip()
    except (ValueError, SchemaDrift, RecursionError) as problem:
        raise ValidationError("This is no postback of Flowhub.") from problem
    if not order:
        raise ValidationError("This is no postback of Flowhub.")
    return [WebhookEvent(key=f"{order}:{status.casefold()}", topic=TOPIC, kind="order", object_id=order)]


def postback_url(calls: Calls, order_id: str) -> str:
    """The address at which Flowhub tells of this order; "" when none is set up. The newest secret is used."""
    base, secrets = calls.setting("postback_base_url").rstrip("/"), secrets_in(calls.secrets.get("postback_secret", ""))
    return f"{base}/{_PATH}/{secrets[0]}/{order_id}" if base and secrets else ""


class Webhooks:
    """The postbacks of one connection."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        return verify(body, headers, self._calls.secrets.get("postback_secret", ""), url)

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        return parse(body, headers)

    async def subscribe(self, url: str) -> list[Subscription]:
        """Raises Unsupported: there is nothing to register, each order carries its own address."""
        raise Unsupported(
            "Flowhub registers no webhooks: each order carries its own address.",
            next_step="Enter the order status address and its secret in this connection's settings.",
        )

    async def subscriptions(self) -> list[Subscription]:
        return []
