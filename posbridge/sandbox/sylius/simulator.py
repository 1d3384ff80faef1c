"""A Sylius shop on loopback, as it was recorded from 2.1.6."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.sylius.answers import API, page, problem, short
from posbridge.sandbox.sylius.book import Book
from posbridge.sandbox.sylius.catalog import Catalog
from posbridge.sandbox.sylius.checkout import Checkout
from posbridge.sandbox.sylius.drawing import Drawing
from posbridge.sandbox.sylius.office import Office
from posbridge.sandbox.sylius.sale import Order
from posbridge.sandbox.sylius.seeding import add_product, fill
from posbridge.sandbox.sylius.setup import LOGIN, Gate, Setup
from posbridge.sandbox.sylius.shop import Options, Shop, Variant
from posbridge.sandbox.wire import Call, Reply


class SyliusSimulator(SimulatedPlatform):
    """Sylius as it was recorded: no idempotency key, no rate limit, its own prices, stock enforced, no gift cards and
    no webhooks. `rate` stands for a host that limits (a web page with 429)."""

    name = "sylius"

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
        self.shop = Shop(seed, self.options, self.clock, lambda: self.address, self.next_id)
        fill(self.shop)
        self.book, self.gate = Book(self.shop), Gate(self.shop)
        drawing = Drawing(self.shop)
        self.catalog = Catalog(self.shop)
        parts = (self.catalog, Checkout(self.book, drawing), Office(self.book, drawing), Setup(self.book))
        routes: list[Route] = [("POST", LOGIN, self.gate.login), *(route for part in parts for route in part.routes())]
        self.add_routes(routes)

    # what the core asks
    def connection_fields(self) -> dict[str, Any]:
        """The settings of the connection screen."""
        fields = {
            "base_url": self.address,
            "admin_email": self.options.email,
            "channel_code": self.options.channel,
            "locale_code": self.options.locale,
            "shipping_method": "in_store",
            "payment_method": "cash_on_delivery",
            "walkin_email": "walkin@example.com",
            "barcode_attribute": self.options.barcode_field,
            "server_timezone": self.options.timezone,
            "auth_header": self.options.auth_header,
        }
        return {"url": self.address, "fields": fields, "secrets": {"admin_password": self.options.password}}

    def admit(self, call: Call) -> Reply | None:
        """Off means off; the admin section wants a token, the shop section refuses one; a PATCH is a merge patch."""
        if not call.path.startswith(API):
            return None
        if not self.options.enabled:
            return page(404, "An Error Occurred: Not Found")
        if call.method == "PATCH" and "application/merge-patch+json" not in call.headers.get("content-type", ""):
            kind = call.headers.get("content-type", "")
            return problem(415, f'The content-type "{kind}" is not supported. Supported MIME types are '
                                '"application/merge-patch+json".')  # fmt: skip
        if call.path.startswith(f"{API}/shop"):
            return short(401, "Invalid JWT Token") if self.gate.token(call) else None
        return None if call.path == LOGIN else self.gate.refusal(call)

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """The router's short shape, the application's problem, a web page from the server before it."""
        if status in (404, 405):
            return short(status, "Not Found" if status == 404 else "Method Not Allowed")
        if status in (429, 502):
            headers = {"retry-after": str(retry_after)} if retry_after else {}
            return page(status, "429 Too Many Requests" if status == 429 else "502 Bad Gateway", headers)
        if status == 400:
            return problem(400, "Invalid json message received")
        return problem(500, "Internal Server Error")

    def expired_reply(self, call: Call) -> Reply | None:
        """Only an administrator's token can expire."""
        return short(401, "Expired JWT Token") if self.gate.token(call) else None

    def expire_tokens(self) -> int:
        return self.gate.expire()

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        """Every placed order."""
        return [self._booked(order) for order in self.book.placed()[::-1]]

    def _booked(self, order: Order) -> dict[str, Any]:
        paid = order.payment_state in ("paid", "refunded")
        return {
            "id": order.token,
            "reference": _reference(order.notes),
            "total": order.total,
            "tax": sum(item.tax + item.included for item in order.items),
            "paid": order.total if paid else 0,
            "refunded": order.refunded,
            "currency": self.seed.currency,
            "state": order.state,
            "lines": [{"sku": i.variant, "quantity": i.quantity, "total": i.total} for i in order.items],
            "created_at": order.completed.isoformat() if order.completed else "",
        }

    def stock_book(self) -> dict[str, int]:
        """Pieces on hand by code, of what is tracked."""
        return {code: variant.on_hand for code, variant in self.shop.variants.items() if variant.tracked}

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        """A new price; no date moves (recorded, chapter Products)."""
        variant = self._by_sku(sku)
        variant.price, variant.original = price_minor, None

    def set_stock(self, sku: str, quantity: int) -> None:
        variant = self._by_sku(sku)
        variant.tracked, variant.on_hand = True, max(quantity, variant.on_hold)
        variant.updated = self.clock.now()

    def set_title(self, key: str, title: str) -> None:
        """A new name in the shop's locale; the product's date does not move."""
        self.shop.products[key].names[self.options.locale] = title

    def add_product(self, product: SeedProduct) -> None:
        add_product(self.shop, product)

    def remove_product(self, key: str) -> None:
        """Gone; one that was sold can only be switched off (recorded 034)."""
        product = self.shop.products[key]
        if product.code in self.shop.sold:
            product.enabled = False
        else:
            self.catalog.forget(key)

    def _by_sku(self, sku: str) -> Variant:
        return self.shop.variants[sku]


def _reference(notes: str | None) -> str:
    """The till's reference: the second word of a note that begins with its mark."""
    words = (notes or "").split()
    return words[1] if len(words) > 1 and words[0] == "posbridge" else ""
