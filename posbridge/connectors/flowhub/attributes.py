"""What a package says of its goods: strain, potencies, effects (the contract's facts, section 3)."""

from __future__ import annotations

import re
from decimal import Decimal

from posbridge.connectors.flowhub.reading import words
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.attributes import Attributes, Potency, PotencyUnit, StrainType

_SPECIES = {
    "indica": StrainType.INDICA,
    "sativa": StrainType.SATIVA,
    "hybrid": StrainType.HYBRID,
    "indica dominant": StrainType.INDICA_DOMINANT,
    "indica hybrid": StrainType.INDICA_DOMINANT,
    "indica dominant hybrid": StrainType.INDICA_DOMINANT,
    "hybrid indica": StrainType.INDICA_DOMINANT,
    "hybrid indica dominant": StrainType.INDICA_DOMINANT,
    "sativa dominant": StrainType.SATIVA_DOMINANT,
    "sativa hybrid": StrainType.SATIVA_DOMINANT,
    "sativa dominant hybrid": StrainType.SATIVA_DOMINANT,
    "hybrid sativa": StrainType.SATIVA_DOMINANT,
    "hybrid sativa dominant": StrainType.SATIVA_DOMINANT,
    "cbd": StrainType.CBD,
    "high cbd": StrainType.CBD,
}
_UNITS = {unit.value: unit for unit in PotencyUnit} | {
    "percent": PotencyUnit.PERCENT,
    "percentage": PotencyUnit.PERCENT,
    "milligrams": PotencyUnit.MG,
    "milligram": PotencyUnit.MG,
}


def attributes(row: Reader, *, medical_only: bool = False) -> Attributes | None:
    """The attributes of one package; None where it states nothing of the kind."""
    potencies = potencies_of(row)
    made = Attributes(
        strain=one_line(row.text("strainName")),
        strain_type=strain_type(row.text("speciesName")),
        potencies=potencies,
        effects=words(row.items("effects")),
        thc_mg=_thc_mg(potencies),
        medical_only=medical_only,
    )
    return None if made == Attributes() else made


def strain_type(species: str) -> StrainType | None:
    """Flowhub's species as the trade's word; None for one that is not known."""
    plain = re.sub(r"[^a-z]+", " ", species.casefold()).strip()
    return _SPECIES.get(plain)


def potencies_of(row: Reader) -> tuple[Potency, ...]:
    """Cannabinoids, then terpenes, as written; one without a number or in a unit of its own is left out."""
    found = [_potency(each) for name in ("cannabinoidInformation", "terpenes") for each in row.objects(name)]
    return tuple(each for each in found if each is not None)


def _potency(reader: Reader) -> Potency | None:
    unit = _UNITS.get(reader.text("unitOfMeasure").strip().casefold())
    given = [reader.decimal("lowerRange"), reader.decimal("upperRange")]
    numbers = sorted(number for number in given if number is not None)
    name = one_line(reader.text("name"))
    if unit is None or not numbers or not name or numbers[0] < 0:
        return None
    return Potency(name=name, low=numbers[0], high=numbers[-1], unit=unit)


def _thc_mg(potencies: tuple[Potency, ...]) -> Decimal | None:
    """Milligrams of THC in the package where that is the unit; the upper end, so that a limit is never passed."""
    found = (each.high for each in potencies if each.name.casefold() == "thc" and each.unit is PotencyUnit.MG)
    return next(found, None)
