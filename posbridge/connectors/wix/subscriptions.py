"""The webhooks of a connection. Wix lets nobody subscribe by a program: it is done by hand in the app's dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from posbridge.connectors.contract import Context, Subscription, WebhookEvent
from posbridge.connectors.errors import SchemaDrift, Unsupported
from posbridge.connectors.wix import webhooks

_FIELD = "webhook_public_key"


class Webhooks:
    """Proves deliveries with the app's public key, and that they are for this site."""

    def __init__(self, context: Context) -> None:
        fields = context.connection.fields
        self._keys = [context.secrets.get(_FIELD, ""), fields.get(_FIELD, "")]
        self._instance, self._clock = fields.get("instance_id", "").strip().lower(), context.clock

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        """A delivery for another site of the same app is not ours."""
        if webhooks.claims(body, self._keys, self._clock().timestamp()) is None:
            return False
        try:
            instance = webhooks.envelope(body).text("instanceId").lower()
        except (ValueError, SchemaDrift, RecursionError):
            return False
        return not self._instance or instance == self._instance

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        return webhooks.parse(body, headers)

    async def subscribe(self, url: str) -> NoReturn:
        """Raises Unsupported with what to enter where."""
        step = (
            "In the Wix app's dashboard (dev.wix.com) open Webhooks, enter the address "
            f"{url} for each of: {', '.join(webhooks.TOPICS)}. Then copy the public key from there into posbridge."
        )
        raise Unsupported("Wix's webhooks are entered by hand in the app's dashboard.", next_step=step)

    async def subscriptions(self) -> list[Subscription]:
        """None: Wix tells no program of them."""
        return []
