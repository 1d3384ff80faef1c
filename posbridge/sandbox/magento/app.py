"""A Magento Open Source store on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from posbridge.sandbox.faults import Faults
from posbridge.sandbox.magento.answers import Refused, exact
from posbridge.sandbox.magento.auth import Guard, Integration, denied
from posbridge.sandbox.magento.catalog import Catalog
from posbridge.sandbox.magento.people import People
from posbridge.sandbox.magento.sales import Sales
from posbridge.sandbox.magento.shop import SOURCE, Options, Store, set_custom
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.wire import BadJson, Call, Reply

Answer = Callable[[Call], Any]
OWNER = Integration("ck" + "1" * 30, "cs" + "2" * 30, "at" + "3" * 30, "as" + "4" * 30)
ADMIN, PASSWORD = "posbridge", "posbridge-sandbox-1"
_STORE, _PRODUCTS, _SALES = "Magento_Backend::store", "Magento_Catalog::products", "Magento_Sales::actions_view"
_SOURCES, _CREDIT, _RULES = (
    "Magento_InventoryApi::source",
    "Magento_Sales::sales_creditmemo",
    "Magento_SalesRule::quote",
)
_PEOPLE, _TAX = "Magento_Customer::customer", "Magento_Tax::manage_tax"
_ASSIGN = "Magento_InventoryApi::stock_source_item_assign"


class MagentoSimulator(SimulatedPlatform):
    """Magento Open Source 2.4.7 as it was recorded: no keys, no events, no gift cards, numbers that are unique with
    their store, stock as bare numbers. `rate` stands for a host that limits."""

    name = "magento"

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
        self.store = Store(seed, self.clock, lambda: self.address, self.next_id)
        self.store.fill()
        self.guard = Guard(self.clock, self.options.bearer, self.options.second_factor, [OWNER], {ADMIN: PASSWORD})
        self._route()

    def _route(self) -> None:
        goods, sales = Catalog(self.store, self.options), Sales(self.store, self.options)
        people = People(self.store, self.options)
        self._open("POST", "integration/admin/token", self._sign_in)
        table: list[tuple[str, str, str, Answer]] = [
            ("GET", "store/storeConfigs", _STORE, goods.configs),
            ("GET", "store/storeViews", _STORE, goods.views),
            ("GET", "store/websites", _STORE, goods.websites),
            ("GET", "modules", "Magento_Backend::admin", goods.modules),
            ("GET", "products", _PRODUCTS, goods.products),
            ("POST", "products", _PRODUCTS, goods.save),
            ("GET", "products/attributes", "Magento_Catalog::attributes_attributes", goods.attributes),
            ("GET", "products/attributes/{code}/options", "Magento_Catalog::attributes_attributes",
             goods.attribute_options),
            ("GET", "configurable-products/{sku:path}/children", _PRODUCTS, goods.children),
            ("GET", "products/{sku:path}", _PRODUCTS, goods.product),
            ("PUT", "products/{sku:path}", _PRODUCTS, goods.save),
            ("DELETE", "products/{sku:path}", _PRODUCTS, goods.delete),
            ("GET", "categories/list", "Magento_Catalog::categories", goods.categories),
            ("GET", "inventory/sources", _SOURCES, goods.sources),
            ("GET", "inventory/source-items", _SOURCES, goods.source_items),
            ("POST", "inventory/source-items", _ASSIGN, goods.set_source_items),
            ("GET", "inventory/stock-resolver/website/{code}", "Magento_InventorySalesApi::stock", goods.resolver),
            ("GET", "inventory/get-product-salable-quantity/{sku}/{stock}", "Magento_InventorySalesApi::stock",
             goods.salable),
            ("GET", "taxRates/search", _TAX, goods.tax_rates),
            ("GET", "taxRules/search", _TAX, goods.tax_rules),
            ("PUT", "orders/create", "Magento_Sales::create", sales.create),
            ("POST", "orders", "Magento_Sales::create", sales.create),
            ("GET", "orders", _SALES, sales.orders),
            ("GET", "orders/{id}", _SALES, sales.order),
            ("POST", "orders/{id}/comments", "Magento_Sales::comment", sales.comment),
            ("POST", "orders/{id}/cancel", "Magento_Sales::cancel", sales.cancel),
            ("POST", "order/{id}/invoice", "Magento_Sales::invoice", sales.invoice),
            ("POST", "order/{id}/ship", "Magento_Sales::ship", sales.ship),
            ("POST", "order/{id}/refund", "Magento_Sales::creditmemo", sales.refund),
            ("GET", "creditmemos", _CREDIT, sales.memos),
            ("GET", "creditmemo/{id}", _CREDIT, sales.memo),
            ("GET", "customers/search", _PEOPLE, people.customers),
            ("POST", "customers", "Magento_Customer::manage", people.create),
            ("GET", "customers/{id}", _PEOPLE, people.customer),
            ("PUT", "customers/{id}", "Magento_Customer::manage", people.update),
            ("GET", "coupons/search", _RULES, people.coupons),
            ("PUT", "coupons/{id}", _RULES, people.update_coupon),
            ("GET", "salesRules/search", _RULES, people.rules),
            ("GET", "salesRules/{id}", _RULES, people.rule),
        ]  # fmt: skip
        for method, path, right, answer in table:
            self._add(method, path, self._guarded(right, answer))

    def _add(self, method: str, path: str, answer: Answer) -> None:
        """With and without a store view; a slash at the end of a list's address does no harm."""
        for ending in ("",) if "{" in path else ("", "/"):
            for root in ("/rest/V1", "/rest/{store}/V1"):
                self.add_routes([(method, f"{root}/{path}{ending}", answer)])

    def _open(self, method: str, path: str, answer: Answer) -> None:
        self._add(method, path, _told(answer))

    def _guarded(self, right: str, answer: Answer) -> Answer:
        def checked(call: Call) -> Any:
            self.guard.admit(call, self.address, right)
            return answer(call)

        return _told(checked)

    def _sign_in(self, call: Call) -> Any:
        said = call.json()
        return self.guard.sign_in(str(said.get("username", "")), str(said.get("password", "")))

    # what the core asks
    def connection_fields(self) -> dict[str, Any]:
        """The settings of the connection screen."""
        fields = {
            "store_url": self.address,
            "auth_mode": "oauth1",
            "prices_include_tax": "yes" if self.seed.prices_include_tax else "no",
            "payment_method": "checkmo",
            "shipping_method": "flatrate_flatrate",
        }
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        return {"url": self.address, "fields": fields, "secrets": {name: getattr(OWNER, name) for name in names}}

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """404 and 405 are routes that are not there; 429 has no Retry-After of its own; 502 comes from the host."""
        if status in (404, 405):
            return Reply(404, {"message": "Request does not match any route."})
        if status == 400:
            return Reply(400, {"message": "Decoding error."})
        if status == 429:
            headers = {"retry-after": str(retry_after)} if retry_after else {}
            return Reply(429, {"message": "Too Many Requests", "trace": None}, headers)
        if status == 502:
            return Reply(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", {"content-type": "text/html"})
        return Reply(500, {"message": "Internal Error. Details are available in Magento log file. Report ID: webapi-1"})

    def expired_reply(self, call: Call) -> Reply | None:
        """Only administrators' tokens end; the words are those of a missing right (recorded 024)."""
        given = call.headers.get("authorization", "")
        return denied(_STORE).reply() if given.startswith("Bearer ") else None

    def expire_tokens(self) -> int:
        return self.guard.expire()

    def headers(self) -> dict[str, str]:
        return {"set-cookie": "PHPSESSID=sandbox; path=/; HttpOnly; SameSite=Lax"}

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        return [self._booked(order) for order in self.store.orders.values()]

    def _booked(self, order: dict[str, Any]) -> dict[str, Any]:
        minor = self.store.minor
        rows = [item for item in order["items"] if not item.get("parent_item_id")]
        return {
            "id": str(order["entity_id"]),
            "reference": order["increment_id"],
            "total": minor(order.get("grand_total")),
            "tax": minor(order.get("tax_amount")),
            "paid": minor(order.get("total_paid")),
            "refunded": minor(order.get("total_refunded")),
            "currency": order.get("order_currency_code", self.seed.currency),
            "state": order.get("state", ""),
            "lines": [self._line(row) for row in rows],
            "created_at": f"{order['created_at'].replace(' ', 'T')}+00:00",
        }

    def _line(self, row: dict[str, Any]) -> dict[str, Any]:
        total = exact(row.get("row_total")) - exact(row.get("discount_amount")) + exact(row.get("tax_amount"))
        total += exact(row.get("discount_tax_compensation_amount"))
        quantity = exact(row.get("qty_ordered"))
        whole = int(quantity) if quantity == int(quantity) else float(quantity)
        return {"sku": row["sku"], "quantity": whole, "total": self.store.minor(total)}

    def stock_book(self) -> dict[str, int]:
        return {sku: int(row["quantity"]) for (sku, source), row in self.store.sources.items() if source == SOURCE}

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        """A new price, saved as the administration saves it; a special one ends."""
        row = self._by_sku(sku)
        row["price"] = self.store.major(price_minor)
        set_custom(row, "special_price", None)
        self.store.touch(row)

    def set_stock(self, sku: str, quantity: int) -> None:
        self._by_sku(sku)
        self.store.put(sku, SOURCE, quantity)

    def set_title(self, key: str, title: str) -> None:
        row = self.store.products[self.store.keys[key]]
        row["name"] = title
        self.store.touch(row)

    def add_product(self, product: SeedProduct) -> None:
        self.store.add(product)

    def remove_product(self, key: str) -> None:
        """The product is gone without a trace, its children with it; rows of its stock stay (recorded 044)."""
        row = self.store.products.pop(self.store.keys[key])
        for child in row["extension_attributes"].get("configurable_product_links", []):
            self.store.products.pop(child, None)

    def _by_sku(self, sku: str) -> dict[str, Any]:
        row = self.store.by_sku(sku)
        if row is None:
            raise KeyError(sku)
        return row


def _told(answer: Answer) -> Callable[[Call], Reply]:
    """A handler whose refusals are answers; a bare value is answered as JSON."""

    def handler(call: Call) -> Reply:
        try:
            body = answer(replace(call, params={k: v for k, v in call.params.items() if k != "store"}))
        except Refused as refused:
            return refused.reply()
        except BadJson:
            return Reply(400, {"message": "Decoding error."})
        if isinstance(body, Reply):
            return body
        return Reply(
            200, json.dumps(body, ensure_ascii=False).encode(), {"content-type": "application/json; charset=utf-8"}
        )

    return handler
