"""Products, variants and their stock at the one location."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from posbridge.sandbox.seed import SeedProduct, SeedVariant
from posbridge.sandbox.shopify.executor import Node, Refused, Root
from posbridge.sandbox.shopify.lists import Search, compared, connection, terms, whole, words
from posbridge.sandbox.shopify.shop import Shop, Wrong, known_only, number_of

_REASONS = frozenset(
    "correction cycle_count_available damaged movement_created movement_updated movement_received movement_canceled "
    "other promotion quality_control received reservation_created reservation_deleted reservation_updated restock "
    "safety_stock shrinkage".split()
)
_ADJUST = frozenset(("reason", "name", "referenceDocumentUri", "changes"))
_CHANGE = frozenset(("delta", "changeFromQuantity", "inventoryItemId", "locationId", "ledgerDocumentUri"))


@dataclass
class Variant:
    id: str
    item: str
    product: str
    seed: SeedVariant
    position: int
    options: tuple[tuple[str, str], ...]
    price: int
    stock: int
    counted_at: str


@dataclass
class Goods:
    id: str
    seed: SeedProduct
    title: str
    updated_at: str
    created_at: str
    variants: list[Variant] = field(default_factory=list)


class Catalog:
    """`changed` hears of each product that changed: (topic, product)."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Goods] = {}
        self.variants: dict[str, Variant] = {}
        self.keys: dict[str, str] = {}
        self._collections: dict[str, str] = {}
        self.changed: Any = lambda topic, goods: None
        self.counted: Any = lambda variant: None
        self.search = Search(
            {
                "": _mentioned,
                "updated_at": lambda row, op, value: compared(row.updated_at, op, value),
                "created_at": lambda row, op, value: compared(row.created_at, op, value),
                "id": lambda row, op, value: compared(str(number_of(row.id)), op, value),
                "status": lambda row, op, value: value.lower() == "active",
                "sku": lambda row, op, value: any(v.seed.sku.lower() == value.lower() for v in row.variants),
                "barcode": lambda row, op, value: any(v.seed.barcode == value for v in row.variants),
                "title": lambda row, op, value: words(row.title)(value),
                "vendor": lambda row, op, value: words(self.shop.seed.name)(value),
            }
        )

    def roots(self) -> dict[str, Root]:
        return {
            "products": self.products,
            "productsCount": self.count,
            "product": lambda args, key: self.shown(args.get("id")),
            "productVariant": lambda args, key: self._variant_by(args.get("id")),
            "inventoryItem": lambda args, key: self._item_by(args.get("id")),
            "location": lambda args, key: self.location() if args.get("id") == self.shop.location_id else None,
            "locations": lambda args, key: connection([self.location()], args, lambda row: row, lambda row: ("", 1)),
            "inventoryAdjustQuantities": self.adjust,
        }

    # reading
    def found(self, args: dict[str, Any]) -> list[Goods]:
        groups = terms(str(args.get("query") or ""))
        self.search.check(groups, "products")
        return [row for row in self.rows.values() if self.search.fits(row, groups)]

    def products(self, args: dict[str, Any], key: str = "") -> Node:
        by_time = args.get("sortKey") == "UPDATED_AT"
        return connection(
            self.found(args),
            args,
            self._product,
            lambda row: (row.updated_at if by_time else "", number_of(row.id)),
        )

    def count(self, args: dict[str, Any], key: str = "") -> Node:
        return {"__typename": "Count", "count": len(self.found(args)), "precision": "EXACT"}

    def shown(self, ident: Any) -> Node | None:
        row = self.rows.get(str(ident))
        return self._product(row) if row else None

    def _variant_by(self, ident: Any) -> Node | None:
        row = self.variants.get(str(ident))
        return self.variant(row) if row else None

    def _item_by(self, ident: Any) -> Node | None:
        row = next((v for v in self.variants.values() if v.item == ident), None)
        return self._item(row) if row else None

    def _product(self, row: Goods) -> Node:
        return {
            "__typename": "Product",
            "id": row.id,
            "legacyResourceId": str(number_of(row.id)),
            "title": row.title,
            "handle": row.seed.key,
            "descriptionHtml": f"<p>{row.seed.description}</p>",
            "vendor": self.shop.seed.name,
            "productType": row.seed.category,
            "tags": [],
            "status": "ACTIVE",
            "createdAt": row.created_at,
            "updatedAt": row.updated_at,
            "isGiftCard": False,
            "totalInventory": sum(one.stock for one in row.variants),
            "tracksInventory": True,
            "category": None,
            "collections": whole([row.seed.category], self.collection),
            "options": self._options(row),
            "media": whole([row], self._picture),
            "variants": whole(row.variants, self.variant),
        }

    def collection(self, title: str) -> Node:
        known = self._collections.get(title)
        if known is None:
            known = self._collections[title] = self.shop.new_id("Collection")
        return {"__typename": "Collection", "id": known, "title": title}

    def _options(self, row: Goods) -> list[Node]:
        names = row.seed.options or ("Title",)
        values = [dict.fromkeys(dict(v.options)[name] for v in row.variants) for name in names]
        return [
            {
                "__typename": "ProductOption",
                "id": f"gid://shopify/ProductOption/{number_of(row.id)}{place}",
                "name": name,
                "position": place,
                "values": list(found),
                "optionValues": [{"__typename": "ProductOptionValue", "id": f"{row.id}/{v}", "name": v} for v in found],
            }
            for place, (name, found) in enumerate(zip(names, values, strict=True), start=1)
        ]

    def _picture(self, row: Goods) -> Node:
        url = f"{self.shop.platform.address}/pictures/{row.seed.key}.svg"
        return {
            "__typename": "MediaImage",
            "id": f"gid://shopify/MediaImage/{number_of(row.id)}",
            "alt": row.title,
            "mediaContentType": "IMAGE",
            "status": "READY",
            "image": {"__typename": "Image", "url": url, "width": 400, "height": 400},
        }

    def variant(self, row: Variant) -> Node:
        before = row.seed.compare_at_minor
        return {
            "__typename": "ProductVariant",
            "id": row.id,
            "title": " / ".join(value for _, value in row.options),
            "sku": row.seed.sku,
            "barcode": row.seed.barcode,
            "price": self.shop.decimal(row.price),
            "compareAtPrice": None if before is None else self.shop.decimal(before),
            "position": row.position,
            "taxable": True,
            "inventoryPolicy": "CONTINUE",
            "inventoryQuantity": row.stock,
            "selectedOptions": [{"__typename": "SelectedOption", "name": n, "value": v} for n, v in row.options],
            "inventoryItem": lambda args: self._item(row),
            "product": lambda args: self.shown(row.product),
            "media": whole([], lambda one: one),
        }

    def _item(self, row: Variant) -> Node:
        grams = row.seed.weight_grams
        weight = None if grams is None else {"__typename": "Weight", "value": float(grams), "unit": "GRAMS"}
        return {
            "__typename": "InventoryItem",
            "id": row.item,
            "sku": row.seed.sku,
            "tracked": True,
            "measurement": {"__typename": "InventoryItemMeasurement", "weight": weight},
            "variant": lambda args: self.variant(row),
            "inventoryLevel": lambda args: self._level(row) if args["locationId"] == self.shop.location_id else None,
            "inventoryLevels": whole([row], self._level),
        }

    def _level(self, row: Variant) -> Node:
        return {
            "__typename": "InventoryLevel",
            "id": f"gid://shopify/InventoryLevel/{number_of(row.item)}?inventory_item_id={number_of(row.item)}",
            "updatedAt": row.counted_at,
            "item": lambda args: self._item(row),
            "location": self.location,
            "quantities": lambda args: [_quantity(name, row) for name in args["names"]],
        }

    def location(self, args: Any = None) -> Node:
        return {
            "__typename": "Location",
            "id": self.shop.location_id,
            "name": self.shop.seed.location,
            "isActive": True,
            "inventoryLevels": self._levels,
        }

    def _levels(self, args: dict[str, Any]) -> Node:
        groups = terms(str(args.get("query") or ""))
        search = Search({"updated_at": lambda row, op, value: compared(row.counted_at, op, value)})
        rows = [row for row in self.variants.values() if search.fits(row, groups)]
        return connection(rows, args, self._level, lambda row: ("", number_of(row.item)))

    # moving
    def adjust(self, args: dict[str, Any], key: str) -> Any:
        given = args.get("input") or {}
        return self.shop.once(key, given, lambda: self._adjusted(given))

    def _adjusted(self, given: dict[str, Any]) -> Node:
        known_only(given, _ADJUST, "InventoryAdjustQuantitiesInput")
        try:
            moves = [self._move(place, change) for place, change in enumerate(given.get("changes") or [])]
            if given.get("reason") not in _REASONS:
                raise Wrong(["input", "reason"], "The specified reason is invalid.", "INVALID_REASON")
        except Wrong as wrong:
            return {"inventoryAdjustmentGroup": None, "userErrors": [wrong.shown]}
        for row, delta in moves:
            self.move(row, delta)
        group = {"__typename": "InventoryAdjustmentGroup", "id": self.shop.new_id("InventoryAdjustmentGroup"),
                 "createdAt": self.shop.now(), "reason": given["reason"],
                 "referenceDocumentUri": given.get("referenceDocumentUri")}  # fmt: skip
        return {"inventoryAdjustmentGroup": group, "userErrors": []}

    def _move(self, place: int, change: dict[str, Any]) -> tuple[Variant, int]:
        known_only(change, _CHANGE, "InventoryChangeInput")
        if "changeFromQuantity" not in change:
            words = "InventoryChangeInput must include the following argument: changeFromQuantity."
            raise Refused("INVALID_FIELD_ARGUMENTS", words)
        at = ["input", "changes", str(place)]
        row = next((v for v in self.variants.values() if v.item == change.get("inventoryItemId")), None)
        if row is None:
            words = "The specified inventory item could not be found."
            raise Wrong([*at, "inventoryItemId"], words, "INVALID_INVENTORY_ITEM")
        if change.get("locationId") != self.shop.location_id:
            raise Wrong([*at, "locationId"], "The specified location could not be found.", "INVALID_LOCATION")
        expected = change["changeFromQuantity"]
        if expected is not None and expected != row.stock:
            words = "The changeFromQuantity argument no longer matches the persisted quantity."
            raise Wrong([*at, "changeFromQuantity"], words, "CHANGE_FROM_QUANTITY_STALE")
        return row, int(change["delta"])

    def move(self, row: Variant, delta: int) -> None:
        row.stock += delta
        row.counted_at = self.shop.now()
        self.counted(row)

    # seeding and changes
    def add(self, seed: SeedProduct) -> Goods:
        now, ident = self.shop.now(), self.shop.new_id("Product")
        row = Goods(ident, seed, seed.title, now, now)
        for position, one in enumerate(seed.variants, start=1):
            chosen = tuple(zip(seed.options, one.option_values, strict=True)) or (("Title", "Default Title"),)
            variant = Variant(
                self.shop.new_id("ProductVariant"), self.shop.new_id("InventoryItem"), ident, one, position, chosen,
                one.price_minor, one.stock, now,
            )  # fmt: skip
            row.variants.append(variant)
            self.variants[variant.id] = variant
        self.rows[ident] = row
        self.keys[seed.key] = ident
        return row

    def by_sku(self, sku: str) -> Variant:
        found = next((row for row in self.variants.values() if row.seed.sku == sku), None)
        if found is None:
            raise KeyError(sku)
        return found

    def touch(self, row: Goods, topic: str = "products/update") -> None:
        row.updated_at = self.shop.now()
        self.changed(topic, row)

    def remove(self, key: str) -> None:
        row = self.rows.pop(self.keys.pop(key))
        for variant in row.variants:
            self.variants.pop(variant.id)
        self.changed("products/delete", row)


def _mentioned(row: Goods, op: str, value: str) -> bool:
    return words(row.title, row.seed.category, *_codes(row))(value)


def _codes(row: Goods) -> Iterator[str]:
    for one in row.variants:
        yield one.seed.sku
        yield one.seed.barcode


def _quantity(name: str, row: Variant) -> Node:
    held = row.stock if name in ("available", "on_hand") else 0
    return {"__typename": "InventoryQuantity", "name": name, "quantity": held, "updatedAt": row.counted_at}
