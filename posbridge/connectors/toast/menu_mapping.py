"""Toast's published menu in our words: each item once, however often the tree has it, with its sizes as variants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product as combinations
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.connectors.toast.identity import Sold
from posbridge.connectors.toast.modifiers import Choice, Group, Modifiers, described
from posbridge.connectors.toast.reading import DEFAULT_CURRENCY, drifting, guid_of, money, number
from posbridge.connectors.toast.retail import options_of, picked, retail
from posbridge.domain.catalog import Product, ProductImage, ProductOption, ProductStatus, ProductVariant
from posbridge.domain.inventory import WeightRule
from posbridge.domain.money import Money

#: The title of an item without a name (facts, section 3).
NAMELESS = "Missing name"
#: How the choice is called where an item has another price in another menu.
MENU = "Menu"
#: Goods of a unit of measure are sold in decimal quantities; the step is a guess, Toast states none.
STEP = "0.01"
#: Deeper trees of groups than this are no menu.
_DEEPEST = 20
_MOST_VARIANTS = 100
_NO_UNIT = ("", "NONE")
#: Where a thing has to be shown for a till to offer it: at the till itself, at a kiosk, at programs that order.
_OFFERED = {"POS", "KIOSK", "ORDERING_PARTNERS"}


@dataclass(frozen=True)
class Placed:
    """An item where it stands in the tree: the group it must be ordered with, and the names on its path.

    `shown` False: the restaurant hides it there, or the group or menu around it, from every till and kiosk.
    """

    item: Reader
    group: str
    path: tuple[str, ...]
    availability: Mapping[str, Any]
    shown: bool = True


@dataclass
class Menu:
    """A menu as it was published: its items in the tree's order, by item or, for retail goods, by their product."""

    updated: str = ""
    zone: str = ""
    currency: str = DEFAULT_CURRENCY
    modifiers: Modifiers = field(default_factory=Modifiers)
    places: dict[str, list[Placed]] = field(default_factory=dict)
    parked: list[SchemaDrift] = field(default_factory=list)


@drifting
def to_products(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> list[Product]:
    """The products of a menus answer (V2 or V3), of a list of menus or items, or of one item, in their order.

    Raises SchemaDrift with the GUID of an item that cannot be read.
    """
    menu = read_menu(raw, currency)
    if menu.parked:
        raise menu.parked[0]
    return [to_product(key, menu) for key in menu.places]


def read_menu(raw: Any, currency: str = DEFAULT_CURRENCY) -> Menu:
    """The tree taken apart; items that cannot be read at all are `parked`."""
    whole: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    reader = Reader(whole, "restaurantGuid")
    menu = Menu(
        reader.text("lastUpdated"), reader.text("restaurantTimeZone"), currency, Modifiers.read(whole, currency)
    )
    for place in _found(raw, reader):
        try:
            key = retail(place.item).text("id") or place.item.id("guid")
            menu.places.setdefault(key, []).append(place)
        except SchemaDrift as problem:
            problem.object_id = problem.object_id or guid_of(place.item.raw)
            menu.parked.append(problem)
    return menu


def _found(raw: Any, reader: Reader) -> Iterator[Placed]:
    if isinstance(raw, list):
        menus = [Reader(one, "guid") for one in raw]
    else:
        menus = reader.objects("menus") if "menus" in reader.raw else [Reader(raw, "guid")]
    for menu in menus:
        if menu.raw.get("menuGroups") is None and menu.raw.get("menuItems") is None and guid_of(menu.raw):
            yield Placed(menu, "", (), {}, _shown(menu))
            continue
        hours = dict(menu.object("availability").raw)
        for group in menu.objects("menuGroups"):
            yield from _in_group(group, Placed(menu, "", (one_line(menu.text("name")),), hours, _shown(menu)), 1)


def _in_group(group: Reader, above: Placed, depth: int) -> Iterator[Placed]:
    """The items of a group and of those in it; `above` is what stands around it."""
    if depth > _DEEPEST:
        raise SchemaDrift("The menu's groups have no end.")
    here, shown = (*above.path, one_line(group.text("name"))), above.shown and _shown(group)
    for item in group.objects("menuItems"):
        one = Reader(item.raw, "guid")
        yield Placed(one, group.text("guid"), here, above.availability, shown and _shown(one))
    for inner in group.objects("menuGroups"):
        yield from _in_group(inner, Placed(group, "", here, above.availability, shown), depth + 1)


def _shown(thing: Reader) -> bool:
    """V3 does not say where a thing is shown: then it is."""
    said = thing.raw.get("visibility")
    return not isinstance(said, list) or any(one in _OFFERED for one in said if isinstance(one, str))


def _named(place: Placed) -> str:
    return one_line(place.item.text("name")) or NAMELESS


def to_product(key: str, menu: Menu) -> Product:
    """One product of a menu by its key. Raises SchemaDrift with the item's GUID."""
    places = menu.places[key]
    try:
        return _product(key, places, menu)
    except (SchemaDrift, ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as problem:
        words = problem.message if isinstance(problem, SchemaDrift) else f"It cannot be read: {str(problem)[:200]}"
        raise SchemaDrift(words, object_id=guid_of(places[0].item.raw)) from problem


def _product(key: str, places: list[Placed], menu: Menu) -> Product:
    offered = [place for place in places if place.shown]
    places = offered or places
    first = places[0]
    goods = retail(first.item)
    variants = [variant for place in _distinct(places, menu) for variant in _variants(place, menu)]
    made = tuple(variant.model_copy(update={"position": at}) for at, variant in enumerate(_apart(variants)))
    paths = [name for place in places for name in place.path if name]
    return Product(
        id=key,
        title=one_line(goods.text("name")) or _named(first),
        description=plain_text(goods.text("description") or first.item.text("description")),
        categories=tuple(dict.fromkeys(paths)),
        status=ProductStatus.ACTIVE if offered else ProductStatus.DRAFT,
        options=_options(goods, made),
        images=_images(first.item, goods),
        variants=made,
        tags=tuple(dict.fromkeys(one_line(tag.text("name")) for tag in first.item.objects("itemTags"))),
        extra=_extra(places, menu),
    )


def _distinct(places: list[Placed], menu: Menu) -> list[Placed]:
    """One place for each item and price: the same item at the same price in five menus is one variant."""
    seen: dict[tuple[str, Money | None], Placed] = {}
    for place in places:
        seen.setdefault((place.item.id("guid"), money(place.item, "price", menu.currency)), place)
    return list(seen.values())


def _apart(variants: list[ProductVariant]) -> list[ProductVariant]:
    """Variants that no choice tells apart are of different menus: those are then a choice."""
    values = [tuple(sorted(variant.option_values.items())) for variant in variants]
    if len(set(values)) == len(values):
        return variants
    return [
        variant.model_copy(update={"option_values": {**variant.option_values, MENU: str(variant.extra["menu"])}})
        for variant in variants
    ]


def _variants(place: Placed, menu: Menu) -> list[ProductVariant]:
    """The item itself, or one variant for each way to answer its required single choices (sizes above all)."""
    groups = menu.modifiers.of(place.item)
    size = place.item.object("pricingRules").text("sizeSpecificPricingGuid")
    asked = [group for group in groups if group.choices and (group.guid == size or group.single)]
    ways = list(combinations(*[group.choices for group in asked]))[:_MOST_VARIANTS]
    kept = [(group, choice) for group in groups if group not in asked for choice in group.defaults]
    unmet = [group for group in groups if group not in asked and len(group.defaults) < group.least]
    return [_variant(place, menu, list(zip(asked, way, strict=True)), kept, unmet, size) for way in ways]


Picked = list[tuple[Group, Choice]]


def _variant(place: Placed, menu: Menu, chosen: Picked, kept: Picked, unmet: list[Group], size: str) -> ProductVariant:
    item, strategy = place.item, place.item.text("pricingStrategy")
    goods, is_open = retail(item), strategy == "OPEN_PRICE"
    options = tuple((group.guid, choice.guid) for group, choice in [*chosen, *kept])
    values = picked(goods) | {group.name: choice.name for group, choice in chosen}
    unit, plu = _unit(item), item.text("plu").strip()
    sizes = [choice for group, choice in chosen if group.guid == size]
    return ProductVariant(
        id=Sold(item.id("guid"), place.group, options, is_open).id,
        title=one_line(goods.text("variant_name")) or _named(place),
        sku=_sku(item, sizes),
        barcode=plu if is_barcode(plu) else "",
        price=None if is_open else _price(item, chosen, size, menu.currency),
        option_values=values,
        weight=number(item, "weight"),
        weight_unit=item.text("weightUnitOfMeasure").lower().replace("none", ""),
        unit=unit or "piece",
        weighing=WeightRule(unit=unit, minimum=STEP, increment=STEP) if unit else None,
        tax_class=tax_class(item),
        taxable=bool(item.items("taxInfo")),
        available=not unmet,
        extra=_variant_extra(place, strategy, plu, unmet),
    )


def _sku(item: Reader, sizes: list[Choice]) -> str:
    """The size's own, where it has one; sizes without are told apart by their place, not by the item's SKU."""
    own = next((choice.sku for choice in sizes if choice.sku), "")
    return own or item.text("sku").strip()


def _price(item: Reader, chosen: Picked, size: str, currency: str) -> Money | None:
    """The size's price where there is one, else the item's; what other required choices cost comes on top."""
    base = money(item, "price", currency)
    more = 0
    for group, choice in chosen:
        if group.guid == size:
            base = choice.price
        elif choice.price is not None:
            more += choice.price.amount
    return None if base is None else Money(amount=base.amount + more, currency=currency)


def _unit(item: Reader) -> str:
    said = item.text("unitOfMeasure").strip().upper()
    return "" if said in _NO_UNIT else said.lower().replace("_", " ")


def tax_class(item: Reader) -> str:
    """The GUIDs of an item's tax rates, joined: how `probe` calls its rates too. "" without any."""
    return "+".join(sorted(str(guid) for guid in item.items("taxInfo")))


def is_barcode(plu: str) -> bool:
    """Toast has no barcodes; a PLU that is a whole GTIN (8, 12, 13 or 14 digits, check digit right) is one."""
    if len(plu) not in (8, 12, 13, 14) or not plu.isascii() or not plu.isdigit():
        return False
    weighed = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(plu)))
    return weighed % 10 == 0


def _variant_extra(place: Placed, strategy: str, plu: str, unmet: list[Group]) -> dict[str, Any]:
    known: dict[str, Any] = {
        "menu": place.path[0] if place.path else "",
        "group": place.group,
        "plu": plu,
        "strategy": strategy,
        "availability": {} if place.availability.get("alwaysAvailable", True) else dict(place.availability),
        "rules": place.item.object("pricingRules").items("timeSpecificPricingRules"),
        "tax_inclusion": place.item.text("taxInclusion"),
        "discountable": None if place.item.flag("isDiscountable", True) else False,
        "unmet": [group.name for group in unmet],
    }
    return {name: value for name, value in known.items() if value not in (None, "", [], {}) or name == "menu"}


def _options(goods: Reader, variants: tuple[ProductVariant, ...]) -> tuple[ProductOption, ...]:
    """Retail goods name their options in order; the others' are those that the variants answer."""
    known = options_of(goods)
    for variant in variants:
        for name, value in variant.option_values.items():
            values = known.setdefault(name, [])
            if value not in values:
                values.append(value)
    return tuple(
        ProductOption(name=name, values=tuple(values), position=at) for at, (name, values) in enumerate(known.items())
    )


def _images(item: Reader, goods: Reader) -> tuple[ProductImage, ...]:
    """The picture, the further ones and the retail product's, each once; Toast has no words for them."""
    urls = [*goods.items("images"), item.text("image")]
    urls += [one.get("url") if isinstance(one, Mapping) else one for one in item.items("images")]
    known = dict.fromkeys(url for url in urls if isinstance(url, str) and url)
    return tuple(ProductImage(url=url, position=at) for at, url in enumerate(known))


def _extra(places: list[Placed], menu: Menu) -> dict[str, Any]:
    item = places[0].item
    known: dict[str, Any] = {
        "multi_location_id": item.text("multiLocationId"),
        "sales_category": one_line(item.object("salesCategory").text("name")),
        "visibility": [str(one) for one in item.items("visibility")],
        "modifiers": [described(group) for group in menu.modifiers.of(item)],
        "alcohol": item.object("contentAdvisories").object("alcohol").text("containsAlcohol") == "YES",
        "allergens": [one_line(one.text("name")) for one in item.objects("allergens")],
        "groups": [{"group": place.group, "path": list(place.path)} for place in places if place.group],
    }
    return {name: value for name, value in known.items() if value not in (None, "", [], False)}
