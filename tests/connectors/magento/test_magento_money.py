"""Every case of money: what is sent adds up to our totals in Magento's own sums, and is read back equal."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.magento import mapping
from posbridge.connectors.net import encode
from posbridge.domain.compare import difference
from posbridge.domain.money import exponent
from posbridge.testing.conformance.shop import shop
from tests.connectors.magento.bench import bench
from tests.money.cases import Case, load_cases

CASES = load_cases()


def sent(case: Case) -> dict[str, Any]:
    """The order as it goes over the wire, numbers read back exactly."""
    body = json.loads(encode(mapping.from_order(case.order())), parse_float=Decimal)
    entity: dict[str, Any] = body["entity"]
    return entity


def cents(value: Any, currency: str) -> Decimal:
    return Decimal(value).scaleb(exponent(currency))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_amounts_sent_are_ours(case: Case) -> None:
    order, entity = case.order(), sent(case)
    for line, row in zip(order.lines, entity["items"], strict=True):
        part = {name: cents(row[name], order.currency) for name in row if name in _PARTS}
        assert part["tax_amount"] == line.tax
        assert part["discount_amount"] == line.discount
        assert part["row_total"] - part["discount_amount"] + part["tax_amount"] + part[_HIDDEN] == line.total
        assert Decimal(row["qty_ordered"]) == line.quantity
        assert row["base_row_total"] == row["row_total"]
    whole = {name: cents(entity[name], order.currency) for name in (*_WHOLE, _HIDDEN)}
    assert whole["grand_total"] == whole["total_paid"] == order.totals.total
    assert whole["subtotal"] + whole["discount_amount"] + whole["tax_amount"] + whole[_HIDDEN] == order.totals.total
    assert whole["discount_amount"] == -order.totals.discount
    assert entity["order_currency_code"] == order.currency


_HIDDEN = "discount_tax_compensation_amount"
_PARTS = ("tax_amount", "discount_amount", "row_total", _HIDDEN)
_WHOLE = ("grand_total", "total_paid", "subtotal", "discount_amount", "tax_amount")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_sent_is_read_back_equal(case: Case) -> None:
    """Also as a read of 2.4.7 answers, which takes the discount off the row's total (recorded 110)."""
    order, entity = case.order(), sent(case)
    for subtracted in (False, True):
        rows = [{**row, "item_id": n, "order_id": 7} for n, row in enumerate(entity["items"], 1)]
        for row in rows if subtracted else ():
            row["row_total"] = Decimal(row["row_total"]) - Decimal(row["discount_amount"])
        remote = mapping.to_order({**entity, "entity_id": 7, "items": rows})
        assert difference(order, remote) == ()
        assert remote.reference == order.reference
        assert [line.total for line in remote.lines] == [line.total for line in order.lines]
        assert [line.quantity for line in remote.lines] == [line.quantity for line in order.lines]


@pytest.mark.parametrize("case", CASES[::6], ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total_in_the_stores_books(case: Case) -> None:
    order = case.order()
    far = bench(replace(shop(), currency=order.currency, discounts=(), prices_include_tax=order.prices_include_tax))
    ref = await far.services.orders.create(order, "key", far.context())
    (booked,) = far.simulator.orders_book()
    assert (booked["total"], booked["tax"], booked["paid"]) == (
        order.totals.total,
        order.totals.tax,
        order.totals.total,
    )
    assert sum(line["total"] for line in booked["lines"]) == order.totals.total
    assert difference(order, await far.services.orders.get(ref.id)) == ()
