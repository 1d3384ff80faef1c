"""Products and variations → ours. A product is one row; its variations are rows of another list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, each, one_line, plain_text
from posbridge.connectors.woocommerce.reading import money, named, numbers, rows_of, utc
from posbridge.domain.catalog import Product, ProductImage, ProductOption, ProductStatus, ProductVariant, variant_title
from posbridge.domain.inventory import StockLevel
from posbridge.domain.money import Money

#: Only these are sold by the shop itself (the contract's chapter 3).
SOLD = ("simple", "variable", "variation")
_STATUS = {"publish": ProductStatus.ACTIVE, "private": ProductStatus.ACTIVE, "trash": ProductStatus.DELETED}
_UNITS = {"kg": "kg", "g": "g", "lbs": "lb", "lb": "lb", "oz": "oz"}


@dataclass(frozen=True)
class Shop:
    """What a product's JSON does not say: the shop's currency and the unit of its weights (kg, g, lbs, oz)."""

    currency: str = "USD"
    weight_unit: str = "kg"


def read_products(raw: Any, shop: Shop, variations: Iterable[Any] = ()) -> tuple[list[Product], list[SchemaDrift]]:
    """A page of products with the variations that were read for it; what cannot be read is parked with its id.

    A product whose variation cannot be read is parked as a whole. Variations whose product is not in the page
    (look-ups by SKU answer so) make a product of their own with only those variants.
    """
    rows, _ = rows_of(raw)
    children: dict[str, list[Any]] = {}
    parents: list[Any] = []
    for row in [*rows, *variations]:
        mother = _mother(row)
        (children.setdefault(mother, []) if mother else parents).append(row)
    held = {str(row.get("id")) for row in parents if isinstance(row, Mapping)}
    made, parked = each(parents, lambda row: _product(row, children.get(str(row.get("id")), []), shop))
    alone = [{"id": mother, "rows": found} for mother, found in children.items() if mother not in held]
    more, bad = each(alone, lambda group: _only_variations(group["id"], group["rows"], shop))
    return made + more, parked + bad


def _mother(row: Any) -> str:
    """The id of a variation's product; "" for a product."""
    if not isinstance(row, Mapping) or row.get("type", "variation") != "variation":
        return ""
    return str(row.get("parent_id") or "")


def _product(raw: Any, variations: Sequence[Any], shop: Shop) -> Product:
    reader = Reader(raw)
    if "error" in reader.raw:
        raise SchemaDrift("The shop answered this entry with an error.", object_id=reader.object_id)
    if set(reader.raw) <= {"id", "_links"}:
        return Product(id=reader.id(), title="", status=ProductStatus.DELETED)
    options = _options(reader)
    return Product(
        id=reader.id(),
        title=one_line(reader.text("name")),
        description=plain_text(reader.text("description")) or plain_text(reader.text("short_description")),
        categories=named(reader, "categories"),
        brand=next(iter(named(reader, "brands")), ""),
        status=_STATUS.get(reader.text("status", "publish"), ProductStatus.DRAFT),
        options=options,
        images=_images(reader),
        variants=_variants(reader, variations, options, shop),
        tags=named(reader, "tags"),
        updated_at=utc(reader, "date_modified"),
        extra=_extra(reader),
    )


def _extra(reader: Reader) -> dict[str, Any]:
    known = {
        "type": reader.text("type"),
        "hidden": "yes" if reader.text("catalog_visibility") == "hidden" else "",
        "url": reader.text("permalink"),
    }
    return {name: value for name, value in known.items() if value}


def _options(reader: Reader) -> tuple[ProductOption, ...]:
    chosen = [entry for entry in reader.objects("attributes") if entry.flag("variation")]
    chosen.sort(key=lambda entry: entry.integer("position") or 0)
    return tuple(
        ProductOption(
            name=one_line(entry.text("name")),
            values=tuple(one_line(str(value)) for value in entry.items("options") if isinstance(value, str | int)),
            position=place,
            id=entry.text("id") if entry.raw.get("id") else "",
        )
        for place, entry in enumerate(chosen)
    )


def _images(reader: Reader) -> tuple[ProductImage, ...]:
    found = [(entry, entry.text("src")) for entry in reader.objects("images")]
    shown = [(entry, url) for entry, url in found if url]
    return tuple(_image(entry, place) for place, (entry, _) in enumerate(shown))


def _image(entry: Reader, place: int = 0) -> ProductImage:
    return ProductImage(url=entry.text("src"), alt=one_line(entry.text("alt")), position=place, id=entry.text("id"))


def _variants(
    reader: Reader, variations: Sequence[Any], options: Sequence[ProductOption], shop: Shop
) -> tuple[ProductVariant, ...]:
    listed = numbers(reader.items("variations"))
    if not variations and not listed and not reader.text("type").startswith("variable"):
        return () if reader.text("type") == "grouped" else (_variant(reader, reader.id(), shop),)
    made = [_variation(Reader(raw), reader, options, shop) for raw in variations]
    by_id = {variant.id: variant for variant in made}
    # A list of products names its variations only by id: such a variant has no price until it was read.
    every = [by_id.get(known) or ProductVariant(id=known, available=False) for known in listed]
    every += [variant for known, variant in by_id.items() if known not in listed]
    return tuple(variant.model_copy(update={"position": place}) for place, variant in enumerate(every))


def _variation(reader: Reader, parent: Reader, options: Sequence[ProductOption], shop: Shop) -> ProductVariant:
    chosen = _chosen(reader, [option.name for option in options])
    made = _variant(reader, reader.id(), shop, parent)
    title = variant_title(one_line(parent.text("name")), chosen)
    return made.model_copy(update={"option_values": chosen, "title": title})


def _chosen(reader: Reader, names: Sequence[str]) -> dict[str, str]:
    """The values of a variation in its product's order; one that fits any value is left out."""
    found = {one_line(entry.text("name")): one_line(entry.text("option")) for entry in reader.objects("attributes")}
    ordered = [name for name in names if name in found] + [name for name in found if name not in names]
    return {name: found[name] for name in ordered if found[name]}


def _variant(reader: Reader, ident: str, shop: Shop, parent: Reader | None = None) -> ProductVariant:
    price, compare = _prices(reader, shop.currency)
    quantity = stock_of(reader)
    weight = reader.decimal("weight") or (parent.decimal("weight") if parent else None)
    return ProductVariant(
        id=ident,
        title=one_line(reader.text("name")),
        sku=_sku(reader, parent),
        barcode=reader.text("global_unique_id").strip(),
        price=price,
        compare_at_price=compare,
        inventory_quantity=quantity,
        weight=weight,
        weight_unit=_UNITS.get(shop.weight_unit, shop.weight_unit) if weight else "",
        tax_class=_tax_class(reader, parent),
        taxable=reader.text("tax_status", "taxable") == "taxable",
        available=_available(reader, quantity),
        image=_own_image(reader),
        extra=_stock_words(reader),
    )


def _prices(reader: Reader, currency: str) -> tuple[Money | None, Money | None]:
    """What is asked now, and what was asked before a sale. "" is no price: such a product cannot be sold."""
    regular, sale = money(reader, "regular_price", currency), money(reader, "sale_price", currency)
    price = money(reader, "price", currency)
    if price is None and "price" not in reader.raw:
        price = sale if reader.flag("on_sale") and sale else regular
    reduced = reader.flag("on_sale") and price is not None and regular is not None and regular > price
    return price, regular if reduced else None


def _sku(reader: Reader, parent: Reader | None) -> str:
    """A variation without a SKU of its own is answered with its product's."""
    own = reader.text("sku").strip()
    return "" if parent is not None and own == parent.text("sku").strip() else own


def _tax_class(reader: Reader, parent: Reader | None) -> str:
    own = reader.text("tax_class")
    if own == "parent":
        own = parent.text("tax_class") if parent is not None else ""
    return "" if own == "standard" else own


def _available(reader: Reader, quantity: Decimal | None) -> bool:
    """Whether the shop sells it. A counted stock of nothing is left to the till: the article may be in hand."""
    kind, status = reader.text("type", "simple"), reader.text("status", "publish")
    shown = status == "publish" or (status == "private" and kind != "variation")
    flagged_out = reader.text("stock_status") == "outofstock" and quantity is None
    return shown and kind in SOLD and not flagged_out


def _own_image(reader: Reader) -> ProductImage | None:
    """A variation's picture: an object in its own list, a list of one in the list of products (recorded 216)."""
    single = reader.object("image")
    if single.text("src"):
        return _image(single)
    return next(iter(_images(reader)), None) if reader.text("type") == "variation" else None


def stock_of(reader: Reader) -> Decimal | None:
    """Pieces in stock, None where they are not counted; `manage_stock` is true, false or "parent" (recorded 218)."""
    managed = reader.raw.get("manage_stock", "stock_quantity" in reader.raw)
    if managed is not None and managed != "parent" and not isinstance(managed, bool):
        raise SchemaDrift("The field manage_stock is not what it was.", object_id=reader.object_id)
    return reader.decimal("stock_quantity") if managed else None


def _stock_words(reader: Reader) -> dict[str, Any]:
    words = {"stock_status": reader.text("stock_status"), "backorders": reader.text("backorders")}
    if reader.raw.get("manage_stock") == "parent":
        words["stock_of"] = reader.text("parent_id") or "parent"
    return {name: value for name, value in words.items() if value not in ("", "no", "instock")}


def _only_variations(mother: str, rows: Sequence[Any], shop: Shop) -> Product:
    readers = [Reader(row) for row in rows]
    nameless = Reader({"id": mother})
    variants = tuple(_variation(reader, nameless, (), shop) for reader in readers)
    title = _title_behind(readers[0], variants[0])
    named_so = tuple(
        variant.model_copy(update={"title": variant_title(title, variant.option_values), "position": place})
        for place, variant in enumerate(variants)
    )
    changed = [at for at in (utc(reader, "date_modified") for reader in readers) if at]
    return Product(id=mother, title=title, variants=named_so, updated_at=max(changed, default=None))


def _title_behind(reader: Reader, variant: ProductVariant) -> str:
    """The product's title from a variation alone: "Shirt - Red, Large" in lists of products; in lists of variations
    only "Red, Large", and then the words of its address."""
    name, chosen = one_line(reader.text("name")), ", ".join(variant.option_values.values())
    if name and name != chosen:
        return name.removesuffix(f" - {chosen}")
    parts = [part for part in urlsplit(reader.text("permalink")).path.split("/") if part]
    return one_line(unquote(parts[-1]).replace("-", " ").capitalize()) if parts else name


def to_level(raw: Any) -> StockLevel:
    """The stock of one product or variation row."""
    reader = Reader(raw)
    low = reader.decimal("low_stock_amount")
    return StockLevel(variant_id=reader.id(), quantity=stock_of(reader), low_at=low)
