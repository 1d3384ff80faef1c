"""The endpoint that Lightspeed notifies; every order names it, and an order without one is not taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import Context, Subscription, WebhookEvent
from posbridge.connectors.errors import NotFound, ValidationError
from posbridge.connectors.lightspeed.calls import Calls, frozen
from posbridge.connectors.lightspeed.facts import ENDPOINT, WEBHOOK_USER
from posbridge.connectors.lightspeed.outcomes import Outcomes
from posbridge.connectors.lightspeed.webhooks import decoded, parse, verify
from posbridge.connectors.text import Reader
from posbridge.connectors.webhooks import secrets_in

_PATH = "o/wh/1/webhook"
#: What has to be asked for; outcomes of orders and payments are always sent (FACTS section 9).
TOPICS = (("order", "DELIVERED"), ("item", "SALES_RESTRICTION_UPDATED"))


class Webhooks:
    """One endpoint a till, under the id of the settings."""

    def __init__(self, context: Context, calls: Calls, outcomes: Outcomes) -> None:
        self._context, self._calls, self._outcomes = context, calls, outcomes

    @property
    def _user(self) -> str:
        return self._calls.field("webhook_user", WEBHOOK_USER)

    @property
    def _passwords(self) -> list[str]:
        return secrets_in(self._context.secrets.get("webhook_password", ""))

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        """With the password of the settings; while one is being replaced both, parted by a space."""
        return verify(body, headers, self._passwords, url, user=self._user)

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        """Also remembers what the register said of an order: only notifications tell."""
        events = parse(body, headers)
        self._outcomes.hear(decoded(body), self._context.clock())
        return events

    async def subscribe(self, url: str) -> list[Subscription]:
        """The endpoint at `url`, made by PUT or mended by POST, and joined to the location for item counts.

        Raises ValidationError without a password: nothing else would prove a notification.
        """
        if not self._passwords:
            words = "Notifications of Lightspeed need a password of their own."
            raise ValidationError(words, next_step="Make one up and give it in Connections, then set webhooks up.")
        there = await self._there()
        wanted = self._wanted(url)
        if there is None:
            await self._calls.write("PUT", _PATH, frozen(wanted))
        elif not _right(there, wanted):
            await self._calls.write("POST", _PATH, frozen(wanted))
        joined = f"{self._one()}/business-locations/{self._calls.location}"
        await self._context.http.write("PUT", joined, due_json=False)
        return [_read(wanted)]

    async def subscriptions(self) -> list[Subscription]:
        there = await self._there()
        return [] if there is None else [_read(there)]

    def _one(self) -> str:
        return f"{_PATH}/{quote(self._calls.field('endpoint_id', ENDPOINT), safe='')}"

    async def _there(self) -> dict[str, Any] | None:
        try:
            return dict(Reader(await self._calls.get(self._one(), here=False)).raw)
        except NotFound:
            return None

    def _wanted(self, url: str) -> dict[str, Any]:
        return {
            "endpointId": self._calls.field("endpoint_id", ENDPOINT),
            "url": url,
            "withBasicAuth": True,
            "username": self._user,
            "password": self._passwords[0],
            "provideAccount": True,
            "expandTransactions": True,
            "expandPayments": True,
            "subscribeTo": [{"resource": resource, "name": name} for resource, name in TOPICS],
        }


def _right(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Passwords are not read back by every version, so one that is not shown is taken to differ."""
    return all(there.get(name) == value for name, value in wanted.items())


def _read(row: Mapping[str, Any]) -> Subscription:
    reader = Reader(row, "endpointId")
    asked = [f"{one.text('resource')}.{one.text('name')}" for one in reader.objects("subscribeTo")]
    return Subscription(id=reader.id("endpointId"), topics=tuple(asked), url=reader.text("url"))
