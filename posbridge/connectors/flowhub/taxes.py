"""Tax rates, which Flowhub never lists: guessed from its prices before and after tax, category by category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.flowhub.catalog_mapping import category_of
from posbridge.connectors.flowhub.reading import cents
from posbridge.connectors.text import Reader

Rates = tuple[tuple[str, str], ...]

_PLACES = 4
_HALF = Fraction(1, 2)


def tax_rates(rows: Iterable[Any]) -> dict[str, Rates]:
    """Rates by tax class, as products name theirs (the category); "" is the rate of most categories.

    A category whose prices fit no single rate has none of its own; nothing at all without prices after tax.
    """
    bounds: dict[str, tuple[Fraction, Fraction]] = {}
    for row in rows:
        within = _bounds(row)
        if within is not None:
            name = category_of(row)
            low, high = bounds.get(name, within)
            bounds[name] = (max(low, within[0]), min(high, within[1]))
    found = {name: _shortest(low, high) for name, (low, high) in bounds.items() if low <= high}
    if not found:
        return {}
    usual, _ = Counter(found.values()).most_common(1)[0]
    return {"": _named(usual), **{name: _named(rate) for name, rate in found.items()}}


def _named(rate: Decimal) -> Rates:
    return (("Tax", f"{rate.normalize():f}"),) if rate else ()


def _bounds(row: Any) -> tuple[Fraction, Fraction] | None:
    """Between which rates (in percent) a price after tax, rounded to the cent, may have come of the one before."""
    if not isinstance(row, Mapping):
        return None
    try:
        before, after = (cents(Reader(row), name) for name in ("preTaxPriceInPennies", "postTaxPriceInPennies"))
    except SchemaDrift:
        return None
    if not before or before < 0 or after is None or after < before:
        return None
    low, high = (100 * (after - before + side) / Fraction(before) for side in (-_HALF, _HALF))
    return max(low, Fraction(0)), high


def _shortest(low: Fraction, high: Fraction) -> Decimal:
    """The rate with the fewest decimals between the two."""
    for places in range(_PLACES + 1):
        scale = 10**places
        found = ceil(low * scale)
        if found <= high * scale:
            return Decimal(found).scaleb(-places)
    middle = (low + high) / 2
    return Decimal(round(middle * 10**_PLACES)).scaleb(-_PLACES)
