"""Squarespace's products and stock in our words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.squarespace.reading import DEFAULT_CURRENCY, drifting, listed, money, number, texts
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

#: The only kind whose variants an imported order may name.
PHYSICAL = "PHYSICAL"
_WEIGHTS = {"POUND": "lb", "KILOGRAM": "kg", "OUNCE": "oz", "GRAM": "g"}
_STORE_PAGES: Mapping[str, str] = {}


def to_products(
    raw: Any, *, currency: str = DEFAULT_CURRENCY, store_pages: Mapping[str, str] = _STORE_PAGES
) -> list[Product]:
    """A page of products as Squarespace sends it, the bare list, or one product. Raises SchemaDrift.

    `currency` counts where a price names none; `store_pages` gives the titles of store pages by id: a product's
    page is its category, for there are no categories in the API.
    """
    products, parked = read_page(raw, currency=currency, store_pages=store_pages)
    if parked:
        raise parked[0]
    return products


def read_page(
    raw: Any, *, currency: str = DEFAULT_CURRENCY, store_pages: Mapping[str, str] = _STORE_PAGES
) -> tuple[list[Product], list[SchemaDrift]]:
    """The products of a page that can be read, and a SchemaDrift for each that cannot."""
    return each(listed(raw, "products", "product"), lambda row: to_product(row, currency, store_pages))


@drifting
def to_product(raw: Any, currency: str = DEFAULT_CURRENCY, store_pages: Mapping[str, str] = _STORE_PAGES) -> Product:
    """One product. A digital one has no variants there: it gets one, with the product's own id.

    Hidden products are drafts. `extra["type"]` is Squarespace's: PHYSICAL, SERVICE, GIFT_CARD or DIGITAL.
    """
    reader = Reader(raw)
    title, page = one_line(reader.text("name")), reader.text("storePageId")
    names = texts(reader, "variantAttributes")
    rows = reader.objects("variants") or ([reader] if reader.object("pricing").raw else [])
    kind = reader.text("type") or PHYSICAL
    variants = tuple(_variant(row, title, names, place, currency, kind) for place, row in enumerate(rows))
    known = {"type": kind, "store_page": page, "url": reader.text("url"), "slug": reader.text("urlSlug")}
    return Product(
        id=reader.id(),
        title=title,
        description=plain_text(reader.text("description")),
        categories=(one_line(store_pages[page]),) if store_pages.get(page) else (),
        status=ProductStatus.ACTIVE if reader.flag("isVisible", True) else ProductStatus.DRAFT,
        options=_options(names, variants),
        images=tuple(_image(row, place) for place, row in enumerate(_ordered(reader))),
        variants=variants,
        tags=tuple(dict.fromkeys(filter(None, map(one_line, texts(reader, "tags"))))),
        updated_at=reader.utc("modifiedOn"),
        extra={name: value for name, value in known.items() if value},
    )


def _variant(row: Reader, title: str, names: list[str], place: int, currency: str, kind: str) -> ProductVariant:
    chosen = _chosen(row, names)
    price, before = _price(row.object("pricing"), currency)
    stock, weight = row.object("stock"), row.object("shippingMeasurements").object("weight")
    grams = number(weight, "value")
    image = row.object("image")
    return ProductVariant(
        id=row.id(),
        title=variant_title(title, chosen),
        sku=row.text("sku").strip(),
        price=price,
        compare_at_price=before,
        inventory_quantity=None if stock.flag("unlimited") else number(stock, "quantity"),
        option_values=chosen,
        weight=grams or None,
        weight_unit=_WEIGHTS.get(weight.text("unit"), weight.text("unit").lower()) if grams else "",
        position=place,
        image=_image(image, 0) if image.text("url") else None,
        extra={"type": kind},
    )


def _chosen(row: Reader, names: list[str]) -> dict[str, str]:
    """The values of a variant by option, in the product's order of options."""
    found = row.object("attributes")
    told = [name for name in names if found.raw.get(name) is not None]
    others = [name for name in found.raw if name not in told and found.raw[name] is not None]
    return {name: found.text(name) for name in [*told, *others]}


def _price(pricing: Reader, currency: str) -> tuple[Money | None, Money | None]:
    """(price, price before the sale). A sale price of a thing that is not on sale is 0.00 and means nothing."""
    base, sale = money(pricing, "basePrice", currency), money(pricing, "salePrice", currency)
    if pricing.flag("onSale") and sale is not None:
        return sale, base if base is not None and base.amount > sale.amount else None
    return base, None


def _options(names: list[str], variants: tuple[ProductVariant, ...]) -> tuple[ProductOption, ...]:
    known = [*names, *(name for variant in variants for name in variant.option_values)]
    made = []
    for place, name in enumerate(dict.fromkeys(known)):
        values = (variant.option_values[name] for variant in variants if name in variant.option_values)
        made.append(ProductOption(name=name, values=tuple(dict.fromkeys(values)), position=place))
    return tuple(made)


def _ordered(reader: Reader) -> list[Reader]:
    """The pictures by their own order, which may have gaps."""
    rows = [row for row in reader.objects("images") if row.text("url")]
    return sorted(rows, key=lambda row: row.integer("orderIndex") or 0)


def _image(row: Reader, place: int) -> ProductImage:
    return ProductImage(url=row.text("url"), alt=plain_text(row.text("altText")), position=place, id=row.text("id"))


@drifting
def to_level(raw: Any) -> StockLevel:
    """The stock of one variant; None where it is unlimited, whatever number is still there."""
    reader = Reader(raw, "variantId")
    quantity = number(reader, "quantity")
    return StockLevel(
        variant_id=reader.id("variantId"),
        quantity=None if reader.flag("isUnlimited") else quantity if quantity is not None else Decimal(0),
    )


def physical_variants(raw: Any) -> tuple[str, frozenset[str]]:
    """(product id, the variants that an imported order may name) of one product; none of a service or a card."""
    reader = Reader(raw)
    if (reader.text("type") or PHYSICAL) != PHYSICAL:
        return reader.id(), frozenset()
    return reader.id(), frozenset(row.id() for row in reader.objects("variants"))
