"""Items, menus and discounts of Lightspeed as products and discounts of ours. No input or output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.lightspeed.reading import DEFAULT_CURRENCY, drifting, minor_of
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.domain.catalog import Product, ProductImage, ProductStatus, ProductVariant
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.inventory import WeightRule
from posbridge.domain.money import Money

#: Orders take SKUs of at most 25 characters, items may have 32 (FACTS section 12, trap 5).
LONGEST_SKU = 25
#: The name of the price that counts where no menu says another (FACTS section 3).
USUAL_PRICE = "default"
PERCENT_MODE = "PERCENT"
OPEN_MODES = ("POSITIVE_OPEN_PRICE", "NEGATIVE_OPEN_PRICE")
#: A GUESS: the pricing strategy of a menu entry that lets a program set the price; only the refusing one is known.
FIXED_STRATEGY = "PRICE_CANNOT_BE_CUSTOMIZED"
_NOT_ALONE = ("GROUP", "SEQUENCE", "SUB_ITEM")
_UNITS = {"g": "g", "kg": "kg", "oz": "oz", "lb": "lb"}


@dataclass(frozen=True)
class MenuFacts:
    """What a menu adds to an item: `price` and `tax_amount` in major units; `images` by preference."""

    title: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    price: Decimal | None = None
    images: tuple[str, ...] = ()
    tax_percent: Decimal | None = None
    tax_included: bool | None = None
    open_price: bool = False
    allergens: tuple[str, ...] = ()
    alcohol: bool = False
    modifiers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


Menu = Mapping[str, MenuFacts]


@drifting
def to_menu(raw: Any, *, locale: str = "en") -> dict[str, MenuFacts]:
    """One loaded menu → what it says of each SKU. Deals are sets of items and are not sold alone."""
    found: dict[str, MenuFacts] = {}
    for group in Reader(raw).objects("menuEntryGroups"):
        _walk(group, (), found, locale)
    return found


def _walk(entry: Reader, path: tuple[str, ...], found: dict[str, MenuFacts], locale: str) -> None:
    kind = entry.text("@type") or entry.text("type")
    if kind == "group":
        name = one_line(entry.text("name"))
        for inner in entry.objects("menuEntry"):
            _walk(inner, (*path, name) if name else path, found, locale)
    elif kind == "menuItem" and entry.text("sku"):
        sku, made = entry.text("sku"), _entry(entry, path, locale)
        known = found.get(sku)
        found[sku] = made if known is None else replace(
            known, categories=tuple(dict.fromkeys([*known.categories, *made.categories]))
        )  # fmt: skip


def _entry(entry: Reader, path: tuple[str, ...], locale: str) -> MenuFacts:
    rich = entry.object("itemRichData")
    texts = rich.objects("texts")
    text = next((one for one in texts if one.text("locale") == locale), texts[0] if texts else None)
    pictures = [rich.text(name) for name in ("rawImageUrl", "squareImageUrl", "previewImageUrl")]
    included = entry.flag("taxIncludedInPrice") if entry.raw.get("taxIncludedInPrice") is not None else None
    strategy = entry.text("pricingStrategy")
    return MenuFacts(
        title=one_line(text.text("friendlyDisplayName")) if text else "",
        description=plain_text(text.text("description")) if text else "",
        categories=path,
        price=entry.decimal("productPrice"),
        images=tuple(url for url in pictures if url)[:1],
        tax_percent=tax_percent(entry),
        tax_included=included,
        open_price=bool(strategy) and strategy != FIXED_STRATEGY,
        allergens=tuple(str(code) for code in rich.items("allergenCodes")),
        alcohol=rich.flag("containsAlcohol"),
        modifiers=tuple(_modifiers(entry)),
    )


def tax_percent(entry: Reader) -> Decimal | None:
    """`defaultTaxPercentage`; None when it is not said. A GUESS: above 1 and below 2 it is the multiplier of older
    samples ("1.08" for 8 %), for no country has a rate like 1.08 %."""
    said = entry.decimal("defaultTaxPercentage")
    if said is None or said < 0:
        return None
    return (said - 1) * 100 if 1 < said < 2 else said


def _modifiers(entry: Reader) -> Iterable[tuple[str, tuple[tuple[str, str], ...]]]:
    for group in entry.objects("productionInstructionList"):
        choices = group.objects("productionInstructionList")
        named = tuple((one.text("ikentooModifierId"), one_line(one.text("instruction"))) for one in choices)
        yield one_line(group.text("productionInstructionGroupName")), named


def tax_class(percent: Decimal | None) -> str:
    """Our name for a rate: "8.25"; "" where none is said."""
    return "" if percent is None else f"{percent.normalize():f}"


def to_products(raw: Any, *, currency: str = DEFAULT_CURRENCY, menu: Menu | None = None) -> list[Product]:
    """A page of items (the bare array), or one item; GROUP, SEQUENCE and SUB_ITEM are left out, for they are not
    sold alone. `menu` is what menus say of their SKUs. Raises SchemaDrift."""
    rows = raw if isinstance(raw, list | tuple) else [raw]
    return [product for row in rows if (product := to_product(row, currency=currency, menu=menu)) is not None]


@drifting
def to_product(raw: Any, *, currency: str = DEFAULT_CURRENCY, menu: Menu | None = None) -> Product | None:
    """One item as a product with one variant; None for what is not sold alone."""
    item = Reader(raw)
    if item.text("itemType") in _NOT_ALONE:
        return None
    said = (menu or {}).get(item.text("sku")) or MenuFacts()
    name = one_line(item.text("name"))
    if not name and not said.title:
        raise SchemaDrift("The item has no name.", object_id=item.id())
    group = one_line(item.object("accountingGroup").text("name"))
    return Product(
        id=item.id(),
        title=said.title or name,
        description=said.description,
        categories=tuple(dict.fromkeys(part for part in (group, *said.categories) if part)),
        status=ProductStatus.ACTIVE if _offered(item) else ProductStatus.ARCHIVED,
        images=tuple(ProductImage(url=url, position=at) for at, url in enumerate(said.images)),
        variants=(_variant(item, said, currency),),
        extra=_extra(item, said),
    )


def _offered(item: Reader) -> bool:
    return item.flag("active", True) and not item.flag("disabled")


def _variant(item: Reader, said: MenuFacts, currency: str) -> ProductVariant:
    sku = item.text("sku").strip()
    weighing = _weighing(item, said)
    content = item.decimal("contentValue")
    unit = _UNITS.get(item.text("contentUom").strip().lower(), "")
    price = price_of(item, said)
    return ProductVariant(
        id=item.id(),
        sku=sku,
        barcode=_barcode(item),
        price=None if price is None else Money(amount=minor_of(price, currency), currency=currency),
        weight=content if unit and item.text("contentDimension") == "MASS" and not weighing else None,
        weight_unit=unit if item.text("contentDimension") == "MASS" and not weighing else "",
        unit=weighing.unit if weighing else "piece",
        weighing=weighing,
        tax_class=tax_class(said.tax_percent),
        available=_offered(item) and 0 < len(sku) <= LONGEST_SKU,
    )


def price_of(item: Reader, said: MenuFacts) -> Decimal | None:
    """The menu's price for the account profile, else the item's usual one; None where the cashier types it (zero for
    an open price is no price), and for items whose "price" is a percentage of others."""
    if item.text("priceMode") == PERCENT_MODE:
        return None
    usual = [one for one in item.objects("prices") if one.text("name").strip().casefold() == USUAL_PRICE]
    price = said.price if said.price is not None else usual[0].decimal("amount") if usual else None
    return None if not price and item.text("priceMode") in OPEN_MODES else price


def is_open(item: Reader, said: MenuFacts) -> bool:
    """Whether an order may set the price."""
    return item.text("priceMode") in OPEN_MODES or said.open_price


def _weighing(item: Reader, said: MenuFacts) -> WeightRule | None:
    """Goods of one kilogram (or gram, ounce, pound) whose price is open are weighed off. A GUESS: K-Series has no
    word for it; orders count in whole pieces, so that only an open price can carry a weight (FACTS trap 6)."""
    unit = _UNITS.get(item.text("contentUom").strip().lower(), "")
    if not is_open(item, said) or item.text("contentDimension") != "MASS" or item.decimal("contentValue") != 1:
        return None
    step = Decimal("0.001") if unit in ("kg", "lb") else Decimal("0.01")
    return WeightRule(unit=unit, minimum=step, increment=step) if unit else None


def _barcode(item: Reader) -> str:
    listed = [str(code).strip() for code in item.items("barcodes") if isinstance(code, str | int)]
    return next((code for code in listed if code), item.text("barcode").strip())


def _volume(item: Reader) -> str:
    """Goods measured by volume, as it is written: "0.5 l"."""
    held = item.decimal("contentValue") if item.text("contentDimension") == "VOLUME" else None
    return "" if held is None else f"{held.normalize():f} {item.text('contentUom')}".strip()


def _extra(item: Reader, said: MenuFacts) -> dict[str, Any]:
    prices = {one_line(one.text("name")): str(one.decimal("amount")) for one in item.objects("prices")}
    sku = item.text("sku").strip()
    made: dict[str, Any] = {
        "item_type": item.text("itemType"),
        "price_mode": item.text("priceMode"),
        "prices": prices,
        "cost_price": None if item.decimal("costPrice") is None else str(item.decimal("costPrice")),
        "volume": _volume(item),
        "barcodes": [str(code) for code in item.items("barcodes") if isinstance(code, str | int)],
        "allergens": list(said.allergens),
        "alcohol": said.alcohol,
        "modifiers": [[name, [list(one) for one in choices]] for name, choices in said.modifiers],
        "not_orderable": "" if 0 < len(sku) <= LONGEST_SKU else "no SKU" if not sku else "its SKU is too long",
    }
    return {name: value for name, value in made.items() if value not in (None, "", [], {}, False)}


@drifting
def to_discount(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> Discount:
    """One configured discount. Its scope, least spend, uses and dates are not in the data: it counts for all."""
    row = Reader(raw, "code")
    percent, amount = row.decimal("discountPercentage"), row.decimal("discountAmount")
    return Discount(
        id=row.text("code") or row.text("name"),
        code=row.text("code").strip(),
        name=one_line(row.text("name")) or row.text("code"),
        kind=DiscountKind.PERCENTAGE if percent is not None else DiscountKind.FIXED,
        percent=percent,
        amount=None if amount is None or percent is not None
        else Money(amount=minor_of(amount, currency), currency=currency),
    )  # fmt: skip
