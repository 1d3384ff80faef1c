"""Giving back: what is left of each line and tender, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from posbridge.domain.errors import DomainError
from posbridge.domain.order import Order, Tender
from posbridge.domain.refund import Refund
from posbridge.domain.returns import refund_lines, refund_tenders, refundable
from posbridge.testing.builders import a_line, an_order
from tests.money.cases import a_refund


def three() -> Order:
    """Three pieces and a weighed article; 3300 + 690 with 10 % on both, paid in cash."""
    return an_order([a_line(1, 1000, 3), a_line(2, 1999, "0.345", unit="kg")])


def test_all_is_left_at_first() -> None:
    left = refundable(three(), [])
    assert [(line.line_id, line.quantity, line.amount, line.tax, line.net) for line in left] == [
        ("line-1", 3, 3300, 300, 3000),
        ("line-2", Decimal("0.345"), 759, 69, 690),
    ]


def test_what_came_back_is_gone() -> None:
    order = three()
    refund = a_refund(order, [], [("line-1", 1, True)])
    assert refund.amount == 1100
    [first, second] = refundable(order, [refund])
    assert (first.quantity, first.amount, first.tax, first.net) == (Decimal(2), 2200, 200, 2000)
    assert second.amount == 759


def test_refunds_of_other_orders_do_not_count() -> None:
    order, other = three(), an_order([a_line(1, 1000, 3)], seed=2)
    refund = a_refund(other, [], [("line-1", 3, True)])
    assert refundable(order, [refund]) == refundable(order, [])
    assert refund_tenders(order, [refund], order.totals.total)


WRONG: list[list[tuple[str, Any, bool]]] = [
    [],
    [("line-9", 1, True)],
    [("line-1", 0, True)],
    [("line-1", -1, True)],
    [("line-1", 4, True)],
    [("line-1", Decimal("0.5"), True)],
    [("line-1", 2, True), ("line-1", 2, True)],
    [("line-2", Decimal("0.346"), True)],
]


@pytest.mark.parametrize("wanted", WRONG)
def test_refused(wanted: list[tuple[str, Any, bool]]) -> None:
    with pytest.raises(DomainError):
        refund_lines(three(), [], wanted)


def test_nothing_comes_back_twice() -> None:
    order = three()
    refund = a_refund(order, [], [("line-1", 3, True)])
    with pytest.raises(DomainError) as caught:
        refund_lines(order, [refund], [("line-1", 1, True)])
    assert caught.value.detail["left"] == 0


def test_one_line_in_two_parts_of_one_refund() -> None:
    parts = refund_lines(three(), [], [("line-1", 1, True), ("line-1", 2, False)])
    assert [(part.amount, part.restock) for part in parts] == [(1100, True), (2200, False)]
    assert (parts[0].sku, parts[0].variant_id, parts[0].title) == ("SKU-0001", "variant-1", "Article 1")


def test_part_of_a_weighed_article() -> None:
    [part] = refund_lines(three(), [], [("line-2", Decimal("0.1"), False)])
    assert (part.amount, part.tax, part.net) == (220, 20, 200)
    assert [(tax.amount, tax.taxable) for tax in part.taxes] == [(20, 200)]


def test_a_line_without_taxes_gives_none_back() -> None:
    [part] = refund_lines(an_order([(1000, 2)], tax=None), [], [("line-1", 1, True)])
    assert (part.amount, part.tax, part.taxes) == (1000, 0, ())


def test_a_refund_made_elsewhere_by_other_rules_is_made_good() -> None:
    order = an_order([(1000, 3)], tax=None)
    generous = a_refund(order, [], [("line-1", 1, True)])
    more = generous.lines[0].model_copy(update={"amount": 2500, "net": 2500, "taxes": ()})
    given = [generous.model_copy(update={"lines": (more,)})]
    [second] = refund_lines(order, given, [("line-1", 1, True)])
    assert second.amount == 0
    [last] = refund_lines(order, given, [("line-1", 2, True)])
    assert last.amount == 500


def split() -> Order:
    return an_order([5000], [("cash", 1000), ("card", 2000), ("other", 500), ("gift_card", 1500)], tax=None)


def back(order: Order, refunds: list[Refund], amount: int) -> list[tuple[str, int]]:
    return [(tender.kind.value, tender.amount) for tender in refund_tenders(order, refunds, amount)]


def test_gift_cards_first_cash_last() -> None:
    assert back(split(), [], 1000) == [("gift_card", 1000)]
    assert back(split(), [], 3700) == [("gift_card", 1500), ("card", 2000), ("other", 200)]
    assert back(split(), [], 5000) == [("gift_card", 1500), ("card", 2000), ("other", 500), ("cash", 1000)]
    assert back(split(), [], 0) == []


def test_the_next_refund_goes_on_where_the_last_ended() -> None:
    order = an_order([(1000, 5)], [("gift_card", 1500), ("card", 3500)], tax=None)
    first = a_refund(order, [], [("line-1", 2, True)])
    assert [(t.kind.value, t.amount, t.refund_of, t.id) for t in first.tenders] == [
        ("gift_card", 1500, "tender-1", "tender-1-r1"),
        ("card", 500, "tender-2", "tender-2-r1"),
    ]
    assert back(order, [first], 3000) == [("card", 3000)]
    with pytest.raises(DomainError):
        refund_tenders(order, [first], 3001)


def test_cash_given_for_a_card_sale_counts_too() -> None:
    order = an_order([(1000, 2)], [("card", 500), ("cash", 1500)], tax=None)
    made = a_refund(order, [], [("line-1", 1, True)])
    by_hand = Tender(id="x", kind="cash", amount=1000, tendered=1000)
    paid_in_cash = made.model_copy(update={"tenders": (by_hand,)})
    assert back(order, [paid_in_cash], 1000) == [("card", 500), ("cash", 500)]


def test_never_more_than_was_paid_nor_less_than_nothing() -> None:
    for amount in (-1, 5001):
        with pytest.raises(DomainError):
            refund_tenders(split(), [], amount)


def test_cash_back_adds_up_like_any_cash() -> None:
    [cash] = refund_tenders(an_order([1000], tax=None), [], 1000)
    assert cash.tendered - cash.change == cash.amount == 1000
