"""A store at Dutchie Plus on loopback, as the contract's facts describe it; much there is third-hand or a guess.

The language of its requests is read by the same pieces as the simulated Shopify's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posbridge.sandbox.control import Change
from posbridge.sandbox.dutchie.desk import REFERENCE, Desk, Placed
from posbridge.sandbox.dutchie.shelf import SALE, Article, Obj, Shelf, ident, split
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.shopify.executor import Refused, Run, prepared, run
from posbridge.sandbox.shopify.language import Field
from posbridge.sandbox.wire import BadJson, Call, Reply

PATH = "/plus/2021-07/graphql"
PRIVATE_KEY, PUBLIC_KEY = "sandbox-private-key-0001", "public-sandbox-key-0001"
STORE, TEST_STORE = ident("retailer", "main"), ident("retailer", "sandbox")
#: Rows of a page where nobody says how many, and the most (a guess).
PAGE, MOST = 20, 200
_WORDS = {401: "Unauthorized", 429: "Too many requests", 500: "Internal Server Error", 502: "Bad Gateway"}


class DutchieSimulator(SimulatedPlatform):
    """No key against doubles, no order by program.

    The shopper finishes each whole checkout at once, which the next request sees; `POST /_sandbox/shopper
    {"seconds": 5 | null}` makes him slow or idle, `POST /_sandbox/finish {"checkout"}` lets him act,
    `POST /_sandbox/status {"order", "status"}` is the store's staff, `POST /_sandbox/closed {"status": 404 | null}`
    ends Plus.
    """

    name = "dutchie"
    rate = 5.0
    burst = 18_000

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(split(seed), faults, rate=rate)
        self.shelf = Shelf(self.seed, lambda: self.address)
        self.shelf.fill()
        self.desk = Desk(self, self.shelf)
        self.closed: int | None = None
        self.add_routes([("POST", PATH, self._graphql)])

    # what the core asks
    def connection_fields(self) -> dict[str, Any]:
        fields = {"base_url": f"{self.address}{PATH}", "retailer_id": STORE, "tax_rate": self.seed.tax_rate}
        return {"url": self.address, "fields": fields, "secrets": {"api_key": PRIVATE_KEY}}

    def admit(self, call: Call) -> Reply | None:
        if self.closed is not None and call.path.startswith("/plus/"):
            away = {"location": "https://dutchie.com/goodbye"} if self.closed < 400 else {}
            return Reply(self.closed, b"<!doctype html><html><body>Goodbye</body></html>", away)
        known = call.headers.get("authorization") in (f"Bearer {PRIVATE_KEY}", f"Bearer {PUBLIC_KEY}")
        return self.error_reply(401) if call.path.startswith("/plus/") and not known else None

    def fault_method(self, call: Call) -> str:
        """Queries are posted, too, and change nothing."""
        try:
            text = str(call.json().get("query") or "")
        except BadJson:
            return call.method
        return call.method if text.lstrip().startswith("mutation") else "GET"

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """No header says how long to wait."""
        if status == 404:
            return Reply(404, b"<!doctype html><html><body>Not found</body></html>", {"content-type": "text/html"})
        return Reply(status, {"errors": [{"message": _WORDS.get(status, "Bad Request")}]})

    def expired_reply(self, call: Call) -> Reply | None:
        """Keys do not end."""
        return None

    def own_changes(self) -> dict[str, Change]:
        return {
            "shopper": lambda body: setattr(self.desk, "shopper_s", body["seconds"]),
            "finish": lambda body: {"order": self.desk.finish(body["checkout"])},
            "status": lambda body: setattr(self.desk.orders[body["order"]], "status", str(body["status"])),
            "closed": lambda body: setattr(self, "closed", body["status"]),
            "strict": lambda body: setattr(self.shelf, "strict", bool(body["on"])),
        }

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        """Orders alone: a checkout that nobody finished is none. They are paid where the goods are fetched."""
        self.desk.look()
        return [self._booked(placed) for placed in self.desk.orders.values()]

    def _booked(self, placed: Placed) -> dict[str, Any]:
        total, tax = self.desk.totals(placed.checkout)
        lines = [
            {"sku": item.article.seed.sku, "quantity": item.quantity, "total": item.amount + self.desk.tax(item)}
            for item in placed.checkout.items
        ]
        return {
            "id": placed.id,
            "reference": str(placed.checkout.named.get(REFERENCE, "")),
            "total": total,
            "tax": tax,
            "paid": 0,
            "refunded": 0,
            "currency": self.seed.currency,
            "state": placed.status,
            "lines": lines,
            "created_at": placed.at.isoformat(),
        }

    def stock_book(self) -> dict[str, int]:
        self.desk.look()
        return {sku: article.stock for sku, article in self.shelf.articles.items()}

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        article = self.shelf.articles[sku]
        article.price, article.before = price_minor, None

    def set_stock(self, sku: str, quantity: int) -> None:
        self.shelf.articles[sku].stock = quantity

    def set_title(self, key: str, title: str) -> None:
        for article in self.shelf.of_key(key):
            article.title = title

    def add_product(self, product: SeedProduct) -> None:
        self.shelf.add(product)

    def remove_product(self, key: str) -> None:
        """Gone from the menu."""
        for article in self.shelf.of_key(key):
            del self.shelf.articles[article.seed.sku]

    # the API
    def _graphql(self, call: Call) -> Reply:
        body = call.json()
        self.desk.look()
        try:
            made, operation = prepared(body.get("query"), body.get("variables"))
        except Refused as refused:
            return Reply(400, {"errors": [refused.shown()]})
        asked = _Run(made.document, made.variables)
        kind = "Mutation" if operation.kind == "mutation" else "Query"
        roots = self._mutations() if kind == "Mutation" else self._queries(call)
        data = run(asked, operation, {name: _root(root) for name, root in roots.items()})
        wrong = bool(asked.errors)
        nothing = all(value is None for value in data.values())
        return Reply(200, {"data": None if wrong and nothing else data, **({"errors": asked.errors} if wrong else {})})

    def _queries(self, call: Call) -> dict[str, Callable[[Obj], Any]]:
        private = call.headers.get("authorization") == f"Bearer {PRIVATE_KEY}"
        return {
            "retailers": lambda args: self._retailers(),
            "menu": self._of_store(self._menu),
            "product": self._of_store(lambda args: self._shown(self.shelf.by_id(args.get("id")))),
            "specials": self._of_store(lambda args: self.shelf.specials()),
            "checkout": self._of_store(self.desk.read),
            "orders": self._of_store(lambda args: self._orders(private)),
        }

    def _mutations(self) -> dict[str, Callable[[Obj], Any]]:
        desk = self.desk
        known = {"createCheckout": desk.create, "addItem": desk.add, "updateQuantity": desk.update,
                 "removeItem": desk.remove}  # fmt: skip
        return {name: self._of_store(change) for name, change in known.items()}

    def _of_store(self, answer: Callable[[Obj], Any]) -> Callable[[Obj], Any]:
        def of_store(args: Obj) -> Any:
            if args.get("retailerId") not in (STORE, TEST_STORE):
                raise Refused("NOT_FOUND", "Retailer not found")
            return answer(args)

        return of_store

    def _retailers(self) -> list[Obj]:
        """The test shop comes first, as a trap."""
        names = {TEST_STORE: f"{self.seed.location} Sandbox", STORE: self.seed.location}
        return [{"__typename": "Retailer", "id": store, "name": name} for store, name in names.items()]

    def _menu(self, args: Obj) -> Obj:
        page, section = args.get("pagination") or {}, (args.get("filter") or {}).get("menuSection") or {}
        found = self.shelf.on_menu()
        if section.get("type") == "SPECIALS":
            found = [one for one in found if one.before is not None and SALE in (section.get("specialId") or [])]
        first, many = int(page.get("offset") or 0), min(int(page.get("limit") or PAGE), MOST)
        shown = [self.shelf.shown(article) for article in found[first : first + many]]
        return {"__typename": "Menu", "products": shown, "brands": [], "weights": [], "effects": []}

    def _shown(self, article: Article | None) -> Obj | None:
        return None if article is None else self.shelf.shown(article)

    def _orders(self, private: bool) -> Obj:
        if not private:
            raise Refused("FORBIDDEN", "Not authorized")
        return {"__typename": "OrderList", "orders": self.desk.listed()}


def _root(answer: Callable[[Obj], Any]) -> Callable[[Obj, str], Any]:
    return lambda args, key: answer(args)


class _Run(Run):
    """The runner with Dutchie's words for a field that is not there."""

    def _of(self, value: Obj, asked: Field) -> Any:
        if asked.name not in value:
            words = f'Cannot query field "{asked.name}" on type "{value.get("__typename", "Object")}".'
            raise Refused("GRAPHQL_VALIDATION_FAILED", words)
        return super()._of(value, asked)
