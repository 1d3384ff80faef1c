"""The calls for products and stock; those of the catalogue that the site has not are answered 428."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posbridge.sandbox.platform import Handler, Route
from posbridge.sandbox.wire import Call, Reply
from posbridge.sandbox.wix.catalog import V1, V3, Catalog, whole
from posbridge.sandbox.wix.errors import Refused, invalid, not_found
from posbridge.sandbox.wix.shop import Obj, asked_of, fits, json_text, remembered

_PRODUCT = ("id", "handle", "slug", "visible", "createdDate", "updatedDate", "options.id")
_VARIANT = ("id", "variantId", "productData.productId")
_VARIANT_SEARCH = (*_VARIANT, "sku", "barcode", "visible", "productData.updatedDate")
_ITEM = ("id", "locationId", "variantId", "productId", "quantity", "createdDate", "updatedDate", "trackQuantity")
_OLD = ("id", "name", "numericId", "lastUpdated", "productType")
_ROWS = 300
_LAST_OFFSET = 10_000


class Goods:
    """Products, categories, locations and stock."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog, self.shop = catalog, catalog.shop

    def routes(self) -> list[Route]:
        bulk = "/stores/v3/bulk/inventory-items"
        new: list[Route] = [
            ("POST", "/stores/v3/products/query", self.products),
            ("POST", "/stores/v3/products/query-variants", self._variants("query", _VARIANT)),
            ("POST", "/stores/v3/products/search-variants", self._variants("search", _VARIANT_SEARCH)),
            ("GET", "/stores/v3/products/{id}", self.product),
            ("POST", "/stores/v3/inventory-items/query", self.items),
            ("POST", f"{bulk}/decrement-by-variant-and-location", lambda call: self.move(call, "decrement")),
            ("POST", f"{bulk}/increment-by-variant-and-location", lambda call: self.move(call, "increment")),
            ("POST", "/stores/v3/locations/query", self.locations),
            ("GET", "/stores/v3/locations/default", lambda call: Reply(body={"storesLocation": self._location()})),
        ]
        old: list[Route] = [
            ("POST", "/stores-reader/v1/products/query", self.old_products),
            ("GET", "/stores-reader/v1/products/{id}", self.old_product),
            ("POST", "/stores-reader/v1/collections/query", self.collections),
            ("POST", "/stores-reader/v2/inventoryItems/query", self.old_items),
            ("POST", "/stores/v2/inventoryItems/decrement", lambda call: self.old_move(call, "decrement", -1)),
            ("POST", "/stores/v2/inventoryItems/increment", lambda call: self.old_move(call, "increment", 1)),
        ]
        version: Handler = lambda call: Reply(body={"catalogVersion": self.catalog.version})  # noqa: E731 - a route
        return [
            ("GET", "/stores/v3/provision/version", version),
            ("POST", "/categories/v1/categories/query", self.all_categories),
            *((method, path, self._only(V3, handler)) for method, path, handler in new),
            *((method, path, self._only(V1, handler)) for method, path, handler in old),
        ]

    def _only(self, version: str, handler: Handler) -> Handler:
        def answer(call: Call) -> Reply:
            if self.catalog.version != version:
                words = "The site uses another catalog version"
                mine, other = self.catalog.version[:2], version[:2]
                raise Refused(428, words, f"CATALOG_{mine}_SITE_CALLING_CATALOG_{other}_API")
            return handler(call)

        return answer

    # V3
    def products(self, call: Call) -> Reply:
        """No variants come with a list."""
        body = call.json()
        asked, fields = asked_of(body), _fields(body)
        if asked.get("sort"):
            raise invalid("query.sort", "field is not declared as sortable")
        rows = [self.catalog.shown_v3(good, fields, whole=False) for good in self.catalog.goods.values()]
        found = [row for row in rows if fits(row, asked.get("filter"), _PRODUCT)]
        shown, paging = self.shop.page(
            found, asked.get("cursorPaging"), lambda row: (row["numericId"],), again=remembered(asked)
        )
        return Reply(body={"products": shown, "pagingMetadata": paging})

    def product(self, call: Call) -> Reply:
        if call.params["id"] not in self.catalog.goods:
            raise not_found()
        fields = [value for name, value in call.query_list if name == "fields"]
        return Reply(body={"product": self.catalog.shown_v3(self.catalog.goods[call.params["id"]], fields, whole=True)})

    def _variants(self, word: str, fields: tuple[str, ...]) -> Handler:
        def answer(call: Call) -> Reply:
            asked = asked_of(call.json(), word)
            rows = [self.catalog.variant_v3(good, piece) for good, piece in self.catalog.pieces.values()]
            found = [row for row in rows if fits(row, asked.get("filter"), fields)]
            places = {ident: place for place, ident in enumerate(self.catalog.pieces)}
            shown, paging = self.shop.page(
                found, asked.get("cursorPaging"), lambda row: (places[row["id"]],), most=1000, again=remembered(asked)
            )
            return Reply(body={"variants": shown, "pagingMetadata": paging})

        return answer

    def items(self, call: Call) -> Reply:
        asked = asked_of(call.json())
        rows = [self.catalog.item(good, piece) for good, piece in self.catalog.pieces.values()]
        found = [row for row in rows if fits(row, asked.get("filter"), _ITEM)]
        shown, paging = self.shop.page(
            found, asked.get("cursorPaging"), lambda row: (row["id"],), most=1000, again=remembered(asked)
        )
        return Reply(body={"inventoryItems": shown, "pagingMetadata": paging})

    def move(self, call: Call, word: str) -> Reply:
        """One result a row; the answer is 200 whatever they say."""
        body = call.json()
        rows = body.get(f"{word}Data")
        if not isinstance(rows, list) or not 1 <= len(rows) <= _ROWS:
            raise invalid(f"{word}Data", f"must have 1 to {_ROWS} rows")
        restricted = bool(body.get("restrictInventory"))
        results = [self._moved(row, word, place, restricted) for place, row in enumerate(rows)]
        good = sum(result["itemMetadata"]["success"] for result in results)
        counts = {"totalSuccesses": good, "totalFailures": len(rows) - good, "undetailedFailures": 0}
        return Reply(body={"results": results, "bulkActionMetadata": counts})

    def _moved(self, row: Any, word: str, place: int, restricted: bool) -> Obj:
        count = whole(row, f"{word}By")
        meta: Obj = {"originalIndex": place, "success": False}
        if row.get("variantId") not in self.catalog.pieces or row.get("locationId", self.shop.location) not in (
            None, self.shop.location,
        ):  # fmt: skip
            error = {"code": "NOT_FOUND", "description": "Not found"}
            return {"itemMetadata": {**meta, "error": error}}
        piece = self.catalog.piece(row["variantId"])
        if word == "decrement" and restricted and piece.stock < count:
            error = {"code": "INSUFFICIENT_INVENTORY", "description": "Insufficient inventory"}
            return {"itemMetadata": {**meta, "id": piece.item, "error": error}}
        self.catalog.move(piece, -count if word == "decrement" else count)
        return {"itemMetadata": {**meta, "id": piece.item, "success": True}}

    def locations(self, call: Call) -> Reply:
        asked = asked_of(call.json())
        shown, paging = self.shop.page([self._location()], asked.get("cursorPaging"), lambda row: (row["id"],))
        return Reply(body={"storesLocations": shown, "pagingMetadata": paging})

    def _location(self) -> Obj:
        return {
            "id": self.shop.location, "revision": "1", "locationType": "PHYSICAL", "name": self.shop.seed.location,
            "defaultLocation": True,
        }  # fmt: skip

    def all_categories(self, call: Call) -> Reply:
        body = call.json()
        asked = asked_of(body)
        if (body.get("treeReference") or {}).get("appNamespace") != "@wix/stores":
            raise invalid("treeReference", "must be given")
        rows = [{"id": ident, "name": name} for ident, name in self.catalog.categories.items()]
        shown, paging = self.shop.page(rows, asked.get("cursorPaging"), lambda row: (row["id"],))
        return Reply(body={"categories": shown, "pagingMetadata": paging})

    # V1
    def old_products(self, call: Call) -> Reply:
        """Filter and sort are JSON as text; offsets end at ten thousand."""
        body = call.json()
        rows = [self.catalog.shown_v1(good) for good in self.catalog.goods.values()]
        if not body.get("includeVariants"):
            rows = [{name: value for name, value in row.items() if name != "variants"} for row in rows]
        return self._old_page(body, rows, "products", lambda row: int(row["numericId"]))

    def _old_page(self, body: Obj, rows: list[Obj], name: str, order: Callable[[Obj], Any]) -> Reply:
        query = body.get("query") or {}
        condition, sort = json_text(query.get("filter"), "query.filter"), json_text(query.get("sort"), "query.sort")
        if sort not in (None, [{"numericId": "asc"}]):
            raise invalid("query.sort", "is not supported")
        found = sorted((row for row in rows if fits(row, condition, _OLD)), key=order)
        paging = query.get("paging") or {}
        size, offset = paging.get("limit", 100), paging.get("offset", 0)
        if not 1 <= size <= 100 or offset + size > _LAST_OFFSET:
            raise invalid("query.paging", "is out of range")
        words = {"items": size, "offset": offset}
        return Reply(body={name: found[offset : offset + size], "metadata": words, "totalResults": len(found)})

    def old_product(self, call: Call) -> Reply:
        if call.params["id"] not in self.catalog.goods:
            raise not_found()
        return Reply(body={"product": self.catalog.shown_v1(self.catalog.goods[call.params["id"]])})

    def collections(self, call: Call) -> Reply:
        rows = [{"id": ident, "name": name, "visible": True} for ident, name in self.catalog.categories.items()]
        return self._old_page(call.json(), rows, "collections", lambda row: row["id"])

    def old_items(self, call: Call) -> Reply:
        rows = [self.catalog.item_v1(good) for good in self.catalog.goods.values()]
        return self._old_page(call.json(), rows, "inventoryItems", lambda row: int(row["numericId"]))

    def old_move(self, call: Call, word: str, sign: int) -> Reply:
        rows = call.json().get(f"{word}Data")
        if not isinstance(rows, list) or not rows:
            raise invalid(f"{word}Data", "must not be empty")
        moves = [
            (self.catalog.piece(str(row.get("variantId", "")), str(row.get("productId", ""))), whole(row, f"{word}By"))
            for row in rows
        ]
        for piece, count in moves:
            self.catalog.move(piece, sign * count)
        return Reply(body={})


def _fields(body: Obj) -> list[str]:
    fields = body.get("fields") or []
    if not isinstance(fields, list):
        raise invalid("fields", "must be a list")
    return fields
