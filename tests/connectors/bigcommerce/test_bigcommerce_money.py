"""Every case of money: what BigCommerce is sent makes its totals ours, to the minor unit, also when it gives back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from posbridge.connectors.bigcommerce import mapping
from posbridge.domain.compare import difference
from posbridge.domain.money import Money
from posbridge.domain.order import Order
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop
from tests.connectors.bigcommerce.bench import Bench, bench
from tests.money.cases import Case, load_cases

CASES = load_cases()


def opened(case: Case) -> Bench:
    included = bool(case.raw["prices_include_tax"])
    return bench(
        replace(shop(), currency=case.currency, products=(), discounts=(), gift_cards=(), prices_include_tax=included)
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total(case: Case) -> None:
    store, order = opened(case), case.order()
    ref = await store.services.orders.create(order, str(order.id), store.context())  # type: ignore[union-attr] # there
    remote = await store.services.orders.get(ref.id)  # type: ignore[union-attr] # there
    assert difference(order, remote) == ()
    assert remote.complete
    assert (store.booked["total"], store.booked["paid"]) == (order.totals.total, order.totals.total)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_amounts_sent_are_the_cases(case: Case) -> None:
    order = case.order()
    body = mapping.from_order(order)
    assert amount(body["total_inc_tax"], order) == case.expect["total"]
    assert amount(body["total_inc_tax"], order) - amount(body["total_ex_tax"], order) == case.expect["tax"]
    assert amount(body["discount_amount"], order) == case.expect["discount"]
    for line, row in zip(order.lines, body["products"], strict=True):
        piece = row["price_inc_tax" if order.prices_include_tax else "price_ex_tax"]
        assert amount(str(piece * row["quantity"]), order) == line.subtotal
        assert isinstance(piece, Decimal)
        assert row["price_ex_tax"] <= row["price_inc_tax"]


def amount(text: str, order: Order) -> int:
    return Money.parse(text, order.currency, rounding="half_up").amount


@pytest.mark.parametrize("case", [case for case in CASES if case.raw.get("refunds")], ids=lambda case: case.name)
async def test_what_is_given_back_sums(case: Case) -> None:
    store, order = opened(case), case.order()
    ref = await store.services.orders.create(order, str(order.id), store.context())  # type: ignore[union-attr] # there
    rows = (await store.services.orders.get(ref.id)).lines  # type: ignore[union-attr] # there
    there = {line.id: row.id for line, row in zip(order.lines, rows, strict=True)}
    given = 0
    for refund in case.refunds(order):
        if any(line.quantity % 1 for line in refund.lines):
            continue
        store.steps = Steps()
        context = store.context(remote_lines=there)
        await store.services.orders.refund(refund, ref, str(refund.id), context)  # type: ignore[union-attr] # there
        given += refund.amount
    assert store.booked["refunded"] == given


@pytest.mark.parametrize("case", [case for case in CASES if case.raw.get("refunds")], ids=lambda case: case.name)
def test_a_refund_alone_says_its_sum(case: Case) -> None:
    order = case.order()
    for refund in case.refunds(order):
        body = mapping.from_refund(refund)
        assert amount(str(body["payments"][0]["amount"]), order) == refund.amount
        assert {item["item_id"] for item in body["items"]} == {0}
