"""Every hand-checked case: the till, the fractions and the file say the same."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.money.cases import Case, load_cases
from tests.money.reference import expected

CASES = load_cases()
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
REFUNDED = pytest.mark.parametrize(
    "case", [case for case in CASES if "refunds" in case.raw], ids=lambda case: case.name
)
PAID = pytest.mark.parametrize("case", [case for case in CASES if "tenders" in case.raw], ids=lambda case: case.name)


def test_the_file_has_enough_cases_and_each_says_why() -> None:
    assert len(CASES) >= 150
    assert max(Counter(case.name for case in CASES).values()) == 1
    assert all(case.raw["why"] for case in CASES)


@EACH
def test_the_fractions_agree_with_the_file(case: Case) -> None:
    told = {name: value for name, value in case.expect.items() if name != "change"}
    assert expected(case.raw) == told


@EACH
def test_the_till_agrees_with_the_file(case: Case) -> None:
    priced, expect = case.priced(), case.expect
    totals = priced.totals.model_dump(exclude={"currency"})
    assert totals == {name: expect[name] for name in totals}
    rows = [
        {"subtotal": line.subtotal, "discount": line.discount, "tax": line.tax, "net": line.net, "total": line.total}
        for line in priced.lines
    ]
    assert rows == expect["lines"]
    assert [share.amount for share in priced.discounts] == [amount for amount in expect["discounts"] if amount]


@EACH
def test_the_order_keeps_every_figure(case: Case) -> None:
    order = case.order()
    assert order.totals == case.priced().totals
    assert [line.total for line in order.lines] == [line["total"] for line in case.expect["lines"]]
    assert sum(discount.amount for discount in order.discounts) == case.expect["discount"]


@PAID
def test_tenders_sum_and_give_the_change_of_the_file(case: Case) -> None:
    order = case.order()
    assert order.paid == case.expect["total"]
    assert order.change == case.expect["change"]
    assert sum(tender.tendered for tender in order.tenders if tender.kind == "cash") - order.change == sum(
        tender.amount for tender in order.tenders if tender.kind == "cash"
    )


@REFUNDED
def test_refunds_give_back_what_the_file_says(case: Case) -> None:
    order = case.order()
    refunds = case.refunds(order)
    told = [refund["expect"] for refund in case.raw["refunds"]]
    made = [[{"amount": line.amount, "tax": line.tax, "net": line.net} for line in refund.lines] for refund in refunds]
    assert made == told
    assert all(sum(tender.amount for tender in refund.tenders) == refund.amount for refund in refunds)
