"""What Blaze says of its goods: strain, potencies, milligrams (the contract's facts, section 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from posbridge.connectors.blaze.reading import positive
from posbridge.connectors.text import Reader, decimal_from, one_line
from posbridge.domain.attributes import Attributes, Potency, PotencyUnit, StrainType

_TYPES = {
    "indica": StrainType.INDICA,
    "sativa": StrainType.SATIVA,
    "hybrid": StrainType.HYBRID,
    "indica dominant": StrainType.INDICA_DOMINANT,
    "indica hybrid": StrainType.INDICA_DOMINANT,
    "hybrid indica": StrainType.INDICA_DOMINANT,
    "sativa dominant": StrainType.SATIVA_DOMINANT,
    "sativa hybrid": StrainType.SATIVA_DOMINANT,
    "hybrid sativa": StrainType.SATIVA_DOMINANT,
    "cbd": StrainType.CBD,
}
_NAMES = {"thc": "THC", "cbd": "CBD", "thca": "THCA", "cbda": "CBDA", "cbn": "CBN", "cbg": "CBG"}
_SUMS = {"totalCannabinoids": "Total cannabinoids", "totalTerpenes": "Total terpenes"}
#: No goods hold more; such a number is not a percentage.
_MOST_PERCENT = 100
_MEDICAL = "medicinal"


def attributes(product: Reader) -> Attributes | None:
    """The attributes of a product; None where it states nothing of the kind."""
    amounts = product.object("potencyAmount")
    made = Attributes(
        strain=one_line(product.object("complianceInfo").text("strain")) or one_line(product.text("genetics")),
        strain_type=strain_type(product.text("flowerType")),
        potencies=potencies(product),
        thc_mg=_largest(amounts, "thc"),
        medical_only=product.text("productSaleType").strip().casefold() == _MEDICAL,
    )
    return None if made == Attributes() else made


def strain_type(word: str) -> StrainType | None:
    """The shop's word for a flower type (each shop may write its own); None for one that is not known."""
    plain = re.sub(r"[^a-z]+", " ", word.casefold()).strip()
    return _TYPES.get(plain)


def potencies(reader: Reader) -> tuple[Potency, ...]:
    """Percentages, then milligrams in one unit, then terpenes. 0.0 means unknown and gives none (section 3)."""
    percents = [_range(reader, field, name, PotencyUnit.PERCENT) for field, name in _NAMES.items()]
    sums = [_range(reader, field, name, PotencyUnit.PERCENT) for field, name in _SUMS.items()]
    amounts = reader.object("potencyAmount")
    milligrams = [_range(amounts, field, name, PotencyUnit.MG) for field, name in _NAMES.items()]
    found = [*percents, *milligrams, *sums, *_terpenes(reader)]
    return tuple(each for each in found if each is not None)


def _range(reader: Reader, field: str, name: str, unit: PotencyUnit) -> Potency | None:
    """From the plain field to its max… field, where that is above it."""
    low, high = positive(reader, field), positive(reader, f"max{field[0].upper()}{field[1:]}")
    numbers = sorted(number for number in (low, high) if number is not None)
    if not numbers or (unit is PotencyUnit.PERCENT and numbers[-1] > _MOST_PERCENT):
        return None
    return Potency(name=name, low=numbers[0], high=numbers[-1], unit=unit)


def _largest(amounts: Reader, field: str) -> Decimal | None:
    """The upper end, so that a limit is never passed."""
    found = _range(amounts, field, field, PotencyUnit.MG)
    return None if found is None else found.high


def _terpenes(reader: Reader) -> list[Potency]:
    """Guess: `terpenoids` maps a name to percent, as the swagger has it for batches."""
    held = reader.raw.get("terpenoids")
    if not isinstance(held, Mapping):
        return []
    numbers = {one_line(str(name)): decimal_from(value) for name, value in held.items() if value is not None}
    good = {name: value for name, value in numbers.items() if name and 0 < value <= _MOST_PERCENT}
    return [Potency.of(name, value) for name, value in good.items()]
