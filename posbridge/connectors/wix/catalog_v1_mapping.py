"""Products, variants and stock of Catalog V1 in our words: prices are numbers, enums lower case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.connectors.wix.reading import NO_VARIANT, amount, code_of, drifting, number, texts
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

#: The collection that holds every product says nothing of any.
ALL_PRODUCTS = "00000000-000000-000000-000000000001"
_ONLY_V1 = ("priceData", "price", "manageVariants", "productOptions", "stock", "customTextFields", "collectionIds")


def is_v1(raw: Any) -> bool:
    """Whether a product is one of Catalog V1."""
    return isinstance(raw, Mapping) and "variantsInfo" not in raw and any(name in raw for name in _ONLY_V1)


def variant_id(product_id: str, ident: str) -> str:
    """Our id of a variant: where a product has none of its own (the zero id), the product's."""
    return product_id if ident in ("", NO_VARIANT) else ident


@drifting
def read_v1(raw: Any, currency: str, collections: Mapping[str, str], weight_unit: str = "") -> Product:
    """One product with its variants. `weight_unit` is the store's ("kg", "lb"); it is not told with the product."""
    reader = Reader(raw)
    title = one_line(reader.text("name"))
    options = _options(reader)
    rows = reader.objects("variants") if reader.flag("manageVariants") else []
    held = _currency(reader, currency)
    variants = tuple(_variant(row, reader, title, options, held, place) for place, row in enumerate(rows))
    known = {
        "slug": reader.text("slug"),
        "type": reader.text("productType"),
        "numeric_id": reader.text("numericId"),
        "inventory_id": reader.text("inventoryItemId"),
    }
    return Product(
        id=reader.id(),
        title=title,
        description=plain_text(reader.text("description")),
        categories=_categories(reader, collections),
        brand=one_line(reader.text("brand")),
        status=ProductStatus.ACTIVE if reader.flag("visible", True) else ProductStatus.DRAFT,
        options=options,
        images=_images(reader),
        variants=tuple(_weighed(one, weight_unit) for one in variants or (_only(reader, title, held),)),
        updated_at=reader.utc("lastUpdated"),
        extra={"catalog": "V1", **{name: value for name, value in known.items() if value}},
    )


def _weighed(variant: ProductVariant, unit: str) -> ProductVariant:
    return variant.model_copy(update={"weight_unit": unit}) if variant.weight else variant


def _currency(reader: Reader, default: str) -> str:
    return code_of(_price_data(reader), default)


def _price_data(reader: Reader) -> Reader:
    """`priceData`, or `price` as older versions call the same."""
    data = reader.object("priceData")
    return data if data.raw else reader.object("price")


def _prices(reader: Reader, currency: str) -> tuple[Money | None, Money | None]:
    """(price, price before a discount)."""
    data = _price_data(reader)
    full, reduced = amount(data, "price", currency), amount(data, "discountedPrice", currency)
    if reduced is None:
        return full, None
    return reduced, full if full is not None and full.amount > reduced.amount else None


def _categories(reader: Reader, names: Mapping[str, str]) -> tuple[str, ...]:
    ids = [ident for ident in texts(reader, "collectionIds") if ident != ALL_PRODUCTS]
    return tuple(dict.fromkeys(one_line(names[ident]) for ident in ids if names.get(ident)))


def _options(reader: Reader) -> tuple[ProductOption, ...]:
    return tuple(
        ProductOption(
            name=one_line(row.text("name")),
            values=tuple(_value(choice) for choice in row.objects("choices")),
            position=place,
        )
        for place, row in enumerate(reader.objects("productOptions"))
    )


def _value(choice: Reader) -> str:
    """The description is the word ("Red"); the value of a colour is its number."""
    return one_line(choice.text("description") or choice.text("value"))


def _images(reader: Reader) -> tuple[ProductImage, ...]:
    media = reader.object("media")
    main = media.object("mainMedia")
    rows = media.objects("items") or ([main] if main.raw else [])
    found = [(row, row.object("image").text("url")) for row in rows]
    shown = [(row, url) for row, url in found if url and row.text("mediaType", "image").lower() == "image"]
    return tuple(
        ProductImage(
            url=url, alt=plain_text(row.text("title") or row.text("altText")), position=place, id=row.text("id")
        )
        for place, (row, url) in enumerate(shown)
    )


def _quantity(stock: Reader) -> Decimal | None:
    """Pieces, None where they are not counted (then the number is absent, or a 0 that means nothing)."""
    return number(stock, "quantity") if _counted(stock) else None


def _counted(stock: Reader) -> bool:
    return stock.flag("trackInventory") or stock.flag("trackQuantity")


def _to_be_had(stock: Reader) -> bool:
    """Goods that are not counted are sold until somebody says that they are out."""
    return _counted(stock) or stock.flag("inStock", True)


def _only(reader: Reader, title: str, currency: str) -> ProductVariant:
    """The product itself as its one variant."""
    price, before = _prices(reader, currency)
    weight = number(reader, "weight")
    stock = reader.object("stock")
    return ProductVariant(
        id=reader.id(),
        title=title,
        sku=reader.text("sku").strip(),
        price=price,
        compare_at_price=before,
        inventory_quantity=_quantity(stock),
        weight=weight or None,
        available=_to_be_had(stock),
        extra=_sold_out(stock),
    )


def _variant(
    row: Reader, product: Reader, title: str, options: Sequence[ProductOption], currency: str, place: int
) -> ProductVariant:
    inner, stock = row.object("variant"), row.object("stock")
    told = inner if _price_data(inner).raw else product
    price, before = _prices(told, _currency(told, currency))
    chosen = _chosen(row, options)
    weight = number(inner, "weight")
    return ProductVariant(
        id=variant_id(product.id(), row.id()),
        title=variant_title(title, chosen),
        sku=inner.text("sku").strip(),
        price=price,
        compare_at_price=before,
        inventory_quantity=_quantity(stock),
        option_values=chosen,
        weight=weight or None,
        available=inner.flag("visible", True) and _to_be_had(stock),
        position=place,
        extra=_sold_out(stock),
    )


def _sold_out(stock: Reader) -> dict[str, Any]:
    return {} if stock.flag("inStock", True) else {"in_stock": False}


def _chosen(row: Reader, options: Sequence[ProductOption]) -> dict[str, str]:
    found = row.object("choices")
    known = [option.name for option in options if found.raw.get(option.name) is not None]
    names = [*known, *(name for name in found.raw if name not in known and found.raw[name] is not None)]
    return {one_line(name): one_line(found.text(name)) for name in names if found.text(name)}


@drifting
def read_variant_v1(raw: Any, currency: str) -> Product:
    """A row of the store's list of variants as a product with that one variant; it tells no price."""
    reader = Reader(raw, "variantId")
    product, ident = reader.id("productId"), reader.text("variantId")
    chosen = _chosen(reader, ())
    title = one_line(reader.text("productName"))
    price, before = _prices(reader, _currency(reader, currency))
    variant = ProductVariant(
        id=variant_id(product, ident),
        title=variant_title(title, chosen),
        sku=reader.text("sku").strip(),
        price=price,
        compare_at_price=before,
        inventory_quantity=_quantity(reader.object("stock")),
        option_values=chosen,
        extra=_sold_out(reader.object("stock")),
    )
    return Product(id=product, title=title, variants=(variant,), extra={"catalog": "V1"})


@drifting
def read_levels_v1(raw: Any) -> list[StockLevel]:
    """The stock of one product's variants; a variant without a number has none counted, or nothing at all.

    Where stock is tracked and no number is told, nothing is in stock (V1 leaves zeros out).
    """
    reader = Reader(raw, "productId")
    product, counted = reader.id("productId"), reader.flag("trackQuantity")
    return [
        StockLevel(
            variant_id=variant_id(product, row.id("variantId")),
            quantity=(number(row, "quantity") or Decimal(0)) if counted else None,
        )
        for row in reader.objects("variants")
    ]
