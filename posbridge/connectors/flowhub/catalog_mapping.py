"""Inventory rows to products and stock. One row is one package in one room; a variant has many of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.flowhub.attributes import attributes, potencies_of
from posbridge.connectors.flowhub.reading import CURRENCY, day, listed, money, words
from posbridge.connectors.text import Reader, each, exact, one_line, plain_text
from posbridge.domain.catalog import Product, ProductImage, ProductOption, ProductVariant
from posbridge.domain.inventory import Batch, InventoryKind, StockLevel, WeightRule
from posbridge.domain.money import Money

Rows = list[Mapping[str, Any]]

#: Flowhub has no options; its variant name is shown as one of this name (contract, section 3).
SIZE = "Size"
ENVELOPE = "data"
#: Guess: what is sold by weight is weighed to the hundredth of its unit (no page says).
WEIGHED_STEP = Decimal("0.01")
_SHORT_UNITS = {"grams": "g", "gram": "g", "g": "g", "ounces": "oz", "ounce": "oz", "oz": "oz",
                "kilograms": "kg", "kg": "kg", "pounds": "lb", "lb": "lb"}  # fmt: skip
_ITEM_FIELDS = ("productId", "variantId", "parentProductId")


@dataclass(frozen=True)
class Shelf:
    """The rows of one product: `whole` as /inventory has them, `rooms` as the by-rooms list has them.

    Both tell of the same packages, so the by-rooms rows stand in for the others wherever a variant has some.
    """

    whole: Rows
    rooms: Rows


def product_id_of(row: Any) -> str:
    """The product of a row: its parent, else itself (public clients fall back the same way)."""
    return _first(row, "parentProductId", "productId", "variantId")


def variant_id_of(row: Any) -> str:
    return _first(row, "variantId", "productId")


def item_id_of(row: Mapping[str, Any], field: str) -> str:
    """What an order item calls this row's article; guess: its `productId` (contract, section 5)."""
    order = [field, *(name for name in _ITEM_FIELDS if name != field)]
    return _first(row, *order)


def _first(row: Any, *names: str) -> str:
    if isinstance(row, Mapping):
        for name in names:
            value = row.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                return str(value)
    return ""


def shelves(whole: Iterable[Any], rooms: Iterable[Any] = ()) -> dict[str, Shelf]:
    """Rows by product, in the order in which they came; rows that name no product come under ""."""
    found: dict[str, Shelf] = {}
    for rows, mine in ((whole, True), (rooms, False)):
        for row in rows:
            shelf = found.setdefault(product_id_of(row), Shelf([], []))
            (shelf.whole if mine else shelf.rooms).append(row)
    return found


def to_products(
    raw: Any, *, rooms: Any = (), sales_rooms: Sequence[str] = (), currency: str = CURRENCY
) -> list[Product]:
    """The products of an inventory answer (its envelope, a bare list, or one row), in its order.

    `rooms` is the by-rooms answer of the same place, for barcodes and rooms; `sales_rooms` (names or ids) leaves
    the stock of all others out. Raises SchemaDrift with the id of a product that cannot be read.
    """
    grouped = shelves(listed(exact(raw), ENVELOPE), listed(exact(rooms), ENVELOPE) if rooms else ())
    return [read_product(shelf, sales_rooms, currency) for shelf in grouped.values()]


def read_all(
    whole: Iterable[Any], rooms: Iterable[Any], sales_rooms: Sequence[str], currency: str
) -> tuple[list[Product], list[SchemaDrift]]:
    """All products, and a SchemaDrift for each that could not be read."""
    grouped = [{"id": ident, "shelf": shelf} for ident, shelf in shelves(whole, rooms).items()]
    return each(grouped, lambda one: read_product(one["shelf"], sales_rooms, currency))


def read_product(shelf: Shelf, sales_rooms: Sequence[str] = (), currency: str = CURRENCY) -> Product:
    """One product from its rows; the texts are those of the row that changed last."""
    by_variant = _by_variant(shelf)
    lines = [_newest(rows.whole + rows.rooms) for rows in by_variant.values()]
    last = max(lines, key=_changed)
    variants = tuple(
        _variant(place, newest, rows, sales_rooms, currency)
        for place, (newest, rows) in enumerate(zip(lines, by_variant.values(), strict=True))
    )
    sizes = tuple(dict.fromkeys(each.option_values[SIZE] for each in variants if each.option_values))
    return Product(
        id=_id(product_id_of(last.raw)),
        title=one_line(last.text("parentProductName")) or one_line(last.text("productName")),
        description=plain_text(last.text("productDescription")),
        categories=words([category_of(last.raw), last.raw.get("type")]),
        brand=one_line(last.text("brand")) or one_line(last.text("supplierName")),
        options=(ProductOption(name=SIZE, values=sizes),) if sizes else (),
        images=_images(lines),
        variants=variants,
        tags=words(last.items("tags")),
        attributes=attributes(last, medical_only=_medical_only(shelf)),
        updated_at=max((at for at in map(_changed_at, lines) if at is not None), default=None),
    )


def _medical_only(shelf: Shelf) -> bool:
    """For patients alone is what no package is sold to anybody else from."""
    said = {_reader(row).text("purchaseCategory").strip().casefold() for row in (*shelf.whole, *shelf.rooms)}
    return said - {""} == {"med"}


def category_of(row: Mapping[str, Any]) -> str:
    """The shop's own category where it has one, else Flowhub's."""
    found = words([row.get("customCategoryName"), row.get("category")])
    return found[0] if found else ""


def _by_variant(shelf: Shelf) -> dict[str, Shelf]:
    found: dict[str, Shelf] = {}
    for rows, mine in ((shelf.whole, True), (shelf.rooms, False)):
        for row in rows:
            kept = found.setdefault(_id(variant_id_of(row)), Shelf([], []))
            (kept.whole if mine else kept.rooms).append(row)
    return found


def _id(ident: str) -> str:
    if not ident:
        raise SchemaDrift("A row of the inventory names no product.")
    return ident


def _reader(row: Any) -> Reader:
    reader = Reader(row, "parentProductId")
    reader.object_id = reader.object_id or product_id_of(row)
    return reader


def _newest(rows: Rows) -> Reader:
    """The row with the newest `productUpdatedAt` (the first of them) is right about texts and price."""
    return max((_reader(row) for row in rows), key=_changed)


def _changed(row: Reader) -> float:
    at = _changed_at(row)
    return at.timestamp() if at is not None else 0.0


def _changed_at(row: Reader) -> datetime | None:
    return row.utc("productUpdatedAt", naive_is_utc=True)


def _variant(place: int, row: Reader, rows: Shelf, sales_rooms: Sequence[str], currency: str) -> ProductVariant:
    size = one_line(row.text("variantName"))
    weight, unit = _weight(row)
    rule = weighing(row)
    known = [_reader(each) for each in (*rows.rooms, *rows.whole)]
    return ProductVariant(
        id=_id(variant_id_of(row.raw)),
        title=size or one_line(row.text("productName")),
        sku=row.text("sku").strip(),
        barcode=next((code for each in known if (code := each.text("upc").strip())), ""),
        price=_price(row, currency),
        inventory_quantity=sum((_quantity(each) for each in packages(rows, sales_rooms)), Decimal(0)),
        option_values={SIZE: size} if size else {},
        weight=weight,
        weight_unit=unit,
        unit=rule.unit if rule else "piece",
        weighing=rule,
        tax_class=category_of(row.raw),
        position=place,
        extra=_extra(row),
    )  # fmt: skip


def _price(row: Reader, currency: str) -> Money | None:
    """Before tax. 0 beside weight tiers means that they have the price, whose shape was never seen: none is known."""
    named = row.text("currencyCode").strip().upper() or currency
    if not re.fullmatch(r"[A-Z]{3}", named):
        raise SchemaDrift(f"{named[:20]!r} is no currency.", object_id=row.object_id)
    found = money(row, named, "preTaxPriceInPennies", "priceInMinorUnits")
    return None if not found and row.raw.get("weightTierInformation") else found


def _extra(row: Reader) -> dict[str, Any]:
    """What no word of ours holds; the shape of weight tiers was never seen, so they are kept as they came."""
    kept = {name: row.raw.get(name) for name in ("productId", "priceProfileName", "purchaseCategory")}
    kept["weight_tiers"] = row.raw.get("weightTierInformation")
    return {name: value for name, value in kept.items() if isinstance(value, str | list | dict) and value}


def weighing(row: Reader) -> WeightRule | None:
    """How goods that are sold by weight may be weighed off; None for pieces."""
    if not row.flag("isSoldByWeight"):
        return None
    unit = _SHORT_UNITS.get(row.text("inventoryUnitOfMeasure").strip().casefold(), "g")
    return WeightRule(unit=unit, minimum=WEIGHED_STEP, increment=WEIGHED_STEP)


def _weight(row: Reader) -> tuple[Decimal | None, str]:
    """What one unit weighs, in grams where Flowhub gives the factor; pieces ("each") weigh nothing."""
    weight, factor = row.decimal("productWeight"), row.decimal("productUnitOfMeasureToGramsMultiplier")
    unit = _SHORT_UNITS.get(row.text("productUnitOfMeasure").strip().casefold(), "")
    if weight is None or weight <= 0:
        return None, ""
    if factor is not None and factor > 0:
        return weight * factor, "g"
    return (weight, unit) if unit else (None, "")


def _images(rows: Iterable[Reader]) -> tuple[ProductImage, ...]:
    urls = dict.fromkeys(url for row in rows if (url := row.text("productPictureURL").strip()))
    return tuple(ProductImage(url=url, position=place) for place, url in enumerate(urls))


def packages(rows: Shelf, sales_rooms: Sequence[str] = ()) -> list[Reader]:
    """The packages that count: by room where such rows are there, and of the sales rooms alone if some are named."""
    wanted = {name.casefold() for name in sales_rooms}
    found = [_reader(row) for row in (rows.rooms or ([] if wanted else rows.whole))]
    if not wanted:
        return found
    return [row for row in found if {row.text("roomId").casefold(), row.text("roomName").casefold()} & wanted]


def _quantity(row: Reader) -> Decimal:
    return row.decimal("quantity") or Decimal(0)


def read_levels(
    whole: Iterable[Any], rooms: Iterable[Any], sales_rooms: Sequence[str], location: str, read_at: datetime
) -> tuple[list[StockLevel], list[SchemaDrift]]:
    """The stock of each variant, and a SchemaDrift for each that could not be read."""
    grouped = [{"id": ident, "rows": rows_of} for ident, rows_of in _variants(shelves(whole, rooms)).items()]
    return each(grouped, lambda one: read_level(one["id"], one["rows"], sales_rooms, location, read_at))


def _variants(found: Mapping[str, Shelf]) -> dict[str, Shelf]:
    made: dict[str, Shelf] = {}
    for shelf in found.values():
        for rows, mine in ((shelf.whole, True), (shelf.rooms, False)):
            for row in rows:
                kept = made.setdefault(variant_id_of(row), Shelf([], []))
                (kept.whole if mine else kept.rooms).append(row)
    return made


def read_level(
    variant_id: str, rows: Shelf, sales_rooms: Sequence[str] = (), location: str = "", read_at: datetime | None = None
) -> StockLevel:
    """One variant's stock with its lots; a package below zero (oversold there) counts in the sum, not as a lot."""
    counted = packages(rows, sales_rooms)
    lots = batches(counted)
    weighed = any(row.flag("isSoldByWeight") for row in counted)
    usual = InventoryKind.WEIGHT if weighed else InventoryKind.QUANTITY
    return StockLevel(
        variant_id=_id(variant_id),
        quantity=sum((_quantity(row) for row in counted), Decimal(0)),
        location=location,
        kind=InventoryKind.BATCH if lots else usual,
        batches=lots,
        read_at=read_at,
    )


def batches(rows: Iterable[Reader]) -> tuple[Batch, ...]:
    """The packages of a variant as lots, each summed over its rooms, in the order in which they came."""
    found: dict[str, Batch] = {}
    for row in rows:
        lot, quantity = _lot(row), _quantity(row)
        if not lot or quantity <= 0:
            continue
        before = found.get(lot)
        quantity += before.quantity if before else 0
        found[lot] = Batch(
            lot=lot,
            quantity=quantity,
            expires=day(row, "expirationDate") or (before.expires if before else None),
            tag=row.text("regulatoryId").strip(),
            potencies=potencies_of(row),
        )
    return tuple(found.values())


def _lot(row: Reader) -> str:
    """The state's number of the package names it; goods without one go by the delivery that brought them."""
    names = ("regulatoryId", "manifestId", "invoiceNumber")
    return next((text for name in names if (text := row.text(name).strip())), "")
