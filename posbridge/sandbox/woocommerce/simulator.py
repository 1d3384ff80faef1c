"""A WooCommerce shop on loopback."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.wire import Call, Reply
from posbridge.sandbox.woocommerce.answers import JSON, Obj, WpError, encoded, no_route
from posbridge.sandbox.woocommerce.auth import Key, Keyring, permit
from posbridge.sandbox.woocommerce.coupons import Coupons
from posbridge.sandbox.woocommerce.customers import Customers
from posbridge.sandbox.woocommerce.filters import unknown
from posbridge.sandbox.woocommerce.gift_card_ledger import Card, GiftCards, Movement
from posbridge.sandbox.woocommerce.gift_cards import GiftCardRoutes
from posbridge.sandbox.woocommerce.hooks import Hooks, sign
from posbridge.sandbox.woocommerce.order_book import OrderBook
from posbridge.sandbox.woocommerce.order_rows import Order
from posbridge.sandbox.woocommerce.order_shape import OrderShape
from posbridge.sandbox.woocommerce.order_totals import Reckoner
from posbridge.sandbox.woocommerce.orders import Orders
from posbridge.sandbox.woocommerce.product_shape import product
from posbridge.sandbox.woocommerce.product_write import ProductWriter
from posbridge.sandbox.woocommerce.products import Products
from posbridge.sandbox.woocommerce.routes import Routes, error_reply
from posbridge.sandbox.woocommerce.seeding import Seeder
from posbridge.sandbox.woocommerce.settings import Settings
from posbridge.sandbox.woocommerce.shop import Options, Row, Shop
from posbridge.sandbox.woocommerce.store_preview import StorePreview
from posbridge.sandbox.woocommerce.terms import Terms

_UNCOUNTED = ("trash", "auto-draft", "checkout-draft")


class WooCommerceSimulator(SimulatedPlatform):
    """WooCommerce as it was recorded: no idempotency, no rate limit of its own, its own ideas of time and money.

    Over TLS keys go as Basic or in the query; over plain HTTP only OAuth 1.0a is heard. `rate` stands for a host
    that limits (an HTML page with 429); the Store API's own limit is an option.
    """

    name = "woocommerce"

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
        self.shop = Shop(seed, self.options, self.clock, lambda: self.address)
        self.keyring = Keyring()
        self.keyring.add(Key(self.options.consumer_key, self.options.consumer_secret))
        self._build()
        self.seeder.fill(self.cards)
        self._route()

    def _build(self) -> None:
        shop = self.shop
        self.terms = Terms(shop)
        self.terms.uncategorized()
        self.writer = ProductWriter(shop, self.terms)
        self.coupons, self.customers, self.cards = Coupons(shop), Customers(shop), GiftCards(shop)
        reckoner = Reckoner(shop)
        self.book = OrderBook(shop, self.coupons, self.cards, reckoner, OrderShape(shop, reckoner))
        self.hooks = Hooks(shop, self.deliveries, self._drawn)
        self.seeder = Seeder(shop, self.writer, self.coupons, self.customers)

    def _route(self) -> None:
        home = self.shop.home
        goods = Products(self.shop, self.writer)
        admin = Routes(home, self._gate, "/wp-json/wc-analytics")
        goods.add_analytics(admin)
        closed, public = Routes(home, self._gate), Routes(home, _open, "/wp-json")
        store = Routes(home, _open, "/wp-json/wc/store/v1")
        settings = Settings(self.shop)
        settings.add_public(public)
        collect = [settings.add_routes, self.terms.add_routes, goods.add_routes]
        collect += [Orders(self.book).add_routes, self.coupons.add_routes, self.customers.add_routes]
        for add_routes in [*collect, self.hooks.add_routes]:
            add_routes(closed)
        if self.options.gift_cards:
            GiftCardRoutes(self.cards).add_routes(closed)
        StorePreview(self.shop, self.coupons, self.cards).add_routes(store)
        for routes in (closed, admin, public, store):
            self.add_routes(routes.routes)

    def _gate(self, call: Call) -> None:
        permit(self.keyring.identify(call, self.address, self.clock.seconds()), call.method)

    def _drawn(self, resource: str, number: int) -> Obj:
        """An object as a webhook sends it: as a GET would answer now, an error body when it is gone."""
        item, order = self.shop.item(number), self.book.orders.get(number)
        if resource == "product" and item is not None:
            return product(self.shop, item)
        if resource == "order" and order is not None:
            return self.book.shape.order(order)
        if resource == "customer" and number in self.shop.customers:
            return self.customers.shown(self.shop.customers[number])
        if resource == "coupon" and number in self.shop.coupons:
            return self.coupons.shown(self.shop.coupons[number])
        return unknown(resource if resource == "product" else f"shop_{resource}").body

    # what the core asks
    def connection_fields(self) -> dict[str, Any]:
        """The settings of the connection screen."""
        fields = {
            "store_url": self.address,
            "auth_in_query": "no",
            "gift_card_provider": "woocommerce_gift_cards" if self.options.gift_cards else "none",
            "order_status_paid": "completed",
        }
        secrets = {
            "consumer_key": self.options.consumer_key,
            "consumer_secret": self.options.consumer_secret,
            "webhook_secret": self.options.webhook_secret,
        }
        return {"url": self.address, "fields": fields, "secrets": secrets}

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """404 and 405 alike are rest_no_route; 429 and 502 come from the host, as HTML."""
        if status in (404, 405):
            return error_reply(no_route(), self.address)
        if status in (429, 502):
            words = "429 Too Many Requests" if status == 429 else "502 Bad Gateway"
            page = f"<html><head><title>{words}</title></head><body><h1>{words}</h1></body></html>"
            headers = {"content-type": "text/html"} | ({"retry-after": str(retry_after)} if retry_after else {})
            return Reply(status, page.encode(), headers)
        if status == 400:
            return Reply(400, encoded(WpError(400, "rest_invalid_json", "Invalid JSON body passed.").body))
        message = "<p>There has been a critical error on this website.</p>"
        body = {"code": "internal_server_error", "message": message, "data": {"status": 500}}
        return Reply(500, encoded({**body, "additional_errors": []}), {"content-type": JSON})

    def expired_reply(self, call: Call) -> Reply | None:
        """Keys never expire."""
        return None

    def sign(self, url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
        """The signature; a ping (without a topic) carries none."""
        return {"x-wc-webhook-signature": sign(body, secret)} if topic else {}

    async def settled(self) -> None:
        """Wait for late work, then for webhooks on their way."""
        await super().settled()
        await self.hooks.settled()
        await super().settled()

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        """Every order that counts: neither trash nor drafts left behind by a refused coupon."""
        return [self._booked(order) for order in self.book.orders.values() if order.status not in _UNCOUNTED]

    def _booked(self, order: Order) -> dict[str, Any]:
        totals = self.book.reckoner.totals(order)
        minor = self.shop.minor
        return {
            "id": str(order.id),
            "reference": self._reference(order),
            "total": minor(totals.due),
            "tax": minor(totals.tax),
            "paid": minor(totals.due) if order.paid is not None else 0,
            "refunded": minor(order.refunded),
            "currency": order.currency,
            "state": order.status,
            "lines": [{"sku": x.sku or "", "quantity": x.quantity, "total": minor(x.total)} for x in order.lines],
            "created_at": order.created.isoformat(),
        }

    def _reference(self, order: Order) -> str:
        """The till's reference, else what it may have put in other places."""
        marks = ("_posbridge_reference", "_posbridge_order_uuid")
        return str(next(filter(None, map(order.meta_value, marks)), None) or order.transaction_id)

    def stock_book(self) -> dict[str, int]:
        """Quantity by SKU, of what is counted."""
        rows = [*self.shop.products.values(), *self.shop.variations.values()]
        return {row.data["sku"]: row.data["stock_quantity"] for row in rows if row.data["sku"] and _counted(row)}

    def gift_cards_book(self) -> list[dict[str, Any]]:
        """Every card with what moved on it; spending is negative. Empty without the plug-in."""
        return [self._booked_card(card) for card in self.cards.cards.values()] if self.options.gift_cards else []

    def _booked_card(self, card: Card) -> dict[str, Any]:
        moves = [{"key": str(move.order), "amount": self._signed(move)} for move in card.moves]
        return {"code": card.code, "balance": self.shop.minor(card.remaining), "movements": moves}

    def _signed(self, move: Movement) -> int:
        return self.shop.minor(-move.amount if move.kind == "used" else move.amount)

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        """A new regular price; a sale ends."""
        self.writer.update(self._by_sku(sku), self.seeder.prices(price_minor, None))

    def set_stock(self, sku: str, quantity: int) -> None:
        """A new quantity."""
        self.writer.update(self._by_sku(sku), {"manage_stock": True, "stock_quantity": quantity})

    def set_title(self, key: str, title: str) -> None:
        """A new name."""
        self.writer.update(self.shop.products[self.seeder.keys[key]], {"name": title})

    def add_product(self, product: SeedProduct) -> None:
        """A new product."""
        self.seeder.product(product)

    def remove_product(self, key: str) -> None:
        """To the trash, as the shop's own list deletes."""
        self.writer.trash(self.shop.products[self.seeder.keys[key]])

    def _by_sku(self, sku: str) -> Row:
        row = self.shop.item(self.shop.skus[sku])
        if row is None:
            raise KeyError(sku)
        return row


def _counted(row: Row) -> bool:
    return bool(row.data["manage_stock"]) and row.data["status"] != "trash"


def _open(call: Call) -> None:
    """Anyone may ask."""
