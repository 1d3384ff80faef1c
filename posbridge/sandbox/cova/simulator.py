"""A COVA company with one location on loopback, as its public pages describe it; where they are silent, as guessed.

COVA's articles are flat: each variant of the seed is an article of its own.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from posbridge.sandbox.cova.answers import refusal
from posbridge.sandbox.cova.desk import INTEGRATOR, Desk, Options
from posbridge.sandbox.cova.gate import CLIENT, PASSWORD, SECRET, USER, Gate
from posbridge.sandbox.cova.people import People
from posbridge.sandbox.cova.shelf import Shelf
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.wire import Call, Reply

COMPANY, LOCATION = 123456, 234567
_TOKEN = "/v1/oauth2/token"  # noqa: S105 - a path
#: Reads that are made with POST.
_ASKED = ("/dataplatform/", f"/crm/v1/Companies({COMPANY})/Search", _TOKEN)


def flat(product: SeedProduct) -> list[SeedProduct]:
    """An article for each variant, named by its values."""
    if len(product.variants) == 1 and not product.options:
        return [product]
    return [
        replace(
            product,
            key=f"{product.key}~{place}",
            title=f"{product.title} - {', '.join(variant.option_values)}",
            options=(),
            variants=(replace(variant, option_values=()),),
        )
        for place, variant in enumerate(product.variants)
    ]


class CovaSimulator(SimulatedPlatform):
    """`rate` is the documented example: a thousand requests a minute (here for all services together)."""

    name = "cova"
    rate = 1000 / 60
    burst = 1000

    def __init__(
        self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None, options: Options | None = None
    ) -> None:
        super().__init__(
            replace(seed, products=tuple(one for product in seed.products for one in flat(product))), faults, rate=rate
        )
        self.gate, self.people = Gate(self.clock), People()
        self.shelf = Shelf(self.clock, seed.currency, LOCATION, seed.tax_rate)
        self.options = options or Options()
        self.desk = Desk(self.clock, self.shelf, seed.currency, COMPANY, self.options)
        for product in self.seed.products:
            self.shelf.add(product)
        for customer in seed.customers:
            self.people.seed(customer)
        self.add_routes(self._pages())

    def _pages(self) -> list[Route]:
        data, intake = f"/dataplatform/v1/companies/{COMPANY}/DetailedProductData", "/covaorderintake"
        crm, stock = f"/crm/v1/Companies({COMPANY})", f"/availability/v1/Companies({COMPANY})/Entities({LOCATION})"
        sale = f"/pointofsale/Companies({COMPANY})/Sales({{order}})"
        report = f"/posreports/v1/Companies({COMPANY})/Entities({LOCATION})/ByInvoiceWithProducts"
        return [
            ("POST", _TOKEN, self.gate.token),
            ("GET", f"/v1/Companies({COMPANY})/Locations", self._locations),
            ("POST", data, self.shelf.whole),
            ("POST", f"{data}/UpdatedAsOf/{{since}}", self.shelf.updated),
            ("POST", f"{data}/ByProductIdList", self.shelf.chosen),
            ("GET", f"{stock}/CatalogItems", self.shelf.available),
            ("GET", f"{stock}/CatalogItems({{item}})", self.shelf.available),
            ("PUT", f"{intake}/v1/TEPCovaOrder({{order}})", lambda call: self.desk.put(call, inclusive=False)),
            ("PUT", f"{intake}/v1/TIPCovaOrder({{order}})", lambda call: self.desk.put(call, inclusive=True)),
            ("GET", f"{intake}/v2/Companies({COMPANY})/CovaOrder({{order}})/Status", self.desk.status),
            ("POST", f"{intake}/v1/CovaOrderPayment", self.desk.pay),
            ("GET", sale, self.desk.sale),
            ("DELETE", sale, self.desk.cancel),
            ("GET", report, self.desk.report),
            ("POST", f"{crm}/Search", self.people.search),
            ("GET", f"{crm}/CustomerSearch", self.people.older),
            ("POST", f"{crm}/CustomerFull", self.people.create),
            ("GET", f"{crm}/CustomerFull({{customer}})", self.people.get),
        ]

    def _locations(self, call: Call) -> Reply:
        return Reply(body=[{"Id": LOCATION, "Name": self.seed.location}])

    # the door
    def admit(self, call: Call) -> Reply | None:
        """Everything but the sign-in and the pictures needs a token."""
        self.shelf.address = self.address
        if call.path == _TOKEN or call.path.startswith("/pictures/"):
            return None
        self.gate.admit(call)
        return None

    def fault_method(self, call: Call) -> str:
        """Reads by POST are reads; an order's PUT counts as the POST that it is elsewhere."""
        if call.method == "POST" and call.path.startswith(_ASKED):
            return "GET"
        return "POST" if call.method == "PUT" else call.method

    def request_key(self, call: Call) -> str | None:
        """An order's own GUID."""
        return call.path.rpartition("(")[2].rstrip(")") if call.method == "PUT" else None

    def headers(self) -> dict[str, str]:
        """Only the first of these names was ever read; the others are guessed."""
        left = self.bucket.left if self.bucket.rate else 1000
        return {"COVA-APIM-RateLimit-Limit": "1000", "COVA-APIM-RateLimit-Remaining": str(max(left, 1)),
                "COVA-APIM-RateLimit-Reset": "1"}  # fmt: skip

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """429 has no Retry-After: its window stands in a header."""
        if status != 429:
            return refusal(status)
        said = {"COVA-APIM-RateLimit-Remaining": "0", "COVA-APIM-RateLimit-Reset": str(retry_after or 60)}
        return Reply(429, {"Message": "Rate limit is exceeded."}, said)

    def expired_reply(self, call: Call) -> Reply | None:
        """401 for a bearer; the sign-in itself cannot expire."""
        return refusal(401) if self.gate.of(call) else None

    def expire_tokens(self) -> int:
        return self.gate.expire()

    # how to connect
    def connection_fields(self) -> dict[str, Any]:
        fields = {
            "username": USER,
            "client_id": CLIENT,
            "company_id": str(COMPANY),
            "entity_id": str(LOCATION),
            "integrator_id": INTEGRATOR,
            "tax_pricing": "inclusive" if self.seed.prices_include_tax else "auto",
            "base_url": self.address,
        }
        return {"url": self.address, "fields": fields, "secrets": {"password": PASSWORD, "client_secret": SECRET}}

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        return self.desk.book()

    def stock_book(self) -> dict[str, int]:
        self.desk.book()
        return {row.sku: int(row.quantity) for row in self.shelf.rows.values()}

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        row = self.shelf.by_sku(sku)
        row.price, row.sale, row.changed = price_minor, None, self.clock.now()

    def set_stock(self, sku: str, quantity: int) -> None:
        self.shelf.fill(self.shelf.by_sku(sku), Decimal(quantity))

    def set_title(self, key: str, title: str) -> None:
        """All articles of the seed's product."""
        for row in self.shelf.of_key(key):
            row.name, row.changed = title, self.clock.now()

    def add_product(self, product: SeedProduct) -> None:
        for one in flat(product):
            self.shelf.add(one)

    def remove_product(self, key: str) -> None:
        """It leaves the lists; nothing tells of it."""
        for row in self.shelf.of_key(key):
            del self.shelf.rows[row.id]
