"""Webhook subscriptions, signed deliveries, and the 28 days of events that can be searched."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
import uuid
from urllib.parse import urlsplit

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.errors import invalid, missing, not_found
from posbridge.sandbox.square.shop import Obj, Shop, limit, moment
from posbridge.sandbox.webhooks import Target
from posbridge.sandbox.wire import Call, Reply

API_VERSION = "2026-08-19"
TOPICS = (
    "catalog.version.updated", "customer.created", "customer.deleted", "customer.updated", "gift_card.created",
    "gift_card.updated", "gift_card.customer_linked", "gift_card.customer_unlinked", "gift_card.activity.created",
    "gift_card.activity.updated", "inventory.count.updated", "location.created", "location.updated",
    "oauth.authorization.revoked", "order.created", "order.fulfillment.updated", "order.updated", "payment.created",
    "payment.updated", "refund.created", "refund.updated",
)  # fmt: skip


def signature(url: str, body: bytes, key: str) -> str:
    """base64(HMAC-SHA256(key as shown, address + raw body)), as the official SDK's test vector has it."""
    return base64.b64encode(hmac.new(key.encode(), url.encode() + body, hashlib.sha256).digest()).decode()


def sign(url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
    """The headers of one delivery."""
    return {"x-square-hmacsha256-signature": signature(url, body, secret), "square-environment": "Sandbox"}


class Webhooks:
    """Subscriptions of the application. An https address outside this machine is kept but never called.

    A loopback address (a concession of the simulator: Square takes https only) is delivered to; for a relay,
    register it at `/_sandbox/webhooks` with the subscription's `signature_key` and its address as `signed_url`.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Obj] = {}
        self.events: list[Obj] = []
        shop.emit = self.emit

    def routes(self) -> list[Route]:
        """Everything under /v2/webhooks and /v2/events."""
        room = "/v2/webhooks/subscriptions"
        return [
            ("GET", "/v2/webhooks/event-types", self.types),
            ("GET", room, self.list_all),
            ("POST", room, lambda call: self.shop.once(call, self.create, longest=45, required=False)),
            ("GET", room + "/{id}", lambda call: Reply(body={"subscription": self.shown(call.params["id"])})),
            ("PUT", room + "/{id}", self.update),
            ("DELETE", room + "/{id}", self.delete),
            ("POST", room + "/{id}/signature-key", self.rotate),
            ("POST", room + "/{id}/test", self.test),
            ("POST", "/v2/events", self.search),
            ("GET", "/v2/events/types", self.types),
            ("PUT", "/v2/events/enable", lambda call: Reply(body={})),
            ("PUT", "/v2/events/disable", lambda call: Reply(body={})),
        ]

    def emit(self, topic: str, kind: str, key: str, body: Obj) -> None:
        """Write the event down and deliver it to whoever subscribed."""
        event: Obj = {
            "merchant_id": self.shop.merchant_id,
            "location_id": self.shop.location_id,
            "type": topic,
            "event_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{topic}:{self.shop.platform.next_id('event')}")),
            "created_at": self.shop.stamp(),
            "data": {"type": kind, "id": key or self.shop.merchant_id, "object": copy.deepcopy(body)},
        }
        if topic == "customer.deleted":
            event["data"]["deleted"] = True
        self.events.append(event)
        del self.events[:-20_000]
        self._send(topic, event)

    def _send(self, topic: str, event: Obj) -> None:
        deliveries = self.shop.platform.deliveries
        if deliveries.targets:
            headers = {"square-initial-delivery-timestamp": self.shop.stamp()}
            deliveries.emit(topic, json.dumps(event, separators=(",", ":")).encode(), headers)

    def create(self, body: Obj) -> Obj:
        """A subscription; its `signature_key` signs the deliveries."""
        sent = body.get("subscription")
        if not isinstance(sent, dict):
            raise missing("subscription")
        for name in ("name", "event_types", "notification_url"):
            if not sent.get(name):
                raise missing(f"subscription.{name}")
        _check(sent)
        now = self.shop.clock.now().strftime("%Y-%m-%d %H:%M:%S +0000 UTC")
        key = "wbhk_" + self.shop.new_id("subscription", 32).lower()
        self.rows[key] = {
            "id": key,
            "name": sent["name"],
            "enabled": sent.get("enabled", True),
            "event_types": list(sent["event_types"]),
            "notification_url": sent["notification_url"],
            "api_version": sent.get("api_version", API_VERSION),
            "signature_key": self.shop.new_id("signature", 22),
            "created_at": now,
            "updated_at": now,
        }
        self._target(self.rows[key])
        return {"subscription": self.rows[key]}

    def shown(self, key: str) -> Obj:
        """The subscription, or NOT_FOUND."""
        if key not in self.rows:
            raise not_found("Webhook subscription", key)
        return self.rows[key]

    def update(self, call: Call) -> Reply:
        """Change name, address, types or whether it is enabled."""
        row, sent = self.shown(call.params["id"]), call.json().get("subscription") or {}
        _check({**row, **sent})
        row.update(
            {name: sent[name] for name in ("name", "enabled", "event_types", "notification_url") if name in sent}
        )
        row["updated_at"] = self.shop.clock.now().strftime("%Y-%m-%d %H:%M:%S +0000 UTC")
        self._target(row)
        return Reply(body={"subscription": row})

    def delete(self, call: Call) -> Reply:
        """End a subscription."""
        row = self.shown(call.params["id"])
        del self.rows[row["id"]]
        self.shop.platform.deliveries.targets.pop(row["id"], None)
        return Reply(body={})

    def rotate(self, call: Call) -> Reply:
        """A new signature key."""
        row = self.shown(call.params["id"])
        row["signature_key"] = self.shop.new_id("signature", 22)
        self._target(row)
        return Reply(body={"signature_key": row["signature_key"]})

    def test(self, call: Call) -> Reply:
        """Send a test event and say what was sent."""
        row = self.shown(call.params["id"])
        topic = call.json().get("event_type") or row["event_types"][0]
        self.emit(topic, "webhooks", self.shop.new_id("event_test"), {})
        sent = json.dumps(self.events[-1])
        result = {"id": self.shop.new_id("test"), "payload": sent, "created_at": row["created_at"]}
        return Reply(body={"subscription_test_result": {**result, "updated_at": row["updated_at"], "status_code": 200}})

    def list_all(self, call: Call) -> Reply:
        """All subscriptions."""
        return Reply(body={"subscriptions": list(self.rows.values())} if self.rows else {})

    def types(self, call: Call) -> Reply:
        """Every event type there is."""
        about = [
            {"event_type": topic, "api_version_introduced": "2020-02-26", "release_status": "PUBLIC"}
            for topic in TOPICS
        ]
        return Reply(body={"event_types": list(TOPICS), "metadata": about})

    def search(self, call: Call) -> Reply:
        """SearchEvents: by type and time, newest first."""
        body = call.json()
        query = body.get("query") or {}
        asked, span = query.get("filter") or {}, (query.get("filter") or {}).get("created_at") or {}
        rows = [
            row
            for row in self.events
            if (not asked.get("event_types") or row["type"] in asked["event_types"])
            and (not span.get("start_at") or moment(row["created_at"], "") >= moment(span["start_at"], "start_at"))
            and (not span.get("end_at") or moment(row["created_at"], "") <= moment(span["end_at"], "end_at"))
        ]
        page, more = self.shop.page(
            rows,
            lambda row: (row["created_at"], row["event_id"]),
            limit(body, 100, 100),
            body.get("cursor"),
            query,
            reverse=(query.get("sort") or {}).get("order", "DESC") == "DESC",
        )
        if not page:
            return Reply(body={})
        about = [{"event_id": row["event_id"], "api_version": API_VERSION} for row in page]
        return Reply(body={"events": page, "metadata": about, **more})

    def _target(self, row: Obj) -> None:
        targets = self.shop.platform.deliveries
        targets.targets.pop(row["id"], None)
        if row["enabled"] and urlsplit(row["notification_url"]).hostname in ("127.0.0.1", "localhost"):
            url = row["notification_url"]
            targets.register(Target(row["id"], url, row["signature_key"], tuple(row["event_types"]), url))


def _check(sent: Obj) -> None:
    parts = urlsplit(sent["notification_url"])
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise invalid("subscription.notification_url", "The address must be https.")
    unknown = sorted(set(sent["event_types"]) - set(TOPICS))
    if unknown:
        raise invalid("subscription.event_types", f"Unknown event type {unknown[0]}", "INVALID_ARRAY_VALUE")
