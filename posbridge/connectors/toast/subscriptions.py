"""Webhook deliveries of a connection. Toast has no call to subscribe: a person does it in Toast Web."""

from __future__ import annotations

from collections.abc import Mapping

from posbridge.connectors.contract import Context, Subscription, WebhookEvent
from posbridge.connectors.errors import Unsupported
from posbridge.connectors.toast import webhooks
from posbridge.connectors.toast.calls import Calls
from posbridge.connectors.webhooks import secrets_in


class Webhooks:
    """Proved with the secrets of the settings: Toast gives one for each subscription."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._restaurant = Calls(context).restaurant

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        """Old deliveries are not believed: they may be repeated by somebody else."""
        secrets = secrets_in(self._context.secrets.get("webhook_secret", ""))
        return webhooks.verify(body, headers, secrets, url) and webhooks.fresh(body, headers, self._context.clock())

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        return webhooks.parse(body, headers, restaurant=self._restaurant)

    async def subscribe(self, url: str) -> list[Subscription]:
        raise Unsupported(
            "Toast lets no program subscribe to webhooks.",
            next_step=f"In Toast Web, add webhooks to {url} and enter their secrets in Connections.",
        )

    async def subscriptions(self) -> list[Subscription]:
        """Toast lists none; what is known is that a secret was entered."""
        return []
