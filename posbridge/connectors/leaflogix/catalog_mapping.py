"""Leaflogix's products and packages in our words. Each size is a product of its own there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.leaflogix.reading import (
    DEFAULT_CURRENCY,
    day,
    drifting,
    listed,
    money,
    number,
)
from posbridge.connectors.text import Reader, exact, one_line, plain_text
from posbridge.domain.attributes import Attributes, Potency, PotencyUnit, StrainType
from posbridge.domain.catalog import PriceTier, Product, ProductImage, ProductOption, ProductStatus, ProductVariant
from posbridge.domain.inventory import Batch, InventoryKind, StockLevel, WeightRule
from posbridge.domain.money import Money

SIZE = "Size"
#: What the scale shows: no field says in which steps bulk flower is weighed off (guess).
STEP = Decimal("0.01")
_WEIGHED = {"g", "gram", "grams", "weight"}
_UNITS = {
    "g": ("g", 1), "gram": ("g", 1), "grams": ("g", 1), "kg": ("kg", 1), "kilogram": ("kg", 1), "kilograms": ("kg", 1),
    "oz": ("oz", 1), "ounce": ("oz", 1), "ounces": ("oz", 1), "lb": ("lb", 1), "pound": ("lb", 1), "pounds": ("lb", 1),
    "mg": ("g", 1000), "milligram": ("g", 1000), "milligrams": ("g", 1000),
}  # fmt: skip
_STRAINS = {
    "indica": StrainType.INDICA, "sativa": StrainType.SATIVA, "hybrid": StrainType.HYBRID, "cbd": StrainType.CBD,
    "highcbd": StrainType.CBD, "indicadominant": StrainType.INDICA_DOMINANT, "indicahybrid": StrainType.INDICA_DOMINANT,
    "sativadominant": StrainType.SATIVA_DOMINANT, "sativahybrid": StrainType.SATIVA_DOMINANT,
    "indicadominanthybrid": StrainType.INDICA_DOMINANT, "sativadominanthybrid": StrainType.SATIVA_DOMINANT,
}  # fmt: skip
_POTENCY_UNITS = {
    "": PotencyUnit.PERCENT, "%": PotencyUnit.PERCENT, "percent": PotencyUnit.PERCENT,
    "percentage": PotencyUnit.PERCENT, "mg": PotencyUnit.MG, "milligrams": PotencyUnit.MG, "mg/g": PotencyUnit.MG_PER_G,
    "milligramspergram": PotencyUnit.MG_PER_G, "mg/ml": PotencyUnit.MG_PER_ML,
    "milligramspermilliliter": PotencyUnit.MG_PER_ML,
}  # fmt: skip
#: Words of a package or its test that keep it from being sold (guess: no list of them is published).
BLOCKED = ("fail", "pending", "quarantine", "recall", "hold", "reject", "destroy", "inactive", "submitted")


@drifting
def to_products(raw: Any, *, currency: str = DEFAULT_CURRENCY, pricing: str = "rec") -> list[Product]:
    """The products of a list as Leaflogix sends it (or one object), in its order; coupons sold as products are left
    out. `pricing` "med" takes the prices and limits of patients. Raises SchemaDrift with the id of the odd one."""
    return [to_product(row, currency, pricing) for row in listed(exact(raw)) if not is_coupon(row)]


def is_coupon(raw: Any) -> bool:
    return Reader(raw, "productId").flag("isCoupon")


@drifting
def to_product(raw: Any, currency: str = DEFAULT_CURRENCY, pricing: str = "rec") -> Product:
    """One product; the product is its own and only variant."""
    row = Reader(raw, "productId")
    size = one_line(row.text("size"))
    images = _images(row)
    return Product(
        id=row.id("productId"),
        title=one_line(row.text("onlineTitle") or row.text("productName") or row.text("internalName")),
        description=plain_text(row.text("onlineDescription") or row.text("description")),
        categories=_categories(row),
        brand=one_line(row.text("brandName")),
        status=_status(row),
        options=(ProductOption(name=SIZE, values=(size,)),) if size else (),
        images=images,
        variants=(_variant(row, size, currency, pricing),),
        tags=tuple(one_line(tag.text("tagName")) for tag in row.objects("tags") if tag.text("tagName")),
        attributes=_attributes(row, pricing),
        updated_at=row.utc("lastModifiedDateUTC", naive_is_utc=True),
        extra=_extra(row),
    )


def _variant(row: Reader, size: str, currency: str, pricing: str) -> ProductVariant:
    weighed = is_weighed(row)
    tiers = _tiers(row, currency, pricing)
    weight, unit = _weight(row)
    first = min((band for band in _bands(row)), default=None)
    rule = WeightRule(unit="g", minimum=max(first or STEP, STEP), increment=STEP) if weighed else None
    return ProductVariant(
        id=row.id("productId"),
        title=size,
        sku=row.text("sku").strip(),
        barcode=row.text("upc").strip(),
        price=_price(row, currency, pricing) or _of_the_first(tiers),
        option_values={SIZE: size} if size else {},
        weight=weight,
        weight_unit=unit,
        unit="g" if weighed else "piece",
        weighing=rule,
        tiers=tiers,
        tax_class=tax_class(row),
        taxable=row.flag("isTaxable", True),
        available=_status(row) is ProductStatus.ACTIVE,
        image=next(iter(_images(row)), None),
        extra={"name": one_line(row.text("productName"))},
    )


def is_weighed(row: Reader) -> bool:
    """Whether it is sold by weight, in grams."""
    return {row.text(key).strip().casefold() for key in ("defaultUnit", "unitType")} & _WEIGHED != set()


def tax_class(row: Reader) -> str:
    """The tax categories of a product as one name; the probe gives rates under the same name."""
    return "+".join(sorted(str(name) for name in row.items("taxCategories") if isinstance(name, str)))


def _price(row: Reader, currency: str, pricing: str) -> Money | None:
    """The price for the kind of customer, else the plain one; with price tiers 0 stands for "see the tiers"."""
    own = money(row, "medPrice" if pricing == "med" else "recPrice", currency)
    found = own or money(row, "price", currency) or own  # nobody gives goods away that have a price: 0 is none
    if found is not None and found.amount < 0:
        return None
    return None if found is not None and not found.amount and _bands(row) else found


def _bands(row: Reader) -> list[Decimal]:
    starts = [number(band, "startWeight") for band in row.objects("pricingTierData")]
    return [start for start in starts if start is not None and start > 0]


def _tiers(row: Reader, currency: str, pricing: str) -> tuple[PriceTier, ...]:
    """A band's price is what its first weight costs as a whole (guess; the published sums fit it)."""
    made: dict[Decimal, PriceTier] = {}
    for band in row.objects("pricingTierData"):
        start = number(band, "startWeight")
        price = money(band, "medicalPrice", currency) if pricing == "med" else None
        price = price if price is not None else money(band, "price", currency)
        if start is not None and start > 0 and price is not None:
            made[start] = PriceTier(quantity=start, price=price)
    return tuple(made[start] for start in sorted(made))


def _of_the_first(tiers: Sequence[PriceTier]) -> Money | None:
    """What one gram costs where only tiers say it."""
    if not tiers:
        return None
    each = Decimal(tiers[0].price.amount) / tiers[0].quantity
    return Money(amount=int(each.to_integral_value()), currency=tiers[0].price.currency)


def _weight(row: Reader) -> tuple[Decimal | None, str]:
    unit = _UNITS.get(row.text("netWeightUnit").strip().casefold())
    net = number(row, "netWeight")
    if net is not None and unit is not None:
        return net / unit[1], unit[0]
    grams = number(row, "productGrams")
    return (grams, "g") if grams is not None else (None, "")


def _categories(row: Reader) -> tuple[str, ...]:
    names = [row.text(key) for key in ("masterCategory", "category", "ecomCategory", "ecomSubcategory")]
    names += [name for name in row.items("ecomSubcategories") if isinstance(name, str)]
    return tuple(dict.fromkeys(name for name in map(one_line, names) if name))


def _status(row: Reader) -> ProductStatus:
    if not row.flag("isActive", True) or row.flag("isFinished"):
        return ProductStatus.ARCHIVED
    hidden = row.flag("isTestProduct") or not row.flag("onlineAvailable", True)
    return ProductStatus.DRAFT if hidden else ProductStatus.ACTIVE


def _images(row: Reader) -> tuple[ProductImage, ...]:
    urls = [url for url in row.items("imageUrls") if isinstance(url, str) and url] or [row.text("imageUrl")]
    unique = dict.fromkeys(url.strip() for url in urls if url.strip())
    return tuple(ProductImage(url=url, position=at) for at, url in enumerate(unique))


def _extra(row: Reader) -> dict[str, Any]:
    known = {
        "most": row.text("maxPurchaseablePerTransaction"),
        "low_at": row.text("lowInventoryThreshold"),
        "lineage": one_line(row.text("lineageName")),
        "producer": one_line(row.text("producerName")),
        "vendor": one_line(row.text("vendorName")),
        "external_id": row.text("externalId"),
    }
    return {name: value for name, value in known.items() if value}


# what a dispensary must know
def _attributes(row: Reader, pricing: str) -> Attributes | None:
    whole = _unit(row.text("thcContentUnit")) is PotencyUnit.MG
    thc_mg = _positive(row, "thcContent") if whole else None  # unitTHCContentDose is a dose's, not the package's
    made = Attributes(
        strain=one_line(row.text("strain")),
        strain_type=strain_type(row.text("strainType")),
        potencies=tuple(_potencies((name, row, f"{name.lower()}Content", f"{name.lower()}ContentUnit")
                                   for name in ("THC", "CBD"))),
        effects=_words(row, "effects"),
        flavours=_words(row, "flavor"),
        flower_equivalent=_flower_equivalent(row, pricing),
        thc_mg=thc_mg,
        medical_only=row.flag("isMedicalOnly") or row.flag("medicalOnly"),
    )  # fmt: skip
    return None if made == Attributes() and not row.flag("isCannabis") else made


def _flower_equivalent(row: Reader, pricing: str) -> Decimal | None:
    """Adult use may count otherwise than patients do."""
    own = _positive(row, "recFlowerEquivalent") if pricing != "med" else None
    return own if own is not None else _positive(row, "flowerEquivalent")


def _positive(row: Reader, key: str) -> Decimal | None:
    found = number(row, key)
    return found if found is not None and found >= 0 else None


def strain_type(word: str) -> StrainType | None:
    """The word of the trade behind theirs; None for one that is none of them."""
    return _STRAINS.get("".join(char for char in word.casefold() if char.isalpha()))


def _words(row: Reader, key: str) -> tuple[str, ...]:
    """A list of words, or one text with commas."""
    value = row.raw.get(key)
    parts = value if isinstance(value, list) else row.text(key).split(",")
    return tuple(dict.fromkeys(word for word in (one_line(part) for part in parts if isinstance(part, str)) if word))


def _unit(word: str) -> PotencyUnit | None:
    return _POTENCY_UNITS.get("".join(word.split()).casefold())


def _potencies(stated: Iterable[tuple[str, Reader, str, str]]) -> list[Potency]:
    """(name, object, field of the value, field of its unit) each; what has no value or an odd unit is none."""
    found: list[Potency] = []
    for name, row, value_key, unit_key in stated:
        value, unit = _positive(row, value_key), _unit(row.text(unit_key))
        if name and value is not None and unit is not None:
            found.append(Potency.of(name, value, unit))
    return found


# stock, by package
@drifting
def to_package(raw: Any) -> tuple[str, StockLevel]:
    """One package row as the stock of its product: (product id, a level with one batch)."""
    row = Reader(raw, "productId")
    quantity = number(row, "quantityAvailable") or Decimal(0)
    lot = one_line(row.text("batchName")) or row.text("packageId") or row.text("inventoryId")
    tests = [(one_line(test.text("labTest")), test, "value", "labResultUnit") for test in row.objects("labResults")]
    batch = Batch(
        lot=lot,
        quantity=max(quantity, Decimal(0)),
        expires=day(row, "expirationDate"),
        recalled=is_blocked(row),
        tag=row.text("packageId") or row.text("externalPackageId"),
        potencies=tuple(_potencies(tests)),
    )
    weighed = row.text("quantityUnits").strip().casefold() in _WEIGHED
    kind = InventoryKind.WEIGHT if weighed else InventoryKind.BATCH
    product = row.id("productId")
    return product, StockLevel(variant_id=product, quantity=quantity, kind=kind, batches=(batch,) if lot else ())


def is_blocked(row: Reader) -> bool:
    """Whether the package's state or its laboratory test keeps it from being sold."""
    said = f"{row.text('packageStatus')} {row.text('labTestStatus')}".casefold()
    return any(word in said for word in BLOCKED)


def rooms(raw: Any) -> dict[str, Decimal]:
    """How much of a package is in which room, by the room's name."""
    found: dict[str, Decimal] = {}
    for room in Reader(exact(raw), "inventoryId").objects("roomQuantities"):
        name = one_line(room.text("room")) or room.text("roomId")
        found[name] = found.get(name, Decimal(0)) + (number(room, "quantityAvailable") or Decimal(0))
    return found


def summed(packages: Iterable[tuple[str, StockLevel]], location: str, read_at: datetime) -> dict[str, StockLevel]:
    """The stock of each product: the sum over its packages, with their batches."""
    made: dict[str, StockLevel] = {}
    for product, level in packages:
        known = made.get(product)
        quantity, batches = level.quantity or Decimal(0), level.batches
        if known is not None:
            quantity, batches = quantity + (known.quantity or Decimal(0)), (*known.batches, *batches)
        made[product] = StockLevel(
            variant_id=product, quantity=quantity, location=location, kind=level.kind, batches=batches, read_at=read_at
        )
    return made


@drifting
def to_levels(raw: Any, *, location: str = "", read_at: datetime | None = None) -> list[StockLevel]:
    """The stock by product out of a list of package rows as Leaflogix sends it."""
    found = summed([to_package(row) for row in listed(exact(raw))], location, read_at or datetime.now(UTC))
    return list(found.values())
