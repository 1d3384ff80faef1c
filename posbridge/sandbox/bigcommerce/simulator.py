"""A BigCommerce store on loopback: its v2 and v3 Management APIs as the official description and guides have them."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from posbridge.domain.money import exponent
from posbridge.sandbox.bigcommerce import hooks as hooking
from posbridge.sandbox.bigcommerce.answers import Refused, Row, Window, refusal, safe, v3_problem
from posbridge.sandbox.bigcommerce.catalog import Catalog
from posbridge.sandbox.bigcommerce.order_row import OrderMaker
from posbridge.sandbox.bigcommerce.orders import Orders
from posbridge.sandbox.bigcommerce.people import People
from posbridge.sandbox.bigcommerce.seeding import Seeder
from posbridge.sandbox.bigcommerce.shop import Shop, iso
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.wire import Call, Reply

HASH = "g5cd38"
TOKEN = "sandboxaccesstokenofbigcommerce"  # noqa: S105 - of the simulator only
SECRET = "5a" * 32
#: The scope that a path needs, by its part; "read" or "modify" by the method.
_SCOPES = {
    "payment_actions": "transactions", "orders": "orders", "order_statuses": "orders", "catalog": "products",
    "inventory/locations/": "inventory", "inventory/locations": "locations", "inventory": "inventory",
    "customers": "customers", "coupons": "marketing", "promotions": "marketing", "gift_certificates": "marketing",
    "store": "information", "time": "", "hooks": "",
}  # fmt: skip
EVERYTHING = frozenset(_SCOPES.values())
_ROOT = re.compile(r"/stores/(?P<hash>[^/]+)(?P<rest>/v[23]/.*)")
_UNKNOWN = "Unauthorized - the v3 Auth client ID or token in the request are not a valid combination for this store."


class BigCommerceSimulator(SimulatedPlatform):
    """Pro plan: 450 calls in 30 seconds. No keys of idempotency. `tokens` maps each token to its scopes; a scope
    followed by ":read" may only read."""

    name = "bigcommerce"
    rate = 15.0

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(seed, faults, rate=rate)
        self.window = Window(self.clock, self.bucket.rate)
        self.bucket = self.window
        self.shop = Shop(self.clock.now, exponent(seed.currency))
        self.seeder = Seeder(self.shop, seed)
        self.seeder.fill()
        self.tokens: dict[str, frozenset[str]] = {TOKEN: EVERYTHING}
        included = seed.prices_include_tax
        maker = OrderMaker(self.shop, seed.currency, Decimal(seed.tax_rate), included, lambda: self._root)
        self.orders, self.people = Orders(self.shop, maker), People(self.shop)
        self.catalog = Catalog(self.shop, lambda: self.address)
        self.hooks = hooking.Hooks(self.shop, self.deliveries, HASH, SECRET, self.clock.seconds)
        self.shop.emit = self.hooks.emit
        rooms = [self.orders.routes(), self.people.routes(), self.catalog.routes(), self.hooks.routes(), self._own()]
        for routes in rooms:
            self.add_routes([(method, f"/stores/{HASH}{path}", safe(handle)) for method, path, handle in routes])

    @property
    def _root(self) -> str:
        return f"{self.address}/stores/{HASH}"

    def _own(self) -> list[Route]:
        return [
            ("GET", "/v2/store", lambda call: Reply(body=self._store())),
            ("GET", "/v2/time", lambda call: Reply(body={"time": int(self.clock.seconds())})),
        ]

    def _store(self) -> Row:
        return {
            "id": HASH,
            "domain": "shop.example",
            "secure_url": "https://shop.example",
            "status": "live",
            "name": self.seed.name,
            "address": "1 Main Street",
            "country": "United States" if self.seed.country == "US" else self.seed.country,
            "country_code": self.seed.country,
            "timezone": {"name": self.seed.timezone},
            "language": "en",
            "currency": self.seed.currency,
            "decimal_places": self.shop.decimals,
            "weight_units": "KGS",
            "plan_name": "Pro",
            "is_price_entered_with_tax": self.seed.prices_include_tax,
            "default_channel_id": 1,
        }

    # who may
    def admit(self, call: Call) -> Reply | None:
        """The store, the token, then the scope."""
        found = _ROOT.fullmatch(call.path)
        if found is None:
            return None
        if found["hash"] != HASH or call.headers.get("x-auth-token", "") not in self.tokens:
            return Reply(401, v3_problem(401, _UNKNOWN))
        needed = next((scope for part, scope in _SCOPES.items() if f"/{part}" in found["rest"]), "")
        has = self.tokens[call.headers["x-auth-token"]]
        if needed in has or (call.method == "GET" and f"{needed}:read" in has):
            return None
        return refusal(call, Refused(403, "You don't have a required scope to access the endpoint"))

    def headers(self) -> dict[str, str]:
        return self.window.headers()

    def fault_method(self, call: Call) -> str:
        """A quote only reads; the balance of a certificate is a write like a POST elsewhere."""
        if call.path.endswith("/refund_quotes"):
            return "GET"
        return "POST" if call.method == "PUT" and "/gift_certificates/" in call.path else call.method

    def request_key(self, call: Call) -> str | None:
        return None

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """The host's own errors, in v3's shape; a 429 names its wait in milliseconds."""
        words = {404: "The requested resource was not found.", 429: "You have made too many requests to the API."}
        reply = Reply(status, v3_problem(status, words.get(status, f"Error {status}")))
        if retry_after is None:
            return reply
        told = {**self.window.headers(), "X-Rate-Limit-Time-Reset-Ms": str(retry_after * 1000)}
        return replace(reply, headers={**told, "X-Rate-Limit-Requests-Left": "0"})

    def expired_reply(self, call: Call) -> Reply | None:
        """Tokens do not expire."""
        return None

    def sign(self, url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
        return hooking.sign(body, secret, int(self.clock.seconds()))

    # how to connect
    def connection_fields(self) -> dict[str, Any]:
        fields = {"base_url": self.address, "store_hash": HASH, "channel_id": "1", "location_id": "1"}
        return {"url": self.address, "fields": fields, "secrets": {"access_token": TOKEN, "client_secret": SECRET}}

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        return [self._booked(row) for row in self.shop.tables["orders"].values()]

    def _booked(self, row: Row) -> dict[str, Any]:
        total, minor = self.shop.minor(row["total_inc_tax"]), self.shop.minor
        return {
            "id": str(row["id"]),
            "reference": row["external_order_id"] if row["external_source"] == "posbridge" else "",
            "total": total,
            "tax": total - minor(row["total_ex_tax"]),
            "paid": total if row["status_id"] in (2, 4, 10, 11, 14) else 0,
            "refunded": minor(row["refunded_amount"]),
            "currency": row["default_currency_code"],
            "state": str(row["status_id"]),
            "lines": [
                {"sku": line["sku"], "quantity": line["quantity"], "total": minor(line["total_inc_tax"])}
                for line in row["@lines"]
            ],
            "created_at": iso(row["@created"]),
        }

    def stock_book(self) -> dict[str, int]:
        return {variant["sku"]: variant["inventory_level"] for _, variant in self.shop.variants()}

    def gift_cards_book(self) -> list[dict[str, Any]]:
        rows = self.shop.tables["gift_certificates"].values()
        return [
            {"code": row["code"], "balance": self.shop.minor(row["balance"]), "movements": row["@moves"]}
            for row in rows
        ]

    # changes while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        product, variant = self.shop.by_sku(sku)
        now = {
            "price": self.shop.number(price_minor),
            "calculated_price": self.shop.number(price_minor),
            "sale_price": 0,
        }
        variant |= now
        if product["base_variant_id"]:
            product |= now
        self.shop.touch(product)

    def set_stock(self, sku: str, quantity: int) -> None:
        self.shop.count(*self.shop.by_sku(sku), quantity)

    def set_title(self, key: str, title: str) -> None:
        row = self.seeder.products[key]
        row["name"] = title
        self.shop.touch(row)

    def add_product(self, product: SeedProduct) -> None:
        self.seeder.product(product)
        ident = self.seeder.products[product.key]["id"]
        self.shop.emit("store/product/created", {"type": "product", "id": ident})

    def remove_product(self, key: str) -> None:
        row = self.seeder.products.pop(key)
        del self.shop.tables["products"][row["id"]]
        self.shop.emit("store/product/deleted", {"type": "product", "id": row["id"]})
