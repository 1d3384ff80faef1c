"""Every case of money: what Square is sent makes Square's total ours, to the minor unit, and is paid exactly."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import RemoteRef
from posbridge.connectors.square import mapping
from posbridge.domain.compare import difference
from posbridge.domain.order import Order, TenderKind
from posbridge.testing.builders import a_line, an_order
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop
from tests.connectors.square.bench import Bench, bench
from tests.money.cases import Case, load_cases

CASES = load_cases()


def opened(currency: str) -> Bench:
    return bench(replace(shop(), currency=currency, products=(), discounts=(), gift_cards=()))


async def sold(square: Bench, order: Order) -> Any:
    ref = await square.services.orders.create(order, str(order.id), square.context())
    return await square.services.orders.get(ref.id)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total(case: Case) -> None:
    square, order = opened(case.currency), case.order()
    remote = await sold(square, order)
    assert difference(order, remote) == ()
    assert (square.booked["total"], square.booked["paid"]) == (order.totals.total, order.totals.total)
    assert square.booked["state"] == "COMPLETED"
    assert remote.complete


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_amounts_sent_are_the_cases(case: Case) -> None:
    order = case.order()
    sent = mapping.from_order(order)["order"]
    for line, row in zip(order.lines, sent["line_items"], strict=True):
        assert row["base_price_money"] == {"amount": line.unit_price.amount, "currency": order.currency}
        gross = Decimal(row["quantity"]) * row["base_price_money"]["amount"]
        assert abs(gross.quantize(Decimal(1), ROUND_HALF_EVEN) - line.subtotal) <= 1
        mine = {one["discount_uid"] for one in row.get("applied_discounts", [])}
        off = sum(one["amount_money"]["amount"] for one in sent.get("discounts", []) if one["uid"] in mine)
        assert off == line.discount
    assert all(len(one["percentage"]) <= 10 for one in sent.get("taxes", []))


@pytest.mark.parametrize("case", [case for case in CASES if case.raw.get("refunds")], ids=lambda case: case.name)
async def test_what_is_given_back_sums(case: Case) -> None:
    square, order = opened(case.currency), case.order()
    ref = await square.services.orders.create(order, str(order.id), square.context())
    for refund in case.refunds(order):
        square.steps = Steps()
        await square.services.orders.refund(refund, RemoteRef(id=ref.id), f"r-{refund.id}", square.context())
        found = await square.services.orders.find_refund(refund, RemoteRef(id=ref.id), steps=square.steps)
        assert len(found) == (1 if refund.tenders else 0)
    given = sum(tender.amount for refund in case.refunds(order) for tender in refund.tenders)
    assert square.booked["refunded"] == given


async def test_less_than_square_reckons_is_a_discount_and_a_charge() -> None:
    """Square's tax on 25 × 8.875 % lines comes to more than ours by line: taken off, and what was too much added."""
    order = an_order([(5, 1)] * 9 + [(4, 1)], tax="9")
    square = opened("USD")
    remote = await sold(square, order)
    assert remote.total == order.totals.total
    (raw,) = square.simulator.orders.rows.values()
    evened = [one["uid"] for one in raw.get("service_charges", []) + raw.get("discounts", [])]
    assert evened
    assert set(evened) <= {"rounding-up", "rounding-down"}


async def test_a_price_that_square_knows_better_is_evened_out_too() -> None:
    """Were Square to charge its catalog's price instead of ours, the customer's total would still stand."""
    order = an_order([1250], tax="10")
    square = opened("USD")
    made = square.simulator.orders._line

    def dearer(row: dict[str, Any], field: str) -> None:
        row["base_price_money"] = {"amount": 2000, "currency": "USD"}
        made(row, field)

    square.simulator.orders._line = dearer  # type: ignore[method-assign] # a Square that knows better
    remote = await sold(square, order)
    assert (remote.total, remote.paid) == (1375, 1375)
    (raw,) = square.simulator.orders.rows.values()
    assert raw["discounts"][0]["name"] == "Price difference"


async def test_a_sale_of_nothing_is_closed_without_a_payment() -> None:
    order = an_order([0], tenders=[])
    square = opened("USD")
    remote = await sold(square, order)
    assert (remote.complete, remote.total, square.booked["state"]) == (True, 0, "COMPLETED")
    assert square.bodies("POST", "/v2/payments") == []


async def test_each_way_of_paying_is_recorded_as_it_was() -> None:
    tenders = [(TenderKind.GIFT_CARD, 300), (TenderKind.CARD, 500), (TenderKind.OTHER, 75), (TenderKind.CASH, 500)]
    order = an_order([1250], tenders=tenders)
    square = opened("USD")
    await sold(square, order)
    types = [body.get("external_details", {}).get("type", "CASH") for body in square.bodies("POST", "/v2/payments")]
    assert types == ["OTHER_GIFT_CARD", "CARD", "OTHER", "CASH"]
    assert all(body["autocomplete"] is False for body in square.bodies("POST", "/v2/payments"))
    assert square.simulator.gift_cards_book() == []


async def test_weighed_goods_and_goods_without_a_link() -> None:
    line = a_line(1, 1220, "0.125", unit="kg", title="Cheese", note="thin slices")
    order = an_order([line], tax=None)
    square = opened("USD")
    remote = await sold(square, order)
    (row,) = square.bodies("POST", "/v2/orders")[0]["order"]["line_items"]
    assert (row["quantity"], row["name"], row["note"]) == ("0.125", "Cheese", "thin slices")
    assert row["quantity_unit"] == {
        "measurement_unit": {"weight_unit": "METRIC_KILOGRAM", "type": "TYPE_WEIGHT"}, "precision": 3,
    }  # fmt: skip
    assert (remote.total, order.totals.total) == (153, 153)
