"""The simulated Wix: joins the parts, checks who calls, and keeps its books open."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from posbridge.sandbox.control import Change
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.wire import Call, Reply
from posbridge.sandbox.wix import auth, hooks
from posbridge.sandbox.wix.cards import GiftCards
from posbridge.sandbox.wix.catalog import V1, V3, Catalog
from posbridge.sandbox.wix.errors import plain
from posbridge.sandbox.wix.goods import Goods
from posbridge.sandbox.wix.orders import Orders
from posbridge.sandbox.wix.people import Contacts, Coupons
from posbridge.sandbox.wix.shop import Obj, Shop

_OPEN_SINCE = timedelta(days=1)
#: Reads that Wix wants as a POST: faults on writes leave them alone.
_READS = re.compile(
    r".*/(query|search|find-matching|query-variants|search-variants|get-order-refundability)|/oauth2?/.*"
    r"|/ecom/v1/gift-cards/(?!redeem$|void$)[^/]+"
)


class WixSimulator(SimulatedPlatform):
    """Wix's REST API as the contract describes it, for one site; `catalog` is V3_CATALOG or V1_CATALOG.

    200 requests a minute; a 429 names no time. With `rate` 0 there is no limit, and a 429 that a fault makes names its
    short wait, so that a test of a minute need not stand still.
    """

    name = "wix"
    rate = 200 / 60
    burst = 200

    def __init__(
        self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None, catalog: str = V3
    ) -> None:
        super().__init__(seed, faults, rate=rate)
        self.clock.advance(-_OPEN_SINCE)
        self.shop = shop = Shop(self)
        self.auth, self.hooks = auth.Auth(shop), hooks.Hooks(shop)
        self.catalog = Catalog(shop, catalog)
        self.orders = Orders(shop, self.catalog)
        self.contacts, self.coupons, self.cards = Contacts(shop), Coupons(shop), GiftCards(shop)
        self._fill()
        self.clock.advance(_OPEN_SINCE)
        shop.emit = self.hooks.emit
        for part in (self.auth, Goods(self.catalog), self.orders, self.contacts, self.coupons, self.cards):
            self.add_routes(part.routes())
        self.add_routes(self._site())

    def _fill(self) -> None:
        for product in self.seed.products:
            self.catalog.add(product)
        for customer in self.seed.customers:
            self.contacts.seed(customer)
        products = {good.key: good.id for good in self.catalog.goods.values()}
        for discount in self.seed.discounts:
            self.coupons.seed(discount, products)
        for card in self.seed.gift_cards:
            self.cards.seed(card)

    def _site(self) -> list[Route]:
        told = {
            "siteDisplayName": self.seed.name, "locale": "en", "paymentCurrency": self.seed.currency,
            "url": "https://sandbox.example.com", "siteId": auth.SITE_ID, "timeZone": self.seed.timezone,
        }  # fmt: skip
        instance = {"appName": "posbridge", "instanceId": auth.INSTANCE_ID, "isFree": True, "permissions": []}
        return [
            ("GET", "/apps/v1/instance", lambda call: Reply(body={"instance": instance, "site": told})),
            ("GET", "/site-properties/v4/properties", lambda call: Reply(body={"version": "1", "properties": told})),
        ]

    # the door
    def admit(self, call: Call) -> Reply | None:
        """Signing in and pictures are open."""
        if call.path.startswith(("/oauth", "/pictures/")):
            return None
        self.auth.admit(call)
        return None

    def headers(self) -> dict[str, str]:
        return {"x-wix-request-id": f"{int(self.clock.seconds())}.{self.counts.requests}"}

    def fault_method(self, call: Call) -> str:
        return "GET" if _READS.fullmatch(call.path) else call.method

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        return plain(status, retry_after=retry_after if self.bucket.rate <= 0 else None)

    def expired_reply(self, call: Call) -> Reply | None:
        """Only an app's tokens expire."""
        return plain(401) if self.auth.can_expire(call) else None

    def expire_tokens(self) -> int:
        return self.auth.expire_all()

    # how to connect
    def connection_fields(self) -> dict[str, Any]:
        """With the API key."""
        fields = {"auth_mode": "api_key", "site_id": auth.SITE_ID, "base_url": self.address}
        return {"url": self.address, "fields": fields, "secrets": {"api_key": auth.API_KEY}}

    def app_fields(self) -> dict[str, Any]:
        """For an app: as `connection_fields`, with its credentials and the key that proves its webhooks."""
        fields = {
            "auth_mode": "app", "base_url": self.address, "app_id": auth.APP_ID, "instance_id": auth.INSTANCE_ID,
            "webhook_public_key": hooks.public_pem(),
        }  # fmt: skip
        return {"url": self.address, "fields": fields, "secrets": {"app_secret": auth.APP_SECRET}}

    def own_changes(self) -> dict[str, Change]:
        """What happens on the site and in its panel, by `POST /_sandbox/<name>`."""
        return {
            "sell": lambda body: {"id": self.orders.sell(body["sku"], int(body["quantity"]))},
            "use-code": lambda body: self.coupons.use(body["code"]),
            "uninstall": lambda body: self._uninstall(),
        }

    def _uninstall(self) -> None:
        self.auth.installed = False
        self.auth.expire_all()
        self.hooks.emit("AppRemoved", "", "", {"appId": auth.APP_ID})

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        return self.orders.book()

    def stock_book(self) -> dict[str, int]:
        return self.catalog.book()

    def gift_cards_book(self) -> list[dict[str, Any]]:
        return self.cards.book()

    # changes while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        good, piece = self.catalog.pieces[self.catalog.skus[sku]]
        piece.price, piece.before = price_minor, None
        self.catalog.touch(good)

    def set_stock(self, sku: str, quantity: int) -> None:
        self.catalog.set_stock(self.catalog.pieces[self.catalog.skus[sku]][1], quantity)

    def set_title(self, key: str, title: str) -> None:
        good = self.catalog.by_key(key)
        good.title = title
        self.catalog.touch(good)

    def add_product(self, product: SeedProduct) -> None:
        self.catalog.add(product)

    def remove_product(self, key: str) -> None:
        self.catalog.remove(key)


__all__ = ["V1", "V3", "Obj", "WixSimulator"]
