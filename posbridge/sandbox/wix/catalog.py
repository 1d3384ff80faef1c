"""Products and stock of the simulated site, kept once and shown as Catalog V1 or V3 shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from posbridge.domain.money import exponent
from posbridge.sandbox.seed import SeedProduct
from posbridge.sandbox.wix.errors import invalid, not_found
from posbridge.sandbox.wix.shop import Obj, Shop

ZERO = "00000000-0000-0000-0000-000000000000"
V1, V3 = "V1_CATALOG", "V3_CATALOG"


@dataclass
class Piece:
    """One variant and its stock."""

    id: str
    item: str
    sku: str
    barcode: str
    price: int
    before: int | None
    stock: int
    choices: dict[str, str]
    weight: float | None
    changed: str
    revision: int = 1


@dataclass
class Good:
    """One product."""

    id: str
    number: int
    key: str
    title: str
    description: str
    category: str
    options: list[tuple[str, list[str]]]
    pieces: list[Piece]
    created: str
    changed: str
    revision: int = 1
    visible: bool = True
    extra: Obj = field(default_factory=dict)


class Catalog:
    """Goods by id; of which catalogue they are is for good."""

    def __init__(self, shop: Shop, version: str) -> None:
        self.shop, self.version = shop, version
        self.goods: dict[str, Good] = {}
        self.pieces: dict[str, tuple[Good, Piece]] = {}
        self.skus: dict[str, str] = {}
        self.categories: dict[str, str] = {}

    # what the site holds
    def add(self, seed: SeedProduct) -> Good:
        now, ident = self.shop.stamp(), self.shop.new_id("product")
        options = [
            (name, list(dict.fromkeys(variant.option_values[place] for variant in seed.variants)))
            for place, name in enumerate(seed.options)
        ]
        made = [
            Piece(
                self.shop.new_id("variant"), self.shop.new_id("item"), variant.sku, variant.barcode,
                variant.price_minor, variant.compare_at_minor, variant.stock,
                dict(zip(seed.options, variant.option_values, strict=True)),
                variant.weight_grams / 1000 if variant.weight_grams else None, now,
            )
            for variant in seed.variants
        ]  # fmt: skip
        number = 1_700_000_000_000_000 + self.shop.platform.next_id("number")
        good = Good(ident, number, seed.key, seed.title, seed.description, self._category(seed.category), options,
                    made, now, now)  # fmt: skip
        self.goods[ident] = good
        for piece in made:
            self.pieces[piece.id] = (good, piece)
            self.skus[piece.sku] = piece.id
        self.tell(good, "created")
        return good

    def _category(self, name: str) -> str:
        known = next((ident for ident, held in self.categories.items() if held == name), "")
        ident = known or self.shop.new_id("category")
        self.categories[ident] = name
        return ident

    def by_key(self, key: str) -> Good:
        """KeyError for an unknown key."""
        return {good.key: good for good in self.goods.values()}[key]

    def touch(self, good: Good) -> None:
        good.changed, good.revision = self.shop.stamp(), good.revision + 1
        self.tell(good, "updated")

    def remove(self, key: str) -> None:
        good = self.by_key(key)
        del self.goods[good.id]
        for piece in good.pieces:
            del self.pieces[piece.id], self.skus[piece.sku]
        self.tell(good, "deleted")

    def tell(self, good: Good, what: str) -> None:
        if self.version == V1:
            names = {"created": "ProductCreated", "updated": "ProductChanged", "deleted": "ProductDeleted"}
            topic = f"com.wix.ecommerce.catalog.api.v1.{names[what]}"
            self.shop.emit(topic, "", good.id, {"productId": good.id})
            return
        fqdn = "wix.stores.catalog.v3.product"
        entity = {"id": good.id, "revision": str(good.revision), "name": good.title}
        inner = {"created": {"entity": entity}, "updated": {"currentEntity": entity, "modifiedFields": {}}}
        self.shop.emit(f"{fqdn}_{what}", fqdn, good.id, {f"{what}Event": inner.get(what, {})})

    # stock
    def piece(self, variant: str, product: str = "") -> Piece:
        """A variant by its id, or by its product's where it has none of its own."""
        if variant in self.pieces:
            return self.pieces[variant][1]
        if product in self.goods and variant in ("", ZERO):
            return self.goods[product].pieces[0]
        raise not_found()

    def move(self, piece: Piece, delta: int) -> None:
        self.set_stock(piece, piece.stock + delta)

    def set_stock(self, piece: Piece, quantity: int) -> None:
        piece.stock, piece.changed, piece.revision = quantity, self.shop.stamp(), piece.revision + 1
        good = self.pieces[piece.id][0]
        if self.version == V1:
            self.shop.emit(
                "com.wix.ecommerce.inventory.api.v1.InventoryVariantsChanged", "", good.id, {"productId": good.id}
            )
            return
        fqdn = "wix.stores.catalog.v3.inventory_item"
        changed = {"updatedEvent": {"currentEntity": self.item(good, piece), "modifiedFields": {}}}
        self.shop.emit(f"{fqdn}_updated", fqdn, piece.item, changed)

    # V3's shapes
    def shown_v3(self, good: Good, fields: list[str], *, whole: bool) -> Obj:
        """A product; members that are asked for by `fields` are absent else, variants come alone (`whole`) only."""
        prices = sorted(piece.price for piece in good.pieces)
        made: Obj = {
            "id": good.id, "revision": str(good.revision), "numericId": str(good.number), "name": good.title,
            "slug": good.key, "visible": good.visible, "visibleInPos": True, "productType": "PHYSICAL",
            "physicalProperties": {}, "handle": f"Product_{good.id}", "options": self._options_v3(good),
            "modifiers": [], "media": {"main": self._media(good)},
            "actualPriceRange": {"minValue": self.bare(prices[0]), "maxValue": self.bare(prices[-1])},
            "variantSummary": {"variantCount": len(good.pieces)}, "createdDate": good.created,
            "updatedDate": good.changed, **good.extra,
        }  # fmt: skip
        if "CURRENCY" in fields:
            made["currency"] = self.shop.currency
        if "PLAIN_DESCRIPTION" in fields:
            made["plainDescription"] = f"<p>{good.description}</p>"
        if "MEDIA_ITEMS_INFO" in fields:
            made["media"]["itemsInfo"] = {"items": [self._media(good)]}
        if "DIRECT_CATEGORIES_INFO" in fields:
            made["directCategoriesInfo"] = {"categories": [{"id": good.category, "index": 0}]}
        if "WEIGHT_MEASUREMENT_UNIT_INFO" in fields:
            made["physicalProperties"]["weightMeasurementUnitInfo"] = {"weightMeasurementUnit": "KG"}
        if whole:
            named = "VARIANT_OPTION_CHOICE_NAMES" in fields
            made["variantsInfo"] = {
                "variants": [self._piece_v3(good, piece, "choices", named) for piece in good.pieces]
            }
        return made

    def bare(self, minor: int) -> Obj:
        """Money of the catalogue: whole amounts are written without decimals."""
        value = Decimal(minor).scaleb(-exponent(self.shop.currency))
        return {"amount": f"{value.normalize():f}" if value == value.to_integral_value() else f"{value:f}"}

    def _media(self, good: Good) -> Obj:
        url = f"{self.shop.platform.address}/pictures/{good.key}.svg"
        image = {"id": good.key, "url": url, "height": 600, "width": 600}
        return {"id": good.key, "image": image, "mediaType": "IMAGE", "altText": good.title}

    def _options_v3(self, good: Good) -> list[Obj]:
        return [
            {
                "id": _option_id(good, name), "name": name, "optionRenderType": "TEXT_CHOICES",
                "choicesSettings": {"choices": [
                    {"choiceId": f"{_option_id(good, name)}:{value}", "choiceType": "CHOICE_TEXT", "name": value,
                     "key": value, "inStock": True, "visible": True} for value in values
                ]},
            }
            for name, values in good.options
        ]  # fmt: skip

    def _piece_v3(self, good: Good, piece: Piece, word: str, named: bool) -> Obj:
        choices = []
        for name, value in piece.choices.items():
            option = _option_id(good, name)
            choice: Obj = {"optionChoiceIds": {"optionId": option, "choiceId": f"{option}:{value}"}}
            if named:
                choice["optionChoiceNames"] = {"optionName": name, "choiceName": value, "renderType": "TEXT_CHOICES"}
            choices.append(choice)
        price: Obj = {"actualPrice": self.bare(piece.price)}
        price |= {"compareAtPrice": self.bare(piece.before)} if piece.before else {}
        weight = {"weight": piece.weight} if piece.weight else {}
        return {
            "id": piece.id, "visible": True, "sku": piece.sku, "barcode": piece.barcode, word: choices, "price": price,
            "physicalProperties": weight, "inventoryStatus": {"inStock": piece.stock > 0, "preorderEnabled": False},
        }  # fmt: skip

    def variant_v3(self, good: Good, piece: Piece) -> Obj:
        """A row of the list of variants."""
        data = {
            "productId": good.id, "name": good.title, "productType": "PHYSICAL", "slug": good.key,
            "visible": good.visible, "visibleInPos": True, "currency": self.shop.currency,
            "revision": str(good.revision), "updatedDate": good.changed,
        }  # fmt: skip
        return {"variantId": piece.id, **self._piece_v3(good, piece, "optionChoices", True), "productData": data}

    def item(self, good: Good, piece: Piece) -> Obj:
        """An inventory item of V3."""
        return {
            "id": piece.item, "revision": str(piece.revision), "createdDate": good.created,
            "updatedDate": piece.changed, "variantId": piece.id, "locationId": self.shop.location,
            "productId": good.id, "trackQuantity": True,
            "availabilityStatus": "IN_STOCK" if piece.stock > 0 else "OUT_OF_STOCK", "quantity": piece.stock,
            "product": {"name": good.title, "variantSku": piece.sku, "variantVisible": True},
        }  # fmt: skip

    # V1's shapes
    def shown_v1(self, good: Good) -> Obj:
        first = good.pieces[0]
        managed = bool(good.options)
        total = sum(piece.stock for piece in good.pieces)
        return {
            "id": good.id, "name": good.title, "slug": good.key, "visible": good.visible, "productType": "physical",
            "description": f"<p>{good.description}</p>", "sku": "" if managed else first.sku,
            "weight": 0 if managed else first.weight or 0, "priceData": self._price_v1(first),
            "stock": {"trackInventory": True, "inStock": total > 0, "inventoryStatus": "IN_STOCK", "quantity": total},
            "media": {"mainMedia": self._media_v1(good), "items": [self._media_v1(good)]}, "customTextFields": [],
            "manageVariants": managed, "productOptions": self._options_v1(good),
            "collectionIds": [good.category, "00000000-000000-000000-000000000001"], "numericId": str(good.number),
            "inventoryItemId": first.item, "lastUpdated": good.changed,
            "variants": [self._variant_v1(piece, managed) for piece in good.pieces],
        }  # fmt: skip

    def number(self, minor: int) -> float | int:
        value = Decimal(minor).scaleb(-exponent(self.shop.currency))
        return int(value) if value == value.to_integral_value() else float(value)

    def _price_v1(self, piece: Piece) -> Obj:
        return {
            "currency": self.shop.currency,
            "price": self.number(piece.before or piece.price),
            "discountedPrice": self.number(piece.price),
        }

    def _media_v1(self, good: Good) -> Obj:
        url = f"{self.shop.platform.address}/pictures/{good.key}.svg"
        return {"mediaType": "image", "title": good.title, "id": good.key, "image": {"url": url}}

    def _options_v1(self, good: Good) -> list[Obj]:
        return [
            {"optionType": "drop_down", "name": name, "choices": [
                {"value": value, "description": value, "inStock": True, "visible": True} for value in values
            ]}
            for name, values in good.options
        ]  # fmt: skip

    def _variant_v1(self, piece: Piece, managed: bool) -> Obj:
        inner = {"priceData": self._price_v1(piece), "weight": piece.weight or 0, "sku": piece.sku, "visible": True}
        stock = {"trackQuantity": True, "quantity": piece.stock, "inStock": piece.stock > 0}
        ident = piece.id if managed else ZERO
        return {"id": ident, "choices": piece.choices, "variant": inner, "stock": stock}

    def item_v1(self, good: Good) -> Obj:
        """An inventory item of V1: a product with all its variants."""
        managed = bool(good.options)
        rows = [
            {"variantId": piece.id if managed else ZERO, "inStock": piece.stock > 0, "quantity": piece.stock}
            for piece in good.pieces
        ]
        return {
            "id": good.pieces[0].item, "externalId": good.id, "productId": good.id, "trackQuantity": True,
            "variants": rows, "lastUpdated": good.changed, "numericId": str(good.number), "preorderInfo": {},
        }  # fmt: skip

    def book(self) -> dict[str, int]:
        """Quantity by SKU."""
        return {piece.sku: piece.stock for _, piece in self.pieces.values()}


def _option_id(good: Good, name: str) -> str:
    return f"{good.id[:24]}{abs(hash_of(name)) % 10**12:012d}"


def hash_of(name: str) -> int:
    """The same number for a name in every run."""
    return int.from_bytes(name.encode()[:8].ljust(8, b"."), "big")


def whole(row: Any, name: str, most: int = 99_999) -> int:
    """A whole number of a row, from one on."""
    value = row.get(name) if isinstance(row, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise invalid(name, f"must be from 1 to {most}")
    return value
