"""Money by itself: exact, of one currency, never a float."""

from __future__ import annotations

import operator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from posbridge.domain.basket import TaxRate
from posbridge.domain.errors import DomainError
from posbridge.domain.model import Quantity
from posbridge.domain.money import ROUNDINGS, ExactDecimal, MinorUnits, Money, allocate, exponent, round_fraction, total
from posbridge.domain.order import Tender
from posbridge.domain.refund import RefundLine
from posbridge.testing.builders import a_line, a_variant
from tests.money.profile import TIMEOUT, runs

pytestmark = pytest.mark.timeout(TIMEOUT)


@pytest.mark.parametrize(("currency", "decimals"), [("JPY", 0), ("KWD", 3), ("USD", 2), ("EUR", 2), ("CLP", 0)])
def test_decimals_of_a_currency(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


HALVES = [
    # value, half_up, half_even, down, floor, ceiling
    ("0.5", 1, 0, 0, 0, 1),
    ("1.5", 2, 2, 1, 1, 2),
    ("2.5", 3, 2, 2, 2, 3),
    ("-0.5", -1, 0, 0, -1, 0),
    ("-2.5", -3, -2, -2, -3, -2),
    ("2.4999", 2, 2, 2, 2, 3),
    ("7", 7, 7, 7, 7, 7),
]


@pytest.mark.parametrize(("value", "expected"), [(row[0], row[1:]) for row in HALVES])
def test_rounding_modes(value: str, expected: tuple[int, ...]) -> None:
    assert tuple(round_fraction(Decimal(value), mode) for mode in ROUNDINGS) == expected


@runs()
@given(st.fractions(min_value=-10_000, max_value=10_000))
def test_rounding_stays_within_one(value: Fraction) -> None:
    assert all(abs(round_fraction(value, mode) - value) < 1 for mode in ROUNDINGS)
    assert abs(round_fraction(value) - value) <= Fraction(1, 2)
    assert round_fraction(-value) == -round_fraction(value)


weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=12)


@runs()
@given(st.integers(-1_000_000, 1_000_000), weights)
def test_allocation_is_whole_and_fair(amount: int, shares: list[int]) -> None:
    parts = allocate(amount, shares)
    assert sum(parts) == amount
    even = [1] * len(shares) if not any(shares) else shares
    whole = sum(even)
    assert all(abs(Fraction(amount * share, whole) - part) < 1 for part, share in zip(parts, even, strict=True))
    assert all(part == 0 for part, share in zip(parts, even, strict=True) if share == 0)
    assert allocate(-amount, shares) == [-part for part in parts]


@runs()
@given(weights, st.data())
def test_an_allocation_within_the_weights_takes_no_more_than_each(shares: list[int], data: st.DataObject) -> None:
    parts = allocate(data.draw(st.integers(0, sum(shares))), shares)
    assert all(0 <= part <= share for part, share in zip(parts, shares, strict=True))


@pytest.mark.parametrize("shares", [[], [1, -1]])
def test_allocation_refuses(shares: list[int]) -> None:
    with pytest.raises(DomainError):
        allocate(10, shares)


def test_ties_go_to_the_earlier_part() -> None:
    assert allocate(2, [1, 1, 1]) == [1, 1, 0]
    assert allocate(5, [0, 0]) == [3, 2]
    assert [part.amount for part in Money(amount=100, currency="USD").split([1, 1, 1])] == [34, 33, 33]


@pytest.mark.parametrize("wrong", [1.0, 0.1, float("nan"), "1", True, None, Decimal(1)])
def test_minor_units_are_integers_alone(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(MinorUnits).validate_python(wrong)
    with pytest.raises(ValidationError):
        Money(amount=wrong, currency="USD")
    with pytest.raises(ValidationError):
        Tender(id="t", kind="cash", amount=wrong)


@runs()
@given(st.floats())
def test_no_float_enters_anywhere(value: Any) -> None:
    for kind in (ExactDecimal, Quantity, MinorUnits):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(value)
    with pytest.raises(ValidationError):
        TaxRate(name="Tax", percent=value)
    with pytest.raises(ValidationError):
        a_variant(inventory_quantity=value)
    with pytest.raises(ValidationError):
        RefundLine(line_id="1", quantity=value, amount=1)
    with pytest.raises(DomainError):
        Money.parse(value, "USD")
    with pytest.raises(DomainError):
        Money(amount=1, currency="USD").times(value)


def test_a_json_number_with_a_point_is_refused() -> None:
    with pytest.raises(ValidationError):
        Money.model_validate_json('{"amount": 12.5, "currency": "USD"}')
    line = a_line(1, 100, 2).model_dump_json().replace('"quantity":2', '"quantity":2.5')
    with pytest.raises(ValidationError):
        type(a_line()).model_validate_json(line)


PARSED = [
    ("12.50", "USD", 1250),
    (" 12 ", "USD", 1200),
    ("1200", "JPY", 1200),
    ("1.234", "KWD", 1234),
    ("-0.01", "USD", -1),
]


@pytest.mark.parametrize(("text", "currency", "amount"), PARSED)
def test_parse(text: str, currency: str, amount: int) -> None:
    assert Money.parse(text, currency).amount == amount


@pytest.mark.parametrize("text", ["", "twelve", "1,5", "NaN", "Infinity", "1.005"])
def test_parse_refuses(text: str) -> None:
    with pytest.raises(DomainError):
        Money.parse(text, "USD")


def test_parse_rounds_when_told() -> None:
    assert Money.parse("1.005", "USD", rounding="half_up").amount == 101
    assert Money.parse("1.005", "USD", rounding="half_even").amount == 100
    assert Money.parse(Decimal("99.6"), "JPY", rounding="down").amount == 99


@runs()
@given(st.integers(-(10**12), 10**12), st.sampled_from(["USD", "JPY", "KWD"]))
def test_plain_and_parse_are_one_another_backwards(amount: int, currency: str) -> None:
    money = Money(amount=amount, currency=currency)
    assert Money.parse(money.plain(), currency) == money
    assert Money.model_validate_json(money.model_dump_json()) == money


def test_reckoning() -> None:
    one, two = Money(amount=100, currency="USD"), Money(amount=250, currency="USD")
    assert (one + two).amount == 350
    assert (one - two) == -Money(amount=150, currency="USD")
    assert one < two <= two
    assert bool(one)
    assert not Money.zero("USD")
    assert two.times(Decimal("0.5")).amount == 125
    assert total([one, two], "USD").amount == 350
    assert total([], "USD") == Money.zero("USD")


@pytest.mark.parametrize("other", [Money(amount=1, currency="EUR"), 1])
def test_one_currency_at_a_time(other: Any) -> None:
    one = Money(amount=1, currency="USD")
    for reckon in (operator.add, operator.sub, operator.lt):
        with pytest.raises(DomainError):
            reckon(one, other)


@pytest.mark.parametrize("currency", ["usd", "US", "DOLLAR", ""])
def test_a_currency_is_three_capitals(currency: str) -> None:
    with pytest.raises(ValidationError):
        Money(amount=1, currency=currency)
