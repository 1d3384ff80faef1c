"""Leaflogix on loopback: signed with Basic keys that have roles, limited by endpoint and minute."""

from __future__ import annotations

import base64
from collections import Counter
from typing import Any

from posbridge.sandbox.control import Change
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.leaflogix.orders import Orders
from posbridge.sandbox.leaflogix.people import People
from posbridge.sandbox.leaflogix.shop import Row, Shop
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.wire import Call, Reply

KEY, KEY_WITHOUT_ORDERS = "posbridgesandboxkey0001", "posbridgesandboxkey0002"
CONSUMER = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
ALL_ROLES = frozenset({"PreOrder", "Customer", "Inventory", "Reporting"})
_ROLES = {
    "/reporting": "Reporting", "/customer": "Customer", "/guestlist": "Customer", "/preorder": "PreOrder",
    "/transaction": "PreOrder", "/inventory": "Inventory", "/products": "Inventory", "/discounts": "Inventory",
}  # fmt: skip
#: Calls a minute; 120 where nothing is said.
LIMITS = {
    "/inventory": 200, "/whoami": 200, "/reporting/transactions": 600, "/preorder/price-cart": 240,
    "/preorder/cancel": 240, "/customer/search": 360, "/customer/customer": 1500, "/reporting/inventory": 60,
    "/reporting/loyalty-snapshot": 1,
}  # fmt: skip
_READ_BY_POST = frozenset({"/preorder/price-cart", "/customer/search"})


class LeaflogixSimulator(SimulatedPlatform):
    """Idempotent only with header and body key, its own prices, a report that lags, no payments, returns, gift cards
    or webhooks. `bucket.rate` 0 switches the limits off; `keys` maps each key to its roles."""

    name = "leaflogix"
    rate = 2.0

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(seed, faults, rate=rate)
        self.keys = {KEY: ALL_ROLES, KEY_WITHOUT_ORDERS: ALL_ROLES - {"PreOrder"}}
        self.hide_inventory = False
        self.pascal = False
        self.shop = Shop(seed, self.clock, self.next_id)
        self.orders, self.people = Orders(self.shop), People(self.shop)
        self._minute, self._used = 0, Counter[str]()
        self._fill(seed)
        self.add_routes([
            ("GET", "/whoami", self._whoami),
            ("GET", "/okcomputer", lambda call: Reply(body="OK")),
            ("GET", "/products", self._products),
            ("GET", "/inventory", self._inventory),
            ("GET", "/reporting/inventory", self._reported),
            *self.orders.routes(),
            *self.people.routes(),
        ])  # fmt: skip

    def _fill(self, seed: Seed) -> None:
        for product in seed.products:
            self.shop.add(product)
        for customer in seed.customers:
            self.shop.add_customer(customer)
        for discount in seed.discounts:
            self.shop.add_discount(discount)
        if self.shop.products:
            self.orders.walk_in(next(iter(self.shop.products)))

    # what the core asks
    def connection_fields(self) -> dict[str, Any]:
        fields = {"base_url": self.address, "order_source": "Kiosk", "pricing": "rec"}
        return {"url": self.address, "fields": fields, "secrets": {"api_key": KEY, "consumer_key": CONSUMER}}

    def work(self, call: Call) -> Reply:
        """Limits count by endpoint; then the key; then the handler."""
        if self.bucket.rate > 0 and not self._within_limit(call.path):
            self.counts.refused += 1
            return self.error_reply(429)
        refused = self.admit(call)
        return refused if refused is not None else self.dispatch(call, self._routes)

    def _within_limit(self, path: str) -> bool:
        minute = int(self.clock.seconds() // 60)
        if minute != self._minute:
            self._minute, self._used = minute, Counter()
        self._used[path] += 1
        return self._used[path] <= LIMITS.get(path, 120)

    def admit(self, call: Call) -> Reply | None:
        """401 for an unknown key, 403 for a role that it lacks, both without a word."""
        if call.path.startswith(("/pictures/", "/okcomputer")):
            return None
        roles = self.keys.get(_key(call.headers.get("authorization", "")))
        if roles is None:
            return Reply(401)
        needed = next((role for path, role in _ROLES.items() if call.path.startswith(path)), None)
        return Reply(403) if needed is not None and needed not in roles else None

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        if status == 429:
            words = "Too many requests - only 120 per minute allowed"
            headers = {} if retry_after is None else {"retry-after": str(retry_after)}
            return Reply(429, {"Message": words, "TraceId": "0HM2AFJV13H6F:00000001"}, headers)
        if status == 400:
            return Reply(400, {"message": "The request is invalid"})
        return Reply(status, b"An error occurred" if status == 500 else None)

    def expired_reply(self, call: Call) -> Reply | None:
        """Keys do not expire."""
        return None

    def request_key(self, call: Call) -> str | None:
        return str(call.json().get("idempotencyKey") or "") or None if call.method == "POST" else None

    def fault_method(self, call: Call) -> str:
        return "GET" if call.path in _READ_BY_POST else call.method

    def orders_book(self) -> list[dict[str, Any]]:
        return [self._booked(row) for row in self.shop.orders.values()]

    def _booked(self, row: Row) -> dict[str, Any]:
        minor = self.shop.minor
        lines = [
            {"sku": line.product["sku"], "quantity": float(line.quantity), "total": line.net + line.tax}
            for line in row["_lines"]
        ]
        return {
            "id": str(row["preOrderId"]), "reference": row["_reference"], "total": minor(row["total"]),
            "tax": minor(row["totalTax"]), "paid": row["_paid"], "refunded": row["_refunded"],
            "currency": self.seed.currency, "state": row["status"], "lines": lines, "created_at": row["orderDate"],
        }  # fmt: skip

    def stock_book(self) -> dict[str, int]:
        return {row["sku"]: int(self.shop.in_stock(number)) for number, row in self.shop.products.items()}

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        price = self.shop.dollars(price_minor)
        self.shop.touch(self.shop.of_sku(sku), price=price, recPrice=price, medPrice=price)

    def set_stock(self, sku: str, quantity: int) -> None:
        first, *others = self.shop.shelves(self.shop.of_sku(sku)["productId"])
        for row in others:
            row["quantityAvailable"] = 0.0
        first["quantityAvailable"] = float(quantity)

    def set_title(self, key: str, title: str) -> None:
        for row in self.shop.of_key(key):
            size = row["size"]
            self.shop.touch(row, onlineTitle=title, productName=f"{title} {size}" if size else title)

    def add_product(self, product: SeedProduct) -> None:
        self.shop.add(product)

    def remove_product(self, key: str) -> None:
        """Products are switched off there, never deleted."""
        for row in self.shop.of_key(key):
            self.shop.touch(row, isActive=False)

    def own_changes(self) -> dict[str, Change]:
        return {"order-status": self._move, "order-return": self._return}

    def _move(self, body: dict[str, Any]) -> None:
        row = self.shop.orders[int(body["id"])]
        self.orders.move(row, str(body["status"]), str(body.get("reason") or ""))

    def _return(self, body: dict[str, Any]) -> None:
        self.orders.give_back(self.shop.orders[int(body["id"])])

    # small pages
    def _whoami(self, call: Call) -> Reply:
        here: dict[str, Any] = {"locationId": 420140, "lspId": 420134, "locationName": self.seed.location}
        here |= {"lspName": self.seed.name, "state": "CO", "licenseNumber": "402R-00001"}
        if self.pascal:
            here = {name[0].upper() + name[1:]: value for name, value in here.items()}
        return Reply(body=here)

    def _products(self, call: Call) -> Reply:
        since = call.query.get("fromLastModifiedDateUTC", "")
        return Reply(body=[row for row in self.shop.products.values() if row["lastModifiedDateUTC"] >= since])

    def _inventory(self, call: Call) -> Reply:
        return Reply(body=[] if self.hide_inventory else self._packages())

    def _reported(self, call: Call) -> Reply:
        return Reply(body=[row | {"unitCost": 1.0, "allocatedQuantity": 0.0} for row in self._packages()])

    def _packages(self) -> list[Row]:
        return [row for row in self.shop.packages.values() if row["quantityAvailable"] > 0]


def _key(authorization: str) -> str:
    """The user of a Basic header; "" for anything else (a bare key without its colon is none)."""
    kind, _, coded = authorization.partition(" ")
    try:
        said = base64.b64decode(coded, validate=True).decode()
    except ValueError:
        return ""
    user, colon, _ = said.partition(":")
    return user if kind.lower() == "basic" and colon else ""
