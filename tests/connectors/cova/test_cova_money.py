"""Every case of money: the prices that COVA is sent sum to ours, and the payment to its total."""

from __future__ import annotations

from decimal import Decimal

import pytest

from posbridge.connectors.cova import mapping
from posbridge.connectors.cova.order_body import Place
from posbridge.domain.money import Money
from tests.money.cases import Case, load_cases

CASES = load_cases()


@pytest.mark.parametrize("inclusive", [False, True], ids=["TEP", "TIP"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_lines_sum_to_what_was_charged(case: Case, inclusive: bool) -> None:
    order = case.order()
    sent = mapping.from_order(order, Place(inclusive=inclusive))["Lines"]
    for line in order.lines:
        rows = [row for row in sent if row["CatalogItemId"] == line.variant_id]
        total = sum((Decimal(row["Quantity"]) * row["SellAtPricePerUnit"] for row in rows), Decimal(0))
        mine = [one for one in order.lines if one.variant_id == line.variant_id]
        wanted = sum(one.total if inclusive else one.net for one in mine)
        assert Money.parse(total, case.currency, rounding="half_up").amount == wanted
        assert sum(Decimal(row["Quantity"]) for row in rows) == sum(one.quantity for one in mine)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_payments_are_the_tenders(case: Case) -> None:
    order = case.order()
    rows = mapping.from_payment(order)["Payments"]
    paid = [Money.parse(row["Amount"], case.currency).amount for row in rows]
    assert paid == [tender.amount for tender in order.tenders]
    assert sum(paid) == (order.totals.total if order.tenders else 0)


@pytest.mark.parametrize("off", [-1, 0, 2])
def test_the_last_payment_makes_up_for_covas_rounding(off: int) -> None:
    order = next(case.order() for case in CASES if len(case.order().tenders) > 1)
    rows = mapping.from_payment(order, total=order.totals.total + off)["Payments"]
    paid = [Money.parse(row["Amount"], order.currency).amount for row in rows]
    assert paid[:-1] == [tender.amount for tender in order.tenders[:-1]]
    assert sum(paid) == order.totals.total + off
