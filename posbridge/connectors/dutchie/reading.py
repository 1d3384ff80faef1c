"""Small readings that all of Dutchie Plus' mappings share: envelopes, dollar floats, and dollars told from cents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, decimal_from, one_line
from posbridge.domain.money import Money, exponent, round_fraction

#: The menu names no currency; the connection's settings may say CAD.
CURRENCY = "USD"
#: A menu price may have changed since; dollars and cents are a hundred apart, so a factor of five tells them still.
_NEAR = 5


class Unit(StrEnum):
    """What an amount of a checkout or an order counts; the contract does not confirm it. UNPROVED is not shown."""

    DOLLARS = "dollars"
    CENTS = "cents"
    UNPROVED = "unproved"


#: Guess: dollars, as in the menu.
GUESSED_UNIT = Unit.DOLLARS


def rows(raw: Any, *envelopes: str) -> list[Any]:
    """The objects of an answer: the whole of it, one of its parts, a bare list, or one object."""
    inner = raw
    while isinstance(inner, Mapping) and "id" not in inner:
        name = next((name for name in ("data", *envelopes) if name in inner), None)
        if name is None:
            break
        inner = inner[name]
    if isinstance(inner, list):
        return list(inner)
    if not isinstance(inner, Mapping):
        raise SchemaDrift(f"An object was expected, not {type(inner).__name__}.")
    return [inner]


def first_of(raw: Any, *envelopes: str) -> Any:
    """The one object of an answer. Raises SchemaDrift when there is none."""
    found = rows(raw, *envelopes)
    if not found:
        raise SchemaDrift("The answer holds no object.")
    return found[0]


def exact(value: Any, object_id: str = "") -> Decimal | None:
    """A number, also as text or as the float that it was read as; None when absent or empty."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return decimal_from(str(value) if type(value) is float else value)
    except SchemaDrift as problem:
        raise SchemaDrift(problem.message, object_id=object_id) from problem


def number(reader: Reader, name: str) -> Decimal | None:
    return exact(reader.raw.get(name), reader.object_id)


def menu_price(reader: Reader, name: str, currency: str) -> Money | None:
    """A price of the menu, in dollars there. Zero is "n/a" (the vendor's example), never free."""
    value = number(reader, name)
    return None if value is None or value <= 0 else Money(amount=minor(value, currency), currency=currency)


def minor(value: Decimal, currency: str) -> int:
    """Dollars as minor units, rounded once."""
    return round_fraction(value.scaleb(exponent(currency)))


def amount(reader: Reader, name: str, currency: str, unit: Unit) -> int | None:
    """An amount of a checkout or an order in minor units; None where its unit is not proved (nothing is nothing)."""
    value = number(reader, name)
    if value is None or (unit is Unit.UNPROVED and value):
        return None
    return minor(value, currency) if unit is Unit.DOLLARS else round_fraction(value)


def unit_of(price: Decimal | None, menu: Iterable[Decimal | None]) -> Unit | None:
    """The unit of a price there, by the prices of the same article on the menu; None where there is none to compare.

    About as much is dollars, about a hundred times as much is cents; anything else proves nothing.
    """
    known = [each for each in menu if each is not None and each > 0]
    if price is None or price <= 0 or not known:
        return None
    ratios = [price / each for each in known]
    if any(Decimal(1) / _NEAR <= ratio <= _NEAR for ratio in ratios):
        return Unit.DOLLARS
    return Unit.CENTS if any(Decimal(100) / _NEAR <= ratio <= 100 * _NEAR for ratio in ratios) else Unit.UNPROVED


def words(values: Iterable[Any]) -> tuple[str, ...]:
    """Texts of a list, white space cleaned, empty ones and repeats left out."""
    texts = (one_line(value) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(text for text in texts if text))
