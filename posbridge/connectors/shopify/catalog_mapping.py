"""Products, variants and stock levels → ours."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.shopify import rest_shape
from posbridge.connectors.shopify.reading import ident, money, readers, rows_of, tags
from posbridge.connectors.text import Reader, each, one_line, plain_text
from posbridge.domain.catalog import Product, ProductImage, ProductOption, ProductStatus, ProductVariant, variant_title
from posbridge.domain.inventory import StockLevel

#: UNLISTED is active and only hidden from lists; a word that is new to us is not sold.
_STATUS = {
    "ACTIVE": ProductStatus.ACTIVE,
    "UNLISTED": ProductStatus.ACTIVE,
    "DRAFT": ProductStatus.DRAFT,
    "ARCHIVED": ProductStatus.ARCHIVED,
}
_WEIGHTS = {"GRAMS": "g", "KILOGRAMS": "kg", "OUNCES": "oz", "POUNDS": "lb"}
#: What goods carry that are not taxed; taxed ones have the usual class "".
UNTAXED = "untaxed"


def read_products(raw: Any, currency: str) -> tuple[list[Product], list[SchemaDrift], bool]:
    """A page's products, what could not be read with its id, and whether it was a page."""
    rows, is_page = rows_of(raw, "Product")
    made, parked = each(rows, lambda row: read_product(row, currency))
    return made, parked, is_page


def read_product(raw: Any, currency: str) -> Product:
    """A product as queried, as a bulk line with its children, or as a webhook sends it."""
    reader = Reader(rest_shape.product(raw) if rest_shape.is_rest(raw) else raw)
    key = ident(reader, "Product")
    reader.object_id = key
    if set(reader.raw) <= {"id", "admin_graphql_api_id"}:
        return Product(id=key, title="", status=ProductStatus.DELETED)
    options = _options(reader)
    return Product(
        id=key,
        title=one_line(reader.text("title")),
        description=plain_text(reader.text("descriptionHtml") or reader.text("description")),
        categories=_categories(reader),
        brand=one_line(reader.text("vendor")),
        status=_STATUS.get(reader.text("status", "ACTIVE"), ProductStatus.DRAFT),
        options=options,
        images=_images(reader),
        variants=_variants(reader, options, currency),
        tags=tags(reader),
        updated_at=reader.utc("updatedAt"),
        extra=_extra(reader),
    )


def _categories(reader: Reader) -> tuple[str, ...]:
    """The product's type, the collections it stands in, and its place in Shopify's taxonomy."""
    collections = [entry.text("title") for entry in readers(reader, "collections")]
    found = [reader.text("productType"), *collections, reader.object("category").text("fullName")]
    return tuple(dict.fromkeys(name for text in found if (name := one_line(text))))


def _extra(reader: Reader) -> dict[str, Any]:
    more = reader.object("variants").object("pageInfo").flag("hasNextPage") if _is_connection(reader) else False
    known = {"gift_card": reader.flag("isGiftCard"), "handle": reader.text("handle"), "more_variants": more}
    return {name: value for name, value in known.items() if value}


def _is_connection(reader: Reader) -> bool:
    return isinstance(reader.raw.get("variants"), dict)


def _options(reader: Reader) -> tuple[ProductOption, ...]:
    """The choices in their order; the one of a product without choices ("Title": "Default Title") is none."""
    found = sorted(readers(reader, "options"), key=lambda option: option.integer("position") or 0)
    made = [
        ProductOption(name=one_line(option.text("name")), values=_values(option), position=place, id=option.text("id"))
        for place, option in enumerate(found)
    ]
    return (
        () if len(made) == 1 and made[0].values in (("Default Title",), ()) and made[0].name == "Title" else tuple(made)
    )


def _values(option: Reader) -> tuple[str, ...]:
    named = [one_line(value.text("name")) for value in readers(option, "optionValues")]
    return tuple(named or (one_line(value) for value in option.items("values") if isinstance(value, str)))


def _images(reader: Reader) -> tuple[ProductImage, ...]:
    """Pictures that are ready, in order; `image` is null until Shopify has worked it up."""
    found = [(entry, _address(entry.object("image").text("url"))) for entry in readers(reader, "media")]
    shown = [(entry, url) for entry, url in found if url]
    return tuple(
        ProductImage(url=url, alt=one_line(entry.text("alt")), position=place, id=entry.text("id"))
        for place, (entry, url) in enumerate(shown)
    )


def _address(url: str) -> str:
    return f"https:{url}" if url.startswith("//") else url


def _variants(reader: Reader, options: Sequence[ProductOption], currency: str) -> tuple[ProductVariant, ...]:
    """Sorted by position, then id: while Shopify re-sequences, several variants share one position."""
    rows = sorted(readers(reader, "variants"), key=lambda row: (row.integer("position") or 0, _number(row)))
    title, gift = one_line(reader.text("title")), reader.flag("isGiftCard")
    made = [_variant(row, title, bool(options), currency) for row in rows]
    return tuple(
        variant.model_copy(update={"position": place, "available": variant.available and not gift})
        for place, variant in enumerate(made)
    )


def _number(row: Reader) -> int:
    digits = row.text("id").rpartition("/")[2]
    return int(digits) if digits.isdecimal() else 0


def _variant(row: Reader, title: str, has_options: bool, currency: str) -> ProductVariant:
    chosen = {one_line(o.text("name")): one_line(o.text("value")) for o in readers(row, "selectedOptions")}
    values = chosen if has_options or set(chosen.values()) - {"Default Title"} else {}
    price, before = money(row, "price", currency), money(row, "compareAtPrice", currency)
    item = row.object("inventoryItem")
    weight = item.object("measurement").object("weight")
    taxable = row.flag("taxable", True)
    return ProductVariant(
        id=ident(row, "ProductVariant"),
        title=variant_title(title, values) if title else " · ".join(values.values()),
        sku=row.text("sku").strip(),
        barcode=row.text("barcode").strip(),
        price=price,
        compare_at_price=before if before and (price is None or before > price) else None,
        inventory_quantity=_stock(row, item),
        option_values=values,
        weight=weight.decimal("value") or None,
        weight_unit=_WEIGHTS.get(weight.text("unit"), "") if weight.decimal("value") else "",
        taxable=taxable,
        tax_class="" if taxable else UNTAXED,
        image=_own_image(row),
        extra=_variant_extra(row, item),
    )


def _own_image(row: Reader) -> ProductImage | None:
    found = [(entry, entry.object("image").text("url")) for entry in readers(row, "media")]
    return next((ProductImage(url=u, alt=one_line(e.text("alt")), id=e.text("id")) for e, u in found if u), None)


def _variant_extra(row: Reader, item: Reader) -> dict[str, Any]:
    known = {"inventory_item": item.text("id"), "policy": row.text("inventoryPolicy").upper()}
    return {name: value for name, value in known.items() if value}


def _stock(row: Reader, item: Reader) -> Decimal | None:
    """What the chosen location has, where the query asked for it, else all locations; None when not tracked."""
    if not item.flag("tracked", True):
        return None
    here = item.raw.get("inventoryLevel")
    return (
        quantity(item.object("inventoryLevel"), "available") if here is not None else row.decimal("inventoryQuantity")
    )


def quantity(level: Reader, name: str) -> Decimal | None:
    found = [row for row in readers(level, "quantities") if row.text("name", name) == name]
    return found[0].decimal("quantity") if found else None


def read_level(raw: Any, location: str) -> StockLevel:
    """A row of a location's levels, or a variant or an inventory item with its own level there.

    What is tracked and not stocked at the location is there 0 times.
    """
    reader = Reader(raw)
    key = reader.text("id")
    if "InventoryLevel/" in key:
        item, level, variant = reader.object("item"), reader, reader.object("item").object("variant")
    elif "ProductVariant/" in key:
        item, variant = reader.object("inventoryItem"), reader
        level = item.object("inventoryLevel")
    else:
        item, level, variant = reader, reader.object("inventoryLevel"), reader.object("variant")
    return StockLevel(
        variant_id=variant.id(),
        quantity=quantity(level, "available") or Decimal(0) if item.flag("tracked", True) else None,
        location=location,
        read_at=level.utc("updatedAt"),
    )
