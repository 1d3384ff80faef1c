"""Taxes on what is left of each line after its discounts. Exact until the one rounding that the shop asks for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from posbridge.domain.basket import RoundingLevel, TaxRate, TaxSetup
from posbridge.domain.money import round_fraction

#: What is left of a line in minor units, and the rates that apply to it.
TaxBase = tuple[int, tuple[TaxRate, ...]]


def factors(rates: Sequence[TaxRate]) -> list[Fraction]:
    """How much each rate takes of one net unit, in the order given; a compound rate also taxes those before it."""
    found: list[Fraction] = []
    for rate in rates:
        base = 1 + sum(found, Fraction(0)) if rate.compound else Fraction(1)
        found.append(Fraction(rate.percent) / 100 * base)
    return found


def exact_taxes(base: int, rates: Sequence[TaxRate], included: bool) -> list[Fraction]:
    """The unrounded tax of each rate in minor units on `base`, which holds the taxes already when `included`."""
    parts = factors(rates)
    net = Fraction(base) / (1 + sum(parts, Fraction(0))) if included else Fraction(base)
    return [net * part for part in parts]


def tax_amounts(bases: Sequence[TaxBase], setup: TaxSetup) -> list[list[int]]:
    """For each line the rounded tax of each of its rates, in minor units, half up by line or in total."""
    exact = [exact_taxes(base, rates, setup.prices_include_tax) for base, rates in bases]
    if setup.rounding is RoundingLevel.LINE:
        return [[round_fraction(tax) for tax in taxes] for taxes in exact]
    return _rounded_in_total(bases, exact, setup.prices_include_tax)


def _rounded_in_total(bases: Sequence[TaxBase], exact: list[list[Fraction]], included: bool) -> list[list[int]]:
    places: dict[TaxRate, list[tuple[int, int]]] = {}
    for row, (_, rates) in enumerate(bases):
        for column, rate in enumerate(rates):
            places.setdefault(rate, []).append((row, column))
    amounts = [[0] * len(taxes) for taxes in exact]
    for spots in places.values():
        # A line cannot hold more included tax than it costs; a cent that does not fit goes to the next line.
        room = [bases[row][0] - sum(amounts[row]) if included else None for row, _ in spots]
        parts = _share([exact[row][column] for row, column in spots], room)
        for (row, column), part in zip(spots, parts, strict=True):
            amounts[row][column] = part
    return amounts


def _share(exact: list[Fraction], room: list[int | None]) -> list[int]:
    """The rounded sum of `exact`, shared out by largest remainder; ties go to the earlier part."""
    whole = sum(exact, Fraction(0))
    rounded = round_fraction(whole)
    quotas = [part * rounded / whole if whole else Fraction(0) for part in exact]
    parts = [quota.numerator // quota.denominator for quota in quotas]

    def order(index: int) -> tuple[bool, Fraction, int]:
        limit = room[index]
        return limit is not None and limit <= parts[index], parts[index] - quotas[index], index

    for index in sorted(range(len(parts)), key=order)[: rounded - sum(parts)]:
        parts[index] += 1
    return parts
