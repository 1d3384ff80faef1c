"""Webhook deliveries of a connection, and the hooks that bring them."""

from __future__ import annotations

from collections.abc import Mapping

from posbridge.connectors.bigcommerce.calls import Calls
from posbridge.connectors.bigcommerce.webhooks import HOOK_TOKEN, TOPICS, carries_token, parse, token_of, verify
from posbridge.connectors.contract import Context, Subscription, WebhookEvent
from posbridge.connectors.errors import Unsupported
from posbridge.connectors.text import Reader
from posbridge.connectors.webhooks import secrets_in

HOOKS = "v3/hooks"


class Webhooks:
    """A delivery must be signed with the account's client secret and carry our own token; a manager may settle for
    the token alone (`webhook_proof`) where a store proves to send no signature."""

    def __init__(self, context: Context, calls: Calls) -> None:
        self._calls = calls
        self._secrets = secrets_in(context.secrets.get("client_secret", ""))

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        if not carries_token(headers, self._secrets):
            return False
        return self._token_only or verify(body, headers, self._secrets, url, now=self._calls.clock())

    @property
    def _token_only(self) -> bool:
        return self._calls.field("webhook_proof") == "token"

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        return parse(body, headers)

    async def subscribe(self, url: str) -> list[Subscription]:
        """One hook for each topic at `url`: made, or switched on and given our token again. Deliveries go to port
        443 over https only. Raises Unsupported without a client secret, which proves them."""
        if not self._secrets:
            raise Unsupported(
                "Without the client secret of the API account no delivery could be believed.",
                next_step="Enter the client secret in the connection's settings, or do without webhooks.",
            )
        there = {row.text("scope"): row for row in await self._rows() if row.text("destination") == url}
        return [await self._ensured(scope, url, there.get(scope)) for scope in TOPICS]

    async def _ensured(self, scope: str, url: str, row: Reader | None) -> Subscription:
        token = token_of(self._secrets[-1])
        if row is not None and row.flag("is_active") and row.object("headers").text(HOOK_TOKEN) == token:
            return _read(row)
        body = {"scope": scope, "destination": url, "is_active": True, "headers": {HOOK_TOKEN: token}}
        path = HOOKS if row is None else f"{HOOKS}/{row.id()}"
        raw = await self._calls.write("POST" if row is None else "PUT", path, body)
        return _read(Reader(raw).object("data"))

    async def subscriptions(self) -> list[Subscription]:
        """Those of this account; one that was switched off after failures says so."""
        return [_read(row) for row in await self._rows()]

    async def _rows(self) -> list[Reader]:
        return [Reader(row) for row in await self._calls.every(HOOKS, {})]


def _read(row: Reader) -> Subscription:
    return Subscription(
        id=row.id(), topics=(row.text("scope"),), url=row.text("destination"), active=row.flag("is_active")
    )
