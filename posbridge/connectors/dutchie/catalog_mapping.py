"""The menu's products as ours, with their stock (the contract's facts, sections 3 and 4)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.dutchie.attributes import attributes, flower_grams
from posbridge.connectors.dutchie.reading import CURRENCY, menu_price, number, rows, words
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.domain.catalog import Product, ProductImage, ProductOption, ProductVariant
from posbridge.domain.inventory import Batch, InventoryKind, StockLevel
from posbridge.domain.money import Money
from posbridge.domain.sizes import sizes

RECREATIONAL, MEDICAL = "RECREATIONAL", "MEDICAL"
#: Plus has one choice a product, and no name for it.
SIZE = "Size"
#: Words that stand for "none".
_NO_CATEGORY = frozenset({"NOT_APPLICABLE", "DEFAULT"})
_NO_OPTION = frozenset({"", "n/a"})
#: Guess: what is sent as the option of a variant that has none.
NO_OPTION = "N/A"
ENVELOPES = ("menu", "products", "product")


def to_products(raw: Any, *, pricing_type: str = RECREATIONAL, currency: str = CURRENCY) -> list[Product]:
    """The products of a menu's answer (its envelope, a bare list, or one product), in its order.

    `pricing_type` says which prices count. Raises SchemaDrift with the id of a product that cannot be read.
    """
    return [read_product(row, pricing_type, currency) for row in rows(raw, *ENVELOPES)]


def read_product(raw: Any, pricing_type: str = RECREATIONAL, currency: str = CURRENCY) -> Product:
    reader = Reader(raw)
    product_id, known = reader.id(), reader.objects("variants")
    sku = reader.object("posMetaData").text("sku").strip()
    variants = tuple(
        _variant(place, each, _sku(sku, each, len(known)), pricing_type, currency) for place, each in enumerate(known)
    )
    values = tuple(dict.fromkeys(each.option_values[SIZE] for each in variants if each.option_values))
    return Product(
        id=product_id,
        title=one_line(reader.text("name")),
        description=plain_text(reader.text("description")) or plain_text(reader.text("descriptionHtml")),
        categories=_categories(reader),
        brand=one_line(reader.object("brand").text("name")),
        options=(ProductOption(name=SIZE, values=values),) if values else (),
        images=_images(reader),
        variants=variants,
        tags=words(reader.items("tags")),
        attributes=attributes(reader, known),
        extra=_extra(reader),
    )


def _categories(reader: Reader) -> tuple[str, ...]:
    said = words([reader.text("category"), reader.text("subcategory")])
    return tuple(word for word in said if word not in _NO_CATEGORY)


def _extra(reader: Reader) -> dict[str, Any]:
    """How the POS behind calls it, and which lot is on the shelf."""
    kept = {name: reader.text(name) for name in ("posId", "productBatchId", "slug", "enterpriseProductId")}
    pos = reader.object("posMetaData")
    kept |= {"posProductId": pos.text("id"), "posCategory": pos.text("category")}
    return {name: text for name, text in kept.items() if text}


def option_of(variant: Reader) -> str:
    """The text by which an order names the variant: exactly as in the menu."""
    return variant.text("option") or NO_OPTION


def _sku(sku: str, variant: Reader, count: int) -> str:
    """Plus has one SKU a product: with several sizes, the size goes behind it."""
    return f"{sku}-{option_of(variant)}" if sku and count > 1 else sku


def prices(variant: Reader, pricing_type: str, currency: str) -> tuple[Money | None, Money | None]:
    """(the price now, the one before the special, if that is lower)."""
    ending = "Med" if pricing_type == MEDICAL else "Rec"
    usual = menu_price(variant, f"price{ending}", currency)
    special = menu_price(variant, f"specialPrice{ending}", currency)
    if special is None:
        return usual, None
    return special, usual if usual is not None and special < usual else None


def _variant(place: int, reader: Reader, sku: str, pricing_type: str, currency: str) -> ProductVariant:
    option = one_line(reader.text("option"))
    price, before = prices(reader, pricing_type, currency)
    weight, flower = _grams(option), flower_grams(reader)
    extra: dict[str, Any] = {"option": option_of(reader)}
    return ProductVariant(
        id=reader.id(),
        title=option if option.casefold() not in _NO_OPTION else "",
        sku=sku,
        price=price,
        compare_at_price=before,
        inventory_quantity=quantity_of(reader),
        option_values={SIZE: option} if option.casefold() not in _NO_OPTION else {},
        weight=weight,
        weight_unit="g" if weight is not None else "",
        available=price is not None,
        position=place,
        extra=extra if flower is None else {**extra, "flower_equivalent": f"{flower:f}"},
    )


def quantity_of(variant: Reader) -> Decimal | None:
    """Pieces in stock; None is not known."""
    return number(variant, "quantity")


def _grams(option: str) -> Decimal | None:
    """What one piece weighs ("1/8oz" is 3.5 g in this trade); milligrams are of what is in it, not its weight."""
    said = (size.grams for size in sizes(option) if size.unit != "mg")
    return next((grams for grams in said if grams is not None), None)


def _images(reader: Reader) -> tuple[ProductImage, ...]:
    found: dict[str, ProductImage] = {}
    for row in reader.objects("images"):
        url = row.text("url").strip()
        if url and url not in found:
            alt = one_line(row.text("label")) or one_line(row.text("description"))
            found[url] = ProductImage(url=url, alt=alt, position=len(found), id=row.text("id"))
    main = reader.text("image").strip()
    if main and not found:
        return (ProductImage(url=main),)
    return tuple(found.values())


def read_levels(raw: Any, location: str = "", read_at: datetime | None = None) -> list[StockLevel]:
    """The stock of each variant of one product. Its lot is the product's; Plus says no day of expiry."""
    reader = Reader(raw)
    lot = reader.text("productBatchId").strip()
    return [_level(variant, lot, location, read_at) for variant in reader.objects("variants")]


def _level(variant: Reader, lot: str, location: str, read_at: datetime | None) -> StockLevel:
    quantity = quantity_of(variant)
    held = (Batch(lot=lot, quantity=quantity),) if lot and quantity is not None and quantity > 0 else ()
    return StockLevel(
        variant_id=variant.id(),
        quantity=quantity,
        location=location,
        kind=InventoryKind.BATCH if held else InventoryKind.QUANTITY,
        batches=held,
        read_at=read_at,
    )


def variant_in(raw: Any, variant_id: str) -> Reader | None:
    """The variant of a product as it came; None where the product has none of that id."""
    found = (each for each in Reader(raw).objects("variants") if each.text("id") == variant_id)
    return next(found, None)


def product_id_in(variant_id: str) -> str:
    """Guess: a variant's id is "<product id>~<option>". Whoever uses it proves it by the product's own variants."""
    return variant_id.rpartition("~")[0]
