"""Products, brands, categories, stock and locations of the simulated store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posbridge.sandbox.bigcommerce.answers import Refused, Row, body_of, listed, one, page
from posbridge.sandbox.bigcommerce.shop import Shop, moment, shown
from posbridge.sandbox.platform import Route
from posbridge.sandbox.wire import Call, Reply

_PARTS = ("variants", "images", "custom_fields", "options", "modifiers")


class Catalog:
    """`/v3/catalog` and `/v3/inventory`."""

    def __init__(self, shop: Shop, address: Callable[[], str]) -> None:
        self.shop, self._address = shop, address

    def routes(self) -> list[Route]:
        return [
            ("GET", "/v3/catalog/products", self.products),
            ("GET", "/v3/catalog/products/{id}", self.product),
            ("GET", "/v3/catalog/variants", self.variants),
            ("GET", "/v3/catalog/brands", lambda call: page(call, list(self.shop.tables["brands"].values()))),
            ("GET", "/v3/catalog/trees/categories", self.categories),
            ("GET", "/v3/inventory/locations", lambda call: page(call, list(self.shop.tables["locations"].values()))),
            ("GET", "/v3/inventory/locations/{id}/items", self.levels),
            ("POST", "/v3/inventory/adjustments/relative", lambda call: self.adjust(call, relative=True)),
            ("PUT", "/v3/inventory/adjustments/absolute", lambda call: self.adjust(call, relative=False)),
        ]

    def products(self, call: Call) -> Reply:
        """`include=options` or `modifiers` makes pages of ten."""
        rows = [row for row in self.shop.tables["products"].values() if self._wanted(row, call)]
        if call.query.get("sort") == "date_modified":
            rows.sort(key=lambda row: row["date_modified"])
        if call.query.get("direction") == "desc":
            rows.reverse()
        asked = listed(call, "include") or []
        most = 10 if {"options", "modifiers"} & set(asked) else 250
        return page(call, [self._shown(row, asked, call) for row in rows], most=most)

    def _wanted(self, row: Row, call: Call) -> bool:
        query, ids = call.query, listed(call, "id:in")
        since = query.get("date_modified:min")
        return (
            (ids is None or str(row["id"]) in ids)
            and row["id"] > int(query.get("id:greater") or 0)
            and (since is None or moment(row["date_modified"]) >= moment(since))
            and ("sku" not in query or row["sku"] == query["sku"])
        )

    def _shown(self, row: Row, asked: list[str], call: Call) -> Row:
        fields = listed(call, "include_fields")
        made = {name: value for name, value in shown(row).items() if name not in _PARTS or name in asked}
        if "images" in made:
            made["images"] = [self._picture(image) for image in made["images"]]
        return made if fields is None else {name: made[name] for name in ("id", *fields) if name in made}

    def _picture(self, image: Row) -> Row:
        url = f"{self._address()}{image['url_standard']}"
        return {**image, "url_standard": url, "url_zoom": url}

    def product(self, call: Call) -> Reply:
        row = self.shop.find("products", call.params["id"])
        return one(call, self._shown(row, listed(call, "include") or [], call))

    def variants(self, call: Call) -> Reply:
        query, products = call.query, listed(call, "product_id:in")
        rows = [
            variant
            for product, variant in self.shop.variants()
            if query.get("sku", variant["sku"]) == variant["sku"]
            and query.get("upc", variant["upc"]) == variant["upc"]
            and (products is None or str(product["id"]) in products)
        ]
        return page(call, rows)

    def categories(self, call: Call) -> Reply:
        return page(call, [{"category_id": row["id"], "tree_id": 1, **row} for row in self._categories()])

    def _categories(self) -> list[Row]:
        return [
            {"id": row["id"], "name": row["name"], "parent_id": 0} for row in self.shop.tables["categories"].values()
        ]

    # stock
    def levels(self, call: Call) -> Reply:
        self.shop.find("locations", call.params["id"])
        variants, skus = listed(call, "variant_id:in"), listed(call, "sku:in")
        rows = [
            self._level(product, variant)
            for product, variant in self.shop.variants()
            if (variants is None or str(variant["id"]) in variants) and (skus is None or variant["sku"] in skus)
        ]
        return page(call, rows, most=1000)

    def _level(self, product: Row, variant: Row) -> Row:
        left = variant["inventory_level"]
        return {
            "identity": {"sku": variant["sku"], "variant_id": variant["id"], "product_id": product["id"]},
            "available_to_sell": left,
            "total_inventory_onhand": left,
            "settings": {"safety_stock": 0, "is_in_stock": left > 0, "warning_level": 0, "bin_picking_number": ""},
        }

    def adjust(self, call: Call, *, relative: bool) -> Reply:
        """All items or none; no key makes a repeat harmless."""
        items = body_of(call).get("items")
        if not isinstance(items, list) or not items:
            raise Refused(422, "The request is not valid.", items="is required")
        moves = [(*self._named(item), int(item["quantity"])) for item in items]
        for product, variant, quantity in moves:
            self.shop.count(product, variant, variant["inventory_level"] + quantity if relative else quantity)
        return Reply(body={"transaction_id": f"posbridge-{self.shop.now():%H%M%S}", "meta": {}})

    def _named(self, item: Any) -> tuple[Row, Row]:
        if not isinstance(item, dict) or not isinstance(item.get("quantity"), int):
            raise Refused(422, "The request is not valid.", quantity="is required")
        self.shop.find("locations", item.get("location_id"))
        for product, variant in self.shop.variants():
            if item.get("variant_id") == variant["id"] or (item.get("sku") and item["sku"] == variant["sku"]):
                return product, variant
        raise Refused(422, "The request is not valid.", items="Variant is not found")
