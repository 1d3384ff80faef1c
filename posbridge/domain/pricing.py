"""What a basket costs. Pure integers and fractions: the same basket always gives the same totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from posbridge.domain.basket import (
    Basket,
    BasketLine,
    PricedBasket,
    PricedLine,
    TaxAmount,
    TaxRate,
    TaxSetup,
    Totals,
)
from posbridge.domain.discount import Discount, DiscountKind, DiscountShare
from posbridge.domain.discounts import in_scope, spend_refusal
from posbridge.domain.errors import DomainError
from posbridge.domain.money import Money, allocate, round_fraction
from posbridge.domain.tax import tax_amounts


@dataclass(slots=True)
class _Row:
    """A line while its discounts are taken off; amounts in minor units."""

    line: BasketLine
    subtotal: int
    left: int
    shares: list[DiscountShare] = field(default_factory=list)


def price(basket: Basket, taxes: TaxSetup) -> PricedBasket:
    """Every line, discount, tax and the totals of `basket`, in minor units.

    1. Each line's subtotal: unit price × quantity, half up.
    2. Each line's own discounts in order, then the basket's in order, each on what is left. A percentage is rounded
       half up once over its goods; it and a fixed amount are spread by what is left, by largest remainder. PRODUCT
       takes its amount × quantity off each line. None takes more than its `maximum` or than is left.
       A discount whose goods are outside its limits of spend or quantity takes nothing; dates, uses, customers and
       stacking are `discounts.check`'s.
    3. Taxes on what is left, added or included, rounded half up by line or in total (see RoundingLevel).

    Only discounts that took something are listed. Raises DomainError for a negative price or a second currency.
    """
    rows = [_row(line, basket.currency) for line in basket.lines]
    for row in rows:
        for discount in row.line.discounts:
            _take_off(discount, [row], basket.currency)
    for discount in basket.discounts:
        _take_off(discount, rows, basket.currency)
    lines = _priced_lines(rows, taxes)
    return PricedBasket(
        basket_id=basket.id,
        lines=lines,
        discounts=discounts_by_name(basket, lines),
        taxes=taxes_by_rate(lines),
        totals=_totals(lines, basket.currency),
        prices_include_tax=taxes.prices_include_tax,
    )


def discounts_by_name(basket: Basket, lines: Iterable[PricedLine]) -> tuple[DiscountShare, ...]:
    """What each discount took off all lines, in the order in which they were taken: lines' own, then the basket's."""
    every = [*(discount for line in basket.lines for discount in line.discounts), *basket.discounts]
    sums = {(discount.id, discount.code, discount.name): 0 for discount in every}
    for share in [share for line in lines for share in line.shares]:
        sums[share.discount_id, share.code, share.name] += share.amount
    return tuple(
        DiscountShare(discount_id=ident, code=code, name=name, amount=amount)
        for (ident, code, name), amount in sums.items()
        if amount
    )


def taxes_by_rate(lines: Iterable[PricedLine]) -> tuple[TaxAmount, ...]:
    """What each rate (name, percent) adds to all lines, in the order in which they first appear."""
    found: dict[tuple[str, object, bool], TaxAmount] = {}
    for tax in [tax for line in lines for tax in line.taxes]:
        key = (tax.name, tax.percent, tax.included)
        before = found.get(key)
        if before is not None:
            sums = {"amount": before.amount + tax.amount, "taxable": before.taxable + tax.taxable}
            tax = tax.model_copy(update=sums)
        found[key] = tax
    return tuple(found.values())


def _row(line: BasketLine, currency: str) -> _Row:
    if line.unit_price.currency != currency:
        raise DomainError(f"{line.title} is priced in {line.unit_price.currency}, but the basket is in {currency}.")
    if line.unit_price.amount < 0:
        raise DomainError(f"{line.title} has a price below zero.")
    return _Row(line=line, subtotal=line.subtotal, left=line.subtotal)


def _take_off(discount: Discount, rows: Sequence[_Row], currency: str) -> None:
    rows = [row for row in rows if in_scope(discount.scope, row.line)]
    _require_currency(discount, currency)
    if spend_refusal(discount, [row.line for row in rows]) is not None:
        return
    for row, amount in zip(rows, _amounts_off(discount, rows), strict=True):
        if amount:
            row.left -= amount
            row.shares.append(
                DiscountShare(discount_id=discount.id, code=discount.code, name=discount.name, amount=amount)
            )


def _require_currency(discount: Discount, currency: str) -> None:
    limits = (discount.amount, discount.maximum, discount.minimum_spend, discount.maximum_spend)
    if any(limit is not None and limit.currency != currency for limit in limits):
        raise DomainError(f"The discount {discount.name or discount.code} is not in {currency}.")


def _amounts_off(discount: Discount, rows: Sequence[_Row]) -> list[int]:
    left = [row.left for row in rows]
    if discount.kind is DiscountKind.PRODUCT:
        wanted = [min(_off_each(discount, row.line), row.left) for row in rows]
        return allocate(_capped(discount, sum(wanted)), wanted)
    if discount.kind is DiscountKind.PERCENTAGE:
        amount = round_fraction(Fraction(discount.percent or 0) * sum(left) / 100)
    else:
        amount = min(_amount(discount), sum(left)) if discount.kind is DiscountKind.FIXED else 0
    return allocate(_capped(discount, amount), left)


def _off_each(discount: Discount, line: BasketLine) -> int:
    return round_fraction(_amount(discount) * Fraction(line.quantity))


def _amount(discount: Discount) -> int:
    return _positive(discount.amount) if discount.amount is not None else 0


def _capped(discount: Discount, amount: int) -> int:
    return amount if discount.maximum is None else min(amount, _positive(discount.maximum))


def _positive(money: Money) -> int:
    return max(money.amount, 0)


def _priced_lines(rows: Sequence[_Row], setup: TaxSetup) -> tuple[PricedLine, ...]:
    rates = [setup.rates_for(row.line.tax_class) if row.line.taxable else () for row in rows]
    amounts = tax_amounts([(row.left, of_line) for row, of_line in zip(rows, rates, strict=True)], setup)
    return tuple(
        _priced_line(row, of_line, taxes, setup.prices_include_tax)
        for row, of_line, taxes in zip(rows, rates, amounts, strict=True)
    )


def _priced_line(row: _Row, rates: tuple[TaxRate, ...], amounts: list[int], included: bool) -> PricedLine:
    tax = sum(amounts)
    net = row.left - tax if included else row.left
    taxes = tuple(
        TaxAmount(name=rate.name, percent=rate.percent, amount=amount, taxable=net, included=included)
        for rate, amount in zip(rates, amounts, strict=True)
    )
    return PricedLine(
        line=row.line,
        subtotal=row.subtotal,
        shares=tuple(row.shares),
        discount=row.subtotal - row.left,
        taxes=taxes,
        tax=tax,
        net=net,
        total=net + tax,
    )


def _totals(lines: Sequence[PricedLine], currency: str) -> Totals:
    return Totals(
        currency=currency,
        subtotal=sum(line.subtotal for line in lines),
        discount=sum(line.discount for line in lines),
        tax=sum(line.tax for line in lines),
        total=sum(line.total for line in lines),
    )
