"""A Blaze shop on loopback, as the contract's facts and the swagger describe it; guesses are marked where they are."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from posbridge.sandbox.blaze.answers import Obj, Refused, ident, lister, ms, problem
from posbridge.sandbox.blaze.carts import Cart, Carts
from posbridge.sandbox.blaze.catalog import Catalog
from posbridge.sandbox.blaze.deals import Deals
from posbridge.sandbox.blaze.people import GUEST, People
from posbridge.sandbox.blaze.shop import Article, Shop, alone, flattened
from posbridge.sandbox.control import Change
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.webhooks import Target
from posbridge.sandbox.wire import Call, Reply

PARTNER, DEVELOPER, WEAK = "5a" * 16, "d3" * 16, "e1" * 16
HOOK_SECRET = "sandbox-hook-path-0123456789abcdef0123"  # noqa: S105 - a simulator's
TOPICS = (
    "NEW_CONSUMER_ORDER", "NEW_CONSUMER_SIGNUP", "UPDATE_CONSUMER_ORDER", "UPDATE_CONSUMER_USER", "NEW_MEMBER",
    "UPDATE_MEMBER", "COMPLETE_TRANSACTION", "UPDATE_PRODUCT",
)  # fmt: skip
_NEAR = ("127.0.0.1", "localhost", "::1")
#: POSTs that store nothing.
_READS = ("/store/cart/prepare", "/payments/balance")


class BlazeSimulator(SimulatedPlatform):
    """No idempotency key: a cart is single by its id. Its staff accept and ring up each order at once;
    `POST /_sandbox/staff {"seconds": 5 | null}` makes them slow or idle, `POST /_sandbox/status {"order", "status",
    "reason"?}` moves one order by hand. The partner key WEAK lacks every permission.
    """

    name = "blaze"
    rate = 10_000 / 300
    burst = 10_000

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(flattened(seed), faults, rate=rate)
        self.shop = Shop(self.seed, self.clock)
        self.catalog = Catalog(self.shop, lambda: self.address)
        self.people = People(self, self.shop)
        self.deals = Deals(self.shop)
        self.carts = Carts(self, self.shop, self.people, self.deals)
        self.hooks: dict[str, Obj] = {}
        parts = [self.catalog, self.people, self.deals, self.carts]
        routes: list[Route] = [route for part in parts for route in part.routes()]  # type: ignore[attr-defined] # all have
        self.add_routes([*routes, *self._hook_routes()])

    # what a platform tells about itself
    def connection_fields(self) -> dict[str, Any]:
        return {
            "url": self.address,
            "fields": {"base_url": self.address, "inventory_id": self.shop.room, "anonymous_consumer_id": GUEST},
            "secrets": {
                "partner_key": PARTNER, "developer_key": DEVELOPER, "webhook_path_secret": HOOK_SECRET,
            },
        }  # fmt: skip

    def orders_book(self) -> list[dict[str, Any]]:
        return [self._booked(one) for one in self.carts.carts.values() if one.status != "InProgress"]

    def _booked(self, cart: Cart) -> dict[str, Any]:
        total, tax = self.carts.totals(cart)
        cashed = cart.sale is not None and cart.sale["paid"]
        return {
            "id": cart.id, "reference": str(cart.body.get("externalId") or ""), "total": total, "tax": tax,
            "paid": total if cashed else cart.paid, "refunded": 0, "currency": self.seed.currency,
            "state": cart.status, "created_at": cart.made.isoformat(),
            "lines": [{"sku": line.article.seed.sku, "quantity": str(line.quantity.normalize()), "total": line.net}
                      for line in cart.lines],
        }  # fmt: skip

    def stock_book(self) -> dict[str, int]:
        return {one.seed.sku: one.stock for one in self.shop.articles.values() if not one.deleted}

    def gift_cards_book(self) -> list[dict[str, Any]]:
        return [{"code": card.code, "balance": card.balance_minor, "movements": []} for card in self.seed.gift_cards]

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """No Retry-After: none is documented."""
        return problem(status)

    def expired_reply(self, call: Call) -> Reply | None:
        """Both keys are good until somebody withdraws them."""
        return None

    def fault_method(self, call: Call) -> str:
        return "GET" if call.path.endswith(_READS) else call.method

    def admit(self, call: Call) -> Reply | None:
        if call.path.startswith("/pictures/"):
            return None
        partner = call.headers.get("x-api-key") or call.headers.get("partner_key")
        if partner not in (PARTNER, WEAK):
            return problem(401, "Invalid partner key")
        if call.headers.get("authorization") != DEVELOPER:
            return problem(401, "Invalid developer key")
        return problem(403, "The partner key lacks the permission NORMAL") if partner == WEAK else None

    def own_changes(self) -> dict[str, Change]:
        return {"staff": self._staff, "status": self._status}

    def _staff(self, body: dict[str, Any]) -> None:
        self.carts.staff_s = None if body["seconds"] is None else float(body["seconds"])

    def _status(self, body: dict[str, Any]) -> None:
        self.carts.move(body["order"], body["status"], body.get("reason"))
        self._tell("UPDATE_CONSUMER_ORDER", self.carts.row(self.carts.carts[body["order"]]))

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        article = self.shop.by_sku(sku)
        article.price = price_minor
        self._changed(article)

    def set_stock(self, sku: str, quantity: int) -> None:
        article = self.shop.by_sku(sku)
        for lot in article.lots[1:2]:
            lot.quantity = 0
        article.lots[0].quantity = quantity
        self._changed(article)

    def set_title(self, key: str, title: str) -> None:
        for article in self.shop.of_key(key):
            article.title = title
            self._changed(article)

    def add_product(self, product: SeedProduct) -> None:
        for one in alone(product):
            for article in self.shop.put(one):
                self._changed(article)

    def remove_product(self, key: str) -> None:
        """Deleted rows stay in the list of changes."""
        for article in self.shop.of_key(key):
            article.deleted = True
            self._changed(article)

    def _changed(self, article: Article) -> None:
        self.shop.touch(article)
        self._tell("UPDATE_PRODUCT", self.catalog.row(article))

    # webhooks
    def _tell(self, topic: str, row: Obj) -> None:
        """Guess: the body is the changed object."""
        self.deliveries.emit(topic, json.dumps(row).encode())

    def _hook_routes(self) -> list[Route]:
        path = "/api/v1/partner/webHooks"
        return [
            ("POST", path, self._subscribe),
            ("GET", path, lister(lambda call: list(self.hooks.values()))),
            ("GET", f"{path}/{{id}}", lambda call: Reply(body=self._hook(call))),
            ("PUT", f"{path}/{{id}}", self._resubscribe),
            ("DELETE", f"{path}/{{id}}", self._unsubscribe),
        ]

    def _subscribe(self, call: Call) -> Reply:
        body = call.json()
        key = ident("hook", self.next_id("hook"))
        return Reply(body=self._keep(key, body))

    def _keep(self, key: str, body: Obj) -> Obj:
        """One address a subscription, on this machine. Raises Refused."""
        topic, urls = body.get("webHookType"), body.get("webHookUrls")
        if topic not in TOPICS or not isinstance(urls, list) or not urls:
            raise Refused(400, "webHookType is not valid" if topic not in TOPICS else "webHookUrls is required")
        now = ms(self.clock.now())
        self.hooks[key] = {"id": key, "created": now, "modified": now, "deleted": False, "shopId": self.shop.id,
                           "webHookType": topic, "webHookUrls": urls}  # fmt: skip
        if urlsplit(str(urls[0])).hostname in _NEAR:
            self.deliveries.register(Target(key, str(urls[0]), "", (str(topic),)))
        return self.hooks[key]

    def _hook(self, call: Call) -> Obj:
        if call.params["id"] not in self.hooks:
            raise Refused(404, "Web hook not found")
        return self.hooks[call.params["id"]]

    def _resubscribe(self, call: Call) -> Reply:
        return Reply(body=self._keep(self._hook(call)["id"], call.json()))

    def _unsubscribe(self, call: Call) -> Reply:
        key = self._hook(call)["id"]
        del self.hooks[key]
        self.deliveries.targets.pop(key, None)
        return Reply(204)
