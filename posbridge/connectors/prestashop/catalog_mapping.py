"""Products and stock rows → ours. Each combination is a variant, as is a product without any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.prestashop.reading import amount, code, ids_of, moment, on, ref, words
from posbridge.connectors.prestashop.variant_mapping import (
    Parent,
    Shelf,
    Special,
    Term,
    read_variants,
    variant_id,
)
from posbridge.connectors.text import Reader, each, one_line, plain_text
from posbridge.domain.catalog import Product, ProductImage, ProductStatus
from posbridge.domain.inventory import StockLevel

__all__ = ["Beside", "Shelf", "Special", "Term", "read_level", "read_products", "read_special", "variant_id"]

#: Root and Home hold everything and say nothing.
_ROOTS = ("1", "2")


@dataclass(frozen=True)
class Beside:
    """What belongs to one product: its combinations' rows and its stock by combination ("0" is the product's own)."""

    combinations: Sequence[Any] = ()
    stock: Mapping[str, Decimal] = field(default_factory=dict)


def read_products(
    rows: Iterable[Any], shelf: Shelf, combinations: Iterable[Any] = (), stock: Iterable[Any] = ()
) -> tuple[list[Product], list[SchemaDrift]]:
    """A page of products with the rows that were read for it; what cannot be read is parked with its id.

    A product whose combination or stock row cannot be read is parked as a whole.
    """
    sets, counts = _by_product(combinations), _by_product(stock)

    def read(row: Any) -> Product:
        ident = Reader(row).id()
        return _product(Reader(row), Beside(sets.get(ident, ()), _counted(counts.get(ident, ()))), shelf)

    return each(rows, read)


def _by_product(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        if isinstance(row, Mapping):
            found.setdefault(str(row.get("id_product", "")), []).append(row)
    return found


def _counted(rows: Iterable[Any]) -> dict[str, Decimal]:
    """Pieces by combination; several shops' rows of one combination are summed."""
    made: dict[str, Decimal] = {}
    for reader in map(Reader, rows):
        place = reader.text("id_product_attribute", "0")
        made[place] = made.get(place, Decimal(0)) + (reader.decimal("quantity") or 0)
    return made


def _product(reader: Reader, beside: Beside, shelf: Shelf) -> Product:
    title, images, status = one_line(words(reader, "name", shelf.language)), _images(reader, shelf), _status(reader)
    parent = Parent.of(reader, title, status is ProductStatus.ACTIVE, images)
    variants, options = read_variants(parent, [Reader(row) for row in beside.combinations], beside.stock, shelf)
    return Product(
        id=parent.id,
        title=title,
        description=_description(reader, shelf),
        categories=_categories(reader, shelf),
        brand=one_line(words(reader, "manufacturer_name")),
        status=status,
        options=options,
        images=images,
        variants=variants,
        updated_at=moment(reader, "date_upd", shelf.timezone),
        extra=_extra(reader),
    )


def _description(reader: Reader, shelf: Shelf) -> str:
    texts = (plain_text(words(reader, key, shelf.language)) for key in ("description", "description_short"))
    return next((text for text in texts if text), "")


def _categories(reader: Reader, shelf: Shelf) -> tuple[str, ...]:
    ids = ids_of(reader, "categories")
    named = [shelf.categories.get(ident, ident) for ident in ids if ident not in _ROOTS]
    return tuple(dict.fromkeys(name for name in named if name))


def _status(reader: Reader) -> ProductStatus:
    """State 0 is a product that is still being written in the back office."""
    return ProductStatus.ACTIVE if on(reader, "active", True) and on(reader, "state", True) else ProductStatus.DRAFT


def _extra(reader: Reader) -> dict[str, Any]:
    known = {"type": reader.text("product_type"), "url": code(reader, "link_rewrite")}
    return {name: value for name, value in known.items() if value not in ("", "standard")}


def _images(reader: Reader, shelf: Shelf) -> tuple[ProductImage, ...]:
    """In the shop's order, its cover first. PrestaShop's service knows no alt text."""
    ids = ids_of(reader, "images")
    cover = ref(reader, "id_default_image")
    ordered = ([cover] if cover in ids else []) + [ident for ident in ids if ident != cover]
    return tuple(_image(ident, reader.id(), place, shelf) for place, ident in enumerate(dict.fromkeys(ordered)))


def _image(ident: str, product: str, place: int, shelf: Shelf) -> ProductImage:
    path = f"{shelf.pictures}/{'/'.join(ident)}/{ident}.jpg" if shelf.pictures else f"images/products/{product}/{ident}"
    return ProductImage(url=path, position=place, id=ident)


def read_special(raw: Any, now: datetime, timezone: str) -> tuple[str, Special] | None:
    """(product id, price) of a specific_prices row that holds now for everybody and one piece; None for others."""
    reader = Reader(raw)
    narrow = ("id_cart", "id_customer", "id_group", "id_country", "id_currency")
    if any(ref(reader, key) for key in narrow) or (reader.integer("from_quantity") or 1) > 1:
        return None
    begins, ends = moment(reader, "from", timezone), moment(reader, "to", timezone)
    if (begins and now < begins) or (ends and now > ends):
        return None
    price, reduction = amount(reader, "price"), amount(reader, "reduction") or Decimal(0)
    percentage = reader.text("reduction_type") == "percentage"
    return reader.text("id_product"), Special(
        attribute=ref(reader, "id_product_attribute") or "0",
        price=None if price is None or price < 0 else price,
        percent=reduction if percentage else Decimal(0),
        off=Decimal(0) if percentage else reduction,
        taxed=on(reader, "reduction_tax", True),
    )


def read_level(raw: Any) -> StockLevel:
    """One stock row: `StockLevel.variant_id` as in products."""
    reader = Reader(raw)
    place = variant_id(reader.id("id_product"), ref(reader, "id_product_attribute"))
    sparse = Decimal(0) if reader.raw.get("@sparse") else None
    quantity = reader.decimal("quantity")
    return StockLevel(variant_id=place, quantity=sparse if quantity is None else quantity)
