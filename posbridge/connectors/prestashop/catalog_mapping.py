"""Products, combinations and stock rows → ours. Each combination is a variant, as is a product without any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.prestashop.reading import (
    DEFAULT_CURRENCY,
    amount,
    code,
    links,
    moment,
    money,
    on,
    ref,
    words,
)
from posbridge.connectors.text import Reader, each, one_line, plain_text
from posbridge.domain.catalog import Product, ProductImage, ProductOption, ProductStatus, ProductVariant, variant_title
from posbridge.domain.inventory import StockLevel
from posbridge.domain.money import Money

#: Root and Home hold everything and say nothing.
_ROOTS = ("1", "2")
_UNITS = {"kg": "kg", "g": "g", "lb": "lb", "lbs": "lb", "oz": "oz"}


@dataclass(frozen=True)
class Term:
    """A name with its place in the shop's order; a value also names its group."""

    name: str
    position: int = 0
    group: str = ""


@dataclass(frozen=True)
class Special:
    """A price that holds for everybody: `price` None keeps the product's. `taxed` says that `off` is with tax."""

    attribute: str
    price: Decimal | None
    percent: Decimal = Decimal(0)
    off: Decimal = Decimal(0)
    taxed: bool = True


@dataclass(frozen=True)
class Shelf:
    """What a product's own data does not say. All maps are by PrestaShop's ids.

    `rates` are percents by tax group, `pictures` the beginning of a picture's address ("" gives the path of the web
    service, which needs the key). `language` is the id of the language wanted.
    """

    currency: str = DEFAULT_CURRENCY
    timezone: str = "UTC"
    language: str = ""
    weight_unit: str = "kg"
    pictures: str = ""
    prices_include_tax: bool = False
    counts_stock: bool = True
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    groups: Mapping[str, Term] = field(default_factory=dict)
    values: Mapping[str, Term] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    specials: Mapping[str, tuple[Special, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Beside:
    """What belongs to one product: its combinations' rows and its stock by combination ("0" is the product's own)."""

    combinations: Sequence[Any] = ()
    stock: Mapping[str, Decimal] = field(default_factory=dict)


def variant_id(product: str, combination: str = "") -> str:
    """Products and combinations are numbered apart, so a variant is named by both: "24-41", "20-0"."""
    return f"{product}-{combination or '0'}"


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
    title = one_line(words(reader, "name", shelf.language))
    images = _images(reader, shelf)
    rows = [Reader(row) for row in beside.combinations]
    return Product(
        id=reader.id(),
        title=title,
        description=_description(reader, shelf),
        categories=_categories(reader, shelf),
        brand=one_line(words(reader, "manufacturer_name")),
        status=_status(reader),
        options=_options(rows, shelf),
        images=images,
        variants=_variants(reader, rows, beside.stock, images, shelf),
        updated_at=moment(reader, "date_upd", shelf.timezone),
        extra=_extra(reader),
    )


def _description(reader: Reader, shelf: Shelf) -> str:
    texts = (plain_text(words(reader, key, shelf.language)) for key in ("description", "description_short"))
    return next((text for text in texts if text), "")


def _categories(reader: Reader, shelf: Shelf) -> tuple[str, ...]:
    ids = [link.id() for link in links(reader, "categories")]
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
    ids = [link.id() for link in links(reader, "images")]
    cover = ref(reader, "id_default_image")
    ordered = ([cover] if cover in ids else []) + [ident for ident in ids if ident != cover]
    return tuple(_image(ident, reader.id(), place, shelf) for place, ident in enumerate(dict.fromkeys(ordered)))


def _image(ident: str, product: str, place: int, shelf: Shelf) -> ProductImage:
    path = f"{shelf.pictures}/{'/'.join(ident)}/{ident}.jpg" if shelf.pictures else f"images/products/{product}/{ident}"
    return ProductImage(url=path, position=place, id=ident)


def _terms(row: Reader, shelf: Shelf) -> list[tuple[str, str, Term]]:
    """(group id, group's name, value) of a combination, in the order of the shop's groups."""
    found = [
        shelf.values.get(ident, Term(ident)) for ident in (link.id() for link in links(row, "product_option_values"))
    ]
    named = [
        (value.group or f"?{place}", shelf.groups.get(value.group, Term(f"Option {value.group or place}")), value)
        for place, value in enumerate(found, start=1)
    ]
    named.sort(key=lambda entry: (entry[1].position, entry[0]))
    return [(ident, group.name, value) for ident, group, value in named]


def _options(rows: Sequence[Reader], shelf: Shelf) -> tuple[ProductOption, ...]:
    names: dict[str, str] = {}
    values: dict[str, dict[str, int]] = {}
    for row in rows:
        for ident, name, value in _terms(row, shelf):
            names[ident] = name
            values.setdefault(ident, {})[value.name] = value.position
    groups = sorted(names, key=lambda ident: (shelf.groups.get(ident, Term("")).position, ident))
    return tuple(
        ProductOption(name=names[ident], values=_sorted(values[ident]), position=place, id=ident.lstrip("?"))
        for place, ident in enumerate(groups)
    )


def _sorted(values: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(values, key=lambda name: values[name]))


def _variants(
    reader: Reader, rows: Sequence[Reader], stock: Mapping[str, Decimal], images: Sequence[ProductImage], shelf: Shelf
) -> tuple[ProductVariant, ...]:
    listed = [link.id() for link in links(reader, "combinations")]
    amount(reader, "price")  # a price of another shape parks the product, also while its combinations are not read
    if not listed and not rows:
        return (_variant(reader, None, stock.get("0"), images, shelf),)
    made = {row.id(): _variant(reader, row, stock.get(row.id()), images, shelf) for row in rows}
    # A combination that was not read has no price: it cannot be sold.
    every = {ident: _unread(reader, ident) for ident in listed if ident not in made} | made
    ordered = [every.pop(ident) for ident in dict.fromkeys(listed)] + list(every.values())
    return tuple(variant.model_copy(update={"position": place}) for place, variant in enumerate(ordered))


def _unread(reader: Reader, ident: str) -> ProductVariant:
    return ProductVariant(id=variant_id(reader.id(), ident), available=False)


def _variant(
    product: Reader, row: Reader | None, pieces: Decimal | None, images: Sequence[ProductImage], shelf: Shelf
) -> ProductVariant:
    own = row or product
    chosen = {name: value.name for _, name, value in _terms(row, shelf)} if row else {}
    price, compare = prices(product, row, shelf)
    weight = (product.decimal("weight") or Decimal(0)) + ((row.decimal("weight") or Decimal(0)) if row else 0)
    group = ref(product, "id_tax_rules_group")
    return ProductVariant(
        id=variant_id(product.id(), row.id() if row else ""),
        title=variant_title(one_line(words(product, "name", shelf.language)), chosen),
        sku=code(own, "reference") or code(product, "reference"),
        barcode=code(own, "ean13", "upc", "isbn") or ("" if row is None else code(product, "ean13", "upc", "isbn")),
        price=price,
        compare_at_price=compare,
        inventory_quantity=pieces if shelf.counts_stock else None,
        option_values=chosen,
        weight=weight or None,
        weight_unit=_UNITS.get(shelf.weight_unit.lower(), shelf.weight_unit) if weight else "",
        tax_class=group or "0",
        taxable=bool(group),
        available=_status(product) is ProductStatus.ACTIVE and on(product, "available_for_order", True),
        image=_own_image(row, images) if row else None,
    )


def _own_image(row: Reader, images: Sequence[ProductImage]) -> ProductImage | None:
    ids = [link.id() for link in links(row, "images")]
    return next((image for image in images if image.id in ids), None)


def prices(product: Reader, row: Reader | None, shelf: Shelf) -> tuple[Money | None, Money | None]:
    """What is asked now, and what was asked before a reduction. Products hold prices without tax; a combination's is
    added to its product's and may be negative."""
    base = amount(product, "price")
    if base is None:
        return None, None
    impact = (amount(row, "price") or Decimal(0)) if row else Decimal(0)
    rate = shelf.rates.get(ref(product, "id_tax_rules_group"), Decimal(0)) / 100
    special = _special(shelf.specials.get(product.id(), ()), row.id() if row else "0")
    regular = base + impact
    asked = regular if special is None else _reduced(base, impact, rate, special)
    factor = 1 + rate if shelf.prices_include_tax else Decimal(1)
    now, before = money(max(asked, Decimal(0)) * factor, shelf.currency), money(regular * factor, shelf.currency)
    return now, before if special is not None and before > now else None


def _special(found: Sequence[Special], combination: str) -> Special | None:
    """The combination's own before the product's."""
    own = [special for special in found if special.attribute == combination and combination != "0"]
    return next(iter([*own, *(special for special in found if special.attribute == "0")]), None)


def _reduced(base: Decimal, impact: Decimal, rate: Decimal, special: Special) -> Decimal:
    own_price = special.price is not None and special.attribute != "0"
    price = (base if special.price is None else special.price) + (0 if own_price else impact)
    off = special.off / (1 + rate) if special.taxed else special.off
    return price * (1 - special.percent) - off


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
