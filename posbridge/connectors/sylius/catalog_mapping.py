"""Products and variants of both sections → ours. The admin section has all, the shop section one channel and locale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from posbridge.connectors.sylius.reading import (
    by_code,
    code_of,
    count,
    drifting,
    in_words,
    iris,
    members,
    moment,
    money,
    objects,
    ref,
    refs,
)
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.domain.catalog import Product, ProductImage, ProductOption, ProductStatus, ProductVariant
from posbridge.domain.inventory import StockLevel


@dataclass(frozen=True)
class OptionLabels:
    """An option: its name, and its values' labels by code in the shop's order."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shelf:
    """What reading a catalogue needs of the shop beside the rows.

    `channel` "" takes the first channel's prices. `locales` are tried in their order. `barcode` and `brand` name an
    attribute of the product, or a field that the shop's own code gave its variants. `places` are taxon codes by the
    id of a product's place in a taxon.
    """

    currency: str = "USD"
    channel: str = ""
    locales: tuple[str, ...] = ("en_US",)
    zone: str = "UTC"
    barcode: str = ""
    brand: str = ""
    taxons: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, OptionLabels] = field(default_factory=dict)


BARE = Shelf()


@drifting
def to_products(raw: Any, shelf: Shelf = BARE, variants: Iterable[Any] = ()) -> list[Product]:
    """Products of a page, a list or one object. `variants` are rows of the variants' list; without them variants
    have no more than their code. A page of variants gives products that hold them.

    Raises SchemaDrift with the object's code.
    """
    rows = members(raw)
    if rows and all(_is_variant(row) for row in rows):
        return _from_variants(rows, shelf)
    known = by_product(variants)
    return [read_product(row, shelf, known) for row in rows]


def by_product(rows: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Variants by their product's code, then their own; of two rows with one code the later counts."""
    made: dict[str, dict[str, Any]] = {}
    for row in rows:
        if isinstance(row, Mapping) and isinstance(row.get("product"), str | Mapping):
            made.setdefault(code_of(row["product"]), {})[code_of(row)] = row
    return made


def _is_variant(row: Any) -> bool:
    return isinstance(row, Mapping) and (row.get("@type") == "ProductVariant" or "optionValues" in row)


def _from_variants(rows: list[Any], shelf: Shelf) -> list[Product]:
    """The products that these variants are of; one that does not say its product stands for itself."""
    known = by_product(rows)
    named = {code for held in known.values() for code in held}
    lone = {code: {code: row} for row in rows if (code := Reader(row, "code").id("code")) not in named}
    return [
        read_product({"code": code, "name": code, "variants": list(held.values())}, shelf, {code: held})
        for code, held in {**known, **lone}.items()
    ]


@drifting
def read_product(row: Any, shelf: Shelf = BARE, variants: Mapping[str, Mapping[str, Any]] | None = None) -> Product:
    """One product. Raises SchemaDrift."""
    reader = Reader(row, "code")
    code = reader.id("code")
    held = (variants or {}).get(code, {})
    images = _images(reader)
    options = [(option, shelf.options.get(option) or OptionLabels(option)) for option in refs(reader, "options")]
    made = [_variant(each, shelf, options, images) for each in _variant_rows(reader, held)]
    made.sort(key=lambda variant: (variant.position, variant.id))
    barcode = _attribute(reader, shelf.barcode, shelf.locales)
    if barcode and len(made) == 1 and not made[0].barcode:
        made = [made[0].model_copy(update={"barcode": barcode})]
    said = in_words(reader, "description", shelf.locales) or in_words(reader, "shortDescription", shelf.locales)
    return Product(
        id=code,
        title=one_line(in_words(reader, "name", shelf.locales)) or code,
        description=plain_text(said),
        categories=_categories(reader, shelf),
        brand=_attribute(reader, shelf.brand, shelf.locales),
        status=_status(reader, shelf.channel),
        options=_options(options, made),
        images=tuple(image for image, _ in images),
        variants=tuple(made),
        updated_at=moment(reader, "updatedAt", shelf.zone),
        extra={"id": reader.text("id")} if reader.raw.get("id") is not None else {},
    )


def _status(reader: Reader, channel: str) -> ProductStatus:
    """Off is as good as gone: a sold product cannot be deleted there (recorded 034)."""
    sold = not channel or reader.raw.get("channels") is None or channel in refs(reader, "channels")
    return ProductStatus.ACTIVE if sold and reader.flag("enabled", True) else ProductStatus.ARCHIVED


def _variant_rows(reader: Reader, held: Mapping[str, Any]) -> list[Any]:
    """The rows of the product's variants; one that is only an IRI and not in the list is known by its code."""
    rows: dict[str, Any] = {}
    for item in iris(reader, "variants"):
        code = code_of(item)
        embedded = item if isinstance(item, Mapping) and len(item) > 3 else None
        rows[code] = held.get(code) or embedded or {"code": code}
    return list({**rows, **held}.values())


def _variant(
    row: Any,
    shelf: Shelf,
    options: list[tuple[str, OptionLabels]],
    images: list[tuple[ProductImage, tuple[str, ...]]],
) -> ProductVariant:
    reader = Reader(row, "code")
    code = reader.id("code")
    price = _pricing(reader, shelf.channel)
    now, before = (money(price, key, shelf.currency) for key in ("price", "originalPrice"))
    chosen = _chosen(reader, shelf, options)
    title = one_line(in_words(reader, "name", shelf.locales)) or " / ".join(chosen.values())
    return ProductVariant(
        id=code,
        title=title,
        sku=code,
        barcode=one_line(reader.text(shelf.barcode)) if shelf.barcode else "",
        price=now,
        compare_at_price=before if now is not None and before is not None and before > now else None,
        inventory_quantity=left_of(reader),
        option_values=chosen,
        weight=count(reader, "weight"),
        tax_class=ref(reader, "taxCategory"),
        available=reader.flag("enabled", True),
        position=reader.integer("position") or 0,
        image=next((image for image, mine in images if code in mine), None),
        extra={"untracked": True} if reader.raw.get("tracked") is False else {},
    )


def _pricing(reader: Reader, channel: str) -> Reader:
    """The channel's price in the admin section; the row itself in the shop section, which knows one channel."""
    if reader.raw.get("channelPricings") is None:
        return reader
    there = by_code(reader, "channelPricings", "channelCode")
    if not channel and there:
        return next(iter(there.values()))
    return there.get(channel) or Reader({})


def left_of(reader: Reader) -> Decimal | None:
    """What may still be sold: on hand less what other orders hold; None where stock is not tracked or not said."""
    if reader.raw.get("onHand") is None:
        return None if reader.flag("inStock", True) else Decimal(0)
    if not reader.flag("tracked", True):
        return None
    return (count(reader, "onHand") or Decimal(0)) - (count(reader, "onHold") or Decimal(0))


@drifting
def read_level(row: Any) -> StockLevel:
    """The stock of one variant. Raises SchemaDrift."""
    reader = Reader(row, "code")
    return StockLevel(variant_id=reader.id("code"), quantity=left_of(reader))


def _chosen(reader: Reader, shelf: Shelf, options: list[tuple[str, OptionLabels]]) -> dict[str, str]:
    """The values chosen, in the product's order of options."""
    picked: dict[str, str] = {}
    for item in iris(reader, "optionValues"):
        code = code_of(item)
        option = _option_of(item, code, shelf)
        labels = shelf.options.get(option)
        picked[option] = (labels.values.get(code) if labels else None) or code
    ordered = {labels.name: picked.pop(code) for code, labels in options if code in picked}
    rest = {shelf.options[code].name if code in shelf.options else code: value for code, value in picked.items()}
    return {**ordered, **rest}


def _option_of(item: Any, value: str, shelf: Shelf) -> str:
    """…/product-options/{option}/values/{value}; elsewhere the option that has such a value."""
    iri = item.get("@id") if isinstance(item, Mapping) else item
    parts = str(iri or "").rstrip("/").split("/")
    if len(parts) > 3 and parts[-2] == "values":
        return code_of(parts[-3])
    return next((code for code, labels in shelf.options.items() if value in labels.values), value)


def _options(options: list[tuple[str, OptionLabels]], variants: list[ProductVariant]) -> tuple[ProductOption, ...]:
    made = []
    for place, (code, labels) in enumerate(options):
        used = dict.fromkeys(v.option_values[labels.name] for v in variants if labels.name in v.option_values)
        known = [label for label in dict.fromkeys(labels.values.values()) if label in used]
        values = tuple(dict.fromkeys([*known, *used]))
        made.append(ProductOption(name=labels.name, values=values, position=place, id=code))
    return tuple(made)


def _images(reader: Reader) -> list[tuple[ProductImage, tuple[str, ...]]]:
    """Pictures with the variants they show. Sylius has no alt text; the type ("main") is none."""
    made = []
    for place, row in enumerate(objects(reader, "images")):
        url = row.text("path")
        if url:
            position = row.integer("position")
            image = ProductImage(url=url, position=place if position is None else position, id=row.text("id"))
            made.append((image, tuple(refs(row, "productVariants"))))
    return sorted(made, key=lambda pair: pair[0].position)


def _attribute(reader: Reader, code: str, locales: tuple[str, ...]) -> str:
    """The value of an attribute in the first fitting locale, or in none, or any."""
    if not code:
        return ""
    mine = [row for row in objects(reader, "attributes") if code in (row.text("code"), ref(row, "attribute"))]
    ranks = {locale: rank for rank, locale in enumerate(locales)}
    mine.sort(key=lambda row: ranks.get(row.text("localeCode"), len(ranks) + bool(row.text("localeCode"))))
    return next((words for row in mine if (words := _value(row))), "")


def _value(row: Reader) -> str:
    value = row.raw.get("value")
    if isinstance(value, list):
        return ", ".join(one_line(str(item)) for item in value)
    return "" if isinstance(value, bool | Mapping) else one_line(row.text("value"))


def _categories(reader: Reader, shelf: Shelf) -> tuple[str, ...]:
    """The names of the product's taxons, the main one first."""
    codes = [ref(reader, "mainTaxon")]
    for item in iris(reader, "productTaxons"):
        inner = item.get("taxon") if isinstance(item, Mapping) else None
        codes.append(code_of(inner) if inner is not None else shelf.places.get(code_of(item), ""))
    return tuple(dict.fromkeys(shelf.taxons.get(code) or code for code in codes if code))


@drifting
def to_options(options: Iterable[Any], values: Iterable[Any], locales: tuple[str, ...]) -> dict[str, OptionLabels]:
    """The shop's options with their values' labels, from the rows of both lists."""
    labels: dict[str, dict[str, str]] = {}
    for row in values:
        reader = Reader(row, "code")
        code = reader.id("code")
        labels.setdefault(ref(reader, "option"), {})[code] = one_line(in_words(reader, "value", locales)) or code
    made = {}
    for row in options:
        reader = Reader(row, "code")
        code = reader.id("code")
        mine = labels.get(code, {})
        order = [value for value in refs(reader, "values") if value in mine]
        ordered = {value: mine[value] for value in dict.fromkeys([*order, *mine])}
        made[code] = OptionLabels(one_line(in_words(reader, "name", locales)) or code, ordered)
    return made
