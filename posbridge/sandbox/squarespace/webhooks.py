"""Webhook subscriptions of the simulated site, and what is delivered."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import uuid
from typing import Any
from urllib.parse import urlsplit

from posbridge.sandbox.platform import Route
from posbridge.sandbox.squarespace.errors import conflict, invalid, missing, not_found
from posbridge.sandbox.squarespace.oauth import CLIENT_ID
from posbridge.sandbox.squarespace.shop import Obj, Shop
from posbridge.sandbox.webhooks import Delivered, Target
from posbridge.sandbox.wire import Call, Reply

TOPICS = (
    "order.create", "order.update", "extension.uninstall", "contact.create", "contact.update", "contact.delete",
    "address.create", "address.update", "address.delete",
)  # fmt: skip
_MOST = 25
_ROOM = "/1.0/webhook_subscriptions"


def sign(body: bytes, secret: str) -> dict[str, str]:
    """Keyed with the bytes that the secret's hex names, over the raw body."""
    made = hmac.new(bytes.fromhex(secret), body, hashlib.sha256).hexdigest()
    return {"Squarespace-Signature": made, "User-Agent": "Squarespace/1.0"}


class Webhooks:
    """Subscriptions by id. One that fails to the end of its tries is deleted."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Obj] = {}
        shop.platform.deliveries.watch = self._watched

    def routes(self) -> list[Route]:
        one = f"{_ROOM}/{{id}}"
        return [
            ("GET", _ROOM, lambda call: Reply(body={"webhookSubscriptions": list(map(_shown, self.rows.values()))})),
            ("POST", _ROOM, self.create),
            ("GET", one, lambda call: Reply(body=_shown(self._row(call)))),
            ("DELETE", one, self.delete),
            ("POST", f"{one}/actions/rotateSecret", self.rotate),
            ("POST", f"{one}/actions/sendTestNotification", self.test),
        ]

    def emit(self, topic: str, data: Obj) -> None:
        deliveries = self.shop.platform.deliveries
        for target in list(deliveries.targets.values()):
            if not target.topics or topic in target.topics:
                deliveries.send(target, topic, self._body(topic, data, target.id))

    def _body(self, topic: str, data: Any, subscription: str) -> bytes:
        number = self.shop.platform.next_id("notification")
        event = {
            "id": hashlib.sha256(f"notification:{number}".encode()).hexdigest()[:24],
            "websiteId": self.shop.website_id,
            "subscriptionId": subscription,
            "topic": topic,
            "createdOn": self.shop.stamp(),
            "data": copy.deepcopy(data),
        }
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()

    def create(self, call: Call) -> Reply:
        """The secret is told here, and on rotation, and never again."""
        body = call.json()
        url, topics = body.get("endpointUrl"), body.get("topics") or []
        if not isinstance(url, str):
            raise missing("endpointUrl")
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise invalid("endpointUrl must be https.")
        if set(topics) - set(TOPICS):
            raise invalid("topics holds an unknown topic.")
        if len(self.rows) >= _MOST:
            raise conflict("WEBHOOK_SUBSCRIPTION_LIMIT_REACHED", "The site has all the subscriptions it may have.")
        ident = str(uuid.uuid5(uuid.NAMESPACE_OID, f"hook:{self.shop.platform.next_id('hook')}"))
        now = self.shop.stamp()
        self.rows[ident] = {
            "id": ident, "endpointUrl": url, "topics": list(topics), "secret": self._secret(),
            "websiteId": self.shop.website_id, "clientId": CLIENT_ID, "createdOn": now, "updatedOn": now,
        }  # fmt: skip
        self._target(self.rows[ident])
        return Reply(201, self.rows[ident])

    def rotate(self, call: Call) -> Reply:
        """The old secret is dead at once."""
        row = self._row(call)
        row["secret"] = self._secret()
        self._target(row)
        return Reply(body={"secret": row["secret"]})

    def test(self, call: Call) -> Reply:
        row, topic = self._row(call), call.json().get("topic")
        if topic not in TOPICS:
            raise invalid("topic is unknown.")
        target = self.shop.platform.deliveries.targets.get(row["id"])
        if target is not None:
            data = {"orderId": self.shop.new_id("test")}
            self.shop.platform.deliveries.send(target, topic, self._body(topic, data, row["id"]))
        return Reply(body={"statusCode": 200})

    def delete(self, call: Call) -> Reply:
        self._drop(self._row(call)["id"])
        return Reply(204)

    def _row(self, call: Call) -> Obj:
        if call.params["id"] not in self.rows:
            raise not_found("Webhook Subscription")
        return self.rows[call.params["id"]]

    def _drop(self, ident: str) -> None:
        self.rows.pop(ident, None)
        self.shop.platform.deliveries.targets.pop(ident, None)

    def _watched(self, sent: Delivered) -> None:
        failed = sent.status is None or not 200 <= sent.status < 300
        if failed and sent.attempt >= self.shop.platform.deliveries.tries and sent.target in self.rows:
            self._drop(sent.target)

    def _target(self, row: Obj) -> None:
        if urlsplit(row["endpointUrl"]).hostname in ("127.0.0.1", "localhost"):
            target = Target(row["id"], row["endpointUrl"], row["secret"], tuple(row["topics"]))
            self.shop.platform.deliveries.register(target)

    def _secret(self) -> str:
        number = self.shop.platform.next_id("hook_secret")
        return hashlib.sha256(f"hook secret:{number}".encode()).hexdigest().upper()


def _shown(row: Obj) -> Obj:
    return {name: value for name, value in row.items() if name != "secret"}
