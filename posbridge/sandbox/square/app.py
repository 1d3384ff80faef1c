"""The simulated Square: joins the parts, checks version and sign-in, and keeps its books open."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from posbridge.sandbox.control import Change
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.square import oauth, till, webhooks
from posbridge.sandbox.square.catalog import Catalog
from posbridge.sandbox.square.customers import Customers
from posbridge.sandbox.square.errors import Refused, plain
from posbridge.sandbox.square.gift_cards import GiftCards
from posbridge.sandbox.square.images import Images
from posbridge.sandbox.square.inventory import Inventory
from posbridge.sandbox.square.orders import Orders, paid
from posbridge.sandbox.square.payments import Payments
from posbridge.sandbox.square.places import Places
from posbridge.sandbox.square.refunds import Refunds
from posbridge.sandbox.square.seeding import Seeder
from posbridge.sandbox.square.shop import Obj, Shop
from posbridge.sandbox.square.sources import Sources
from posbridge.sandbox.wire import BadJson, Call, Reply

_OPEN_SINCE = timedelta(days=1)
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}")


class SquareSimulator(SimulatedPlatform):
    """Square Connect v2 as the contract describes it, for one seller with one location.

    `rate` is a guess within the contract's (10 to 20 requests a second and token); 429 carries no Retry-After,
    because Square promises none.
    """

    name = "square"
    rate = 20.0
    burst = 40

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(seed, faults, rate=rate)
        self.clock.advance(-_OPEN_SINCE)
        self.shop = shop = Shop(self)
        self.webhooks = webhooks.Webhooks(shop)
        self.oauth = oauth.OAuth(shop)
        self.catalog = Catalog(shop)
        self.inventory = Inventory(shop, self.catalog)
        self.orders = Orders(shop, self.catalog)
        self.cards = GiftCards(shop, self.orders)
        self.payments = Payments(shop, self.orders, Sources(shop, self.cards), self.inventory.sold)
        self.refunds = Refunds(self.payments)
        self.customers = Customers(shop)
        self.orders.on_cancel = self.payments.cancel_of_order
        self.seeder = Seeder(shop, self.catalog, self.inventory)
        self.seeder.fill(self.customers, self.cards)
        self.webhooks.events.clear()
        self.clock.advance(_OPEN_SINCE)
        parts = (
            *(Places(shop), Images(shop, self.catalog), self.webhooks, self.oauth, self.catalog, self.inventory),
            *(self.payments, self.orders, self.cards, self.refunds, self.customers),
        )
        for part in parts:
            self.add_routes(part.routes())

    # the door
    def admit(self, call: Call) -> Reply | None:
        """Version first, then the bearer; OAuth's own pages and pictures are open."""
        version = call.headers.get("square-version")
        if version is not None and not _VERSION.fullmatch(version):
            detail = f"Invalid Square-Version {version}, expected YYYY-MM-DD"
            raise Refused("INVALID_SQUARE_VERSION_FORMAT", detail)
        if call.path.startswith("/v2/"):
            self.oauth.admit(call)
        return None

    def work(self, call: Call) -> Reply:
        """As every platform, and says which version served it."""
        reply = super().work(call)
        version = call.headers.get("square-version") or webhooks.API_VERSION
        return Reply(reply.status, reply.body, {"Square-Version": version, **reply.headers})

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """A bare status in Square's shape; Square promises no Retry-After, so none is sent."""
        return plain(status)

    def expired_reply(self, call: Call) -> Reply | None:
        """Only OAuth tokens expire."""
        return oauth.expired().reply if self.oauth.can_expire(call) else None

    def expire_tokens(self) -> int:
        """Every OAuth access token is past its time; refresh tokens still work."""
        return self.oauth.expire_all()

    def request_key(self, call: Call) -> str | None:
        """Square's keys are in the body."""
        if call.method == "GET":
            return None
        try:
            key = call.json().get("idempotency_key")
        except BadJson:
            return None
        return str(key) if key else None

    def sign(self, url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
        """HMAC-SHA256 over address and body."""
        return webhooks.sign(url, body, secret, topic)

    def retry_headers(self, attempt: int) -> dict[str, str]:
        """How often it was tried before, and why again."""
        return {"square-retry-number": str(attempt - 1), "square-retry-reason": "http_error"}

    # how to connect
    def connection_fields(self) -> dict[str, Any]:
        """For the personal token."""
        fields = {
            "environment": "sandbox",
            "auth_mode": "token",
            "location_id": self.shop.location_id,
            "base_url": self.address,
        }
        return {"url": self.address, "fields": fields, "secrets": {"access_token": oauth.PERSONAL_TOKEN}}

    def oauth_fields(self) -> dict[str, Any]:
        """For OAuth with a secret: as `connection_fields`, with fresh tokens the seller has granted."""
        made = self.connection_fields()
        granted = self.oauth.grant(oauth.SCOPES)
        made["fields"] |= {"auth_mode": "oauth", "application_id": oauth.APPLICATION_ID}
        made["secrets"] = {
            "access_token": granted["access_token"],
            "refresh_token": granted["refresh_token"],
            "application_secret": oauth.APPLICATION_SECRET,
        }
        return made

    def own_changes(self) -> dict[str, Change]:
        """`POST /_sandbox/sell`: somebody sells on Square's own register."""
        return {"sell": lambda body: till.sell(self.orders, self.payments, self.seeder, body)}

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        """Sales only: the orders Square makes for refunds are counted at their source."""
        return [
            self._booked(order)
            for order in self.orders.rows.values()
            if "line_items" in order or "returns" not in order
        ]

    def _booked(self, order: Obj) -> dict[str, Any]:
        return {
            "id": order["id"],
            "reference": order.get("reference_id", ""),
            "total": order["total_money"]["amount"],
            "tax": order["total_tax_money"]["amount"],
            "paid": paid(order),
            "refunded": self.refunds.refunded(order["id"]),
            "currency": order["total_money"]["currency"],
            "state": order["state"],
            "lines": [
                {
                    "sku": self.seeder.skus.get(line.get("catalog_object_id", ""), ""),
                    "quantity": line["quantity"],
                    "total": line["total_money"]["amount"],
                }
                for line in order.get("line_items", ())
            ],
            "created_at": order["created_at"],
        }

    def stock_book(self) -> dict[str, int]:
        """Whole units in stock by SKU."""
        return {sku: int(self.inventory.quantity(key)) for sku, key in self.seeder.variations.items()}

    def gift_cards_book(self) -> list[dict[str, Any]]:
        """Every card with its signed movements."""
        return [
            {"code": card["gan"], "balance": card["balance_money"]["amount"], "movements": self.cards.movements(card)}
            for card in self.cards.rows.values()
        ]

    # changes while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        """A new price, a new version."""
        key = self.seeder.variations[sku]
        self.catalog.rows[key]["item_variation_data"]["price_money"] = self.shop.money(price_minor)
        self.catalog.touch(key)

    def set_stock(self, sku: str, quantity: int) -> None:
        """A count made at the shelf."""
        self.inventory.recount(self.seeder.variations[sku], quantity)

    def set_title(self, key: str, title: str) -> None:
        """Rename an item."""
        item = self.seeder.items[key]
        self.catalog.rows[item]["item_data"]["name"] = title
        self.catalog.touch(item)

    def add_product(self, product: SeedProduct) -> None:
        """A new item with stock."""
        self.seeder.product(product)
        self.catalog.touch(self.seeder.items[product.key])

    def remove_product(self, key: str) -> None:
        """Delete an item."""
        item = self.seeder.items.pop(key)
        for child in self.catalog.children.get(item, ()):
            self.seeder.variations.pop(self.seeder.skus.get(child, ""), None)
        self.catalog.delete([item])
