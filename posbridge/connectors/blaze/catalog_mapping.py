"""Products, price rows and batches of Blaze → ours. A product has one variant: weights are price rows of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import ValidationError as ModelError

from posbridge.connectors.blaze.attributes import attributes, potencies
from posbridge.connectors.blaze.reading import (
    CURRENCY,
    day,
    drifted,
    listed,
    moment,
    money,
    positive,
    texts,
)
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.domain.catalog import PriceTier, Product, ProductImage, ProductStatus, ProductVariant
from posbridge.domain.inventory import Batch, WeightRule
from posbridge.domain.money import Money, round_fraction

#: Grams of the words for a piece's weight. Guess: Blaze's ounce is 28 grams, as the trade's eighths of 3.5 are.
PIECE_GRAMS = {
    "HALF_GRAM": "0.5", "FULL_GRAM": "1", "TWO_GRAMS": "2", "EIGHTH": "3.5", "FOURTH": "7", "HALF_OUNCE": "14",
    "OUNCE": "28", "POUND": "448",
}  # fmt: skip
#: Grams of a price row's weight, by its key (ONE_EIGHTTH has two Ts there).
WEIGHT_KEYS = {
    "HALF_GRAM": "0.5", "GRAM": "1", "TWO_GRAMS": "2", "THREE_GRAMS": "3", "ONE_EIGHTTH": "3.5", "QUARTER": "7",
    "HALF": "14", "OUNCE": "28",
}  # fmt: skip
#: Guess: loose goods are weighed to the hundredth of a gram.
STEP = Decimal("0.01")
_CUSTOM = {"GRAM": ("g", Decimal(1)), "MILLIGRAM": ("g", Decimal("0.001")), "OUNCE": ("oz", Decimal(1))}
_GOOD_BATCH = "READY_FOR_SALE"
_EXEMPT, _TAX_OF_ITS_OWN = "Exempt", "Custom"


@dataclass(frozen=True)
class Shelf:
    """What reading products needs of the connection: the inventory that is sold from ("" for all), the zone."""

    currency: str = CURRENCY
    inventory: str = ""
    zone: str = "UTC"


BARE = Shelf()


def to_products(raw: Any, shelf: Shelf = BARE) -> list[Product]:
    """Products of a page, a bare list or one object, as Blaze sends them. Raises SchemaDrift with the id."""
    return [read_product(row, shelf) for row in listed(raw)]


def read_product(raw: Any, shelf: Shelf = BARE) -> Product:
    """One product. Raises SchemaDrift. `purchasePrice` is the shop's cost and is never read."""
    reader = Reader(raw)
    try:
        return _product(reader, shelf)
    except ModelError as problem:
        raise drifted(problem, reader.object_id) from problem


def _product(reader: Reader, shelf: Shelf) -> Product:
    ident = reader.id()
    title = one_line(reader.text("name")) or ident
    images = _images(reader)
    return Product(
        id=ident,
        title=title,
        description=plain_text(reader.text("description")),
        categories=_categories(reader),
        brand=one_line(reader.object("brand").text("name")) or one_line(reader.text("brandName")),
        status=_status(reader),
        images=images,
        variants=(_variant(reader, shelf, ident, title, images),),
        tags=texts(reader, "tags"),
        attributes=attributes(reader),
        updated_at=moment(reader, "modified"),
        extra=_extra(reader),
    )


def _extra(reader: Reader) -> dict[str, Any]:
    kept = {name: reader.text(name) for name in ("brandId", "categoryId", "vendorId", "productType")}
    return {name: value for name, value in kept.items() if value} | (
        {"gift_card": True} if reader.flag("giftCard") else {}
    )


def _status(reader: Reader) -> ProductStatus:
    if reader.flag("deleted"):
        return ProductStatus.DELETED
    if reader.flag("archived"):
        return ProductStatus.ARCHIVED
    sold = reader.flag("active", True) and reader.flag("sellable", True)
    return ProductStatus.ACTIVE if sold else ProductStatus.DRAFT


def _categories(reader: Reader) -> tuple[str, ...]:
    """The top category, then the product's own."""
    category = reader.object("category")
    top = category.text("topLevelCategoryName") or reader.text("topLevelCategoryName")
    names = (top, category.text("name") or reader.text("categoryName"))
    return tuple(dict.fromkeys(filter(None, map(one_line, names))))


def _images(reader: Reader) -> tuple[ProductImage, ...]:
    """Photos in their order of priority. Blaze has no alternative texts."""
    assets = [asset for asset in reader.objects("assets") if asset.flag("active", True)]
    photos = [asset for asset in assets if (asset.text("type") or asset.text("assetType")) == "Photo"]
    photos.sort(key=lambda asset: asset.decimal("priority") or 0)
    named = [(next(filter(None, (asset.text(n) for n in _SIZES)), ""), asset) for asset in photos]
    return tuple(
        ProductImage(url=url, position=at, id=asset.text("id"))
        for at, (url, asset) in enumerate((url, asset) for url, asset in named if url)
    )


_SIZES = ("publicURL", "largeURL", "mediumURL", "thumbURL")


def _variant(reader: Reader, shelf: Shelf, ident: str, title: str, images: Sequence[ProductImage]) -> ProductVariant:
    price, before = prices(reader, shelf.currency)
    loose, rows = by_weight(reader), tiers(reader, shelf.currency)
    weight, unit = _weight(reader)
    if loose and not price:
        price = _of_the_first(rows) or price
    return ProductVariant(
        id=ident,
        title=title,
        sku=reader.text("sku").strip(),
        barcode=reader.text("sku").strip(),
        price=price,
        compare_at_price=before,
        inventory_quantity=quantity(reader, shelf.inventory),
        weight=None if loose else weight,
        weight_unit="" if loose else unit,
        unit="g" if loose else "piece",
        weighing=WeightRule(unit="g", minimum=STEP, increment=STEP) if loose else None,
        tiers=rows,
        tax_class="custom" if reader.text("taxType") == _TAX_OF_ITS_OWN else "",
        taxable=reader.text("taxType") != _EXEMPT,
        available=_status(reader) is ProductStatus.ACTIVE,
        image=images[0] if images else None,
    )


def prices(reader: Reader, currency: str = CURRENCY) -> tuple[Money | None, Money | None]:
    """(price, compare-at price): a sales price below the unit price counts, 0 or above it does not."""
    usual, sale = money(reader, "unitPrice", currency), money(reader, "salesPrice", currency)
    if usual is not None and sale is not None and 0 < sale.amount < usual.amount:
        return sale, usual
    return usual, None


def _of_the_first(rows: Sequence[PriceTier]) -> Money | None:
    """What one gram costs where only price rows say it, so that less than the first row is not free."""
    if not rows:
        return None
    return Money(amount=round_fraction(Fraction(rows[0].price.amount) / Fraction(rows[0].quantity)),
                 currency=rows[0].price.currency)  # fmt: skip


def by_weight(reader: Reader) -> bool:
    """Whether it is weighed off: its category counts grams, or it has price rows by weight and no piece's weight."""
    grams = reader.object("category").text("unitType").casefold() == "grams"
    return grams or bool(_ranges(reader))


def _ranges(reader: Reader) -> list[Reader]:
    rows = reader.objects("priceRanges")
    return [row for row in rows if row.flag("enabled", True) and money(row, "price") is not None]


def tiers(reader: Reader, currency: str = CURRENCY) -> tuple[PriceTier, ...]:
    """The rows that count, rising; a row's sale price below its price counts. Guess: a row prices its quantity whole.

    A single row for one piece at the unit price says nothing of its own.
    """
    found = [(row, _grams(row)) for row in _ranges(reader)]
    breaks = [row for row in reader.objects("priceBreaks") if row.flag("active")]
    found += [(row, positive(row, "quantity")) for row in breaks]
    made: dict[Decimal, Money] = {}
    for row, size in found:
        price = _row_price(row, currency)
        if size is not None and price is not None:
            made.setdefault(size, price)
    usual = prices(reader, currency)[0]
    if made and all(size == 1 and price == usual for size, price in made.items()):
        return ()
    return tuple(PriceTier(quantity=size, price=made[size]) for size in sorted(made))


def _row_price(row: Reader, currency: str) -> Money | None:
    usual, sale = money(row, "price", currency), money(row, "salePrice", currency)
    if usual is not None and sale is not None and 0 < sale.amount < usual.amount:
        return sale
    return usual if usual is None or usual.amount > 0 else None


def _grams(row: Reader) -> Decimal | None:
    """How many grams a price row is for: by its key, else by its unit value (guess: grams)."""
    tolerance = row.object("weightTolerance")
    known = WEIGHT_KEYS.get(tolerance.text("weightKey"))
    if known is not None:
        return Decimal(known)
    return positive(tolerance, "weightValue") or positive(tolerance, "unitValue")


def _weight(reader: Reader) -> tuple[Decimal | None, str]:
    word = reader.text("weightPerUnit")
    if word in PIECE_GRAMS:
        return Decimal(PIECE_GRAMS[word]), "g"
    custom, unit = positive(reader, "customWeight"), _CUSTOM.get(reader.text("customGramType"))
    if word == "CUSTOM_GRAMS" and custom is not None and unit is not None:
        return custom * unit[1], unit[0]
    return None, ""


def quantity(reader: Reader, inventory: str = "") -> Decimal | None:
    """What may still be sold, of one inventory or of all; a stock below zero is none. None where it does not say."""
    sellable = reader.object("sellableQuantities").raw
    if sellable:
        held = {str(key): Reader({"n": value}).decimal("n") or Decimal(0) for key, value in sellable.items()}
        return max(Decimal(0), held.get(inventory, Decimal(0)) if inventory else sum(held.values(), Decimal(0)))
    rows = reader.objects("quantities")
    if rows:
        mine = [row for row in rows if not inventory or row.text("inventoryId") == inventory]
        return max(Decimal(0), sum((row.decimal("quantity") or Decimal(0) for row in mine), Decimal(0)))
    said = reader.decimal("totalSellableQuantity")
    return None if said is None else max(Decimal(0), said)


def to_batch(raw: Any, held: Decimal | None = None, zone: str = "UTC") -> Batch:
    """A batch; `held` is what may still be sold of it, else its live quantity. Raises SchemaDrift.

    Every status but READY_FOR_SALE, and a batch that is void, archived or switched off, is not for sale.
    """
    reader = Reader(raw)
    days = [found for name in ("expirationDate", "sellBy") if (found := day(reader, name, zone))]
    gone = any(reader.flag(name) for name in ("voidStatus", "archived", "deleted"))
    stopped = gone or not reader.flag("active", True)
    live = held if held is not None else reader.decimal("liveQuantity") or reader.decimal("quantity") or Decimal(0)
    try:
        return Batch(
            lot=reader.text("sku").strip() or reader.text("trackHarvestBatch").strip() or reader.id(),
            quantity=max(Decimal(0), live),
            expires=min(days) if days else None,
            recalled=stopped or reader.text("status", _GOOD_BATCH) != _GOOD_BATCH,
            tag=reader.text("trackPackageLabel").strip() or reader.text("metrcTagId").strip(),
            potencies=potencies(reader),
        )
    except ModelError as problem:
        raise drifted(problem, reader.object_id) from problem


def amounts(rows: Iterable[Any], inventories: frozenset[str]) -> dict[str, dict[str, Decimal]]:
    """Product → batch → what may still be sold there, summed over these inventories (all when there are none)."""
    made: dict[str, dict[str, Decimal]] = {}
    for raw in rows:
        row = Reader(raw)
        if row.flag("deleted") or (inventories and row.text("inventoryId") not in inventories):
            continue
        said = row.decimal("sellableQty")
        if said is None:
            said = (row.decimal("quantity") or Decimal(0)) - (row.decimal("committedQty") or Decimal(0))
        held = made.setdefault(row.id("productId"), {})
        held[row.text("batchId")] = held.get(row.text("batchId"), Decimal(0)) + max(Decimal(0), said)
    return made


def tax_rates(shop: Mapping[str, Any]) -> dict[str, tuple[tuple[str, str], ...]]:
    """(name, percent) of the shop's taxes for adult use; {} where it names none."""
    reader = Reader(shop)
    if reader.flag("useComplexTax"):
        for table in reader.objects("taxTables"):
            if table.flag("active") and table.text("consumerType") in ("AdultUse", ""):
                return {"": _rates({name: table.object(f"{name.lower()}Tax").decimal("taxRate") for name in _LEVELS})}
    info = reader.object("taxInfo")
    return {"": _rates({name: info.decimal(f"{name.lower()}Tax") for name in _LEVELS})} if info.raw else {}


_LEVELS = ("City", "County", "State", "Federal")


def _rates(levels: Mapping[str, Decimal | None]) -> tuple[tuple[str, str], ...]:
    return tuple((f"{name} tax", f"{percent(rate).normalize():f}") for name, rate in levels.items() if rate)


def percent(rate: Decimal) -> Decimal:
    """A tax rate in percent. Guess: numbers below 1 are shares, as the cart's own `tax` (0.08) is."""
    return rate * 100 if rate < 1 else rate
