"""Weighed goods and their tiers: a tier is a discount of its line, exact, and follows the quantity."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.domain import basket_edits as edits
from posbridge.domain.catalog import PriceTier
from posbridge.domain.errors import DomainError
from posbridge.domain.inventory import WeightRule
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.domain.tiers import tier_total
from posbridge.testing.builders import a_basket, a_product, a_variant, tax_setup

RULE = WeightRule(unit="g", minimum=Decimal("0.5"), increment=Decimal("0.5"))
TIERS = tuple(
    PriceTier(quantity=Decimal(grams), price=Money(amount=amount, currency="USD"))
    for grams, amount in (("3.5", 3000), ("7", 5500), ("28", 18000))
)
VARIANT = a_variant(1, amount=1200, unit="g", weighing=RULE, tiers=TIERS)
PRODUCT = a_product(1, title="Bud", variants=(VARIANT,))


def weighed(grams: str) -> int:
    """What so many grams cost."""
    line = edits.line_of(PRODUCT, VARIANT, Decimal(grams), id="1")
    return price(edits.add(a_basket([]), line), tax_setup(None)).totals.total


@pytest.mark.parametrize(
    ("grams", "amount"), [("1", 1200), ("3", 3600), ("3.5", 3000), ("4", 3429), ("7", 5500), ("28", 18000)]
)
def test_a_weight_costs_what_its_tier_says(grams: str, amount: int) -> None:
    assert weighed(grams) == amount


def test_the_tier_follows_the_quantity_and_never_stays_behind() -> None:
    line = edits.line_of(PRODUCT, VARIANT, Decimal(7), id="1")
    basket = edits.change_quantity(edits.add(a_basket([]), line), "1", Decimal("3.5"))
    assert [each.name for each in basket.lines[0].discounts] == ["Price from 3.5 g"]
    basket = edits.change_quantity(basket, "1", Decimal(1))
    assert basket.lines[0].discounts == ()
    own = edits.override_price(edits.change_quantity(basket, "1", Decimal(7)), "1", Money(amount=700, currency="USD"),
                               "ann")  # fmt: skip
    assert own.lines[0].discounts == ()
    assert price(edits.change_quantity(own, "1", Decimal(28)), tax_setup(None)).totals.total == 28 * 700


def test_pieces_with_tiers_still_share_a_line() -> None:
    pieces = a_variant(2, amount=500, tiers=(PriceTier(quantity=Decimal(3), price=Money(amount=1200, currency="USD")),))
    product = a_product(2, variants=(pieces,))
    basket = a_basket([])
    for number in range(3):
        basket = edits.add(basket, edits.line_of(product, pieces, 1, id=str(number)))
    assert len(basket.lines) == 1
    assert price(basket, tax_setup(None)).totals.total == 1200


@given(st.decimals("0.01", "60", places=2))
def test_a_weight_is_on_its_increment_or_refused(grams: Decimal) -> None:
    fits = grams >= RULE.minimum and grams % RULE.increment == 0
    if fits:
        assert edits.line_of(PRODUCT, VARIANT, grams, id="1").quantity == grams
        return
    with pytest.raises(DomainError):
        edits.line_of(PRODUCT, VARIANT, grams, id="1")


@given(st.integers(1, 120))
def test_more_never_costs_less_a_gram(halves: int) -> None:
    grams = Decimal(halves) / 2
    total = tier_total(TIERS, grams)
    assert (total is None) == (grams < Decimal("3.5"))
    assert weighed(str(grams)) == (grams * 1200 if total is None else total.amount)
