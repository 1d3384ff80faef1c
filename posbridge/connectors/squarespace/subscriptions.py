"""Webhook deliveries of a connection, and the subscription that brings them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from posbridge.connectors.contract import Context, Subscription, WebhookEvent
from posbridge.connectors.errors import Unsupported
from posbridge.connectors.squarespace.calls import SUBSCRIPTIONS, Calls, rows_of
from posbridge.connectors.squarespace.webhooks import TOPICS, parse, verify
from posbridge.connectors.text import Reader

_SECRET_FIELD = "webhook_secret"  # noqa: S105 - a field's name


class Webhooks:
    """Squarespace gives webhooks to OAuth connections only; a secret is told once, when it is made."""

    def __init__(self, context: Context, calls: Calls) -> None:
        self._calls = calls
        self._secret = context.secrets.get(_SECRET_FIELD, "")
        self._learned: dict[str, str] = {}

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        """With the secrets of the settings (several are parted by spaces) and those that Squarespace told since."""
        return verify(body, headers, [*self._secret.split(), *self._learned.values()])

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        return parse(body, headers)

    async def subscribe(self, url: str) -> list[Subscription]:
        """One subscription for all topics at `url`: kept if it is right, made anew if not.

        A secret that nobody kept is replaced, for deliveries could not be proved without it; `secret` of the answer
        holds a new one, which must be kept now. Raises Unsupported for a connection by API key.
        """
        if not self._calls.oauth:
            raise Unsupported(
                "Squarespace gives webhooks to OAuth connections only.",
                next_step="With an API key posbridge looks by itself every few minutes; nothing is missed.",
            )
        mine = [row for row in await self._rows() if row.text("endpointUrl") == url and self._is_ours(row)]
        right = [row for row in mine if set(TOPICS) <= set(row.items("topics"))]
        for row in mine:
            if row not in right[:1]:
                await self._calls.write("DELETE", _path(row.id()))
        return [await self._kept(right[0]) if right else await self._made(url)]

    async def _made(self, url: str) -> Subscription:
        made = Reader(await self._calls.write("POST", SUBSCRIPTIONS, {"endpointUrl": url, "topics": list(TOPICS)}))
        return self._told(made, made.text("secret"))

    async def _kept(self, row: Reader) -> Subscription:
        if self._secret.strip() or row.id() in self._learned:
            return _read(row)
        told = Reader(await self._calls.write("POST", f"{_path(row.id())}/actions/rotateSecret"))
        return self._told(row, told.text("secret"))

    def _told(self, row: Reader, secret: str) -> Subscription:
        self._learned[row.id()] = secret
        return _read(row).model_copy(update={"secret": secret, "secret_field": _SECRET_FIELD})

    async def subscriptions(self) -> list[Subscription]:
        """None for a connection by API key, which can have none."""
        return [_read(row) for row in await self._rows()] if self._calls.oauth else []

    async def _rows(self) -> list[Reader]:
        return [Reader(row) for row in rows_of(await self._calls.get(SUBSCRIPTIONS), "webhookSubscriptions")]

    def _is_ours(self, row: Reader) -> bool:
        return row.text("clientId") in ("", self._calls.field("client_id"))


def _path(subscription_id: str) -> str:
    return f"{SUBSCRIPTIONS}/{quote(subscription_id, safe='')}"


def _read(row: Reader) -> Subscription:
    return Subscription(id=row.id(), topics=tuple(map(str, row.items("topics"))), url=row.text("endpointUrl"))
