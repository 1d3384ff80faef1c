"""Products, variants and stock of Catalog V3 in our words.

Variants do not come with lists of products: they are rows of a list of their own, joined here by the product's id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.connectors.wix.reading import code_of, drifting, money, number
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

WEIGHTS = {"KG": "kg", "LB": "lb"}
Names = Mapping[str, str]


@drifting
def read_v3(raw: Any, currency: str, categories: Names, variants: Sequence[Any] = ()) -> Product:
    """One product. `variants` are its rows of the variants' list, where it does not hold them itself.

    What is hidden, or kept off the counter (`visibleInPos`), is a draft.
    """
    reader = Reader(raw)
    held, title = code_of(reader, currency), one_line(reader.text("name"))
    options = _options(reader)
    unit = _unit(reader)
    rows = reader.object("variantsInfo").objects("variants") or [Reader(row, "variantId") for row in variants]
    made = tuple(_variant(row, title, options, held, unit, place) for place, row in enumerate(rows))
    known = {
        "slug": reader.text("slug"),
        "url": reader.object("url").text("url"),
        "type": reader.text("productType"),
        "revision": reader.text("revision"),
        "handle": reader.text("handle"),
    }
    return Product(
        id=reader.id(),
        title=title,
        description=_description(reader),
        categories=_categories(reader, categories),
        brand=one_line(reader.object("brand").text("name")),
        status=ProductStatus.ACTIVE if _is_sold(reader) else ProductStatus.DRAFT,
        options=options,
        images=_images(reader),
        variants=made,
        updated_at=reader.utc("updatedDate"),
        extra={"catalog": "V3", **{name: value for name, value in known.items() if value}},
    )


def _is_sold(reader: Reader) -> bool:
    return reader.flag("visible", True) and reader.flag("visibleInPos", True)


def _description(reader: Reader) -> str:
    """Plain by name only: it is markup too. A rich description alone is nodes, and is left out."""
    told = reader.raw.get("plainDescription")
    return plain_text(told) if isinstance(told, str) else plain_text(_text_or_none(reader.raw.get("description")))


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _categories(reader: Reader, names: Names) -> tuple[str, ...]:
    """The names of the categories it stands in; those whose name is not known are left out."""
    rows = reader.object("directCategoriesInfo").objects("categories")
    ids = [row.text("id") for row in rows]
    return tuple(dict.fromkeys(one_line(names[ident]) for ident in ids if names.get(ident)))


def _unit(reader: Reader) -> str:
    info = reader.object("physicalProperties").object("weightMeasurementUnitInfo")
    told = info.text("weightMeasurementUnit")
    return WEIGHTS.get(told, told.lower())


def _options(reader: Reader) -> tuple[ProductOption, ...]:
    return tuple(
        ProductOption(
            name=one_line(row.text("name")),
            values=tuple(one_line(choice.text("name")) for choice in _choices(row)),
            position=place,
            id=row.text("id"),
        )
        for place, row in enumerate(reader.objects("options"))
    )


def _choices(row: Reader) -> list[Reader]:
    return row.object("choicesSettings").objects("choices")


def _images(reader: Reader) -> tuple[ProductImage, ...]:
    """The pictures in their order; without MEDIA_ITEMS_INFO the main one only. Films are left out."""
    media = reader.object("media")
    rows = media.object("itemsInfo").objects("items") or ([media.object("main")] if media.object("main").raw else [])
    found = [(row, row.object("image").text("url") or row.text("url")) for row in rows]
    shown = [(row, url) for row, url in found if url and row.text("mediaType", "IMAGE").upper() == "IMAGE"]
    return tuple(
        ProductImage(url=url, alt=_alt(row), position=place, id=row.text("id"))
        for place, (row, url) in enumerate(shown)
    )


def _alt(row: Reader) -> str:
    return plain_text(row.text("altText") or row.object("image").text("altText"))


def _variant(
    row: Reader, title: str, options: Sequence[ProductOption], currency: str, unit: str, place: int
) -> ProductVariant:
    chosen = _chosen(row, options)
    price, before = _prices(row, currency)
    physical = row.object("physicalProperties")
    weight = number(physical, "weight")
    info = physical.object("weightMeasurementUnitInfo").text("weightMeasurementUnit")
    return ProductVariant(
        id=row.id("id" if row.raw.get("id") else "variantId"),
        title=variant_title(title, chosen),
        sku=row.text("sku").strip(),
        barcode=row.text("barcode").strip(),
        price=price,
        compare_at_price=before,
        option_values=chosen,
        weight=weight or None,
        weight_unit=(WEIGHTS.get(info, info.lower()) or unit) if weight else "",
        available=row.flag("visible", True),
        position=place,
        image=_own_image(row),
    )


def _own_image(row: Reader) -> ProductImage | None:
    media = row.object("media")
    url = media.object("image").text("url") or media.text("url")
    return ProductImage(url=url, alt=_alt(media), id=media.text("id")) if url else None


def _prices(row: Reader, currency: str) -> tuple[Money | None, Money | None]:
    """(price, price before); "no price before" is absent or "0"."""
    price = row.object("price")
    actual, before = money(price, "actualPrice", currency), money(price, "compareAtPrice", currency)
    reduced = before is not None and (actual is None or before.amount > actual.amount)
    return actual, before if reduced else None


def _chosen(row: Reader, options: Sequence[ProductOption]) -> dict[str, str]:
    """The values by option's name in the product's order: by the names told with it, else by the product's ids."""
    found: dict[str, str] = {}
    for choice in row.objects("choices") or row.objects("optionChoices"):
        names = choice.object("optionChoiceNames")
        name, value = one_line(names.text("optionName")), one_line(names.text("choiceName"))
        found[name or _option_name(choice, options)] = value
    ordered = [option.name for option in options if option.name in found]
    ordered += [name for name in found if name not in ordered]
    return {name: found[name] for name in ordered if name and found[name]}


def _option_name(choice: Reader, options: Sequence[ProductOption]) -> str:
    wanted = choice.object("optionChoiceIds").text("optionId")
    return next((option.name for option in options if option.id == wanted), "")


def with_choice_names(product: Any, rows: Sequence[Any]) -> list[Any]:
    """Variant rows with the names of their choices filled in from the product's options, where they lack them."""
    known: dict[tuple[str, str], dict[str, str]] = {}
    for option in Reader(product).objects("options"):
        for choice in _choices(option):
            ids = (option.text("id"), choice.text("choiceId"))
            known[ids] = {"optionName": option.text("name"), "choiceName": choice.text("name")}
    return [_named(row, known) for row in rows]


def _named(row: Any, known: Mapping[tuple[str, str], dict[str, str]]) -> Any:
    reader = Reader(row)
    name = "choices" if "choices" in reader.raw else "optionChoices"
    filled = []
    for choice in reader.objects(name):
        ids = choice.object("optionChoiceIds")
        told = known.get((ids.text("optionId"), ids.text("choiceId")))
        bare = not choice.object("optionChoiceNames").text("choiceName")
        filled.append({**choice.raw, "optionChoiceNames": told} if told and bare else choice.raw)
    return {**reader.raw, name: filled} if filled else row


@drifting
def product_of_variants(ident: str, rows: Sequence[Any], currency: str) -> Product:
    """A product of which only rows of the variants' list are known (a look-up by barcode answers so)."""
    data = [Reader(row, "variantId").object("productData") for row in rows]
    shown = {"id": ident, "name": data[0].text("name"), "brand": data[0].raw.get("brand")}
    for name in ("visible", "visibleInPos", "productType", "slug", "handle", "revision", "currency", "updatedDate"):
        shown[name] = data[0].raw.get(name)
    told = data[0].text("currency") or Reader(rows[0], "variantId").text("currency")
    return read_v3({**shown, "currency": told}, currency, {}, rows)


def product_id_of(row: Any) -> str:
    """The product of a row of the variants' list. Raises SchemaDrift when it names none."""
    reader = Reader(row, "variantId")
    found = reader.object("productData").text("productId") or reader.text("productId")
    if not found:
        raise SchemaDrift("The variant names no product.", object_id=reader.object_id)
    return found


@drifting
def read_level_v3(raw: Any) -> StockLevel:
    """The stock of one variant at one location; None where it is not counted. It may be below zero."""
    reader = Reader(raw)
    quantity = number(reader, "quantity")
    counted = reader.flag("trackQuantity", quantity is not None)
    return StockLevel(
        variant_id=reader.id("variantId"),
        quantity=quantity if counted else None,
        location=reader.text("locationId"),
    )
