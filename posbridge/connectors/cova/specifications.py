"""Product specifications: free words of each company, in its language, read into a product's attributes.

A company names its specifications as it likes; the names known here are those of public parsers and their usual
variants. What is not known is kept in the product's `extra`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from posbridge.connectors.cova.reading import numbers_in, words_of
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.attributes import Attributes, Potency, PotencyUnit, StrainType

_BRAND = {"brand", "brands", "brand name", "marque", "marca", "manufacturer"}
_STRAIN = {"strain", "strain name", "cultivar", "variety", "variété", "souche", "cepa"}
_STRAIN_TYPE = {
    "strain type", "species", "plant type", "dominance", "type of strain", "strain classification", "type de souche",
}  # fmt: skip
_TAGS = {"tags", "tag", "étiquettes", "mots-clés"}
_EFFECTS = {"effect", "effects", "effets", "effet", "feelings", "mood", "efectos"}
_FLAVOURS = {"flavour", "flavours", "flavor", "flavors", "saveur", "saveurs", "arômes", "aromas", "taste", "sabores"}
_WEIGHT = {"weight", "net weight", "poids", "poids net", "product weight", "peso", "unit weight"}
_MEDICAL = {"medical only", "medical use only", "réservé au médical"}
_AGE = {"minimum age", "age restriction", "min age", "âge minimum"}
#: Of 0 COVA says nothing: it is kept as the company wrote it.
_CANNABINOID = re.compile(
    r"(?<![a-z])(thca|thcv|thc|cbda|cbdv|cbd|cbga|cbg|cbn|cbc)(?![a-z])|(?<![a-z])(terpenes?|terpènes?)", re.IGNORECASE
)
_EQUIVALENT = re.compile(r"equivalen|équivalen", re.IGNORECASE)
_LOW, _HIGH = re.compile(r"\bmin(imum)?\b|\blow\b"), re.compile(r"\bmax(imum)?\b|\bhigh\b")
_UNITS = {
    "%": PotencyUnit.PERCENT, "percent": PotencyUnit.PERCENT, "pct": PotencyUnit.PERCENT, "mg": PotencyUnit.MG,
    "mg/g": PotencyUnit.MG_PER_G, "mg/ml": PotencyUnit.MG_PER_ML,
}  # fmt: skip
_BRACKETS = re.compile(r"\([^)]*\)")
_UNIT = re.compile(r"mg\s*/\s*(?:g|ml)\b|\bmg\b|(?<=\d)mg\b|%|\bpercent\b", re.IGNORECASE)
_GRAMS = {"mg": Decimal("0.001"), "g": Decimal(1), "gram": Decimal(1), "grams": Decimal(1), "gr": Decimal(1),
          "grammes": Decimal(1), "kg": Decimal(1000)}  # fmt: skip
_OTHER_WEIGHTS = {"oz": "oz", "ounce": "oz", "ounces": "oz", "lb": "lb", "lbs": "lb", "pound": "lb", "pounds": "lb"}
_TRUE = {"yes", "true", "1", "oui", "y", "sí", "si"}
_STRAIN_TYPES = {
    "indica": StrainType.INDICA, "sativa": StrainType.SATIVA, "hybrid": StrainType.HYBRID, "hybride": StrainType.HYBRID,
    "híbrido": StrainType.HYBRID, "blend": StrainType.HYBRID, "indica dominant": StrainType.INDICA_DOMINANT,
    "indica dominant hybrid": StrainType.INDICA_DOMINANT, "indica hybrid": StrainType.INDICA_DOMINANT,
    "hybrid indica": StrainType.INDICA_DOMINANT, "sativa dominant": StrainType.SATIVA_DOMINANT,
    "sativa dominant hybrid": StrainType.SATIVA_DOMINANT, "sativa hybrid": StrainType.SATIVA_DOMINANT,
    "hybrid sativa": StrainType.SATIVA_DOMINANT, "cbd": StrainType.CBD, "high cbd": StrainType.CBD,
    "cbd dominant": StrainType.CBD,
}  # fmt: skip


_NOTHING_SAID = Attributes()


class Specification(NamedTuple):
    """One row, as the company wrote it; `key` is its name without a unit in brackets, in small letters."""

    name: str
    value: str
    unit: str
    key: str

    @property
    def written(self) -> str:
        return one_line(f"{self.value} {self.unit}")


def specifications(reader: Reader) -> list[Specification]:
    """The rows that have a name and a value. Raises SchemaDrift for another shape."""
    rows = []
    for row in reader.objects("productspecifications"):
        name, value = one_line(row.text("displayname") or row.text("name")), one_line(row.text("value"))
        unit = one_line(row.text("unit"))
        if name and value:
            rows.append(Specification(name, value, unit, _key(name)))
    return rows


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    return one_line(_BRACKETS.sub(" ", name)).casefold().rstrip(" :")


@lru_cache(maxsize=1024)
def _substance(name: str) -> str:
    """The cannabinoid that a row of this name states, or "Terpenes"; "" where it states none."""
    matched = _CANNABINOID.search(name)
    if matched is None or _EQUIVALENT.search(name):
        return ""
    return matched[1].upper() if matched[1] else "Terpenes"


def brand_of(rows: Sequence[Specification]) -> str:
    return _first(rows, _BRAND)


def tags_of(rows: Sequence[Specification]) -> tuple[str, ...]:
    return _words(rows, _TAGS)


def weight_of(rows: Sequence[Specification]) -> tuple[Decimal | None, str]:
    """(weight, unit g, oz or lb); (None, "") where it is not said in a unit of weight."""
    for row in rows:
        if row.key in _WEIGHT and (found := numbers_in(row.value)):
            unit = (row.unit or re.sub(r"[\d.,\s]", "", row.value)).casefold().strip(".")
            if unit in _GRAMS:
                return found[0] * _GRAMS[unit], "g"
            if unit in _OTHER_WEIGHTS:
                return found[0], _OTHER_WEIGHTS[unit]
    return None, ""


def attributes_of(rows: Sequence[Specification]) -> Attributes | None:
    """None when the rows say nothing of the kind."""
    if not rows:
        return None
    strain, kind = _strain(rows)
    potencies = _potencies(rows)
    ages = numbers_in(_first(rows, _AGE))
    made = Attributes(
        strain=strain,
        strain_type=kind,
        potencies=potencies,
        effects=_words(rows, _EFFECTS),
        flavours=_words(rows, _FLAVOURS),
        flower_equivalent=_equivalent(rows),
        thc_mg=next((p.high for p in potencies if p.name == "THC" and p.unit is PotencyUnit.MG), None),
        medical_only=_first(rows, _MEDICAL).casefold() in _TRUE,
        minimum_age=int(ages[0]) if ages and 0 < ages[0] < 100 else None,
    )
    return None if made == _NOTHING_SAID else made


def _strain(rows: Sequence[Specification]) -> tuple[str, StrainType | None]:
    """Many companies write the type ("Indica") under "Strain"; then it is the type and not a name."""
    name, kind = _first(rows, _STRAIN), strain_type(_first(rows, _STRAIN_TYPE))
    said = strain_type(name)
    return ("", kind or said) if said is not None else (name, kind)


def strain_type(text: str) -> StrainType | None:
    """ "Indica-Dominant" and the like; None for a word that is no type."""
    return _STRAIN_TYPES.get(one_line(re.sub(r"[-_/]", " ", text)).casefold())


def _potencies(rows: Sequence[Specification]) -> tuple[Potency, ...]:
    """One a name and unit; rows for the lowest and the highest value are joined."""
    found: dict[tuple[str, PotencyUnit], tuple[Decimal, Decimal]] = {}
    for row in rows:
        read = _potency(row)
        if read is not None:
            key, low, high = read
            before = found.get(key, (low, high))
            found[key] = (min(before[0], low), max(before[1], high))
    return tuple(Potency(name=name, low=low, high=high, unit=unit) for (name, unit), (low, high) in found.items())


def _potency(row: Specification) -> tuple[tuple[str, PotencyUnit], Decimal, Decimal] | None:
    name = _substance(row.name)
    values = numbers_in(row.value) if name else []
    if not values or len(values) > 2:
        return None
    unit = _unit(row, max(values))
    if unit is None:
        return None
    low = Decimal(0) if row.value.lstrip().startswith("<") else min(values)
    return (name, unit), low, max(values)


def _unit(row: Specification, highest: Decimal) -> PotencyUnit | None:
    """From the unit, the value or the name. Guess: a bare number is percent, as no cannabinoid is above 100 %."""
    if row.unit and row.unit.casefold().replace(" ", "") not in _UNITS:
        return None
    for text in (row.unit, row.value, row.name):
        if said := _UNIT.search(text):
            return _UNITS.get(re.sub(r"\s", "", said[0]).casefold())
    return PotencyUnit.PERCENT if highest <= 100 else None


def _equivalent(rows: Sequence[Specification]) -> Decimal | None:
    """Grams of dried flower that one piece counts for."""
    for row in rows:
        if _EQUIVALENT.search(row.name) and (found := numbers_in(row.value)):
            unit = (row.unit or re.sub(r"[\d.,\s]", "", row.value)).casefold() or "g"
            if unit in _GRAMS:
                return found[0] * _GRAMS[unit]
    return None


def _first(rows: Sequence[Specification], names: set[str]) -> str:
    for row in rows:
        if row.key in names:
            return row.value
    return ""


def _words(rows: Sequence[Specification], names: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for row in rows if row.key in names for word in words_of(row.value)))
