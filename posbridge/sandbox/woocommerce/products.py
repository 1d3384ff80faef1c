"""The routes of products and variations."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from posbridge.sandbox.wire import Reply
from posbridge.sandbox.woocommerce.answers import Ask, Obj, WpError, listing
from posbridge.sandbox.woocommerce.batch import batch
from posbridge.sandbox.woocommerce.filters import Test, chosen, ids, kept, ordered, unknown, windows
from posbridge.sandbox.woocommerce.product_shape import full_name, price, product, shown_sku, stock, variation
from posbridge.sandbox.woocommerce.product_write import ProductWriter
from posbridge.sandbox.woocommerce.routes import Routes, created
from posbridge.sandbox.woocommerce.shop import Row, Shop

_STATUSES = ("any", "future", "trash", "draft", "pending", "private", "publish")
_TYPES = ("simple", "grouped", "external", "variable", "variation")


class Products:
    """Lists, reads and writes goods."""

    def __init__(self, shop: Shop, writer: ProductWriter) -> None:
        self.shop = shop
        self.writer = writer

    def add_routes(self, routes: Routes) -> None:
        """products, products/{id}/variations, and from 11 on the sweep over all variations."""
        one, many = "/products/{id}", "/products/{product}/variations"
        routes.add("POST", "/products/batch", self._batch)
        routes.add("GET", "/products", self._list)
        routes.add("POST", "/products", self._create)
        routes.add("POST", f"{many}/batch", self._batch_variations)
        routes.add("GET", many, self._list_variations)
        routes.add("POST", many, self._create_variation)
        routes.add("GET", f"{many}/{{id}}", lambda ask: Reply(body=variation(self.shop, self._variation(ask))))
        routes.add("EDIT", f"{many}/{{id}}", self._change_variation)
        routes.add("DELETE", f"{many}/{{id}}", self._drop_variation)
        if self.shop.options.modern:
            routes.add("GET", "/variations", self._sweep)
        routes.add("GET", one, self._get)
        routes.add("EDIT", one, lambda ask: Reply(body=self._change(ask.id(), ask.body)))
        routes.add("DELETE", one, lambda ask: Reply(body=self._drop(ask.id(), ask.flag("force"))))

    def add_analytics(self, routes: Routes) -> None:
        """The admin's own lists of all variations and all stock: no public contract, but there (recorded 908, 909)."""
        routes.add("GET", "/variations", self._sweep)
        routes.add("GET", "/reports/stock", self._stock_report)

    def _stock_report(self, ask: Ask) -> Reply:
        goods = [*self.shop.products.values(), *self.shop.variations.values()]
        rows = ordered(ask, kept(goods, _status_tests("any")), lambda row: full_name(self.shop, row))
        return listing(ask, self.shop.home(), rows, self._reported)

    def _reported(self, row: Row) -> Obj:
        held = stock(self.shop, row)
        parent = row.data["parent_id"]
        return {
            "id": row.id,
            "parent_id": parent,
            "name": full_name(self.shop, row),
            "sku": shown_sku(self.shop, row),
            "stock_status": held["stock_status"],
            "stock_quantity": held["stock_quantity"] or 0,
            "manage_stock": held["manage_stock"] is not False,
            "low_stock_amount": held["low_stock_amount"],
        }

    # reading
    def _list(self, ask: Ask) -> Reply:
        rows = kept(self._searched(ask), self._tests(ask))
        rows = ordered(ask, rows, lambda row: full_name(self.shop, row))
        return listing(ask, self.shop.home(), rows, lambda row: product(self.shop, row))

    def _searched(self, ask: Ask) -> list[Row]:
        """Where to look: by SKU or barcode variations are found too (recorded 121)."""
        codes = set(ask.words("sku"))
        if codes:
            found = (self.shop.item(self.shop.skus[code]) for code in codes if code in self.shop.skus)
            return [row for row in found if row is not None]
        barcodes = set(ask.words("global_unique_id"))
        if barcodes and self.shop.options.modern:
            found = (self.shop.item(self.shop.gtins[code]) for code in barcodes if code in self.shop.gtins)
            return [row for row in found if row is not None]
        if ask.text("type") == "variation":
            return list(self.shop.variations.values())
        return list(self.shop.products.values())

    def _tests(self, ask: Ask) -> list[Test]:
        status = chosen(ask, "status", _STATUSES, "any")
        tests: list[Test] = [*_status_tests(status), *ids(ask), *windows(ask, self.shop)]
        kind, word = ask.text("type"), (ask.text("search") or "").lower()
        if kind:
            chosen(ask, "type", _TYPES, "simple")
            tests.append(lambda row: row.data["type"] == kind)
        if word:
            tests.append(lambda row: word in f"{full_name(self.shop, row)} {row.data['description']}".lower())
        category, level = ask.numbers("category"), ask.text("stock_status")
        if category:
            tests.append(lambda row: any(term["id"] in category for term in row.data.get("categories", ())))
        if level:
            tests.append(lambda row: stock(self.shop, row)["stock_status"] == level)
        return [*tests, *_price_tests(ask, self.shop)]

    def _get(self, ask: Ask) -> Reply:
        row = self.shop.item(ask.id())
        if row is None:
            raise unknown("product")
        return Reply(body=product(self.shop, row))

    def _list_variations(self, ask: Ask) -> Reply:
        parent = self._parent(ask)
        return self._page(ask, [self.shop.variations[child] for child in self.shop.children[parent.id]])

    def _sweep(self, ask: Ask) -> Reply:
        return self._page(ask, list(self.shop.variations.values()))

    def _page(self, ask: Ask, rows: list[Row]) -> Reply:
        codes = set(ask.words("sku"))
        tests: list[Test] = [*_status_tests(ask.text("status") or "any"), *ids(ask), *windows(ask, self.shop)]
        if codes:
            tests.append(lambda row: row.data["sku"] in codes)
        found = ordered(ask, kept(rows, tests), lambda row: full_name(self.shop, row))
        return listing(ask, self.shop.home(), found, lambda row: variation(self.shop, row))

    # writing products
    def _create(self, ask: Ask) -> Reply:
        return created(self.shop.home(), "/products", self._made(ask.body))

    def _made(self, sent: Obj) -> Obj:
        if sent.get("id"):
            raise WpError(400, "woocommerce_rest_product_exists", "Cannot create existing product.")
        return product(self.shop, self.writer.create(sent), single=True)

    def _change(self, number: int, sent: Obj) -> Obj:
        if number in self.shop.variations:
            message = (
                "To manipulate product variations you should use the "
                "/products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint."
            )
            raise WpError(404, "woocommerce_rest_invalid_product_id", message)
        row = self.shop.products.get(number)
        if row is None:
            raise unknown("product", 400)
        return product(self.shop, self.writer.update(row, sent), single=True)

    def _drop(self, number: int, force: bool) -> Obj:
        row = self.shop.products.get(number)
        if row is None:
            raise unknown("product")
        before = product(self.shop, row, single=True)  # the answer shows it as it was (recorded 137)
        if force:
            self.writer.remove(row)
        else:
            self.writer.trash(row)
        return before

    def _batch(self, ask: Ask) -> Reply:
        return batch(ask, self._made, self._change, lambda number: self._drop(number, force=True))

    # writing variations
    def _parent(self, ask: Ask) -> Row:
        row = self.shop.products.get(ask.id("product"))
        if row is None:
            raise WpError(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
        return row

    def _variation(self, ask: Ask) -> Row:
        return self._known(self._parent(ask), ask.id())

    def _known(self, parent: Row, number: int, status: int = 404) -> Row:
        row = self.shop.variations.get(number)
        if row is None or row.data["parent_id"] != parent.id:
            raise unknown("product_variation", status)
        return row

    def _create_variation(self, ask: Ask) -> Reply:
        parent = self._parent(ask)
        made = variation(self.shop, self.writer.create_variation(parent, ask.body))
        return created(self.shop.home(), f"/products/{parent.id}/variations", made)

    def _change_variation(self, ask: Ask) -> Reply:
        row = self._known(self._parent(ask), ask.id(), 400)
        return Reply(body=variation(self.shop, self.writer.update(row, ask.body)))

    def _drop_variation(self, ask: Ask) -> Reply:
        row = self._variation(ask)
        if not ask.flag("force"):
            message = "Variations do not support trashing. Set 'force=true' to delete."
            raise WpError(501, "woocommerce_rest_trash_not_supported", message)
        before = variation(self.shop, row)
        self.writer.remove(row)
        return Reply(body=before)

    def _batch_variations(self, ask: Ask) -> Reply:
        parent = self._parent(ask)
        shown: Callable[[Row], Obj] = lambda row: variation(self.shop, row)  # noqa: E731 - three short uses below
        return batch(
            ask,
            lambda sent: shown(self.writer.create_variation(parent, sent)),
            lambda number, sent: shown(self.writer.update(self._known(parent, number, 400), sent)),
            lambda number: self._removed(self._known(parent, number)),
        )

    def _removed(self, row: Row) -> Obj:
        before = variation(self.shop, row)
        self.writer.remove(row)
        return before


def _status_tests(status: str) -> list[Test]:
    if status == "any":
        return [lambda row: row.data["status"] != "trash"]
    return [lambda row: row.data["status"] == status]


def _price_tests(ask: Ask, shop: Shop) -> list[Any]:
    tests: list[Any] = []
    low, high = ask.text("min_price"), ask.text("max_price")
    if low:
        tests.append(lambda row: Decimal(price(shop, row) or 0) >= Decimal(low))
    if high:
        tests.append(lambda row: Decimal(price(shop, row) or 0) <= Decimal(high))
    return tests
