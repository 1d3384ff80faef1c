"""Toast on loopback: one restaurant, a menu that is published whole, orders that are made once for each externalId."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
from decimal import Decimal
from typing import Any

from posbridge.sandbox import control
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.toast.answers import Obj, guid, problem, unauthorized
from posbridge.sandbox.toast.gate import CLIENT_ID, LOGIN, SECRET, Gate
from posbridge.sandbox.toast.menus import Menus
from posbridge.sandbox.toast.office import Office
from posbridge.sandbox.toast.orders import Orders
from posbridge.sandbox.toast.world import (
    DINE_IN,
    OPEN_DISCOUNT,
    OPEN_ITEM,
    PAYMENTS,
    RESTAURANT,
    Options,
    World,
    add_product,
    fill,
)
from posbridge.sandbox.wire import Call, Reply

_READS = (LOGIN, "/orders/v2/prices", "/orders/v2/applicableDiscounts", "/stock/v1/inventory/search")


class ToastSimulator(SimulatedPlatform):
    """Toast as its files say: no key but a unique externalId, its own prices and taxes, no refunds, no guests' list,
    no gift cards for programs."""

    name = "toast"
    rate = 20.0
    burst = 40

    def __init__(
        self,
        seed: Seed,
        faults: Faults | None = None,
        *,
        rate: float | None = None,
        options: Options | None = None,
    ) -> None:
        super().__init__(seed, faults, rate=rate)
        self.options = options or Options()
        self.world = World(seed, self.clock, self.options, self.next_id)
        self.world.address = lambda: self.address
        fill(self.world)
        self.world.emit = self._tell
        self.gate, self.orders, self.office = Gate(self.world), Orders(self.world), Office(self.world)
        parts = (Menus(self.world), self.orders, self.office)
        routes = [("POST", LOGIN, self.gate.login), *(route for part in parts for route in part.routes())]
        self.add_routes(routes)

    # what the core asks
    def connection_fields(self) -> dict[str, Any]:
        """The settings of the connection screen."""
        kinds = {"cash": "cash", "card": "card", "gift": "giftcard", "other": "other"}
        fields = {
            "base_url": self.address,
            "client_id": CLIENT_ID,
            "restaurant_guid": RESTAURANT,
            "access_tier": "partner",
            "dining_option_guid": DINE_IN,
            "open_item_guid": OPEN_ITEM,
            "open_discount_guid": OPEN_DISCOUNT,
            **{f"payment_type_{kinds[name]}": guid("payment type", name) for name in PAYMENTS},
        }
        return {"url": self.address, "fields": fields, "secrets": {"client_secret": SECRET}}

    def admit(self, call: Call) -> Reply | None:
        """The login and the pictures are for all; everything else wants a token."""
        if call.path == LOGIN or call.path.startswith("/pictures/"):
            return None
        return self.gate.refusal(call)

    def fault_method(self, call: Call) -> str:
        """What stores nothing is a read, whatever its method."""
        return "GET" if call.path in _READS else call.method

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        if status == 429:
            reset = math.ceil(self.clock.seconds() + (retry_after or 1))
            headers = {
                "X-Toast-RateLimit-By": "client", "X-Toast-RateLimit-Remaining": "0",
                "X-Toast-RateLimit-Reset": str(reset),
            }  # fmt: skip
            return Reply(429, problem(429, "Too many requests").body, headers)
        words = {404: "HTTP 404 Not Found", 405: "HTTP 405 Method Not Allowed", 400: "Unable to parse the request"}
        return problem(status, words.get(status, "Internal server error"), 10003 if status == 404 else 10000)

    def expired_reply(self, call: Call) -> Reply | None:
        return unauthorized() if self.gate.held(call) else None

    def expire_tokens(self) -> int:
        return self.gate.expire()

    def request_key(self, call: Call) -> str | None:
        """The externalId of an order stands for a key."""
        found = call.json().get("externalId") if call.path == "/orders/v2/orders" and call.body else None
        return found if isinstance(found, str) else None

    # webhooks
    def _tell(self, topic: str, category: str, details: Obj) -> None:
        number = self.next_id("event")
        moment = self.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        body = {
            "timestamp": moment, "eventCategory": category, "eventType": topic, "guid": guid("event", number),
            "details": {"restaurantGuid": RESTAURANT, **details},
        }  # fmt: skip
        headers = {
            "Toast-Event-Type": topic, "Toast-Event-Category": category, "Toast-Restaurant-External-ID": RESTAURANT,
            "Toast-Attempt-Number": "1",
        }  # fmt: skip
        self.deliveries.emit(topic, json.dumps(body, ensure_ascii=False).encode(), headers)

    def sign(self, url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
        """Over the raw body with its own timestamp behind it."""
        message = body + str(json.loads(body)["timestamp"]).encode()
        made = hmac.new(secret.encode(), message, hashlib.sha256).digest()
        return {"Toast-Signature": base64.b64encode(made).decode()}

    def retry_headers(self, attempt: int) -> dict[str, str]:
        return {"Toast-Attempt-Number": str(attempt)}

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        return [self._booked(order) for order in self.world.orders.values()]

    def _booked(self, order: Obj) -> dict[str, Any]:
        minor, checks = self.world.minor, order["checks"]
        payments = [one for check in checks for one in check["payments"]]
        rows = [row for check in checks for row in check["selections"]]
        return {
            "id": order["guid"],
            "reference": (order["externalId"] or "").partition(":")[2],
            "total": sum(minor(check["totalAmount"]) for check in checks),
            "tax": sum(minor(check["taxAmount"]) for check in checks),
            "paid": sum(minor(one["amount"]) for one in payments),
            "refunded": sum(minor((one["refund"] or {}).get("refundAmount")) for one in payments),
            "currency": self.seed.currency,
            "state": "VOIDED" if order["voided"] else checks[0]["paymentStatus"],
            "lines": [
                {
                    "sku": self.world.known(row["item"]["guid"]).sku,
                    "quantity": row["quantity"],
                    "total": minor(row["price"]) + minor(row["tax"]),
                }
                for row in rows
            ],
            "created_at": order["createdDate"],
        }

    def stock_book(self) -> dict[str, int]:
        return {item.sku: int(item.stock) for item in self.world.items.values() if item.stock is not None}

    def own_changes(self) -> dict[str, control.Change]:
        """What happens at a Toast terminal."""
        return {"till_refund": self.till_refund, "approval": self.approval}

    def till_refund(self, body: dict[str, Any]) -> Obj:
        """Gives `amount` minor units of an order back, as a cashier does: `{"order", "amount"}`."""
        order = self.world.orders[body["order"]]
        payment = order["checks"][0]["payments"][0]
        whole = int(body["amount"]) >= self.world.minor(payment["amount"])
        payment["refundStatus"] = "FULL" if whole else "PARTIAL"
        payment["refund"] = {"refundAmount": self.world.units(int(body["amount"])), "tipRefundAmount": 0.0}
        self.orders.touch(order)
        return {"refundStatus": payment["refundStatus"]}

    def approval(self, body: dict[str, Any]) -> Obj:
        """The restaurant decides on an order: `{"order", "status"}`."""
        self.orders.touch(self.world.orders[body["order"]], approvalStatus=str(body["status"]))
        return {"approvalStatus": str(body["status"])}

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        self.world.by_sku(sku).price = price_minor
        self.world.publish()

    def set_stock(self, sku: str, quantity: int) -> None:
        self.office.set_stock(self.world.by_sku(sku), Decimal(quantity))

    def set_title(self, key: str, title: str) -> None:
        product = self.world.products[key]
        self.world.products[key] = SeedProduct(**{**vars(product), "title": title})
        for item in self.world.items.values():
            if item.product == key and item.seed is not None:
                item.name = " - ".join([title, *item.seed.option_values])
        self.world.publish()

    def add_product(self, product: SeedProduct) -> None:
        add_product(self.world, product)
        self.world.publish()

    def remove_product(self, key: str) -> None:
        """Off the menu; orders keep naming it."""
        del self.world.products[key]
        for ident in [ident for ident, item in self.world.items.items() if item.product == key]:
            self.world.gone[ident] = self.world.items.pop(ident)
        self.world.publish()
