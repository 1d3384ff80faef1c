"""Items, menus, discounts, and the counts of what may still be sold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from posbridge.sandbox.lightspeed import errors
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import SeedDiscount, SeedProduct
from posbridge.sandbox.wire import Call, Reply

Obj = dict[str, Any]
BUSINESS, LOCATION = 40570261078000, 45454565682155
MENU = 141948669132851
MANUAL = "MANUAL"
_FIRST_ITEM, _FIRST_GROUP = 3012455000, 40570261079000
_MOST_ITEMS, _SKUS = 1000, 50


class Catalog:
    """What the business sells; `emit` tells of counts that change."""

    def __init__(self, platform: SimulatedPlatform) -> None:
        self.platform, self.seed = platform, platform.seed
        self.items: dict[int, Obj] = {}
        self.by_sku: dict[str, int] = {}
        self.keys: dict[str, int] = {}
        self.texts: dict[int, Obj] = {}
        self.counts: dict[str, int] = {}
        self.discounts: list[Obj] = [{"name": "Manual", "code": MANUAL}]
        self._groups: dict[str, int] = {}
        self.emit: Callable[[Obj], None] = lambda body: None

    def fill(self) -> None:
        """The whole seed. Codes with goods, dates or uses of their own cannot be said here and are left out."""
        for product in self.seed.products:
            self.product(product)
        for discount in self.seed.discounts:
            self.discount(discount)

    def product(self, product: SeedProduct) -> None:
        """One item: K-Series knows no variants."""
        (variant,) = product.variants
        number = _FIRST_ITEM + self.platform.next_id("item")
        self.items[number] = {
            "id": number,
            "name": product.title,
            "docketName": product.title[:64],
            "sku": variant.sku,
            "active": True,
            "barcode": variant.barcode,
            "barcodes": [variant.barcode],
            "accountingGroup": {"id": self._group(product.category), "name": product.category},
            "statisticGroups": [{"category": "default", "value": product.category}],
            "costPrice": 0.0,
            "prices": [{"amount": self.major(variant.price_minor), "name": "Default"}],
            "sharingType": "SHARED",
            "priceMode": "AMOUNT",
            "inventorySource": "PURCHASED",
            "disabled": False,
            "contentDimension": "MASS" if variant.weight_grams else "DIMENSION_LESS",
            "itemType": "ITEM",
        }
        if variant.weight_grams:
            self.items[number] |= {"contentUom": "g", "contentValue": variant.weight_grams}
        self.by_sku[variant.sku], self.keys[product.key] = number, number
        self.texts[number] = {"description": product.description, "picture": product.key}
        self.counts[variant.sku] = variant.stock

    def open_item(self, sku: str, name: str, unit: str = "") -> int:
        """An item whose price orders set, weighed in `unit` when one is given."""
        number = _FIRST_ITEM + self.platform.next_id("item")
        measured = {"contentDimension": "MASS", "contentUom": unit, "contentValue": 1}
        self.items[number] = {
            "id": number, "name": name, "docketName": name, "sku": sku, "active": True, "barcode": "", "barcodes": [],
            "accountingGroup": {"id": self._group("Open"), "name": "Open"}, "statisticGroups": [], "prices": [],
            "priceMode": "POSITIVE_OPEN_PRICE", "disabled": False, "itemType": "ITEM", **(measured if unit else {}),
        }  # fmt: skip
        self.by_sku[sku] = number
        self.texts[number] = {"description": "", "picture": ""}
        return number

    def discount(self, discount: SeedDiscount) -> None:
        if discount.kind == "free_shipping" or discount.products or discount.expires:
            return
        row: Obj = {"name": discount.code, "code": discount.code}
        if discount.kind == "percent":
            row["discountPercentage"] = float(Decimal(discount.value) / 100)
        else:
            row["discountAmount"] = self.major(discount.value)
        self.discounts.append(row)

    def _group(self, name: str) -> int:
        return self._groups.setdefault(name, _FIRST_GROUP + len(self._groups))

    # amounts
    def major(self, minor: int) -> float:
        """Minor units as the JSON number that the real answers hold."""
        return float(Decimal(minor).scaleb(-self.exponent))

    def minor(self, value: Any) -> int:
        return int((Decimal(str(value)).scaleb(self.exponent)).to_integral_value())

    @property
    def exponent(self) -> int:
        from posbridge.domain.money import exponent

        return exponent(self.seed.currency)

    def price(self, number: int) -> int:
        prices = self.items[number]["prices"]
        return self.minor(prices[0]["amount"]) if prices else 0

    # requests
    def routes(self) -> list[Route]:
        return [
            ("GET", "/items/v1/items", self.list_items),
            ("GET", "/items/v1/items/{id}", self.one),
            ("GET", "/o/op/1/menu/list", lambda call: Reply(body=[{"menuName": "Main", "ikentooMenuId": MENU}])),
            ("GET", "/o/op/2/menu/load/{id}", self.menu),
            ("GET", "/o/op/1/menu/discounts", lambda call: Reply(body=self.discounts)),
            ("GET", "/o/op/1/itemAvailability", lambda call: self.counted(call, call.query.get("skus", "").split(","))),
            ("POST", "/o/op/1/itemAvailability", lambda call: self.counted(call, call.json().get("skus"))),
        ]

    def list_items(self, call: Call) -> Reply:
        """By id, SKU or name; a bare array, a thousand at most."""
        asked = call.query
        chosen = {int(value) for name, value in call.query_list if name == "itemIds" and value.isdigit()}
        rows = [
            row for row in self.items.values()
            if (not chosen or row["id"] in chosen) and asked.get("sku", row["sku"]) == row["sku"]
        ]  # fmt: skip
        start, amount = int(asked.get("offset") or 0), min(int(asked.get("amount") or 100), _MOST_ITEMS)
        return Reply(body=rows[start : start + amount])

    def one(self, call: Call) -> Reply:
        number = call.params["id"]
        if not number.isdigit() or int(number) not in self.items:
            return errors.items(404, "Item not found", self.platform.clock.now())
        return Reply(body=self.items[int(number)])

    def menu(self, call: Call) -> Reply:
        """All items by their accounting group, with names, pictures and taxes when `richContent` is asked for."""
        if call.params["id"] != str(MENU):
            return errors.spring(404, "menu not found", call.path, self.platform.clock.now())
        rich = call.query.get("richContent") == "true"
        groups: dict[str, list[Obj]] = {}
        for row in self.items.values():
            if row["active"] and row["prices"]:
                groups.setdefault(row["accountingGroup"]["name"], []).append(self._entry(row, rich))
        shown = [{"@type": "group", "name": name, "menuEntry": rows} for name, rows in groups.items()]
        return Reply(
            body={"menuName": "Main", "menuEntryGroups": shown, "richDataMissing": False, "ikentooMenuId": MENU}
        )

    def _entry(self, row: Obj, rich: bool) -> Obj:
        text, rate = self.texts[row["id"]], Decimal(self.seed.tax_rate)
        made: Obj = {
            "@type": "menuItem",
            "productName": row["name"],
            "productPrice": f"{Decimal(self.price(row['id'])).scaleb(-self.exponent):f}",
            "sku": row["sku"],
            "customItemNameEnabled": True,
            "pricingStrategy": "PRICE_CANNOT_BE_CUSTOMIZED",
            "defaultTaxPercentage": f"{rate:f}",
            "taxIncludedInPrice": self.seed.prices_include_tax,
        }
        if rich:
            texts = [{"locale": "en", "friendlyDisplayName": row["name"], "description": text["description"]}]
            picture = f"{self.platform.address}/pictures/{text['picture']}.svg"
            made["itemRichData"] = {"texts": texts, "rawImageUrl": picture, "allergenCodes": []}
        return made

    def counted(self, call: Call, skus: Any) -> Reply:
        """Counts of at most fifty SKUs; one without a restriction is not in the answer."""
        if not isinstance(skus, list) or not 0 < len(skus) <= _SKUS:
            fields = [("skus", f"size must be between 1 and {_SKUS}")]
            return errors.spring(400, "Validation failed", call.path, self.platform.clock.now(), fields=fields)
        at = self.platform.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        rows = [{"sku": sku, "count": self.counts[sku], "updatedAt": at} for sku in skus if sku in self.counts]
        page = {"warnings": [], "current": {"page": 0, "pageSize": _SKUS}, "total": len(rows), "totalPages": 1}
        return Reply(body={"data": rows, "metadata": page})

    def sold(self, sku: str, quantity: int) -> None:
        """A count never falls below nothing."""
        if sku in self.counts:
            self.set_count(sku, max(0, self.counts[sku] - quantity))

    def set_count(self, sku: str, count: int) -> None:
        self.counts[sku] = count
        at = self.platform.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000+00:00")
        self.emit({"sku": sku, "businessLocationId": LOCATION, "count": count, "countUpdatedAt": at,
                   "status": "RESTRICTED", "type": "ITEM"})  # fmt: skip
