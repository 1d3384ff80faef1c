"""Every case of money: what Squarespace is sent adds up to what the customer paid, to the minor unit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.squarespace import mapping
from posbridge.domain.compare import difference
from posbridge.domain.money import Money
from posbridge.domain.order import Order, TenderKind
from posbridge.testing.builders import a_line, an_order
from posbridge.testing.conformance.shop import shop
from tests.connectors.squarespace.bench import Bench, bench
from tests.money.cases import Case, load_cases

CASES = load_cases()


def opened(currency: str) -> Bench:
    return bench(replace(shop(), currency=currency, products=(), discounts=()))


async def sold(made: Bench, order: Order) -> Any:
    ref = await made.services.orders.create(order, str(order.id), await made.context(linked=False))
    return await made.services.orders.get(ref.id)


def minor(money: dict[str, str]) -> int:
    return Money.parse(money["value"], money["currency"]).amount


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total(case: Case) -> None:
    made, order = opened(case.currency), case.order()
    remote = await sold(made, order)
    assert difference(order, remote) == ()
    assert (made.booked["total"], made.booked["paid"]) == (order.totals.total, order.totals.total)
    assert remote.complete


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_amounts_sent_are_the_cases(case: Case) -> None:
    order, expect = case.order(), case.expect
    sent = mapping.from_order(order)
    assert minor(sent["grandTotal"]) == expect["total"]
    assert minor(sent["taxTotal"]) == expect["tax"]
    assert minor(sent["subtotal"]) == expect["subtotal"]
    assert minor(sent["discountTotal"]) == expect["discount"]
    assert sum(minor(line["amount"]) for line in sent["discountLines"]) == expect["discount"]
    goods = [line["quantity"] * minor(line["unitPricePaid"]) for line in sent["lineItems"]]
    assert goods == [line["subtotal"] for line in expect["lines"]]
    tax = 0 if case.raw["prices_include_tax"] else minor(sent["taxTotal"])
    assert sum(goods) - minor(sent["discountTotal"]) + tax == minor(sent["grandTotal"])
    inclusive = "INCLUSIVE" if case.raw["prices_include_tax"] else "EXCLUSIVE"
    assert sent["priceTaxInterpretation"] == inclusive


async def test_each_way_of_paying_is_the_same_order_there() -> None:
    """Squarespace keeps no payments of imported orders; a gift card is a way of paying and takes nothing off."""
    tenders = [(TenderKind.GIFT_CARD, 300), (TenderKind.CARD, 500), (TenderKind.OTHER, 75), (TenderKind.CASH, 500)]
    order = an_order([1250], tenders=tenders)
    remote = await sold(opened("USD"), order)
    assert (remote.total, remote.paid, remote.discount) == (1375, 1375, 0)


async def test_weighed_goods_are_one_piece_at_their_price() -> None:
    line = a_line(1, 1220, "0.125", unit="kg", title="Cheese", note="thin slices")
    order = an_order([line], tax=None)
    made = opened("USD")
    remote = await sold(made, order)
    (row,) = made.imports()[0].body["lineItems"]
    assert row == {
        "lineItemType": "CUSTOM",
        "title": "Cheese (0.125 kg, thin slices)",
        "quantity": 1,
        "unitPricePaid": {"currency": "USD", "value": "1.53"},
    }
    assert (remote.total, remote.lines[0].quantity) == (153, Decimal(1))


async def test_a_sale_of_nothing() -> None:
    remote = await sold(opened("USD"), an_order([0], tenders=[]))
    assert (remote.total, remote.complete) == (0, True)
