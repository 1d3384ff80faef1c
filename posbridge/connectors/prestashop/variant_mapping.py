"""The variants of a product → ours: its combinations, or the product itself; their prices and options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from posbridge.connectors.prestashop.reading import DEFAULT_CURRENCY, amount, code, ids_of, money, on, ref
from posbridge.connectors.text import Reader
from posbridge.domain.catalog import ProductImage, ProductOption, ProductVariant, variant_title
from posbridge.domain.money import Money

_UNITS = {"kg": "kg", "g": "g", "lb": "lb", "lbs": "lb", "oz": "oz"}
_NOTHING = Decimal(0)
_BARCODES = ("ean13", "upc", "isbn")


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


def variant_id(product: str, combination: str = "") -> str:
    """Products and combinations are numbered apart, so a variant is named by both: "24-41", "20-0"."""
    return f"{product}-{combination or '0'}"


#: (group id, group's name, value) of a combination.
Chosen = list[tuple[str, str, Term]]


@dataclass(frozen=True)
class Parent:
    """What all variants of a product share. `base` is its price without tax, None where it says none."""

    reader: Reader
    id: str
    title: str
    base: Decimal | None
    weight: Decimal
    group: str
    available: bool
    images: Sequence[ProductImage] = ()

    @classmethod
    def of(cls, reader: Reader, title: str, active: bool, images: Sequence[ProductImage]) -> Parent:
        return cls(
            reader,
            reader.id(),
            title,
            amount(reader, "price"),
            reader.decimal("weight") or _NOTHING,
            ref(reader, "id_tax_rules_group"),
            active and on(reader, "available_for_order", True),
            images,
        )


def read_variants(
    parent: Parent, rows: Sequence[Reader], stock: Mapping[str, Decimal], shelf: Shelf
) -> tuple[tuple[ProductVariant, ...], tuple[ProductOption, ...]]:
    """The variants in the product's order, and the options that they choose from."""
    listed = ids_of(parent.reader, "combinations")
    if not listed and not rows:
        return (_variant(parent, parent.reader, "0", [], stock.get("0"), shelf, 0),), ()
    chosen = {row.id(): _chosen(row, shelf) for row in rows}
    by_id = {row.id(): row for row in rows}
    ordered = list(dict.fromkeys([*listed, *by_id]))
    made = []
    for place, ident in enumerate(ordered):
        if ident in by_id:
            made.append(_variant(parent, by_id[ident], ident, chosen[ident], stock.get(ident), shelf, place))
        else:
            # A combination that was not read has no price: it cannot be sold.
            made.append(ProductVariant(id=variant_id(parent.id, ident), available=False, position=place))
    return tuple(made), _options(list(chosen.values()), shelf)


def _chosen(row: Reader, shelf: Shelf) -> Chosen:
    """In the order of the shop's groups."""
    found = [shelf.values.get(ident, Term(ident)) for ident in ids_of(row, "product_option_values")]
    named = [
        (value.group or f"?{place}", shelf.groups.get(value.group, Term(f"Option {value.group or place}")), value)
        for place, value in enumerate(found, start=1)
    ]
    named.sort(key=lambda entry: (entry[1].position, entry[0]))
    return [(ident, group.name, value) for ident, group, value in named]


def _options(every: Sequence[Chosen], shelf: Shelf) -> tuple[ProductOption, ...]:
    names: dict[str, str] = {}
    values: dict[str, dict[str, int]] = {}
    for chosen in every:
        for ident, name, value in chosen:
            names[ident] = name
            values.setdefault(ident, {})[value.name] = value.position
    groups = sorted(names, key=lambda ident: (shelf.groups[ident].position if ident in shelf.groups else 0, ident))
    return tuple(
        ProductOption(name=names[ident], values=_sorted(values[ident]), position=place, id=ident.lstrip("?"))
        for place, ident in enumerate(groups)
    )


def _sorted(values: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(values, key=lambda name: values[name]))


def _variant(
    parent: Parent, own: Reader, ident: str, chosen: Chosen, pieces: Decimal | None, shelf: Shelf, place: int
) -> ProductVariant:
    """One variant; what a combination leaves empty is its product's."""
    alone = own is parent.reader
    price, compare = prices(parent, None if alone else own, ident, shelf)
    weight = parent.weight if alone else parent.weight + (own.decimal("weight") or _NOTHING)
    values = {name: value.name for _, name, value in chosen}
    return ProductVariant(
        id=variant_id(parent.id, ident),
        title=variant_title(parent.title, values),
        sku=code(own, "reference") or ("" if alone else code(parent.reader, "reference")),
        barcode=code(own, *_BARCODES) or ("" if alone else code(parent.reader, *_BARCODES)),
        price=price,
        compare_at_price=compare,
        inventory_quantity=pieces if shelf.counts_stock else None,
        option_values=values,
        weight=weight or None,
        weight_unit=_UNITS.get(shelf.weight_unit.lower(), shelf.weight_unit) if weight else "",
        tax_class=parent.group or "0",
        taxable=bool(parent.group),
        available=parent.available,
        position=place,
        image=None if alone else _own_image(own, parent.images),
    )


def _own_image(row: Reader, images: Sequence[ProductImage]) -> ProductImage | None:
    ids = ids_of(row, "images")
    return next((image for image in images if image.id in ids), None)


def prices(parent: Parent, row: Reader | None, ident: str, shelf: Shelf) -> tuple[Money | None, Money | None]:
    """What is asked now, and what was asked before a reduction. Products hold prices without tax; a combination's is
    added to its product's and may be negative."""
    if parent.base is None:
        return None, None
    impact = (amount(row, "price") or _NOTHING) if row is not None else _NOTHING
    rate = shelf.rates.get(parent.group, _NOTHING) / 100
    special = _special(shelf.specials.get(parent.id, ()), ident)
    regular, factor = parent.base + impact, 1 + rate if shelf.prices_include_tax else Decimal(1)
    if special is None:
        return money(max(regular, _NOTHING) * factor, shelf.currency), None
    asked = max(_reduced(parent.base, impact, rate, special), _NOTHING)
    now, before = money(asked * factor, shelf.currency), money(regular * factor, shelf.currency)
    return now, before if before > now else None


def _special(found: Sequence[Special], combination: str) -> Special | None:
    """The combination's own before the product's."""
    own = [special for special in found if special.attribute == combination and combination != "0"]
    return next(iter([*own, *(special for special in found if special.attribute == "0")]), None)


def _reduced(base: Decimal, impact: Decimal, rate: Decimal, special: Special) -> Decimal:
    own_price = special.price is not None and special.attribute != "0"
    price = (base if special.price is None else special.price) + (0 if own_price else impact)
    off = special.off / (1 + rate) if special.taxed else special.off
    return price * (1 - special.percent) - off
