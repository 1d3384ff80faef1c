"""The menu of a simulated store. Plus has one SKU a product, so each variant of the seed is a product of its own."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from posbridge.sandbox.seed import Seed, SeedProduct, SeedVariant

Obj = dict[str, Any]

CATEGORIES = ("FLOWER", "EDIBLES", "VAPORIZERS", "CONCENTRATES", "PRE_ROLLS", "TINCTURES", "TOPICALS", "ACCESSORIES")
STRAINS = ("INDICA", "SATIVA", "HYBRID", "INDICA_HYBRID", "SATIVA_HYBRID", "HIGH_CBD", "NOT_APPLICABLE")
EFFECTS = ("CALM", "SLEEPY", "CREATIVE", "ENERGETIC", "HAPPY", "FOCUSED")
TERPENES = ("Myrcene", "Limonene", "Pinene", "Linalool")
BRANDS = ("Example Farms", "Sweet Co.", None)
SALE = "651f"


def ident(kind: str, name: str) -> str:
    """A UUID, the same in every run."""
    return str(uuid5(NAMESPACE_URL, f"https://dutchie.invalid/{kind}/{name}"))


def split(seed: Seed) -> Seed:
    """The seed as Plus can hold it: one variant a product, no barcodes."""
    return replace(seed, products=tuple(one for product in seed.products for one in parts(product)))


def parts(product: SeedProduct) -> Iterator[SeedProduct]:
    for variant in product.variants:
        key = product.key if len(product.variants) == 1 else f"{product.key}-{variant.sku}"
        yield replace(product, key=key, variants=(replace(variant, barcode=""),))


@dataclass
class Article:
    """A product with its one variant. `price` is minor units; `before` the usual one while a special counts."""

    product: SeedProduct
    seed: SeedVariant
    title: str
    price: int
    before: int | None
    stock: int

    @property
    def id(self) -> str:
        return ident("product", self.seed.sku).replace("-", "")[:24]

    @property
    def option(self) -> str:
        return " / ".join(self.seed.option_values) or "N/A"

    @property
    def usual(self) -> int:
        return self.price if self.before is None else self.before

    def price_of(self, pricing: str) -> int:
        """What one costs on that menu; patients pay nine tenths, and no special counts for them."""
        return self.medical if pricing == "MEDICAL" else self.price

    def base(self, pricing: str) -> int:
        return self.medical if pricing == "MEDICAL" else self.usual

    @property
    def medical(self) -> int:
        return self.usual * 9 // 10


@dataclass
class Shelf:
    """What is sold. With `strict` a sold-out product leaves the menu, and a checkout takes no more than is there."""

    seed: Seed
    address: Callable[[], str]
    strict: bool = False
    articles: dict[str, Article] = field(default_factory=dict)

    def fill(self) -> None:
        for product in self.seed.products:
            self.add(product)

    def add(self, product: SeedProduct) -> None:
        for one in parts(product):
            (variant,) = one.variants
            before = variant.compare_at_minor
            self.articles[variant.sku] = Article(one, variant, one.title, variant.price_minor, before, variant.stock)

    def of_key(self, key: str) -> list[Article]:
        """Those of a seed product, by its own key or the one before it was split. KeyError for none."""
        keys = {key, *(f"{key}-{sku}" for sku in self.articles)}
        found = [article for article in self.articles.values() if article.product.key in keys]
        if not found:
            raise KeyError(key)
        return found

    def on_menu(self) -> list[Article]:
        """By name, as a menu is sorted."""
        found = [article for article in self.articles.values() if not self.strict or article.stock > 0]
        return sorted(found, key=lambda article: (article.title.casefold(), article.seed.sku))

    def by_id(self, product_id: Any) -> Article | None:
        found = (article for article in self.articles.values() if article.id == product_id)
        return next((article for article in found if not self.strict or article.stock > 0), None)

    def on_sale(self) -> list[Article]:
        return [article for article in self.articles.values() if article.before is not None]

    # as Plus says it
    def shown(self, article: Article) -> Obj:
        """A product of the schema."""
        draw = zlib.crc32(article.seed.sku.encode())
        brand = BRANDS[draw % len(BRANDS)]
        picture = f"{self.address()}/pictures/{article.product.key}.svg"
        return {
            "__typename": "Product",
            "id": article.id,
            "slug": article.seed.sku.casefold(),
            "name": article.title,
            "brand": brand and {"__typename": "Brand", "id": ident("brand", brand), "name": brand, "description": None,
                                "imageUrl": None},
            "category": CATEGORIES[zlib.crc32(article.product.category.encode()) % len(CATEGORIES)],
            "subcategory": article.product.category.upper().replace(" ", "_") or "DEFAULT",
            "description": article.product.description,
            "descriptionHtml": f"<p>{article.product.description}</p>",
            "tags": [],
            "image": picture,
            "images": [{"__typename": "ProductImage", "id": "1", "url": picture, "label": article.title,
                        "description": None}],
            "menuTypes": ["RECREATIONAL", "MEDICAL"],
            "posId": str(draw),
            "posMetaData": {"__typename": "PosMetaData", "id": str(draw), "category": article.product.category,
                            "sku": article.seed.sku},
            "productBatchId": str(draw % 100_000),
            "enterpriseProductId": ident("enterprise", article.seed.sku),
            "staffPick": draw % 7 == 0,
            **_goods(draw),
            "variants": [self._variant(article)],
        }  # fmt: skip

    def _variant(self, article: Article) -> Obj:
        return {
            "__typename": "ProductVariant",
            "id": f"{article.id}~{article.option}",
            "option": article.option,
            "priceRec": article.usual / 100,
            "priceMed": article.medical / 100,
            "specialPriceRec": None if article.before is None else article.price / 100,
            "specialPriceMed": None,
            "quantity": article.stock,
            "flowerEquivalent": None,
        }

    def specials(self) -> list[Obj]:
        """One, which marked articles down; its name is the staff's, the display has one for people."""
        if not self.on_sale():
            return []
        shown = {"__typename": "SpecialDisplay", "name": "Marked down", "description": None, "image": None}
        when = {"__typename": "SpecialSchedule", "startStamp": "1764547200000", "endStamp": None, "days": ["Friday"],
                "startTime": "09:00", "endTime": "21:00", "setEndDate": False, "endDate": None}  # fmt: skip
        return [{"__typename": "Special", "id": SALE, "name": "MARKED DOWN | ALL [OS]", "type": "sale",
                 "redemptionLimit": None, "menuType": "RECREATIONAL", "menuDisplayConfiguration": shown,
                 "scheduleConfiguration": when}]  # fmt: skip


def _goods(draw: int) -> Obj:
    """Strain, potency, effects: drawn from a number made of the SKU."""
    thc = 140 + draw % 160
    terpene = TERPENES[draw % len(TERPENES)]
    return {
        "strainType": STRAINS[draw % len(STRAINS)],
        "effects": [EFFECTS[draw % len(EFFECTS)], EFFECTS[(draw + 1) % len(EFFECTS)]],
        "potencyThc": {"__typename": "PotencyRange", "formatted": f"{thc / 10}%", "range": [thc / 10],
                       "unit": "PERCENTAGE"},
        "potencyCbd": {"__typename": "PotencyRange", "formatted": "", "range": [], "unit": "PERCENTAGE"},
        "terpenes": [{"__typename": "ActiveTerpene", "id": None, "terpeneId": None, "name": terpene, "terpene": None,
                      "unit": "PERCENTAGE", "unitSymbol": "%", "value": (draw % 90) / 100}],
        "cannabinoids": [{"__typename": "ActiveCannabinoid", "cannabinoidId": None, "unit": "PERCENTAGE",
                          "value": thc / 10,
                          "cannabinoid": {"__typename": "Cannabinoid", "id": "1", "name": "THCA",
                                          "description": None}}],
    }  # fmt: skip
