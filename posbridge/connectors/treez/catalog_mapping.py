"""Products of the dispensary API → ours. A `product_id` is one variant; its parent in the catalogue is the product."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, each, one_line, plain_text
from posbridge.connectors.treez.potency import attributes_of, of_all
from posbridge.connectors.treez.reading import (
    CURRENCY,
    drifting,
    exact,
    listed,
    moment,
    money,
    opened,
    rows_of,
    words,
)
from posbridge.domain.catalog import PriceTier, Product, ProductImage, ProductOption, ProductStatus, ProductVariant
from posbridge.domain.inventory import StockLevel
from posbridge.domain.money import Money

#: The list of a tier's prices inside `pricing` (third-party readers use it; Treez's own pages show none).
TIERS = "tier_pricing_detail"
#: No stock field ever shows more; 30 means "30 or more" (facts, 4).
STOCK_CAP = 30
SIZE = "Size"
#: `uom` → our unit and how many of it one is. Treez counts milligrams as weight too: three patches of 15 are 0.045 g of
#: a purchase limit (example ticket.create).
_WEIGHTS = {
    "GRAMS": ("g", Decimal(1)), "GRAM": ("g", Decimal(1)), "OUNCES": ("oz", Decimal(1)), "OUNCE": ("oz", Decimal(1)),
    "MILLIGRAMS": ("g", Decimal("0.001")), "MILLIGRAM": ("g", Decimal("0.001")),
}  # fmt: skip
#: What one piece counts for in purchase limits; sizes of one product differ in it.
_COUNTED = {
    "flower_g": "total_flower_weight_g",
    "concentrate_g": "total_concentrate_weight_g",
    "thc_mg": "total_mg_thc",
}
_LIVE = "ACTIVE"


def to_products(
    raw: Any, *, currency: str = CURRENCY, place: str = "", kind: str = "", parked: list[SchemaDrift] | None = None
) -> list[Product]:
    """Products of a page, a list or one object; rows of one catalogue parent make one product.

    `place` and `kind` (ADULT, MEDICAL) limit the stock that is shown. With `parked` what cannot be read is put
    there; without it the first such row raises SchemaDrift with its id.
    """
    opened_rows = rows_of(_of_catalog(raw))
    read, drifts = each(opened_rows, lambda row: _read(row, currency, place, kind), "product_id")
    if drifts and parked is None:
        raise drifts[0]
    if parked is not None:
        parked.extend(drifts)
    return joined(read)


def _of_catalog(raw: Any) -> Any:
    """The catalogue service names its fields otherwise (`id`, `name`); such rows are read like products."""
    rows = rows_of(raw)
    if not any(isinstance(row, Mapping) and "product_id" not in row and "productSubCategoryId" in row for row in rows):
        return raw
    return [_from_catalog(row) if isinstance(row, Mapping) else row for row in rows]


def _from_catalog(row: Mapping[str, Any]) -> dict[str, Any]:
    details = row.get("details")
    return {
        "product_id": row.get("id"),
        "last_updated_at": row.get("updatedAt"),
        "product_status": str(row.get("status") or "").upper(),
        "product_configurable_fields": {
            "name": row.get("name"),
            "classification": details.get("classification") if isinstance(details, Mapping) else None,
            "strain": row.get("strain"),
        },
        "pricing": {"price_type": row.get("pricingMethod")},
    }


@drifting
def _read(row: Any, currency: str, place: str, kind: str) -> Product:
    """One row as a product with one variant."""
    reader = Reader(row, "product_id")
    reader.id("product_id")
    fields, shown = reader.object("product_configurable_fields"), reader.object("e_commerce")
    title = words(shown, "menu_title") or words(fields, "name")
    size = words(fields, "size")
    return Product(
        id=words(reader, "catalog_parent_id") or reader.object_id,
        title=title or reader.object_id,
        description=plain_text(shown.text("product_description")),
        categories=tuple(dict.fromkeys(filter(None, (words(reader, "category_type"), words(fields, "subtype"))))),
        brand=words(fields, "brand"),
        status=_status(reader, shown),
        options=(ProductOption(name=SIZE, values=(size,)),) if size else (),
        images=_images(shown),
        variants=(_variant(reader, title, size, currency, place, kind),),
        tags=listed(reader.object("attributes"), "general"),
        attributes=attributes_of(reader),
        updated_at=moment(reader, "last_updated_at"),
        extra=_extra(reader, fields),
    )


def _status(reader: Reader, shown: Reader) -> ProductStatus:
    if words(reader, "product_status").upper() not in (_LIVE, ""):
        return ProductStatus.ARCHIVED
    return ProductStatus.DRAFT if shown.flag("hide_from_menu") else ProductStatus.ACTIVE


def _variant(reader: Reader, title: str, size: str, currency: str, place: str, kind: str) -> ProductVariant:
    fields, pricing = reader.object("product_configurable_fields"), reader.object("pricing")
    sku, barcode, codes = codes_of(reader)
    tiers = tiers_of(pricing, currency)
    price, before = prices_of(pricing, currency)
    if tiers and not price:  # 0 stands for "see the tiers"
        price = _first(pricing, currency)
    weight, unit = weight_of(fields)
    return ProductVariant(
        id=reader.object_id,
        title=title,
        sku=sku,
        barcode=barcode,
        price=price,
        compare_at_price=before,
        inventory_quantity=quantity_of(reader, place, kind),
        option_values={SIZE: size} if size else {},
        weight=weight,
        weight_unit=unit,
        tiers=tiers,
        tax_class=words(reader, "category_type"),
        available=words(reader, "product_status").upper() in (_LIVE, ""),
        extra=_variant_extra(reader, fields, pricing, codes),
    )


def weight_of(fields: Reader) -> tuple[Decimal | None, str]:
    """(weight, unit), (None, "") where the amount counts something else or is not entered."""
    unit, one = _WEIGHTS.get(words(fields, "uom").upper(), ("", Decimal(1)))
    amount = exact(fields, "amount")
    return (amount * one, unit) if unit and amount else (None, "")


def prices_of(pricing: Reader, currency: str) -> tuple[Money | None, Money | None]:
    """Price and price before a reduction (facts, 3); 0 is one only where the discount is stated too."""
    usual, reduced = money(pricing, "price_sell", currency), money(pricing, "discounted_price", currency)
    if not reduced and not any(exact(pricing, name) for name in ("discount_percent", "discount_amount")):
        reduced = None
    if reduced is None or usual is None or reduced.amount >= usual.amount:
        return (reduced if usual is None else usual), None
    return reduced, usual


def tiers_of(pricing: Reader, currency: str) -> tuple[PriceTier, ...]:
    """Prices of greater quantities: `price_per_value` counts for each unit from `start_value` on."""
    made: dict[Decimal, PriceTier] = {}
    for row in _tier_rows(pricing):
        start, one = exact(row, "start_value"), exact(row, "price_per_value")
        if start is not None and start > 0 and one is not None:
            price = Money.parse(start * one, currency, rounding="half_up")
            made[start] = PriceTier(quantity=start, price=price)
    return tuple(made[start] for start in sorted(made))


def _tier_rows(pricing: Reader) -> list[Reader]:
    """By the key that third-party readers use, else any list whose rows look like tiers."""
    if TIERS in pricing.raw:
        return pricing.objects(TIERS)
    for key, value in pricing.raw.items():
        if isinstance(value, list) and any(isinstance(row, Mapping) and "start_value" in row for row in value):
            return pricing.objects(key)
    return []


def _first(pricing: Reader, currency: str) -> Money | None:
    """One unit's price before any tier begins: the lowest tier's."""
    rows = [(exact(row, "start_value") or Decimal(0), row) for row in _tier_rows(pricing)]
    return money(min(rows, key=lambda pair: pair[0])[1], "price_per_value", currency) if rows else None


def codes_of(reader: Reader) -> tuple[str, str, list[str]]:
    """SKU, barcode and all codes. Treez keeps one list for both (facts, 3): the first that has the length of a
    retail barcode is taken as barcode, the first other one as SKU; one alone is both (guess)."""
    codes: list[str] = []
    for item in reader.items("product_barcodes"):
        code = words(Reader(item), "sku") if isinstance(item, Mapping) else one_line(str(item or ""))
        codes += [code] if code and code not in codes else []
    barcode = next((code for code in codes if re.fullmatch(r"\d{8}|\d{12,14}", code)), codes[0] if codes else "")
    return next((code for code in codes if code != barcode), barcode), barcode, codes


def quantity_of(reader: Reader, place: str = "", kind: str = "") -> Decimal | None:
    """What may be sold, at one place and of one kind where asked; None where Treez does not say.

    Never more than STOCK_CAP is shown there, so that number stands for itself or more.
    """
    rows = reader.objects("sellable_quantity_detail")
    if not rows or not (place or kind):
        return exact(reader, "sellable_quantity")
    mine = [row for row in rows if _is_at(row, place) and _is_for(row, kind)]
    return sum((exact(row, "sellable_quantity") or Decimal(0) for row in mine), Decimal(0))


def _is_at(row: Reader, place: str) -> bool:
    wanted = place.casefold()
    return not wanted or wanted in (words(row, "location").casefold(), words(row, "location_id").casefold())


def _is_for(row: Reader, kind: str) -> bool:
    return not kind or words(row, "inventory_type").upper() in (kind.upper(), "ALL", "")


def _images(shown: Reader) -> tuple[ProductImage, ...]:
    """The primary one first; no alt text there."""
    urls = dict.fromkeys(filter(None, (one_line(shown.text("primary_image")), *listed(shown, "all_images"))))
    return tuple(ProductImage(url=url, position=at) for at, url in enumerate(urls))


def _extra(reader: Reader, fields: Reader) -> dict[str, Any]:
    merged = [str(ident) for ident in reader.items("merged_from_product_ids") if isinstance(ident, str | int)]
    held = {"merged_from": merged, "classification": words(fields, "classification")}
    return {key: value for key, value in held.items() if value}


def _variant_extra(reader: Reader, fields: Reader, pricing: Reader, codes: list[str]) -> dict[str, Any]:
    amount, grams = exact(fields, "amount"), {key: exact(fields, name) for key, name in _COUNTED.items()}
    held: dict[str, Any] = {
        "codes": codes if len(codes) > 2 else [],
        "amount": None if amount is None else f"{amount:f}",
        "uom": words(fields, "uom"),
        "tier_name": words(pricing, "tier_name"),
        **{key: f"{value:f}" for key, value in grams.items() if value},
        "capped": exact(reader, "sellable_quantity") == STOCK_CAP,
        "low_at": minimum_shown(reader),
    }
    return {key: value for key, value in held.items() if value}


def minimum_shown(reader: Reader) -> str:
    """Menus stop showing the product below this many; "" for none."""
    value = exact(reader.object("e_commerce"), "minimum_visible_inventory_level")
    return f"{value:f}" if value else ""


def joined(products: Iterable[Product]) -> list[Product]:
    """Rows of one parent as one product: variants in their order, sizes as one option, what differs from the first."""
    families: dict[str, list[Product]] = {}
    for product in products:
        families.setdefault(product.id, []).append(product)
    return [family[0] if len(family) == 1 else _family(family) for family in families.values()]


def _family(rows: Sequence[Product]) -> Product:
    first = next((row for row in rows if row.status is ProductStatus.ACTIVE), rows[0])
    variants = {variant.id: variant for row in rows for variant in row.variants}
    sizes = tuple(dict.fromkeys(v.option_values[SIZE] for v in variants.values() if SIZE in v.option_values))
    urls = dict.fromkeys(image.url for row in (first, *rows) for image in row.images)
    merged = [ident for row in rows for ident in row.extra.get("merged_from", ())]
    changed = {
        "options": (ProductOption(name=SIZE, values=sizes),) if sizes else (),
        "images": tuple(ProductImage(url=url, position=at) for at, url in enumerate(urls)),
        "variants": tuple(v.model_copy(update={"position": at}) for at, v in enumerate(variants.values())),
        "attributes": of_all([row.attributes for row in rows]),
        "tags": tuple(dict.fromkeys(tag for row in rows for tag in row.tags)),
        "updated_at": max((row.updated_at for row in rows if row.updated_at), default=None),
        "extra": {**first.extra, **({"merged_from": merged} if merged else {})},
    }
    return first.model_copy(update=changed)


@drifting
def read_level(row: Any, place: str = "", kind: str = "") -> StockLevel:
    """The stock of one row."""
    reader = Reader(row, "product_id")
    low = minimum_shown(reader)
    return StockLevel(
        variant_id=reader.id("product_id"),
        quantity=quantity_of(reader, place, kind),
        location=place,
        low_at=Decimal(low) if low else None,
    )


def places_in(rows: Iterable[Any]) -> dict[str, str]:
    """Names of the places that stock lies in, by their id, as rows of products name them."""
    found: dict[str, str] = {}
    for row in rows:
        for detail in Reader(row, "product_id").objects("sellable_quantity_detail"):
            name = words(detail, "location")
            if name:
                found.setdefault(words(detail, "location_id") or name, name)
    return found


def page_counts(raw: Any) -> tuple[int, int | None]:
    """Rows on this page and in all (facts, 3)."""
    inner = opened(raw) if not (isinstance(raw, Mapping) and isinstance(raw.get("data"), Mapping)) else raw["data"]
    rows = rows_of(raw)
    total = inner.get("total_count") if isinstance(inner, Mapping) else None
    return len(rows), total if isinstance(total, int) and not isinstance(total, bool) else None


__all__ = [
    "SIZE", "STOCK_CAP", "TIERS", "codes_of", "joined", "page_counts", "places_in", "prices_of",
    "quantity_of", "read_level", "tiers_of", "to_products",
]  # fmt: skip
