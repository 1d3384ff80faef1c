"""A Treez store on loopback, as its published pages and examples describe it."""

from __future__ import annotations

import json
from email.utils import format_datetime
from typing import Any

from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.treez.answers import refusal, success
from posbridge.sandbox.treez.catalog import Catalog
from posbridge.sandbox.treez.customers import Customers
from posbridge.sandbox.treez.gate import Gate, Options, expired, good_key
from posbridge.sandbox.treez.shop import Article, Shop, Ticket
from posbridge.sandbox.treez.tickets import Tickets
from posbridge.sandbox.wire import Call, Reply

_READS_BY_POST = ("/ticket/previewticket", "/gettokens", "/service/jwt-validation")


class TreezSimulator(SimulatedPlatform):
    """Treez: no idempotency key, tickets in two steps, no partial payment, no refund, stock shown up to 30, tokens
    that the caller signs (v3) or gets for a key (v2), webhooks without signature."""

    name = "treez"
    rate = 10.0
    burst = 10

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
        self.shop = Shop(seed, self.options, self.clock, self.next_id)
        self.gate = Gate(self.options, self.clock)
        self.catalog = Catalog(self.shop, lambda: self.address)
        self.tickets = Tickets(self.shop, self._ticket_told)
        people = Customers(self.shop)
        routes: list[Route] = [("POST", "/service/jwt-validation", lambda call: success(data={"valid": True}))]
        for base in (f"/dispensary/v3/{self.options.dispensary}", f"/v2.0/dispensary/{self.options.dispensary}"):
            routes.append(("POST", f"{base}/config/api/gettokens", self.gate.get_tokens))
            routes += [route for part in (self.catalog, self.tickets, people) for route in part.routes(base)]
        self.add_routes(routes)

    # what the core asks
    def connection_fields(self) -> dict[str, Any]:
        """The settings of the connection screen."""
        options = self.options
        fields = {
            "base_url": self.address,
            "dispensary": options.dispensary,
            "certificate_id": options.certificate,
            "organization_id": options.organization,
            "location_name": options.place,
            "inventory_type": "ADULT",
            "api_generation": options.generation,
        }
        secrets = {"webhook_path_secret": options.webhook_path_secret}
        if options.generation == "v2":
            fields["client_id"], secrets["api_key"] = options.client_id, options.api_key
        else:
            secrets["private_key_pem"] = good_key()
        return {"url": self.address, "fields": fields, "secrets": secrets}

    def headers(self) -> dict[str, str]:
        """The clock of the platform, as every server tells it."""
        return {"date": format_datetime(self.clock.now(), usegmt=True)}

    def fault_method(self, call: Call) -> str:
        return "GET" if call.path.endswith(_READS_BY_POST) else call.method

    def admit(self, call: Call) -> Reply | None:
        if call.path.startswith("/pictures/") or call.path.endswith("/config/api/gettokens"):
            return None
        if call.path.startswith("/v2.0/"):
            return self.gate.legacy_refusal(call)
        return self.gate.refusal(call, self.address)

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """Nothing of 429 is published: an empty body, with the header that most gateways send."""
        if status == 429:
            return Reply(429, b"", {"retry-after": str(retry_after)} if retry_after else {})
        if status >= 500:
            return Reply(status, b"<html><body>Bad Gateway</body></html>", {"content-type": "text/html"})
        reason = {404: "NOT_FOUND", 405: "INVALID_REQUEST", 400: "MODEL_VALIDATION_FAIL"}.get(status, "INVALID_REQUEST")
        return refusal(status, reason, data=None)

    def expired_reply(self, call: Call) -> Reply | None:
        """Only a v2 token can run out unseen: it is good for two hours."""
        return expired() if call.path.startswith("/v2.0/") and "authorization" in call.headers else None

    def expire_tokens(self) -> int:
        return self.gate.expire()

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        """Every ticket but those that were cancelled before they were paid: these are no sales."""
        return [self._booked(one) for one in self.shop.tickets.values() if one.status != "CANCELED" or one.paid]

    def _booked(self, ticket: Ticket) -> dict[str, Any]:
        return {
            "id": ticket.id,
            "reference": ticket.body.get("external_order_number") or "",
            "total": ticket.total,
            "tax": ticket.tax,
            "paid": ticket.total if ticket.paid else 0,
            "refunded": 0,
            "currency": self.seed.currency,
            "state": ticket.status,
            "lines": [{"sku": line["article"].seed.sku, "quantity": line["quantity"]} for line in ticket.lines],
            "created_at": ticket.created.isoformat(),
        }

    def stock_book(self) -> dict[str, int]:
        """Pieces, all of them, whatever is shown."""
        return {one.seed.sku: one.stock for one in self.shop.articles.values()}

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        article = self.shop.by_sku(sku)
        article.price = price_minor
        self._touch(article)

    def set_stock(self, sku: str, quantity: int) -> None:
        """A stock movement is no change of the product there."""
        self.shop.by_sku(sku).stock = quantity

    def set_title(self, key: str, title: str) -> None:
        for article in self._of(key):
            article.title = title
            self._touch(article)

    def add_product(self, product: SeedProduct) -> None:
        for article in self.shop.add_product(product):
            self._touch(article)

    def remove_product(self, key: str) -> None:
        for article in self._of(key):
            del self.shop.articles[article.id]

    def _of(self, key: str) -> list[Article]:
        found = [one for one in self.shop.articles.values() if one.key == key]
        if not found:
            raise KeyError(key)
        return found

    def _touch(self, article: Article) -> None:
        article.updated = self.clock.now()
        self._emit("PRODUCT", self.catalog.row(article))

    def _ticket_told(self, ticket: Ticket) -> None:
        self._emit("TICKET", self.tickets.row(ticket))

    def _emit(self, topic: str, data: dict[str, Any]) -> None:
        if self.deliveries.targets:
            self.deliveries.emit(topic, json.dumps({"event_type": topic, "data": data}).encode())
