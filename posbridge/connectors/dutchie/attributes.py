"""What the menu says of a product's goods: strain type, potencies, effects (the contract's facts, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from posbridge.connectors.dutchie.reading import exact, number, words
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.attributes import Attributes, Potency, PotencyUnit, StrainType
from posbridge.domain.sizes import grams_in

_STRAINS = {
    "INDICA": StrainType.INDICA,
    "SATIVA": StrainType.SATIVA,
    "HYBRID": StrainType.HYBRID,
    "INDICA_HYBRID": StrainType.INDICA_DOMINANT,
    "SATIVA_HYBRID": StrainType.SATIVA_DOMINANT,
    "HIGH_CBD": StrainType.CBD,
}
_UNITS = {unit.value.upper(): unit for unit in PotencyUnit} | {
    "PERCENTAGE": PotencyUnit.PERCENT,
    "PERCENT": PotencyUnit.PERCENT,
    "MILLIGRAMS": PotencyUnit.MG,
    "MILLIGRAM": PotencyUnit.MG,
}
_MEDICAL = ("MEDICAL",)


def attributes(product: Reader, variants: Sequence[Reader]) -> Attributes | None:
    """The attributes of one product; None where it states nothing of the kind."""
    potencies = tuple(_potencies(product))
    made = Attributes(
        strain_type=_STRAINS.get(product.text("strainType").strip().upper()),
        potencies=potencies,
        effects=words(product.items("effects")),
        flower_equivalent=_one_flower(variants),
        thc_mg=next((each.high for each in potencies if (each.name, each.unit) == ("THC", PotencyUnit.MG)), None),
        medical_only=words(product.items("menuTypes")) == _MEDICAL,
    )
    return None if made == Attributes() else made


def flower_grams(variant: Reader) -> Decimal | None:
    """Grams of dried flower that one piece counts for in a purchase limit."""
    said = variant.object("flowerEquivalent")
    value = number(said, "value")
    if value is None or value < 0:
        return None
    return grams_in(value, said.text("unit", "GRAMS"))


def _one_flower(variants: Sequence[Reader]) -> Decimal | None:
    """The product's number, where all its sizes have the same; each size keeps its own anyway."""
    found = {flower_grams(variant) for variant in variants}
    return found.pop() if len(found) == 1 else None


def _potencies(product: Reader) -> Iterable[Potency]:
    """THC and CBD, then the other cannabinoids, then terpenes, by the names that Dutchie gives; each name once."""
    given = [
        _range(product.object("potencyThc"), "THC"),
        _range(product.object("potencyCbd"), "CBD"),
        *(_single(row, row.object("cannabinoid").text("name")) for row in product.objects("cannabinoids")),
        *(_single(row, row.text("name") or row.object("terpene").text("name")) for row in product.objects("terpenes")),
    ]
    found: dict[str, Potency] = {}
    for each in given:
        if each is not None:
            found.setdefault(each.name, each)
    return found.values()


def _range(said: Reader, name: str) -> Potency | None:
    """`range` is [], [n] or [least, most]; an empty one is not known, like none at all."""
    numbers = [value for each in said.items("range") if (value := exact(each, said.object_id)) is not None]
    return _potency(name, numbers, said.text("unit"))


def _single(row: Reader, name: str) -> Potency | None:
    value = number(row, "value")
    return _potency(one_line(name), [] if value is None else [value], row.text("unitSymbol") or row.text("unit"))


def _potency(name: str, numbers: list[Decimal], unit_said: str) -> Potency | None:
    unit = _UNITS.get(unit_said.strip().upper())
    if unit is None or not numbers or not name or min(numbers) < 0:
        return None
    return Potency(name=name, low=min(numbers), high=max(numbers), unit=unit)
