"""Paying and freezing: change from cash alone, tenders that sum, an order that keeps what was priced."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from posbridge.domain.checkout import freeze, left_to_pay, require_paid, tender_cash, tender_exact
from posbridge.domain.discount import Discount
from posbridge.domain.errors import DomainError
from posbridge.domain.ids import reference_of
from posbridge.domain.money import Money
from posbridge.domain.order import Order, Tender, TenderKind, TenderState
from posbridge.domain.pricing import price
from posbridge.testing.builders import a_basket, a_customer, a_line, an_order, facts, tax_setup


def card(amount: int, name: str = "card", **fields: Any) -> Tender:
    return Tender(id=name, kind=TenderKind.CARD, amount=amount, **fields)


@pytest.mark.parametrize(
    ("left", "tendered", "amount", "change"), [(1100, 1100, 1100, 0), (1100, 2000, 1100, 900), (1100, 500, 500, 0)]
)
def test_cash(left: int, tendered: int, amount: int, change: int) -> None:
    tender = tender_cash(left, tendered, id="t")
    assert (tender.amount, tender.tendered, tender.change) == (amount, tendered, change)


@pytest.mark.parametrize(("left", "tendered"), [(0, 500), (-1, 500), (500, 0), (500, -5)])
def test_cash_is_refused(left: int, tendered: int) -> None:
    with pytest.raises(DomainError):
        tender_cash(left, tendered, id="t")


def test_a_card_takes_at_most_what_is_left() -> None:
    assert tender_exact(500, card(500)) == card(500)
    for left, tender in ((499, card(500)), (0, card(500)), (500, card(400, change=100))):
        with pytest.raises(DomainError):
            tender_exact(left, tender)


def test_left_to_pay_counts_down_to_zero() -> None:
    assert left_to_pay(1000, []) == 1000
    assert left_to_pay(1000, [card(400)]) == 600
    assert left_to_pay(1000, [card(1200)]) == 0


def test_tenders_must_be_right() -> None:
    cash = Tender(id="cash", kind="cash", amount=500, tendered=700, change=200)
    require_paid(1000, [card(500), cash])
    require_paid(0, [])
    wrong: dict[str, list[Tender]] = {
        "twice": [card(500), card(500)],
        "no answer": [card(1000, state=TenderState.UNKNOWN)],
        "change from a card": [card(1000, tendered=1200, change=200)],
        "cash that does not add up": [cash.model_copy(update={"amount": 1000})],
    }
    for tenders in wrong.values():
        with pytest.raises(DomainError):
            require_paid(1000, tenders)


def test_too_little_and_too_much_say_how_far() -> None:
    with pytest.raises(DomainError) as little:
        require_paid(1000, [card(999)])
    assert (little.value.code, little.value.detail["left"]) == ("not_paid", 1)
    with pytest.raises(DomainError) as much:
        require_paid(1000, [card(1001)])
    assert (much.value.code, much.value.detail["over"]) == ("overpaid", 1)


def test_an_order_keeps_what_was_priced() -> None:
    code = Discount(id="1", code="TEN", name="Ten off", kind="percentage", percent=Decimal(10))
    on_line = Discount(id="2", name="Scratch", kind="fixed", amount=Money(amount=50, currency="USD"))
    lines = [a_line(1, 1000, 2, discounts=(on_line,), note="gift"), a_line(2, 500, approved_by="person-1")]
    basket = a_basket(lines, discounts=[code], customer=a_customer(), note="no bag")
    priced = price(basket, tax_setup("8.875"))
    order = freeze(basket, priced, [card(priced.totals.total)], facts(7, shift_id="s1"), unproved={"TEN"})
    assert order.reference == reference_of(order.id)
    assert (order.totals, order.taxes, order.customer, order.note) == (
        priced.totals,
        priced.taxes,
        a_customer(),
        "no bag",
    )
    assert [(d.discount_id, d.code, d.kind, d.amount, d.unproved) for d in order.discounts] == [
        ("2", "", "fixed", 50, False),
        ("1", "TEN", "percentage", 245, True),
    ]
    for frozen, line in zip(order.lines, priced.lines, strict=True):
        told = line.model_dump(exclude={"line"})
        assert frozen.model_dump(include=set(told)) == told
        same = (
            "id",
            "variant_id",
            "product_id",
            "sku",
            "barcode",
            "title",
            "quantity",
            "unit_price",
            "note",
            "approved_by",
        )
        assert all(getattr(frozen, name) == getattr(line.line, name) for name in same)
    assert (order.shift_id, order.receipt_number, order.device) == ("s1", "T1-000007", "T1")
    assert Order.model_validate_json(order.model_dump_json()) == order


def test_a_reference_that_was_given_is_kept() -> None:
    assert an_order(reference="SHOP-17").reference == "SHOP-17"


def test_zero_needs_no_tender_and_takes_none() -> None:
    assert an_order([0]).tenders == ()
    with pytest.raises(DomainError):
        an_order([0], [("cash", 100)])


def test_only_a_ready_basket_is_frozen() -> None:
    basket = a_basket([1000])
    priced = price(basket, tax_setup(None))
    paid = [card(1000)]
    changed = a_basket([900])
    elsewhere = basket.model_copy(update={"id": a_basket([1000], seed=2).id})
    parked = basket.model_copy(update={"parked": True})
    for wrong in (changed, elsewhere, parked, a_basket([])):
        with pytest.raises(DomainError):
            freeze(wrong, priced, paid, facts())
    assert freeze(basket, priced, paid, facts()).paid == 1000


def test_split_tenders() -> None:
    order = an_order([2500], [("gift_card", 500), ("card", 1000), ("cash", 1250)])
    assert order.paid == order.totals.total == 2750
    assert order.change == 0


def test_one_seed_one_order() -> None:
    assert an_order(seed=3) == an_order(seed=3)
    orders = [an_order(seed=seed) for seed in range(50)]
    assert len({order.id for order in orders}) == len({order.reference for order in orders}) == 50
