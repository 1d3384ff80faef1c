"""Money's quick ways say the same as the exact and checked ones that they spare."""

from __future__ import annotations

import copy
import pickle
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from posbridge.domain.errors import DomainError
from posbridge.domain.money import ROUNDINGS, Money, exponent, round_fraction

CURRENCIES = st.sampled_from(("USD", "JPY", "KWD"))
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)
WRITTEN = st.one_of(
    DECIMALS.map(str),
    st.from_regex(r"[ +-]?[0-9]{0,20}[.]?[0-9]{0,8}(E[+-]?[0-9])?", fullmatch=True),
    st.text("0123456789.-+ _²٣", max_size=12),
)
MODES = {
    "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}  # fmt: skip


@given(st.integers(), CURRENCIES)
def test_of_makes_what_the_checked_way_makes(amount: int, currency: str) -> None:
    quick, checked = Money.of(amount, currency), Money(amount=amount, currency=currency)
    assert quick == checked
    assert (hash(quick), repr(quick), quick.model_dump()) == (hash(checked), repr(checked), checked.model_dump())
    assert quick.model_dump_json() == checked.model_dump_json()
    assert quick.model_fields_set == checked.model_fields_set
    assert quick.__dict__ == checked.__dict__
    assert pickle.loads(pickle.dumps(quick)) == copy.deepcopy(quick) == quick.model_copy() == checked
    with pytest.raises(ValidationError):
        quick.amount = 1  # type: ignore[misc]  # that it is frozen is what is tested


@pytest.mark.parametrize(("amount", "currency"), [
    (True, "USD"), (1.0, "USD"), ("1", "USD"), (None, "USD"), (Decimal(1), "USD"), (1, "usd"), (1, "USD\n"), (1, "US"),
    (1, "ÄÖÜ"), (1, "U1D"), (1, None), (1, ["USD"]),
])  # fmt: skip
def test_of_refuses_what_the_checked_way_refuses(amount: Any, currency: Any) -> None:
    with pytest.raises(ValidationError):
        Money.of(amount, currency)


def _exactly(text: str, currency: str, rounding: str | None) -> int | None:
    """The amount by the long way, None where there is none."""
    try:
        minor = Fraction(Decimal(text.strip())) * 10 ** exponent(currency)
    except ArithmeticError:
        return None
    if minor.denominator != 1 and rounding is None:
        return None
    with localcontext(prec=400):
        return int((Decimal(minor.numerator) / minor.denominator).quantize(Decimal(1), MODES[rounding or "half_up"]))


@given(WRITTEN, CURRENCIES, st.sampled_from((None, *ROUNDINGS)))
@example("12.", "USD", None)
@example("0.0000", "JPY", None)
@example("12.5.0", "JPY", None)
@example("1.0.0", "USD", "half_up")
def test_parse_reads_as_the_exact_way(text: str, currency: str, rounding: str | None) -> None:
    wanted = _exactly(text, currency, rounding)
    if wanted is None:
        with pytest.raises(DomainError):
            Money.parse(text, currency, rounding=rounding)
    else:
        assert Money.parse(text, currency, rounding=rounding) == Money(amount=wanted, currency=currency)


@given(st.one_of(st.fractions(), DECIMALS, st.integers()), st.sampled_from(ROUNDINGS))
def test_rounding(value: Fraction | Decimal | int, mode: str) -> None:
    made, exact = round_fraction(value, mode), Fraction(value)
    assert abs(made - exact) < 1
    if mode in ("half_up", "half_even"):
        assert abs(made - exact) <= Fraction(1, 2)
        is_tie = exact.denominator == 2
        assert not is_tie or (made % 2 == 0 if mode == "half_even" else abs(made) > abs(exact))
    else:
        assert {"down": abs(made) <= abs(exact), "floor": made <= exact, "ceiling": made >= exact}[mode]


@pytest.mark.parametrize("text", ["1e99999999", "-1E+99999999", "1e-99999999"])
def test_an_amount_without_end_is_refused_at_once(text: str) -> None:
    with pytest.raises(DomainError, match="not an amount"):
        Money.parse(text, "USD", rounding="half_up")
