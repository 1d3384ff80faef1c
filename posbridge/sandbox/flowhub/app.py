"""A Flowhub account on loopback, as the contract's facts describe it; much there is third-hand or a guess."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from posbridge.sandbox.control import Change
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.flowhub.answers import Obj, problem
from posbridge.sandbox.flowhub.counter import Counter, PreOrder
from posbridge.sandbox.flowhub.inventory import Inventory
from posbridge.sandbox.flowhub.people import People
from posbridge.sandbox.flowhub.shop import Shop
from posbridge.sandbox.flowhub.signin import API_KEY, AUDIENCE, AUTH_ID, AUTH_SECRET, TOKEN_PATH, Gate, bearer
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.webhooks import Target
from posbridge.sandbox.wire import Call, Reply

_NEAR = ("127.0.0.1", "localhost", "::1")


class FlowhubSimulator(SimulatedPlatform):
    """No idempotency key, no search, no list of pre-orders; the register prices and cashes them.

    Its staff ring up each order at once; `POST /_sandbox/staff {"seconds": 5 | null}` makes them slow or idle, and
    `POST /_sandbox/status {"order", "status"}` moves one order by hand.
    """

    name = "flowhub"
    rate = 59.0
    burst = 59

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(seed, faults, rate=rate)
        self.deliveries.tries = 1  # guess: a postback is not repeated
        self.shop = Shop(seed, self.clock, lambda: self.address)
        self.shop.fill()
        self.gate = Gate(self, self.shop)
        self.counter = Counter(self, self.shop, self._post_back)
        self.people = People(self, self.shop)
        parts = (self.gate, Inventory(self.shop), self.counter, self.people)
        routes: list[Route] = [route for part in parts for route in part.routes()]
        self.add_routes(routes)

    def _post_back(self, address: str, body: Obj) -> None:
        """Unsigned; a simulated platform's messages stay on this machine."""
        if urlsplit(address).hostname in _NEAR:
            self.deliveries.send(Target(body["orderId"], address, ""), "order.status", json.dumps(body).encode())

    # what the core asks
    def connection_fields(self) -> dict[str, Any]:
        """The settings of the connection screen; the sign-in for orders lives at the same address here."""
        fields = {
            "base_url": self.address,
            "client_id": self.shop.client,
            "auth_client_id": AUTH_ID,
            "auth_url": self.address,
            "audience": AUDIENCE,
            "location_id": self.shop.location,
        }
        return {"url": self.address, "fields": fields, "secrets": {"api_key": API_KEY,
                                                                   "auth_client_secret": AUTH_SECRET}}  # fmt: skip

    def admit(self, call: Call) -> Reply | None:
        return self.gate.refusal(call)

    def fault_method(self, call: Call) -> str:
        """Asking for a token changes nothing."""
        return "GET" if call.path == TOKEN_PATH else call.method

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """No rate-limit headers, not even with 429 (seen live)."""
        return problem(status)

    def expired_reply(self, call: Call) -> Reply | None:
        """Only tokens of Order Ahead end; keys do not."""
        return problem(401, "Invalid token") if bearer(call) else None

    def expire_tokens(self) -> int:
        return self.gate.expire()

    def own_changes(self) -> dict[str, Change]:
        return {"status": lambda body: self.counter.move(body["order"], body["status"]), "staff": self._staff}

    def _staff(self, body: dict[str, Any]) -> None:
        seconds = body["seconds"]
        self.counter.staff_s = None if seconds is None else float(seconds)

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        """Every pre-order; paid once it was rung up."""
        return [self._booked(order) for order in self.counter.orders.values()]

    def _booked(self, order: PreOrder) -> dict[str, Any]:
        total, tax = self.counter.totals(order)
        return {
            "id": order.id,
            "reference": order.reference,
            "total": total,
            "tax": tax,
            "paid": total if order.sold else 0,
            "refunded": 0,
            "currency": self.seed.currency,
            "state": order.status,
            "lines": [
                {"sku": item.article.seed.sku, "quantity": int(item.quantity), "total": item.amount()}
                for item in order.items
            ],
            "created_at": order.made.isoformat(),
        }

    def stock_book(self) -> dict[str, int]:
        return {sku: article.stock for sku, article in self.shop.articles.items()}

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        article = self.shop.articles[sku]
        article.price, article.updated = price_minor, self.clock.now()

    def set_stock(self, sku: str, quantity: int) -> None:
        """A count moves no date."""
        self.shop.articles[sku].put(quantity)

    def set_title(self, key: str, title: str) -> None:
        self.shop.rename(key, title)

    def add_product(self, product: SeedProduct) -> None:
        self.shop.add(product)

    def remove_product(self, key: str) -> None:
        self.shop.remove(key)
