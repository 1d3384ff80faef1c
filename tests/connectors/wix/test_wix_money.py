"""Every case of money: what Wix is sent adds up to what the customer paid, to the minor unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from posbridge.connectors.wix import mapping
from posbridge.domain.compare import difference
from posbridge.domain.money import Money
from posbridge.domain.order import TenderKind
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.shop import shop
from tests.connectors.wix.bench import bench
from tests.money.cases import Case, load_cases

CASES = load_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total(case: Case) -> None:
    made, order = bench(replace(shop(), currency=case.currency, products=(), discounts=())), case.order()
    ref = await made.services.orders.create(order, str(order.id), await made.context(linked=False))
    remote = await made.services.orders.get(ref.id)
    assert difference(order, remote) == ()
    assert remote.complete
    (booked,) = made.simulator.orders_book()
    assert (booked["total"], booked["paid"], booked["tax"]) == (
        order.totals.total, order.totals.total, order.totals.tax,
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_amounts_sent_are_the_cases(case: Case) -> None:
    def minor(money: Any) -> int:
        return Money.parse(money["amount"], case.currency).amount

    order, expect = case.order(), case.expect
    body = mapping.from_order(order)["order"]
    summary = {name: minor(value) for name, value in body["priceSummary"].items()}
    assert (summary["total"], summary["tax"], summary["discount"]) == (
        expect["total"], expect["tax"], expect["discount"],
    )  # fmt: skip
    assert summary["subtotal"] + summary["tax"] - summary["discount"] == summary["total"]
    lines = body["lineItems"]
    assert sum(minor(line["totalPriceAfterTax"]) for line in lines) == expect["total"]
    assert sum(minor(line["totalDiscount"]) for line in lines) == expect["discount"]
    goods = [line["quantity"] * minor(line["price"]) for line in lines]
    assert goods == [line["subtotal"] for line in expect["lines"]]
    assert sum(minor(one["coupon" if "coupon" in one else "merchantDiscount"]["amount"])
               for one in body["appliedDiscounts"]) == expect["discount"]  # fmt: skip


async def test_each_way_of_paying_is_a_payment_there() -> None:
    tenders = [(TenderKind.GIFT_CARD, 300), (TenderKind.CARD, 500), (TenderKind.OTHER, 75), (TenderKind.CASH, 500)]
    made, order = bench(), an_order([1250], tenders=tenders)
    ref = await made.services.orders.create(order, "k", await made.context(linked=False))
    assert (await made.services.orders.get(ref.id)).paid == 1375
    names = [one["regularPaymentDetails"]["paymentMethodName"]["userDefinedName"]
             for one in made.simulator.orders.payments[ref.id]]  # fmt: skip
    assert names[1:] == [{"custom": "Card terminal"}, {"custom": "Other"}, {"predefined": "CASH"}]


async def test_a_sale_of_nothing() -> None:
    made = bench()
    ref = await made.services.orders.create(an_order([0], tenders=[]), "k", await made.context(linked=False))
    remote = await made.services.orders.get(ref.id)
    assert (remote.total, remote.complete) == (0, True)
    assert made.writes("/add-payment") == []
