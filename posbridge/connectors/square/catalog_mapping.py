"""Square's catalog in our words: items, variations, options, pictures, categories, units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.square.reading import DEFAULT_CURRENCY, drifting, listed, money, texts
from posbridge.connectors.text import Reader, each, one_line, plain_text
from posbridge.domain.catalog import Product, ProductImage, ProductOption, ProductStatus, ProductVariant
from posbridge.domain.money import Money

#: The tax class of items without any tax; `probe` gives it no rates.
UNTAXED = "none"
#: How the choice is called where an item has variations but no item options.
VARIATION = "Variation"
ENVELOPES = ("objects", "items", "object", "catalog_object")

_UNITS = {
    "METRIC_GRAM": "g", "METRIC_KILOGRAM": "kg", "METRIC_MILLIGRAM": "mg", "IMPERIAL_WEIGHT_OUNCE": "oz",
    "IMPERIAL_POUND": "lb", "IMPERIAL_STONE": "st", "METRIC_LITER": "l", "METRIC_MILLILITER": "ml",
    "METRIC_METER": "m", "METRIC_CENTIMETER": "cm", "METRIC_MILLIMETER": "mm", "GENERIC_HOUR": "h", "UNIT": "piece",
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """An item option: its name, and the names of its values by id, in Square's order."""

    name: str
    values: dict[str, str]


@dataclass
class Shelf:
    """What items point at, by id."""

    categories: dict[str, str] = field(default_factory=dict)
    images: dict[str, ProductImage] = field(default_factory=dict)
    options: dict[str, Choice] = field(default_factory=dict)
    units: dict[str, tuple[str, int]] = field(default_factory=dict)
    taxes: dict[str, bool] = field(default_factory=dict)

    def add(self, raw: Any) -> None:
        """Remembers one object; types that items do not point at are passed over. Raises SchemaDrift."""
        reader = Reader(raw)
        read = {
            "CATEGORY": self._category, "IMAGE": self._image, "ITEM_OPTION": self._option,
            "MEASUREMENT_UNIT": self._unit, "TAX": self._tax,
        }.get(reader.text("type"))  # fmt: skip
        if read is not None and not reader.flag("is_deleted"):
            read(reader)

    def over(self, other: Shelf) -> Shelf:
        """Both; what is here wins."""
        return Shelf(
            {**other.categories, **self.categories},
            {**other.images, **self.images},
            {**other.options, **self.options},
            {**other.units, **self.units},
            {**other.taxes, **self.taxes},
        )

    def _category(self, reader: Reader) -> None:
        self.categories[reader.id()] = one_line(reader.object("category_data").text("name"))

    def _image(self, reader: Reader) -> None:
        data = reader.object("image_data")
        alt = one_line(plain_text(data.text("caption")))
        self.images[reader.id()] = ProductImage(url=data.text("url"), alt=alt, id=reader.id())

    def _option(self, reader: Reader) -> None:
        data = reader.object("item_option_data")
        rows: list[tuple[int, int, str, str]] = []
        for value in data.objects("values"):
            inner = value.object("item_option_value_data")
            rows.append((inner.integer("ordinal") or 0, len(rows), value.text("id"), one_line(inner.text("name"))))
        name = one_line(data.text("display_name") or data.text("name"))
        self.options[reader.id()] = Choice(name, {key: label for _, _, key, label in sorted(rows)})

    def _unit(self, reader: Reader) -> None:
        data = reader.object("measurement_unit_data")
        precision = data.integer("precision")
        self.units[reader.id()] = (_unit_name(data.object("measurement_unit")), 3 if precision is None else precision)

    def _tax(self, reader: Reader) -> None:
        self.taxes[reader.id()] = reader.object("tax_data").flag("enabled", True)


def _unit_name(unit: Reader) -> str:
    custom = unit.object("custom_unit")
    if custom.text("abbreviation") or custom.text("name"):
        return one_line(custom.text("abbreviation") or custom.text("name"))
    kinds = ("weight_unit", "volume_unit", "length_unit", "area_unit", "time_unit", "generic_unit")
    said = next((unit.text(kind) for kind in kinds if unit.text(kind)), "UNIT")
    return _UNITS.get(said, said.lower().replace("_", " "))


@drifting
def to_products(
    raw: Any, *, location: str = "", related: Iterable[Any] = (), currency: str = DEFAULT_CURRENCY
) -> list[Product]:
    """The items of a page as Square sends it (its envelope, a bare list, or one object), in its order.

    Other objects of the page, its `related_objects` and `related` say what the items point at. `location` chooses
    that place's prices and presence. Raises SchemaDrift with the id of an item that cannot be read.
    """
    shelf, items = Shelf(), []
    beside = raw.get("related_objects") if isinstance(raw, Mapping) else None
    for each_one in [*related, *(beside if isinstance(beside, list) else []), *listed(raw, *ENVELOPES)]:
        if isinstance(each_one, Mapping) and each_one.get("type") == "ITEM":
            items.append(each_one)
        else:
            shelf.add(each_one)
    wanted = {id(item) for item in listed(raw, *ENVELOPES)}
    return [to_product(item, shelf, location, currency) for item in items if id(item) in wanted]


def read_page(
    raw: Any, known: Shelf, location: str, currency: str
) -> tuple[list[Product], list[str], list[SchemaDrift]]:
    """A page's products, the ids of deleted items, and what could not be read."""
    shelf = Shelf()
    objects = listed(raw, *ENVELOPES)
    beside = raw.get("related_objects") if isinstance(raw, Mapping) else None
    others = [one for one in [*(beside if isinstance(beside, list) else []), *objects] if not _is_item(one)]
    _, parked = each(others, shelf.add)
    shelf = shelf.over(known)
    items = [one for one in objects if _is_item(one)]
    gone = [str(one["id"]) for one in items if one.get("is_deleted") is True and one.get("id")]
    left = [one for one in items if one.get("is_deleted") is not True]
    products, more = each(left, lambda one: to_product(one, shelf, location, currency))
    return products, gone, [*parked, *more]


def _is_item(raw: Any) -> bool:
    return isinstance(raw, Mapping) and raw.get("type") == "ITEM"


@drifting
def to_product(raw: Any, shelf: Shelf, location: str = "", currency: str = DEFAULT_CURRENCY) -> Product:
    """One item, with what `shelf` knows of the objects it points at."""
    reader = Reader(raw)
    data = reader.object("item_data")
    variations = sorted(data.objects("variations"), key=lambda one: _ordinal(one))
    choices = _choices(data, variations, shelf)
    item = _Item(reader, data, choices, shelf, location, currency)
    return Product(
        id=reader.id(),
        title=one_line(data.text("name") or data.text("abbreviation")),
        description=_description(data),
        categories=_categories(data, shelf),
        status=_status(reader, data, location),
        options=_options(choices, variations, shelf),
        images=_images(texts(data, "image_ids"), shelf),
        variants=tuple(_variant(one, at, item) for at, one in enumerate(variations) if not one.flag("is_deleted")),
        updated_at=reader.utc("updated_at"),
        extra=_known({"version": reader.integer("version"), "product_type": data.text("product_type")}),
    )


@dataclass(frozen=True)
class _Item:
    """What a variation needs of its item."""

    reader: Reader
    data: Reader
    choices: tuple[tuple[str, str], ...]
    shelf: Shelf
    location: str
    currency: str


def _ordinal(variation: Reader) -> int:
    return variation.object("item_variation_data").integer("ordinal") or 0


def _known(extra: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in extra.items() if value not in (None, "", False)}


def _description(data: Reader) -> str:
    plain = data.text("description_plaintext")
    return plain_text(data.text("description_html") or plain or data.text("description"))


def _categories(data: Reader, shelf: Shelf) -> tuple[str, ...]:
    entries = sorted(data.objects("categories"), key=lambda one: one.integer("ordinal") or 0)
    ids = [entry.text("id") for entry in entries] or [data.text("category_id")]
    ids.append(data.object("reporting_category").text("id"))
    names = (shelf.categories.get(key, "") for key in dict.fromkeys(ids))
    return tuple(dict.fromkeys(name for name in names if name))


def _status(reader: Reader, data: Reader, location: str) -> ProductStatus:
    if reader.flag("is_deleted"):
        return ProductStatus.DELETED
    if data.flag("is_archived"):
        return ProductStatus.ARCHIVED
    return ProductStatus.ACTIVE if present(reader, location) else ProductStatus.DRAFT


def present(reader: Reader, location: str) -> bool:
    """Whether an object is offered at a location (everywhere counts when none is named)."""
    everywhere = reader.flag("present_at_all_locations", True)
    here, away = texts(reader, "present_at_location_ids"), texts(reader, "absent_at_location_ids")
    if not location:
        return everywhere or bool(here)
    return location not in away if everywhere else location in here


def _images(ids: Iterable[str], shelf: Shelf) -> tuple[ProductImage, ...]:
    found = [shelf.images[key] for key in dict.fromkeys(ids) if key in shelf.images]
    shown = [image for image in found if image.url]
    return tuple(_placed(image, at) for at, image in enumerate(shown))


def _placed(image: ProductImage, at: int) -> ProductImage:
    return image if image.position == at else image.model_copy(update={"position": at})


def _choices(data: Reader, variations: list[Reader], shelf: Shelf) -> tuple[tuple[str, str], ...]:
    """The item's options in order: (id, name). Without item options, several variations are one choice."""
    ids = [one.text("item_option_id") for one in data.objects("item_options")]
    if ids:
        named = ((key, shelf.options[key].name if key in shelf.options else "") for key in ids)
        return tuple((key, name or f"Option {at}") for at, (key, name) in enumerate(named, start=1))
    return (("", VARIATION),) if len(variations) > 1 else ()


def _chosen(data: Reader, choices: tuple[tuple[str, str], ...], shelf: Shelf) -> dict[str, str]:
    """Option name → value of one variation; where an option was not read, its part of the variation's name."""
    if not choices:
        return {}
    name = one_line(data.text("name"))
    if choices[0][0] == "":
        return {choices[0][1]: name} if name else {}
    parts = name.split(", ") if name.count(", ") == len(choices) - 1 else [name] * len(choices)
    pairs = data.objects("item_option_values")
    values = {one.text("item_option_id"): one.text("item_option_value_id") for one in pairs}
    chosen = {}
    for at, (key, label) in enumerate(choices):
        known = shelf.options[key].values if key in shelf.options else {}
        chosen[label] = known.get(values.get(key, ""), "") or parts[at]
    return {label: value for label, value in chosen.items() if value}


def _options(choices: tuple[tuple[str, str], ...], variations: list[Reader], shelf: Shelf) -> tuple[ProductOption, ...]:
    if not choices:
        return ()
    used = [_chosen(one.object("item_variation_data"), choices, shelf) for one in variations]
    made = []
    for at, (key, name) in enumerate(choices):
        here = [row[name] for row in used if name in row]
        known = shelf.options[key].values.values() if key in shelf.options else ()
        ordered = [value for value in known if value in here]
        values = tuple(dict.fromkeys([*ordered, *here]))
        made.append(ProductOption(name=name, values=values, position=at, id=key))
    return tuple(option for option in made if option.values)


def _variant(reader: Reader, position: int, item: _Item) -> ProductVariant:
    data = reader.object("item_variation_data")
    place = _override(data, item.location)
    variable = (place.text("pricing_type") or data.text("pricing_type")) == "VARIABLE_PRICING"
    price = None if variable else _price(place, data, item.currency)
    unit, precision = item.shelf.units.get(data.text("measurement_unit_id"), ("piece", 0))
    images = _images(texts(data, "image_ids"), item.shelf)
    sellable = data.flag("sellable", True) and not place.flag("sold_out")
    return ProductVariant(
        id=reader.id(),
        title=one_line(data.text("name")),
        sku=data.text("sku").strip(),
        barcode=data.text("upc").strip(),
        price=price if price is None or price.amount >= 0 else None,
        option_values=_chosen(data, item.choices, item.shelf),
        unit=unit,
        tax_class=_tax_class(item),
        taxable=item.data.flag("is_taxable", True),
        available=sellable and present(reader, item.location),
        position=position,
        image=images[0] if images else None,
        extra=_known({
            "version": reader.integer("version"), "variable_price": variable, "precision": precision,
            "tracked": place.flag("track_inventory") or data.flag("track_inventory"),
        }),
    )  # fmt: skip


def _price(place: Reader, data: Reader, currency: str) -> Money | None:
    own = money(place, "price_money", currency)
    return money(data, "price_money", currency) if own is None else own


def _override(data: Reader, location: str) -> Reader:
    rows = [row for row in data.objects("location_overrides") if location and row.text("location_id") == location]
    return rows[0] if rows else Reader({})


def _tax_class(item: _Item) -> str:
    """The ids of the item's taxes, joined; `probe` gives the rates under the same names."""
    ids = [key for key in texts(item.data, "tax_ids") if item.shelf.taxes.get(key, True)]
    return tax_class(ids)


def tax_class(ids: Iterable[str]) -> str:
    """How a set of Square's taxes is called."""
    return "+".join(sorted(set(ids))) or UNTAXED


def from_product(product: Product, current: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The catalog object for UpsertCatalogObject: a new one, or `current` (as Square has it) with our fields in it.

    Square replaces the whole object, so what we do not know of is kept from `current`.
    """
    item = dict((current or {}).get("item_data") or {})
    item |= {"name": product.title, "description_html": f"<p>{_escaped(product.description)}</p>"}
    item.pop("description", None)
    item.pop("description_plaintext", None)
    item["is_archived"] = product.status is ProductStatus.ARCHIVED
    before = {str(one.get("id")): one for one in item.get("variations") or ()}
    key = str((current or {}).get("id") or "#item")
    item["variations"] = [_from_variant(one, at, key, before) for at, one in enumerate(product.variants)]
    kept = {name: value for name, value in (current or {}).items() if name not in ("updated_at", "created_at")}
    return {"present_at_all_locations": True, **kept, "type": "ITEM", "id": key, "item_data": item}


def _from_variant(variant: ProductVariant, at: int, item_id: str, before: Mapping[str, Any]) -> dict[str, Any]:
    was = dict(before.get(variant.id) or {"present_at_all_locations": True})
    data = dict(was.get("item_variation_data") or {})
    data |= {"item_id": item_id, "name": variant.title or ", ".join(variant.option_values.values()) or "Regular"}
    data |= {"sku": variant.sku, "upc": variant.barcode}
    data["pricing_type"] = "VARIABLE_PRICING" if variant.price is None else "FIXED_PRICING"
    data.pop("price_money", None)
    if variant.price is not None:
        data["price_money"] = {"amount": variant.price.amount, "currency": variant.price.currency}
    was = {name: value for name, value in was.items() if name not in ("updated_at", "created_at")}
    return {**was, "type": "ITEM_VARIATION", "id": was.get("id") or f"#variation-{at}", "item_variation_data": data}


def _escaped(text: str) -> str:
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("\n", "<br>")
