"""Products of COVA: one row of DetailedProductData is one article with its price, stock, taxes and lots."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.connectors.cova import packages
from posbridge.connectors.cova.reading import (
    DEFAULT_CURRENCY,
    drifting,
    first,
    folded,
    listed,
    money,
    number,
)
from posbridge.connectors.cova.specifications import (
    Specification,
    attributes_of,
    brand_of,
    specifications,
    tags_of,
    weight_of,
)
from posbridge.connectors.text import Reader, each, one_line, plain_text
from posbridge.domain.catalog import PriceTier, Product, ProductImage, ProductStatus, ProductVariant
from posbridge.domain.inventory import StockLevel, WeightRule
from posbridge.domain.money import Money

ID = "ProductId"
#: Guess: the codes that IncludeProductSkusAndUpcs adds are lists under these keys, of texts or of objects.
UPCS = ("upcs", "productupcs", "upccodes", "upc", "barcodes")
_CODE = ("value", "upc", "code", "sku")
#: Guess: how a row of IncludeAllLifecycles says that it is not sold any more.
LIFECYCLE = ("lifecycle", "lifecyclestatus", "lifecyclename")
_RETIRED = ("retired", "archived", "discontinued", "end of life", "inactive", "disabled")
#: Guess: the fields of a tax that IncludeTaxes adds. A rate of 1 or more is percent, below 1 a fraction.
TAX_NAME, TAX_PERCENT, TAX_RATE = ("name", "taxname", "displayname"), ("percentage", "percent"), ("rate", "taxrate")
#: The class of what the answer says is taxed by nothing.
UNTAXED = "untaxed"
#: Guess: bulk goods are sold by weight to a hundredth of a gram.
_SCALE = Decimal("0.01")
_WEIGHT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(g|gram|grams|grammes?)\b", re.IGNORECASE)
Rates = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Prices:
    """What one article costs: `usual` is struck through where the article is on sale."""

    now: Money | None = None
    usual: Money | None = None
    tiers: tuple[PriceTier, ...] = ()


@drifting
def to_product(raw: Any, *, currency: str = DEFAULT_CURRENCY, location: str = "") -> Product:
    """One article; `location` limits its stock and its prices. Raises SchemaDrift."""
    reader = Reader(folded(raw), "productid")
    ident, specs = reader.id("productid"), specifications(reader)
    return Product(
        id=ident,
        title=one_line(reader.text("name")),
        description=plain_text(reader.text("longdescription") or reader.text("shortdescription")),
        categories=_categories(reader),
        brand=brand_of(specs),
        status=_status(reader),
        images=_images(reader),
        variants=(_variant(reader, specs, currency, location),),
        tags=tags_of(specs),
        attributes=attributes_of(specs),
        updated_at=packages.read_at(packages.availability(reader, location)),
        extra={"specifications": {row.name: row.written for row in specs}} if specs else {},
    )


def to_products(raw: Any, *, currency: str = DEFAULT_CURRENCY, location: str = "") -> list[Product]:
    """A page as COVA sends it, a bare list, or one article. Raises SchemaDrift for the first that cannot be read."""
    return [to_product(row, currency=currency, location=location) for row in listed(raw, "products")]


def read_page(raw: Any, *, currency: str, location: str) -> tuple[list[Product], list[Any]]:
    """A page: (articles, a SchemaDrift for each that could not be read)."""
    return each(listed(raw, "products"), lambda row: to_product(row, currency=currency, location=location), ID)


def read_levels(raw: Any, *, location: str) -> tuple[list[StockLevel], list[Any]]:
    """A page's stock: (levels, a SchemaDrift for each row that could not be read)."""
    return each(listed(raw, "products"), lambda row: to_level(row, location=location), ID)


@drifting
def to_level(raw: Any, *, location: str = "") -> StockLevel:
    """The stock of one row; also of one of the availability service, {Id, EntityId, Quantity}."""
    reader = Reader(folded(raw), "productid")
    if "productid" not in reader.raw:
        return StockLevel(variant_id=reader.id("id"), quantity=reader.decimal("quantity") or Decimal(0),
                          location=first(reader, ("entityid",)) or location)  # fmt: skip
    return packages.to_level(reader, location)


def _variant(reader: Reader, specs: Sequence[Specification], currency: str, location: str) -> ProductVariant:
    weight, unit = weight_of(specs)
    prices = _prices(reader, currency, location)
    bulk = bool(prices.tiers)
    return ProductVariant(
        id=reader.id("productid"),
        sku=one_line(reader.text("catalogsku")),
        barcode=_barcode(reader),
        price=prices.now,
        compare_at_price=prices.usual,
        inventory_quantity=packages.quantity_of(reader, location),
        weight=weight,
        weight_unit=unit,
        unit="g" if bulk else "piece",
        weighing=WeightRule(unit="g", minimum=_SCALE, increment=_SCALE) if bulk else None,
        tiers=prices.tiers,
        tax_class=tax_class(reader),
        available=_status(reader) is ProductStatus.ACTIVE,
    )


def _prices(reader: Reader, currency: str, location: str) -> Prices:
    """The usual price and the tiers. Rows with a tier's name that is no weight are for some customers only."""
    rows = [row for row in reader.objects("prices") if packages.here(row, location)]
    plain = [row for row in rows if not one_line(row.text("tiername"))]
    known = {tier.quantity: tier for row in rows if (tier := _tier(row, currency)) is not None}
    tiers = tuple(known[quantity] for quantity in sorted(known))
    usual = next((price for row in [*plain, *rows] if (price := money(row.decimal("price"), currency))), None)
    if usual is None and not tiers:
        usual = next((price for row in rows if (price := money(row.decimal("attierprice"), currency))), None)
    if usual is None and tiers:
        smallest = tiers[0]
        usual = Money.parse(smallest.price.decimal() / smallest.quantity, currency, rounding="half_up")
    sale = next((price for row in plain for price in [_sale(row, currency)] if price is not None), None)
    if sale is None:
        return Prices(usual, None, tiers)
    return Prices(sale, usual if usual is not None and usual.amount > sale.amount else None, tiers)


def _sale(row: Reader, currency: str) -> Money | None:
    offers = row.objects("saleprices")
    return money(offers[0].decimal("saleprice"), currency) if offers else None


def _tier(row: Reader, currency: str) -> PriceTier | None:
    """Guess: a tier that is named by a weight ("3.5g") sells that weight for its price."""
    said = _WEIGHT.search(one_line(row.text("tiername")))
    price = money(row.decimal("attierprice"), currency)
    if said is None or price is None:
        return None
    quantity = Decimal(said[1].replace(",", "."))
    return PriceTier(quantity=quantity, price=price) if quantity > 0 else None


def _barcode(reader: Reader) -> str:
    """The first code of the article that is not its SKU."""
    for key in UPCS:
        value = reader.raw.get(key)
        for one in value if isinstance(value, list) else [value]:
            code = first(Reader(one), _CODE) if isinstance(one, dict) else str(one or "").strip()
            if code and isinstance(one, dict | str | int):
                return code
    return ""


def _categories(reader: Reader) -> tuple[str, ...]:
    """The classification; the path to it where the answer holds one (guess: `Classifications`, widest first)."""
    found = [
        first(Reader(one), ("name", "classificationname")) if isinstance(one, dict) else str(one or "")
        for one in reader.items("classifications")
    ]
    names = [one_line(name) for name in [*found, reader.text("classificationname")]]
    return tuple(dict.fromkeys(name for name in names if name))


def _images(reader: Reader) -> tuple[ProductImage, ...]:
    urls = [reader.text("heroshoturi"), *(row.text("uri") for row in reader.objects("assets"))]
    kept = dict.fromkeys(url.strip() for url in urls if url.strip())
    return tuple(ProductImage(url=url, position=place) for place, url in enumerate(kept))


def _status(reader: Reader) -> ProductStatus:
    said = first(reader, LIFECYCLE).casefold()
    return ProductStatus.ARCHIVED if said in _RETIRED else ProductStatus.ACTIVE


def taxes_of(reader: Reader) -> Rates | None:
    """(name, percent) of each tax of an article; None where the answer holds no taxes."""
    if reader.raw.get("taxes") is None:
        return None
    found = []
    for row in reader.objects("taxes"):
        percent, rate = number(row, TAX_PERCENT), number(row, TAX_RATE)
        if percent is None and rate is not None:
            percent = rate if rate >= 1 else rate * 100
        if percent is not None and percent >= 0:
            found.append((first(row, TAX_NAME) or "Tax", f"{percent.normalize():f}"))
    return tuple(sorted(set(found)))


def tax_class(reader: Reader) -> str:
    """A class for each set of taxes, named by what is in it; "" where nothing is said."""
    rates = taxes_of(reader)
    if rates is None:
        return ""
    return " + ".join(f"{name} {percent}%" for name, percent in rates) or UNTAXED


def tax_rates(rows: Sequence[Any]) -> dict[str, Rates]:
    """Rates by tax class; the commonest class is the usual one as well. Empty where no row says its taxes."""
    seen: Counter[str] = Counter()
    rates: dict[str, Rates] = {}
    for row in rows:
        reader = Reader(folded(row), "productid")
        found = taxes_of(reader)
        if found is not None:
            rates[tax_class(reader)] = found
            seen[tax_class(reader)] += 1
    return {"": rates[seen.most_common(1)[0][0]], UNTAXED: (), **rates} if seen else {}
