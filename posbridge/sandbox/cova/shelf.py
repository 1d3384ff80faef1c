"""The articles: DetailedProductData with prices, stock by package, taxes and specifications in free words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.domain.money import Money
from posbridge.sandbox.cova.answers import Obj, Refused, guid, stamp
from posbridge.sandbox.platform import Clock
from posbridge.sandbox.seed import SeedProduct
from posbridge.sandbox.wire import Call, Reply

#: The largest `Top`; a bare guess.
MOST = 500
_STRAINS = ("Indica", "Sativa", "Hybrid", "Indica Dominant")
_NAMES = ("Wappa", "Pink Kush", "Sour Diesel", "Lemon Haze", "Blue Dream")


@dataclass
class Article:
    """One article. `packages` are (tag, quantity, day of expiry)."""

    id: str
    key: str
    product: SeedProduct
    name: str
    price: int
    sale: int | None
    changed: datetime
    packages: list[tuple[str, Decimal, str]] = field(default_factory=list)

    @property
    def sku(self) -> str:
        return self.product.variants[0].sku

    @property
    def quantity(self) -> Decimal:
        return sum((quantity for _, quantity, _ in self.packages), Decimal(0))


class Shelf:
    """All articles of one location."""

    def __init__(self, clock: Clock, currency: str, location: int, tax_rate: str) -> None:
        self._clock, self._currency, self.location = clock, currency, location
        self.tax_rate, self.address = Decimal(tax_rate), ""
        self.rows: dict[str, Article] = {}

    def add(self, product: SeedProduct) -> None:
        """Puts one article on the shelf; the seed is flat, with one variant each."""
        (variant,) = product.variants
        ident = guid("product", variant.sku)
        was = variant.compare_at_minor
        price, sale = (was, variant.price_minor) if was else (variant.price_minor, None)
        row = Article(ident, product.key, product, product.title, price, sale, self._clock.now())
        self.rows[ident] = row
        self.fill(row, Decimal(variant.stock))

    def fill(self, row: Article, quantity: Decimal) -> None:
        """The stock in two packages, the older one with the greater half."""
        number = int(row.id[:6], 16)
        newer = Decimal(int(quantity / 2))
        days = (f"2027-{number % 12 + 1:02d}-{number % 27 + 1:02d}", f"2028-{number % 12 + 1:02d}-01")
        parts = zip((quantity - newer, newer), days, strict=True)
        row.packages = [(f"1A4{row.id[:8].upper()}{n}", part, day) for n, (part, day) in enumerate(parts, 1)]
        row.changed = self._clock.now()

    def move(self, ident: str, quantity: Decimal) -> None:
        """Sold (below zero) or brought back: the first package gives."""
        row = self.rows[ident]
        tag, there, day = row.packages[0]
        row.packages[0] = (tag, there + quantity, day)
        row.changed = self._clock.now()

    def by_sku(self, sku: str) -> Article:
        """KeyError for an unknown one."""
        return next((row for row in self.rows.values() if row.sku == sku), None) or _missing(sku)

    def of_key(self, key: str) -> list[Article]:
        """The articles of a product of the seed; KeyError for none."""
        found = [row for row in self.rows.values() if row.key == key or row.key.startswith(f"{key}~")]
        return found or _missing(key)

    # the calls
    def whole(self, call: Call) -> Reply:
        return self._page(call.json(), self.rows.values())

    def updated(self, call: Call) -> Reply:
        """The rows changed since the time in the path."""
        try:
            since = datetime.fromisoformat(call.params["since"])
        except ValueError:
            raise Refused(400) from None
        if since.tzinfo is None:
            raise Refused(400, "updatedAsOfUTC must be UTC.")
        return self._page(call.json(), [row for row in self.rows.values() if row.changed >= since])

    def chosen(self, call: Call) -> Reply:
        body = call.json()
        wanted = [str(ident).lower() for ident in body.get("ProductIds") or ()]
        return Reply(body={"Products": [self.said(self.rows[i], body) for i in wanted if i in self.rows]})

    def available(self, call: Call) -> Reply:
        """The availability service: one article, or all as a HAL list."""
        ident = call.params.get("item")
        if ident is not None and ident not in self.rows:
            raise Refused(404)
        rows = [self.rows[ident]] if ident else list(self.rows.values())
        said = [{"Id": row.id, "EntityId": self.location, "Quantity": _number(row.quantity)} for row in rows]
        return Reply(body=said[0] if ident else {"_embedded": {"self": said}})

    def _page(self, body: Obj, rows: Iterable[Article]) -> Reply:
        skip, top = int(body.get("Skip") or 0), min(int(body.get("Top") or MOST), MOST)
        return Reply(body={"Products": [self.said(row, body) for row in list(rows)[skip : skip + top]]})

    def said(self, row: Article, body: Obj) -> Obj:
        """One row with what the flags ask for."""
        said: Obj = {"ProductId": row.id, "CatalogSku": row.sku, "Name": row.name,
                     "LongDescription": f"<p>{row.product.description}</p>"}  # fmt: skip
        parts: dict[str, Callable[[], Obj]] = {
            "IncludeClassifications": lambda: {"ClassificationName": row.product.category},
            "IncludeProductSkusAndUpcs": lambda: {"Upcs": [{"Value": row.product.variants[0].barcode}]},
            "IncludeProductAssets": lambda: self._assets(row),
            "IncludeAvailability": lambda: {"Availability": self._stock(row)},
            "IncludePackageDetails": lambda: {"PackageDetails": [_package(*one) for one in row.packages]},
            "IncludePricing": lambda: {"Prices": [self._prices(row)]},
            "IncludeTaxes": lambda: {"Taxes": self._taxes()},
            "IncludeProductSpecifications": lambda: {"ProductSpecifications": _specifications(row)},
        }
        for flag, part in parts.items():
            if body.get(flag):
                said |= part()
        return said

    def _assets(self, row: Article) -> Obj:
        uri = f"{self.address}/pictures/{row.product.key}.svg"
        return {"HeroShotUri": uri, "Assets": [{"Uri": uri}]}

    def _stock(self, row: Article) -> list[Obj]:
        return [
            {"LocationId": self.location, "InStockQuantity": _number(quantity), "UnitCost": None,
             "UpdatedDateUtc": stamp(row.changed)}
            for _, quantity, _ in row.packages
        ]  # fmt: skip

    def _prices(self, row: Article) -> Obj:
        sales = [] if row.sale is None else [{"SalePrice": self.dollars(row.sale)}]
        return {"Price": self.dollars(row.price), "AtTierPrice": None, "TierName": None, "SalePrices": sales}

    def _taxes(self) -> list[Obj]:
        return [{"Name": "Sales Tax", "Percentage": float(self.tax_rate)}] if self.tax_rate else []

    def dollars(self, minor: int) -> float:
        """A number in JSON, as COVA writes it."""
        return float(Money(amount=minor, currency=self._currency).decimal())


def _number(quantity: Decimal) -> int | float:
    return int(quantity) if quantity == int(quantity) else float(quantity)


def _package(tag: str, quantity: Decimal, day: str) -> Obj:
    return {"PackageId": tag, "BatchNumber": f"LOT-{tag[-4:]}", "Quantity": _number(quantity),
            "ExpirationDate": f"{day}T00:00:00", "THC": "18.5", "CBD": "0.1"}  # fmt: skip


def _specifications(row: Article) -> list[Obj]:
    """A dispensary's facts of any article, by its id, in one company's words."""
    number = int(row.id[:6], 16)
    grams = row.product.variants[0].weight_grams
    said = [
        ("Brand", "Redecan" if number % 2 else "Good Supply", ""),
        ("Strain", _NAMES[number % len(_NAMES)], ""),
        ("Strain Type", _STRAINS[number % len(_STRAINS)], ""),
        ("THC Content", f"{15 + number % 6} - {19 + number % 6}", "%"),
        ("CBD", "0.1", "%"),
        ("Tags", f"{row.product.category.lower()},sandbox", ""),
        *([("Weight", str(grams), "g")] if grams else []),
    ]
    return [{"DisplayName": name, "Value": value, "Unit": unit} for name, value, unit in said]


def _missing(key: str) -> Any:
    raise KeyError(key)
