"""What an article counts for: its shelf, its weight, its THC. Structured facts first, then what its name says."""

from __future__ import annotations

from decimal import Decimal

from posbridge.domain.attributes import PotencyUnit
from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.categories import CategoryTree
from posbridge.domain.limits import LimitUse
from posbridge.domain.sizes import Size, grams_in, sizes


def limit_use(product: Product, variant: ProductVariant, tree: CategoryTree) -> LimitUse:
    """What one unit of the variant counts in a purchase limit; a measure that nothing states is None."""
    shelf = tree.place(product.categories)
    said = _sizes(product, variant)
    facts = product.attributes
    return LimitUse(
        category="" if shelf is None else shelf.limit,
        grams=_grams(variant, said),
        thc_mg=_thc(product, said),
        millilitres=next((size.millilitres for size in said if size.millilitres is not None), None),
        flower=facts.flower_equivalent if facts else None,
    )


def _sizes(product: Product, variant: ProductVariant) -> list[Size]:
    """The variant's own words before the product's."""
    return [size for text in (*variant.option_values.values(), variant.title, product.title) for size in sizes(text)]


def _grams(variant: ProductVariant, said: list[Size]) -> Decimal | None:
    by_unit = grams_in(Decimal(1), variant.unit)
    if by_unit is not None:
        return by_unit
    if variant.weight is not None and variant.weight > 0:
        stated = grams_in(variant.weight, variant.weight_unit)
        if stated is not None:
            return stated
    return next((size.grams for size in said if size.unit != "mg" and size.grams is not None), None)


def _thc(product: Product, said: list[Size]) -> Decimal | None:
    """Milligrams in one unit: the platform's number, its potency in milligrams, else the milligrams of the name."""
    facts = product.attributes
    if facts is not None and facts.thc_mg is not None:
        return facts.thc_mg
    potency = facts.potency("THC") if facts is not None else None
    if potency is not None and potency.unit is PotencyUnit.MG:
        return potency.high
    return next((size.value for size in said if size.unit == "mg"), None)
