"""Weights and volumes as people write them: "3.5 g", "1/8oz", "100mg", "12 fl oz"; exact, never guessed."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from posbridge.domain.model import Model, Quantity

GRAMS = {
    "mg": Fraction(1, 1000), "g": Fraction(1), "kg": Fraction(1000),
    "oz": Fraction("28.349523125"), "lb": Fraction("453.59237"),
}  # fmt: skip
MILLILITRES = {"ml": Fraction(1), "cl": Fraction(10), "l": Fraction(1000), "floz": Fraction("29.5735295625")}
_NAMES = {
    "gram": "g", "grams": "g", "gm": "g", "gr": "g", "gs": "g", "milligram": "mg", "milligrams": "mg", "mgs": "mg",
    "kilogram": "kg", "kilograms": "kg", "ounce": "oz", "ounces": "oz", "ozs": "oz", "pound": "lb", "pounds": "lb",
    "lbs": "lb", "milliliter": "ml", "milliliters": "ml", "millilitre": "ml", "millilitres": "ml", "liter": "l",
    "litre": "l", "liters": "l", "litres": "l", "flozs": "floz", "fluidounce": "floz", "fluidounces": "floz",
}  # fmt: skip
#: The trade sells "an eighth" as 3.5 g, "a quarter" as 7 g: an ounce in this trade is 28 g.
TRADE_OUNCE = Decimal(28)
_SIZE = re.compile(
    r"(?<![\w./])(?:(\d+)\s*/\s*(\d+)|(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*[.,]?\d+))\s*-?\s*"
    r"(fl\.?\s?ozs?|fluid ounces?|[a-z]+)\b\.?",
    re.IGNORECASE,
)


class Size(Model):
    """`value` of `unit`: mg, g, kg, oz, lb, ml, cl, l or floz; `trade` for an ounce or a part of one."""

    value: Quantity
    unit: str
    trade: bool = False

    @property
    def grams(self) -> Decimal | None:
        if self.trade:
            return (self.value * TRADE_OUNCE).normalize()
        factor = GRAMS.get(self.unit)
        return None if factor is None else _exact(Fraction(self.value) * factor)

    @property
    def millilitres(self) -> Decimal | None:
        factor = MILLILITRES.get(self.unit)
        return None if factor is None else _exact(Fraction(self.value) * factor)


def sizes(text: str) -> list[Size]:
    """Every size in the text, in its order."""
    return [found for match in _SIZE.finditer(text) if (found := _size(match)) is not None]


def grams_in(value: Decimal, unit: str) -> Decimal | None:
    """`value` of a weight unit in grams; None for another unit."""
    known = Size(value=value, unit=_unit(unit))
    return known.grams


def _size(match: re.Match[str]) -> Size | None:
    unit = _unit(match.group(4))
    if unit not in GRAMS and unit not in MILLILITRES:
        return None
    if match.group(1):
        if int(match.group(2)) == 0:
            return None
        share = Fraction(int(match.group(1)), int(match.group(2)))
        return Size(value=_exact(share), unit=unit, trade=unit == "oz")
    value = _number(match.group(3))
    return Size(value=value, unit=unit, trade=unit == "oz" and value == 1)


def _number(text: str) -> Decimal:
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        return Decimal(text.replace(",", ""))
    return Decimal(text.replace(",", "."))


def _unit(text: str) -> str:
    plain = re.sub(r"[\s.]", "", text).casefold()
    return _NAMES.get(plain, plain)


def _exact(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.000001")).normalize()
