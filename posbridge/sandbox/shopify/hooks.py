"""Webhook subscriptions, and the bodies of deliveries: REST-shaped, signed with the app's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from posbridge.sandbox.shopify.catalog import Catalog, Goods, Variant
from posbridge.sandbox.shopify.executor import Node, Root
from posbridge.sandbox.shopify.lists import connection
from posbridge.sandbox.shopify.order_view import as_webhook
from posbridge.sandbox.shopify.orders import Order, Orders
from posbridge.sandbox.shopify.people import Customers, Person
from posbridge.sandbox.shopify.shop import Shop, Wrong, number_of
from posbridge.sandbox.webhooks import Target


class Hooks:
    """`secret` signs what is subscribed here."""

    def __init__(self, shop: Shop, secret: str) -> None:
        self.shop, self.secret = shop, secret
        self.rows: dict[str, Node] = {}

    def listen(self, catalog: Catalog, orders: Orders, customers: Customers) -> None:
        """From now on changes are told."""
        catalog.changed = lambda topic, goods: self._tell(topic, product_body(topic, goods, self.shop))
        catalog.counted = lambda variant: self._tell("inventory_levels/update", self._level(variant))
        orders.told = lambda topic, order: self._tell(topic, self._order(topic, order, orders))
        customers.told = lambda topic, person: self._tell(topic, _person(person))

    def _tell(self, topic: str, body: Node) -> None:
        raw = json.dumps(body, ensure_ascii=False).encode()
        self.shop.platform.deliveries.emit(topic, raw, {"content-type": "application/json"})

    def roots(self) -> dict[str, Root]:
        return {
            "webhookSubscriptions": lambda args, key: connection(
                self.rows.values(), args, lambda row: row, lambda row: ("", number_of(row["id"]))
            ),
            "webhookSubscriptionCreate": self.create,
            "webhookSubscriptionUpdate": self.update,
            "webhookSubscriptionDelete": self.delete,
        }

    def create(self, args: dict[str, Any], key: str = "") -> Node:
        given, ident = args["webhookSubscription"], self.shop.new_id("WebhookSubscription")
        return self._put({"__typename": "WebhookSubscription", "id": ident, "topic": args["topic"]}, given)

    def update(self, args: dict[str, Any], key: str = "") -> Node:
        row = self.rows.get(str(args.get("id")))
        if row is None:
            missing = Wrong(["id"], "Webhook subscription does not exist").shown
            return {"webhookSubscription": None, "userErrors": [missing]}
        return self._put(row, args["webhookSubscription"])

    def _put(self, row: Node, given: Node) -> Node:
        uri = str(given.get("uri") or given.get("callbackUrl") or "")
        if not uri.startswith("https://") and not _is_here(uri):
            words = f"Address protocol {uri.partition('://')[0]}:// is not supported"
            refused = Wrong(["webhookSubscription", "callbackUrl"], words).shown
            return {"webhookSubscription": None, "userErrors": [refused]}
        made = self.rows[row["id"]] = {**row, "uri": uri, "format": str(given.get("format") or "JSON")}
        if _is_here(uri):
            topic = str(row["topic"]).lower()
            named = f"{topic.rpartition('_')[0]}/{topic.rpartition('_')[2]}"
            self.shop.platform.deliveries.register(Target(row["id"], uri, self.secret, (named,)))
        return {"webhookSubscription": made, "userErrors": []}

    def delete(self, args: dict[str, Any], key: str = "") -> Node:
        row = self.rows.pop(str(args.get("id")), None)
        self.shop.platform.deliveries.targets.pop(str(args.get("id")), None)
        return {"deletedWebhookSubscriptionId": row["id"] if row else None, "userErrors": []}

    def _level(self, row: Variant) -> Node:
        item, place = number_of(row.item), number_of(self.shop.location_id)
        return {
            "inventory_item_id": item,
            "location_id": place,
            "available": row.stock,
            "updated_at": row.counted_at,
            "admin_graphql_api_id": f"gid://shopify/InventoryLevel/{place}?inventory_item_id={item}",
        }

    def _order(self, topic: str, order: Order, orders: Orders) -> Node:
        if topic != "refunds/create":
            return as_webhook(order, orders)
        last = order.refunds[-1]
        return {"id": number_of(last.id), "admin_graphql_api_id": last.id, "order_id": number_of(order.id),
                "note": last.note, "created_at": last.at}  # fmt: skip


def _is_here(uri: str) -> bool:
    host = urlsplit(uri).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def product_body(topic: str, row: Goods, shop: Shop) -> Node:
    """A product as webhooks show it; a deleted one is its id alone."""
    if topic == "products/delete":
        return {"id": number_of(row.id)}
    return {
        "id": number_of(row.id),
        "admin_graphql_api_id": row.id,
        "title": row.title,
        "body_html": f"<p>{row.seed.description}</p>",
        "vendor": shop.seed.name,
        "product_type": row.seed.category,
        "status": "active",
        "tags": "",
        "updated_at": row.updated_at,
        "options": [{"name": n, "position": p} for p, n in enumerate(row.seed.options or ("Title",), start=1)],
        "variants": [_variant(one, shop) for one in row.variants],
    }


def _variant(row: Variant, shop: Shop) -> Node:
    return {
        "id": number_of(row.id),
        "admin_graphql_api_id": row.id,
        "price": shop.decimal(row.price),
        "sku": row.seed.sku,
        "barcode": row.seed.barcode,
        "position": row.position,
        "inventory_item_id": number_of(row.item),
        "inventory_management": "shopify",
        "inventory_quantity": row.stock,
        **{f"option{place}": value for place, (_, value) in enumerate(row.options, start=1)},
    }


def _person(row: Person) -> Node:
    return {
        "id": number_of(row.id),
        "admin_graphql_api_id": row.id,
        "first_name": row.held.get("firstName"),
        "last_name": row.held.get("lastName"),
        "email": row.held.get("email"),
        "phone": row.held.get("phone"),
        "updated_at": row.updated_at,
    }


def signed(body: bytes, secret: str, topic: str, domain: str, version: str) -> dict[str, str]:
    """The headers of a delivery; its ids are made of the bytes, so that a repeat carries the same."""
    digest = hashlib.sha256(topic.encode() + body).digest()
    made = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": base64.b64encode(made).decode(),
        "X-Shopify-Shop-Domain": domain,
        "X-Shopify-API-Version": version,
        "X-Shopify-Webhook-Id": str(UUID(bytes=digest[:16])),
        "X-Shopify-Event-Id": str(UUID(bytes=digest[16:])),
    }
