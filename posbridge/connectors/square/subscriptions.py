"""Webhook deliveries of a connection, and the subscription that brings them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import Context, Subscription, WebhookEvent
from posbridge.connectors.square.calls import VERSION, Body, frozen, rows_of
from posbridge.connectors.square.order_body import PAYMENT_KEY, derived
from posbridge.connectors.square.webhooks import TOPICS, parse, verify
from posbridge.connectors.text import Reader

_NAME = "posbridge"
_KEY_FIELD = "webhook_signature_key"
_PATH = "v2/webhooks/subscriptions"


class Webhooks:
    """Subscriptions belong to the application: they are called with its personal token."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._learned: dict[str, str] = {}

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        """With the keys of the settings (several are parted by spaces) and those that Square has told since.

        The address is the one given; where a relay stands between, the one that the settings say is registered.
        """
        keys = [*self._context.secrets.get(_KEY_FIELD, "").split(), *self._learned.values()]
        registered = self._context.connection.fields.get("webhook_notification_url", "")
        addresses = [each for each in dict.fromkeys([url, registered]) if each]
        return sum(verify(body, headers, keys, each) for each in addresses) > 0

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        return parse(body, headers)

    async def subscribe(self, url: str) -> list[Subscription]:
        """One subscription for all topics at `url`: kept if it is right, mended if not, made if there is none.

        Square shows its key at any time.
        """
        rows = await self._rows()
        mine = [row for row in rows if row.text("notification_url") == url or row.text("name") == _NAME]
        wanted = {"name": _NAME, "event_types": list(TOPICS), "notification_url": url}
        if not mine:
            key = derived(self._context.connection.id, f"hook-{derived(url, 'u', 16)}", PAYMENT_KEY)
            body = {"idempotency_key": key, "subscription": wanted | {"api_version": VERSION}}
            return [self._read(Reader(await self._call("POST", _PATH, body)).object("subscription"))]
        row = mine[0]
        right = set(TOPICS) <= set(row.items("event_types")) and row.flag("enabled", True)
        if not right or row.text("notification_url") != url:
            path = f"{_PATH}/{quote(row.id(), safe='')}"
            changed = await self._call("PUT", path, {"subscription": wanted | {"enabled": True}})
            row = Reader(changed).object("subscription")
        return [self._read(row)]

    async def subscriptions(self) -> list[Subscription]:
        return [self._read(row) for row in await self._rows()]

    async def _rows(self) -> list[Reader]:
        page = await self._call("GET", _PATH)
        return [Reader(row) for row in rows_of(page, "subscriptions")]

    async def _call(self, method: str, path: str, body: Body | None = None) -> Body:
        http, own = self._context.http, self._context.secrets.get("application_token", "")
        headers = {"square-version": VERSION, "content-type": "application/json"}
        headers |= {"authorization": f"Bearer {own}"} if own else {}
        content = None if body is None else frozen(body).encode()
        send = http.read if method == "GET" else http.write
        reply = await send(method, path, content=content, headers=headers, signed=not own)
        answer: Any = reply.json()
        return dict(Reader(answer).raw)

    def _read(self, row: Reader) -> Subscription:
        if row.text("signature_key"):
            self._learned[row.id()] = row.text("signature_key")
        topics = tuple(str(topic) for topic in row.items("event_types"))
        return Subscription(
            id=row.id(), topics=topics, url=row.text("notification_url"), active=row.flag("enabled", True),
            secret=row.text("signature_key"), secret_field=_KEY_FIELD,
        )  # fmt: skip
