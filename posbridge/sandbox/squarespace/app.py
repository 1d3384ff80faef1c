"""The simulated Squarespace: joins the parts, checks who calls, and keeps its books open."""

from __future__ import annotations

import re
from collections import deque
from datetime import timedelta
from typing import Any

from posbridge.sandbox.control import Change
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.squarespace import oauth, webhooks
from posbridge.sandbox.squarespace.catalog import Catalog
from posbridge.sandbox.squarespace.contacts import Contacts
from posbridge.sandbox.squarespace.discounts import Discounts
from posbridge.sandbox.squarespace.errors import plain
from posbridge.sandbox.squarespace.orders import Orders
from posbridge.sandbox.squarespace.seeding import Seeder
from posbridge.sandbox.squarespace.shop import Obj, Shop
from posbridge.sandbox.wire import Call, Reply

_OPEN_SINCE = timedelta(days=1)
_HOUR = 3600.0
_ORDERS_AN_HOUR = 100
_OURS = re.compile(r"(\S+) [0-9a-f]{8}-[0-9a-f-]{27}")


class SquarespaceSimulator(SimulatedPlatform):
    """Squarespace's Commerce APIs as the contract describes them, for one site.

    300 requests a minute, and 100 created orders an hour with an API key; a 429 names no time. With `rate` 0 there
    are no limits, and a 429 that a fault makes names its short wait, so that a test of minutes need not stand still.
    """

    name = "squarespace"
    rate = 5.0
    burst = 300

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(seed, faults, rate=rate)
        self.clock.advance(-_OPEN_SINCE)
        self.shop = shop = Shop(self)
        self.oauth = oauth.OAuth(shop)
        self.catalog, self.contacts, self.discounts = Catalog(shop), Contacts(shop), Discounts(shop)
        self.orders = Orders(shop, self.catalog, self.contacts)
        self.webhooks = webhooks.Webhooks(shop)
        self.seeder = Seeder(shop, self.catalog)
        self.seeder.fill(self.contacts, self.discounts)
        self.clock.advance(_OPEN_SINCE)
        shop.emit = self.webhooks.emit
        self._imports: deque[float] = deque()
        for part in (self.oauth, self.catalog, self.orders, self.contacts, self.discounts, self.webhooks):
            self.add_routes(part.routes())
        self.add_routes(self._site())

    def _site(self) -> list[Route]:
        return [("GET", "/1.0/authorization/website", lambda call: Reply(body=self._website()))]

    def _website(self) -> Obj:
        seed = self.seed
        return {
            "id": self.shop.website_id,
            "siteId": "posbridge-sandbox",
            "title": seed.name,
            "url": "https://sandbox.example.com",
            "currency": seed.currency,
            "timeZone": seed.timezone,
            "language": "en-US",
            "location": {"country": seed.country, "region": None},
            "measurementStandard": "IMPERIAL",
        }

    # the door
    def admit(self, call: Call) -> Reply | None:
        """The bearer, its scopes, and the hourly limit of imports; signing in and pictures are open."""
        if call.path.startswith(("/api/1/login/", "/pictures/")):
            return None
        self.oauth.admit(call)
        if call.method == "POST" and call.path == "/1.0/commerce/orders" and "idempotency-key" in call.headers:
            return self._counted(call)
        return None

    def _counted(self, call: Call) -> Reply | None:
        access, now = self.oauth.bearer(call), self.clock.seconds()
        if self.bucket.rate <= 0 or access is None or not access.is_key:
            return None
        while self._imports and self._imports[0] <= now - _HOUR:
            self._imports.popleft()
        if len(self._imports) >= _ORDERS_AN_HOUR:
            self.counts.refused += 1
            return plain(429)
        self._imports.append(now)
        return None

    def headers(self) -> dict[str, str]:
        """The only header of its own."""
        return {"x-contextid": "SIMULATED"}

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """A bare status in Squarespace's shape."""
        return plain(status, retry_after=retry_after if self.bucket.rate <= 0 else None)

    def expired_reply(self, call: Call) -> Reply | None:
        """Only OAuth tokens expire."""
        return plain(401) if self.oauth.can_expire(call) else None

    def expire_tokens(self) -> int:
        return self.oauth.expire_all()

    def sign(self, url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
        return webhooks.sign(body, secret)

    # how to connect
    def connection_fields(self) -> dict[str, Any]:
        """With the API key."""
        fields = {"auth_mode": "api_key", "base_url": self.address}
        return {"url": self.address, "fields": fields, "secrets": {"api_key": oauth.API_KEY}}

    def oauth_fields(self) -> dict[str, Any]:
        """For OAuth: as `connection_fields`, with a refresh token that the owner has granted."""
        made = self.connection_fields()
        made["fields"] |= {"auth_mode": "oauth", "client_id": oauth.CLIENT_ID}
        refresh = self.oauth.grant()["refresh_token"]
        made["secrets"] = {"client_secret": oauth.CLIENT_SECRET, "refresh_token": refresh}
        return made

    def own_changes(self) -> dict[str, Change]:
        """What happens on the site and in its panel, by `POST /_sandbox/<name>`."""
        return {
            "sell": lambda body: {"id": self.orders.sell(self.seeder.variants[body["sku"]], int(body["quantity"]))},
            "cancel": lambda body: self.orders.change(body["id"], "CANCELED", fulfillmentStatus="CANCELED"),
            "refund": lambda body: self.orders.give_back(body["id"], int(body["amount_minor"])),
            "use-code": lambda body: self.discounts.use(body["code"]),
        }

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        """Every order, named by the till's reference where a till made it."""
        return [self._booked(order) for order in self.orders.rows.values()]

    def _booked(self, order: Obj) -> dict[str, Any]:
        def minor(name: str) -> int:
            return self.shop.minor(order[name], name)

        external = order["externalOrderReference"] or ""
        ours = _OURS.fullmatch(external)
        return {
            "id": order["id"],
            "reference": ours[1] if ours else external,
            "total": minor("grandTotal"),
            "tax": minor("taxTotal"),
            "paid": minor("grandTotal") if order["paymentState"] in ("PAID", "REFUNDED") else 0,
            "refunded": minor("refundedTotal"),
            "currency": self.shop.currency,
            "state": order["fulfillmentStatus"],
            "lines": [self._booked_line(line) for line in order["lineItems"]],
            "created_at": order["createdOn"],
        }

    def _booked_line(self, line: Obj) -> dict[str, Any]:
        total = line["quantity"] * self.shop.minor(line["unitPricePaid"], "unitPricePaid")
        return {"sku": line["sku"] or "", "quantity": line["quantity"], "total": total}

    def stock_book(self) -> dict[str, int]:
        return self.catalog.book()

    # changes while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        product, variant = self.catalog.variants[self.seeder.variants[sku]]
        zero = self.shop.money(0)
        variant["pricing"] = {"basePrice": self.shop.money(price_minor), "salePrice": zero, "onSale": False}
        self.catalog.touch(product)

    def set_stock(self, sku: str, quantity: int) -> None:
        self.catalog.set_quantity(self.seeder.variants[sku], quantity)

    def set_title(self, key: str, title: str) -> None:
        product = self.catalog.rows[self.seeder.products[key]]
        product["name"] = title
        self.catalog.touch(product)

    def add_product(self, product: SeedProduct) -> None:
        self.seeder.product(product)

    def remove_product(self, key: str) -> None:
        self.seeder.remove(key)
