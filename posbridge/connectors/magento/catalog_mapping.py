"""Products → ours. Magento lists parents and children alike; a child is a variant of the parent that links it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.magento.reading import as_money, attributes, held, money, rows_of, unwrapped, utc
from posbridge.connectors.text import Reader, decimal_from, each, one_line, plain_text, utc_from
from posbridge.domain.catalog import Product, ProductImage, ProductOption, ProductStatus, ProductVariant, variant_title
from posbridge.domain.money import Money

CONFIGURABLE = "configurable"
#: Sold as one line. Bundles and grouped products are made of others, which are sold instead.
_SOLD = ("simple", "virtual", "downloadable", "giftcard", "")
_UNITS = {"lbs": "lb", "kgs": "kg", "lb": "lb", "kg": "kg", "g": "g", "oz": "oz"}
BARCODES = ("barcode", "ean", "gtin", "upc")
BRANDS = ("manufacturer", "brand")


@dataclass(frozen=True)
class Shop:
    """What a product's JSON does not say.

    `names` maps an attribute's id to its code, `labels` (code, option id) to the label, `categories` ids to names,
    `now` is UTC (None: the present) and decides with `timezone` whether a special price holds.
    """

    currency: str = "USD"
    weight_unit: str = "lbs"
    media_url: str = ""
    timezone: str = "UTC"
    barcodes: Sequence[str] = BARCODES
    names: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None


def read_products(
    raw: Any, shop: Shop, children: Iterable[Any] = (), claimed: Iterable[str] = ()
) -> tuple[list[Product], list[SchemaDrift]]:
    """A page of products; what cannot be read is parked with its id.

    `children` are rows read for the configurables of the page. `claimed` are ids of rows that belong to
    configurables elsewhere: they make no product of their own.
    """
    rows = [unwrapped(row, "product") for row in rows_of(raw)[0]]
    by_id = {str(row.get("id")): row for row in [*children, *rows] if isinstance(row, Mapping)}
    owned = {child for row in rows for child in links_of(row)} | set(claimed)
    mine = [row for row in rows if not (isinstance(row, Mapping) and str(row.get("id")) in owned)]
    return each(mine, lambda row: _product(row, by_id, shop))


def links_of(raw: Any) -> list[str]:
    """The ids of a configurable's children, [] for anything else."""
    inner = raw.get("extension_attributes") if type(raw) is dict or isinstance(raw, Mapping) else None
    found = inner.get("configurable_product_links") if type(inner) is dict or isinstance(inner, Mapping) else None
    if not isinstance(found, list):
        return []
    known = [x for x in found if isinstance(x, int | str)]
    return [str(x) for x in known if not isinstance(x, bool)]


def _product(raw: Any, by_id: Mapping[str, Any], shop: Shop) -> Product:
    reader = Reader(raw)
    values = attributes(reader)
    inner = reader.object("extension_attributes")
    options = _options(inner, by_id, links_of(raw), shop)
    return Product(
        id=_id(reader),
        title=one_line(reader.text("name")),
        description=_description(values, reader),
        categories=_categories(inner, values, shop),
        brand=_brand(values, reader, shop),
        status=_status(reader),
        options=tuple(option for option, _ in options),
        images=_images(reader, shop),
        variants=_variants(reader, by_id, options, shop),
        updated_at=utc(reader, "updated_at"),
        extra=_extra(reader, values),
    )


def _id(reader: Reader) -> str:
    """The number; a request or an answer cut by `fields` may know its SKU only."""
    return reader.id() if reader.raw.get("id") is not None else reader.id("sku")


def _description(values: Mapping[str, Any], reader: Reader) -> str:
    return plain_text(held(values, "description", reader)) or plain_text(held(values, "short_description", reader))


def _status(reader: Reader) -> ProductStatus:
    return ProductStatus.DRAFT if reader.integer("status") == 2 else ProductStatus.ACTIVE


def _extra(reader: Reader, values: Mapping[str, Any]) -> dict[str, Any]:
    known = {
        "type": reader.text("type_id"),
        "hidden": "yes" if reader.integer("visibility") == 1 else "",
        "sku": reader.text("sku"),
        "url_key": held(values, "url_key", reader),
    }
    return {name: value for name, value in known.items() if value}


def _categories(inner: Reader, values: Mapping[str, Any], shop: Shop) -> tuple[str, ...]:
    """The names of its categories where they are known, else their ids."""
    ids = [link.text("category_id") for link in inner.objects("category_links")]
    listed = values.get("category_ids")
    if not ids and isinstance(listed, list):
        ids = [str(ident) for ident in listed if isinstance(ident, int | str)]
    return tuple(dict.fromkeys(shop.categories.get(ident, ident) for ident in ids if ident))


def _brand(values: Mapping[str, Any], reader: Reader, shop: Shop) -> str:
    """A select attribute gives an option id, whose label is known from elsewhere; a text attribute its text."""
    for code in BRANDS:
        if value := held(values, code, reader):
            return one_line(shop.labels.get((code, value), "" if value.isdigit() else value))
    return ""


Chosen = tuple[ProductOption, str]
"""An option and the code of its attribute."""


def _options(inner: Reader, by_id: Mapping[str, Any], links: Sequence[str], shop: Shop) -> list[Chosen]:
    """The options in their order: they come unsorted (recorded 058)."""
    entries = sorted(inner.objects("configurable_product_options"), key=lambda entry: entry.integer("position") or 0)
    children = [attributes(Reader(by_id[link])) for link in links if isinstance(by_id.get(link), Mapping)]
    made = []
    for place, entry in enumerate(entries):
        ids = [value.text("value_index") for value in entry.objects("values")]
        code = shop.names.get(entry.text("attribute_id")) or _code_by_values(ids, entry, children)
        names = tuple(one_line(shop.labels.get((code, ident), ident)) for ident in ids)
        named = one_line(entry.text("label")) or code
        made.append((ProductOption(name=named, values=names, position=place, id=entry.text("attribute_id")), code))
    return made


def _code_by_values(ids: Sequence[str], entry: Reader, children: Sequence[Mapping[str, Any]]) -> str:
    """The attribute whose values the children hold, when no list of attributes says its code."""
    label = entry.text("label").casefold().replace(" ", "_")
    codes = sorted({code for child in children for code in child}, key=lambda code: (code != label, code))
    wanted = set(ids)
    fits = (code for code in codes if children and all(str(child.get(code)) in wanted for child in children))
    return next(fits, label)


def _variants(
    reader: Reader, by_id: Mapping[str, Any], options: Sequence[Chosen], shop: Shop
) -> tuple[ProductVariant, ...]:
    links = links_of(reader.raw)
    if reader.text("type_id") != CONFIGURABLE and not links:
        return (_variant(reader, shop),) if reader.text("type_id") in _SOLD else ()
    made = [_child(by_id.get(link), link, reader, options, shop) for link in links]
    return tuple(
        variant.model_copy(update={"position": place}) for place, variant in enumerate(_ordered(made, options))
    )


def _child(raw: Any, ident: str, parent: Reader, options: Sequence[Chosen], shop: Shop) -> ProductVariant:
    """A child; one that was not read is known by its id only, and has no price."""
    if raw is None:
        return ProductVariant(id=ident, available=False)
    reader = Reader(raw)
    values = attributes(reader)
    chosen = {}
    for option, code in options:
        if value := held(values, code, reader):
            chosen[option.name] = one_line(shop.labels.get((code, value), value))
    title = variant_title(one_line(parent.text("name")), chosen) if chosen else one_line(reader.text("name"))
    said: dict[str, Any] = {"option_values": chosen, "title": title}
    if images := _images(reader, shop):
        said["image"] = images[0]
    return _variant(reader, shop).model_copy(update=said)


def _ordered(variants: Sequence[ProductVariant], options: Sequence[Chosen]) -> list[ProductVariant]:
    """By their option values, as the shop lists these: the links come in no order."""
    ranks = [(option.name, {value: n for n, value in enumerate(option.values)}) for option, _ in options]
    return sorted(variants, key=lambda v: [rank.get(v.option_values.get(name, ""), 999) for name, rank in ranks])


def _variant(reader: Reader, shop: Shop) -> ProductVariant:
    values = attributes(reader)
    price, compare = _prices(reader, values, shop)
    weight = reader.decimal("weight")
    stock = reader.object("extension_attributes").object("stock_item")
    return ProductVariant(
        id=_id(reader),
        title=one_line(reader.text("name")),
        sku=reader.text("sku"),
        barcode=next((code for name in shop.barcodes if (code := held(values, name, reader).strip())), ""),
        price=price,
        compare_at_price=compare,
        inventory_quantity=stock.decimal("qty") if stock.flag("manage_stock", default=True) else None,
        weight=weight or None,
        weight_unit=_UNITS.get(shop.weight_unit, shop.weight_unit) if weight else "",
        tax_class=held(values, "tax_class_id", reader),
        taxable=held(values, "tax_class_id", reader) != "0",
        available=reader.integer("status") != 2,
    )


def _prices(reader: Reader, values: Mapping[str, Any], shop: Shop) -> tuple[Money | None, Money | None]:
    """What is asked now, and what was asked before a special price. A special price may also be the higher one:
    then it is none, as the shop takes the lower."""
    regular = money(reader, "price", shop.currency)
    text = held(values, "special_price", reader)
    if not text or regular is None:
        return regular, None
    special = as_money(_number(text, reader), shop.currency, reader, "special_price")
    if special is None or special >= regular or not _holds(reader, values, shop):
        return regular, None
    return special, regular


def _number(text: str, reader: Reader) -> Any:
    try:
        return decimal_from(text)
    except SchemaDrift as problem:
        raise SchemaDrift(problem.message, object_id=reader.object_id) from problem


def _holds(reader: Reader, values: Mapping[str, Any], shop: Shop) -> bool:
    """Whether the special price counts now: its days are the store's, the last one included."""
    now = shop.now or datetime.now(UTC)
    first, last = held(values, "special_from_date", reader), held(values, "special_to_date", reader)
    starts = day(first, shop.timezone, reader.object_id) if first else None
    ends = day(last, shop.timezone, reader.object_id) if last else None
    return not (starts and now < starts) and not (ends and now >= ends + timedelta(days=1))


def day(text: str, zone: str, object_id: str = "") -> datetime:
    """The beginning of a day in the store's zone, as UTC. Raises SchemaDrift when it is no date."""
    try:
        return utc_from(text[:10], zone=_zone(zone))
    except SchemaDrift as problem:
        raise SchemaDrift(problem.message, object_id=object_id) from problem


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
    return name


def _images(reader: Reader, shop: Shop) -> tuple[ProductImage, ...]:
    """Pictures in order, the main one first; hidden ones and films are left out."""
    entries = [entry for entry in reader.objects("media_gallery_entries") if _shown(entry)]
    entries.sort(key=lambda entry: ("image" not in entry.items("types"), entry.integer("position") or 0))
    root = f"{shop.media_url.rstrip('/')}/catalog/product" if shop.media_url else "catalog/product"
    return tuple(
        ProductImage(
            url=f"{root}{entry.text('file')}", alt=one_line(entry.text("label")), position=n, id=entry.text("id")
        )
        for n, entry in enumerate(entries)
    )


def _shown(entry: Reader) -> bool:
    return bool(entry.text("file")) and not entry.flag("disabled") and entry.text("media_type", "image") == "image"
