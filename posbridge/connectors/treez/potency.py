"""What Treez knows of a product beyond its price: classification, laboratory results, effects, flavours."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader
from posbridge.connectors.treez.reading import exact, listed, words
from posbridge.domain.attributes import Attributes, Potency, PotencyUnit, StrainType

#: `classification`; KUSH and NONE say nothing of our five words (guess for the two with a stroke: the first leads).
STRAIN_TYPES = {
    "SATIVA": StrainType.SATIVA,
    "INDICA": StrainType.INDICA,
    "HYBRID": StrainType.HYBRID,
    "I/S": StrainType.INDICA_DOMINANT,
    "S/I": StrainType.SATIVA_DOMINANT,
    "CBD": StrainType.CBD,
}
#: `amount_type`; only PERCENTAGE was seen, the others are guessed. A word that is not here is left out.
UNITS = {
    "PERCENTAGE": PotencyUnit.PERCENT,
    "PERCENT": PotencyUnit.PERCENT,
    "MILLIGRAMS": PotencyUnit.MG,
    "MILLIGRAM": PotencyUnit.MG,
    "MG": PotencyUnit.MG,
    "MG_PER_G": PotencyUnit.MG_PER_G,
    "MG/G": PotencyUnit.MG_PER_G,
}
_TOTALS = (("THC", "total_mg_thc"), ("CBD", "total_mg_cbd"))
_MEDICAL = "MEDICAL"


def strain_type(word: str) -> StrainType | None:
    """Ours for a classification; None for KUSH, NONE and words that we do not know."""
    return STRAIN_TYPES.get(word.strip().upper())


def attributes_of(reader: Reader) -> Attributes | None:
    """None where the row states nothing of the kind (a T-shirt)."""
    fields, more = reader.object("product_configurable_fields"), reader.object("attributes")
    made = Attributes(
        strain=words(fields, "strain"),
        strain_type=strain_type(words(fields, "classification")),
        potencies=potencies_of(reader, fields),
        effects=listed(more, "effects"),
        flavours=listed(more, "flavors"),
        flower_equivalent=_stated(fields, "total_flower_weight_g"),
        thc_mg=_stated(fields, "total_mg_thc"),
        medical_only=_medical_only(reader),
    )
    return None if made == Attributes() else made


def of_all(rows: Sequence[Attributes | None]) -> Attributes | None:
    """What holds for all sizes of one product: ranges over all of them, amounts in one unit only where they agree."""
    stated = [row for row in rows if row is not None]
    if not stated:
        return None
    first, grams, milligrams = stated[0], {row.flower_equivalent for row in stated}, {row.thc_mg for row in stated}
    changed = {
        "potencies": _ranges([potency for row in stated for potency in row.potencies]),
        "effects": tuple(dict.fromkeys(word for row in stated for word in row.effects)),
        "flavours": tuple(dict.fromkeys(word for row in stated for word in row.flavours)),
        "flower_equivalent": first.flower_equivalent if len(grams) == 1 else None,
        "thc_mg": first.thc_mg if len(milligrams) == 1 else None,
        "medical_only": len(stated) == len(rows) and all(row.medical_only for row in stated),
    }
    return first.model_copy(update=changed)


def _ranges(potencies: Sequence[Potency]) -> tuple[Potency, ...]:
    """One range for each name and unit."""
    found: dict[tuple[str, PotencyUnit], Potency] = {}
    for each in potencies:
        key = each.name.casefold(), each.unit
        held = found.get(key, each)
        found[key] = each.model_copy(update={"low": min(held.low, each.low), "high": max(held.high, each.high)})
    return tuple(found.values())


def potencies_of(reader: Reader, fields: Reader) -> tuple[Potency, ...]:
    """The laboratory's ranges over all batches; the milligrams in the package where it has none for that name."""
    found = [made for row in reader.objects("lab_results") if (made := _result(row)) is not None]
    named = {potency.name.casefold() for potency in found}
    for name, key in _TOTALS:
        whole = _stated(fields, key)
        if whole is not None and name.casefold() not in named:
            found.append(Potency.of(name, whole, PotencyUnit.MG))
    return tuple(found)


def _result(row: Reader) -> Potency | None:
    name, amount = words(row, "result_type"), row.object("amount")
    unit = UNITS.get(words(row, "amount_type").upper())
    low, high = exact(amount, "minimum_value"), exact(amount, "maximum_value")
    low, high = (high if low is None else low), (low if high is None else high)
    if not name or unit is None or low is None or high is None:
        return None
    if low < 0 or high < 0:
        raise SchemaDrift("A laboratory result is below nothing.", object_id=row.object_id)
    return Potency(name=name, low=min(low, high), high=max(low, high), unit=unit)


def _stated(fields: Reader, key: str) -> Decimal | None:
    """Treez writes 0 where nobody entered a number: flower with 0 mg of THC (example product.list)."""
    value = exact(fields, key)
    return value if value is not None and value > 0 else None


def _medical_only(reader: Reader) -> bool:
    """All stock is in medical places (guess: nothing else says it of a product)."""
    kinds = {words(row, "inventory_type").upper() for row in reader.objects("sellable_quantity_detail")}
    return kinds == {_MEDICAL}
