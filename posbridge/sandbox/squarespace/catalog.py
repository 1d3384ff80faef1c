"""Products, store pages and stock of the simulated site."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.squarespace.errors import conflict, invalid, no_header, not_found
from posbridge.sandbox.squarespace.shop import MOST_IDS, Obj, Shop, ids_in, whole
from posbridge.sandbox.wire import Call, Reply

_MOST_STOCK = 1_000_000
_OPERATIONS = ("incrementOperations", "decrementOperations", "setFiniteOperations")


class Catalog:
    """Products by id; a variant's stock stands in the variant."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Obj] = {}
        self.variants: dict[str, tuple[Obj, Obj]] = {}

    def routes(self) -> list[Route]:
        return [
            ("GET", "/v2/commerce/products", self.list_all),
            ("GET", "/v2/commerce/products/{ids}", self.by_ids),
            ("GET", "/1.0/commerce/store_pages", self.pages),
            ("GET", "/1.0/commerce/inventory", self.levels),
            ("POST", "/1.0/commerce/inventory/adjustments", self.adjust),
            ("GET", "/1.0/commerce/inventory/{ids}", self.levels_of),
        ]

    # what the site holds
    def put(self, product: Obj) -> str:
        """A product with its variants; it is changed now."""
        self.rows[product["id"]] = product
        for variant in product.get("variants") or ():
            self.variants[variant["id"]] = (product, variant)
        self.touch(product)
        return str(product["id"])

    def touch(self, product: Obj) -> None:
        product["modifiedOn"] = self.shop.stamp()

    def remove(self, product_id: str) -> None:
        """Gone without a trace."""
        for variant in self.rows.pop(product_id).get("variants") or ():
            self.variants.pop(variant["id"])

    def quantity(self, variant_id: str) -> int:
        return int(self.variants[variant_id][1]["stock"]["quantity"])

    def set_quantity(self, variant_id: str, quantity: int) -> None:
        product, variant = self.variants[variant_id]
        variant["stock"] = {"quantity": quantity, "unlimited": False}
        self.touch(product)

    def take(self, wanted: dict[str, int]) -> None:
        """Sold pieces, all or none: 409 INSUFFICIENT_STOCK when one is short; unlimited ones are not counted."""
        counted = {ident: count for ident, count in wanted.items() if not self._stock(ident)["unlimited"]}
        if any(self.quantity(ident) < count for ident, count in counted.items()):
            raise conflict("INSUFFICIENT_STOCK", "Insufficient stock for one or more variants.")
        for ident, count in counted.items():
            self.set_quantity(ident, self.quantity(ident) - count)

    def _stock(self, ident: str) -> Obj:
        return dict(self.variants[ident][1].get("stock") or {"quantity": 0, "unlimited": True})

    # the API
    def list_all(self, call: Call) -> Reply:
        """By time of change, fifty a page."""
        query = self.shop.asked(call)
        fits, kinds = self.shop.since(query), query.get("type", "")
        rows = [row for row in self.rows.values() if fits(row) and (not kinds or row["type"] in kinds.split(","))]
        page = self.shop.page(rows, lambda row: (row["modifiedOn"], row["id"]), call, "products")
        return Reply(body={**page, "products": [self._shown(row) for row in page["products"]]})

    def _shown(self, row: Obj) -> Obj:
        """With pictures where this simulator is served."""
        images = [{**one, "url": f"{self.shop.platform.address}{one['url']}"} for one in row["images"]]
        return {**row, "images": images}

    def by_ids(self, call: Call) -> Reply:
        """A list without pagination, also for one; an unknown id makes the whole 404."""
        ids = ids_in(call)
        if any(ident not in self.rows for ident in ids):
            raise not_found("Product")
        return Reply(body={"products": [self._shown(self.rows[ident]) for ident in ids]})

    def pages(self, call: Call) -> Reply:
        page = {"id": self.shop.store_page, "title": "Shop", "isEnabled": True, "urlSlug": "shop"}
        return Reply(body=self.shop.page([page], lambda row: (row["id"],), call, "storePages"))

    def levels(self, call: Call) -> Reply:
        self.shop.asked(call)
        rows = [self._level(ident) for ident in self.variants]
        return Reply(body=self.shop.page(rows, lambda row: (row["variantId"],), call, "inventory"))

    def levels_of(self, call: Call) -> Reply:
        ids = ids_in(call)
        if any(ident not in self.variants for ident in ids):
            raise not_found("InventoryItem", "INVENTORY_ITEM_NOT_FOUND")
        return Reply(body={"inventory": [self._level(ident) for ident in ids]})

    def _level(self, ident: str) -> Obj:
        product, variant = self.variants[ident]
        stock, values = self._stock(ident), list((variant.get("attributes") or {}).values())
        descriptor = f"{product['name']} [{', '.join(values)}]" if values else product["name"]
        return {
            "variantId": ident,
            "sku": variant["sku"],
            "descriptor": descriptor,
            "quantity": stock["quantity"],
            "isUnlimited": stock["unlimited"],
        }

    def adjust(self, call: Call) -> Reply:
        """All or nothing; the live API wants a key although its description does not."""
        if "idempotency-key" not in call.headers:
            return no_header("Idempotency-Key", call.path)
        return self.shop.once(call, self._adjusted)

    def _adjusted(self, body: Obj) -> Reply:
        moves = [(name, one) for name in _OPERATIONS for one in body.get(name) or ()]
        unlimited = list(body.get("setUnlimitedOperations") or ())
        ids = [str(one.get("variantId")) for _, one in moves] + unlimited
        if len(ids) > MOST_IDS or len(ids) != len(set(ids)):
            raise invalid("At most 50 operations, and each variant once.")
        if any(ident not in self.variants for ident in ids):
            raise not_found("InventoryItem", "INVENTORY_ITEM_NOT_FOUND")
        after = {one["variantId"]: self._after(name, one) for name, one in moves}
        for ident, quantity in after.items():
            self.set_quantity(ident, quantity)
        for ident in unlimited:
            self.variants[ident][1]["stock"] = {"quantity": self._stock(ident)["quantity"], "unlimited": True}
        return Reply(204)

    def _after(self, name: str, one: Obj) -> int:
        stock, quantity = self._stock(one["variantId"]), one.get("quantity")
        if name == "setFiniteOperations":
            return int(quantity or 0)
        if stock["unlimited"]:
            raise conflict("STOCK_NOT_TRACKED", "The stock of an unlimited item is not tracked.")
        sign = 1 if name == "incrementOperations" else -1
        after = int(stock["quantity"]) + sign * whole(quantity, f"{name}.quantity")
        if after < 0:
            raise conflict("INSUFFICIENT_STOCK", "Insufficient stock for one or more variants.")
        if after > _MOST_STOCK:
            raise conflict("STOCK_EXCEEDS_MAX", "The stock exceeds its maximum.")
        return after

    def book(self) -> dict[str, Any]:
        """Quantity by SKU."""
        return {variant["sku"]: int(variant["stock"]["quantity"]) for _, variant in self.variants.values()}
