"""BigCommerce's catalogue and stock in our words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from posbridge.connectors.bigcommerce.reading import (
    DEFAULT_CURRENCY,
    drifting,
    ident,
    money,
    number,
    opened,
    rows_of,
    when,
    whole,
)
from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, each, one_line, plain_text
from posbridge.domain.catalog import (
    Product,
    ProductImage,
    ProductOption,
    ProductStatus,
    ProductVariant,
    variant_title,
)
from posbridge.domain.inventory import StockLevel
from posbridge.domain.money import Money

_UNITS = {
    "ounces": "oz", "oz": "oz", "lbs": "lb", "pounds": "lb", "lb": "lb", "kgs": "kg", "kilograms": "kg", "kg": "kg",
    "grams": "g", "g": "g", "tonnes": "t",
}  # fmt: skip
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Shelf:
    """What products do not say themselves: currency, weight unit (`/v2/store`), names of brands and categories."""

    currency: str = DEFAULT_CURRENCY
    weight_unit: str = "oz"
    brands: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)


def weight_unit(said: str) -> str:
    """The store's word for its unit of weight in ours."""
    return _UNITS.get(said.strip().lower(), said.strip().lower())


def to_products(
    raw: Any,
    *,
    currency: str = DEFAULT_CURRENCY,
    weight_unit: str = "oz",
    brands: Mapping[str, str] = _NONE,
    categories: Mapping[str, str] = _NONE,
) -> list[Product]:
    """A page of `GET /v3/catalog/products`, its bare list, or one product. Raises SchemaDrift.

    Products name no currency and no weight unit: they are the store's. Brands and categories come as ids; without
    their names by id they are left out of sight (the ids stay in `extra`).
    """
    products, parked = read_page(raw, Shelf(currency.upper(), weight_unit, brands, categories))
    if parked:
        raise parked[0]
    return products


def read_page(raw: Any, shelf: Shelf) -> tuple[list[Product], list[SchemaDrift]]:
    """The products of a page that can be read, and a SchemaDrift for each that cannot."""
    return each(rows_of(raw), lambda row: to_product(row, shelf))


@drifting
def to_product(raw: Any, shelf: Shelf | None = None) -> Product:
    """One product, also inside `data`. Without `variants` it has one, which `base_variant_id` names where known."""
    shelf, reader = shelf or Shelf(), Reader(opened(raw))
    title = one_line(reader.text("name"))
    rows = reader.objects("variants")
    variants = tuple(_variant(row, reader, title, place, shelf) for place, row in enumerate(rows or [_alone(reader)]))
    ids = [str(one) for one in reader.items("categories") if isinstance(one, int | str)]
    brand = ident(reader, "brand_id")
    tags = (one_line(word) for word in reader.text("search_keywords").split(","))
    known = {"brand_id": brand, "category_ids": ids, "type": reader.text("type"), "tracking": _tracking(reader)}
    return Product(
        id=reader.id(),
        title=title,
        description=plain_text(reader.text("description")),
        categories=tuple(shelf.categories[one] for one in ids if one in shelf.categories),
        brand=shelf.brands.get(brand, ""),
        status=_status(reader),
        options=_options(variants),
        images=tuple(_image(row, place) for place, row in enumerate(_ordered(reader))),
        variants=variants,
        tags=tuple(dict.fromkeys(filter(None, tags))),
        updated_at=when(reader, "date_modified"),
        extra={name: value for name, value in known.items() if value},
    )


def _alone(reader: Reader) -> Reader:
    """The product as its own only variant."""
    row = Reader({**reader.raw, "id": reader.raw.get("base_variant_id") or reader.raw.get("id")})
    row.object_id = reader.object_id
    return row


def _status(reader: Reader) -> ProductStatus:
    shown = reader.flag("is_visible", True) and reader.text("availability", "available") != "disabled"
    return ProductStatus.ACTIVE if shown else ProductStatus.DRAFT


def _tracking(reader: Reader) -> str:
    return reader.text("inventory_tracking", "none")


def _variant(row: Reader, product: Reader, title: str, place: int, shelf: Shelf) -> ProductVariant:
    chosen = _chosen(row)
    price, before = _prices(row, product, shelf.currency)
    weight = number(row, "calculated_weight") or number(row, "weight") or number(product, "weight")
    picture = row.text("image_url")
    return ProductVariant(
        id=row.id(),
        title=variant_title(title, chosen),
        sku=row.text("sku").strip(),
        barcode=row.text("upc").strip() or row.text("gtin").strip(),
        price=price,
        compare_at_price=before,
        inventory_quantity=_counted(row, product),
        option_values=chosen,
        weight=weight,
        weight_unit=shelf.weight_unit if weight else "",
        tax_class=ident(product, "tax_class_id"),
        available=not row.flag("purchasing_disabled") and product.text("availability") != "disabled",
        position=place,
        image=ProductImage(url=picture) if picture else None,
        extra={"product_id": product.object_id},
    )


def _counted(row: Reader, product: Reader) -> Decimal | None:
    """Levels count only as `inventory_tracking` says; "none" means that there is always enough."""
    tracking = _tracking(product)
    if tracking == "none":
        return None
    return number(row if tracking == "variant" else product, "inventory_level")


def _chosen(row: Reader) -> dict[str, str]:
    pairs = ((one.text("option_display_name"), one.text("label")) for one in row.objects("option_values"))
    return {one_line(name) or f"Option {place + 1}": one_line(value) for place, (name, value) in enumerate(pairs)}


def _prices(row: Reader, product: Reader, currency: str) -> tuple[Money | None, Money | None]:
    """(price, price before). `calculated_price` is after a sale; null and 0 mean "as the product's" or none."""
    list_price = money(row, "price", currency) or money(product, "price", currency)
    price = money(row, "calculated_price", currency)
    if price is None:
        price = money(row, "sale_price", currency) or list_price
    before = [list_price, money(row, "retail_price", currency) or money(product, "retail_price", currency)]
    higher = [one for one in before if one is not None and price is not None and one > price]
    return price, higher[0] if higher else None


def _options(variants: tuple[ProductVariant, ...]) -> tuple[ProductOption, ...]:
    made = []
    for place, name in enumerate(dict.fromkeys(name for variant in variants for name in variant.option_values)):
        values = (variant.option_values[name] for variant in variants if name in variant.option_values)
        made.append(ProductOption(name=name, values=tuple(dict.fromkeys(values)), position=place))
    return tuple(made)


def _ordered(reader: Reader) -> list[Reader]:
    """Pictures by `sort_order`, the thumbnail first."""
    rows = [row for row in reader.objects("images") if _url(row)]
    return sorted(rows, key=lambda row: (not row.flag("is_thumbnail"), whole(row, "sort_order") or 0))


def _url(row: Reader) -> str:
    return row.text("url_standard") or row.text("url_zoom") or row.text("image_url")


def _image(row: Reader, place: int) -> ProductImage:
    return ProductImage(url=_url(row), alt=plain_text(row.text("description")), position=place, id=row.text("id"))


@drifting
def to_level(raw: Any) -> StockLevel:
    """The stock of one variant at a location: a row of `GET /v3/inventory/locations/{id}/items`."""
    reader = Reader(raw)
    who, settings = reader.object("identity"), reader.object("settings")
    quantity = number(reader, "available_to_sell")
    return StockLevel(
        variant_id=who.id("variant_id"),
        quantity=Decimal(0) if quantity is None else quantity,
        low_at=number(settings, "warning_level") or None,
    )
