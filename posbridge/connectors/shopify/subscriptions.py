"""A connection's webhook deliveries, and the subscriptions that bring them."""

from __future__ import annotations

from collections.abc import Mapping

from posbridge.connectors.contract import Context, Subscription, WebhookEvent
from posbridge.connectors.shopify import documents
from posbridge.connectors.shopify.calls import Body, Calls, members, needed, walk
from posbridge.connectors.shopify.webhooks import TOPICS, parse, verify
from posbridge.connectors.text import Reader
from posbridge.connectors.webhooks import secrets_in
from posbridge.domain.errors import ConfigurationError


class Webhooks:
    """Shopify deletes a subscription after eight failures in a row: `subscribe` makes what is missing again."""

    def __init__(self, context: Context, calls: Calls) -> None:
        self._calls = calls
        self._secrets = secrets_in(context.secrets.get("client_secret", ""))

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        """With the client secret; while it is replaced the new and the old one count."""
        return verify(body, headers, self._secrets, url)

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        return parse(body, headers)

    async def subscribe(self, url: str) -> list[Subscription]:
        """One subscription a topic at `url`: kept if it is right, moved if not, made if there is none.

        Raises ConfigurationError without the client secret: no delivery could be proved.
        """
        if not self._secrets:
            step = "Enter the app's client secret, then try again."
            raise ConfigurationError("This connection has no client secret to prove webhooks with.", next_step=step)
        held = {one.topics[0]: one for one in await self.subscriptions()}
        hook = {"uri": url, "format": "JSON"}
        made = []
        for topic in TOPICS:
            one = held.get(topic)
            if one is not None and one.url != url:
                one = _read(await self._calls.change(documents.HOOK_UPDATE, id=one.id, hook=hook))
            made.append(one or _read(await self._calls.change(documents.HOOK_CREATE, topic=topic, hook=hook)))
        return made

    async def subscriptions(self) -> list[Subscription]:
        """Those that this app made itself; Shopify lists no others."""

        async def fetch(at: str) -> Body:
            data = await self._calls.ask(documents.HOOKS, first=250, after=at or None)
            return needed(data, "webhookSubscriptions")

        return [_row(Reader(row)) async for page, _ in walk(fetch) for row in members(page)]


def _read(payload: Body) -> Subscription:
    return _row(Reader(payload).object("webhookSubscription"))


def _row(row: Reader) -> Subscription:
    return Subscription(id=row.id(), topics=(row.text("topic"),), url=row.text("uri"))
