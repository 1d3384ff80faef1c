"""Every case of money: the shop's total becomes ours, to the minor unit, and the shop's tax where it can."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from posbridge.connectors.woocommerce import mapping
from posbridge.domain.compare import difference
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.money import exponent
from posbridge.domain.order import Order
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.shop import shop
from tests.connectors.woocommerce.bench import Bench, bench
from tests.money.cases import Case, load_cases

CASES = load_cases()


def opened(order: Order, percent: Decimal) -> Bench:
    seed = replace(
        shop(),
        currency=order.currency,
        tax_rate=str(percent),
        prices_include_tax=order.prices_include_tax,
        discounts=(),
        gift_cards=(),
    )
    return bench(seed)


def rates(order: Order) -> set[Decimal]:
    return {tax.percent for line in order.lines for tax in line.taxes}


async def sold(order: Order, percent: Decimal) -> tuple[Bench, Any]:
    far = opened(order, percent)
    ref = await far.services.orders.create(order, "key", far.context())  # type: ignore[union-attr] # it takes orders
    return far, await far.services.orders.get(ref.id)  # type: ignore[union-attr] # as above


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total(case: Case) -> None:
    """A shop with one rate only, whatever ours are: the total, the payment and the currency are equal all the same."""
    order = case.order()
    far, remote = await sold(order, max(rates(order), default=Decimal(0)))
    assert far.booked["total"] == order.totals.total
    assert far.booked["paid"] == order.totals.total
    assert {found.field for found in difference(order, remote)} <= {"tax"}
    assert remote.complete


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_amounts_sent_are_ours(case: Case) -> None:
    order = case.order()
    body = mapping.from_order(order)
    nets = {mark(line): Decimal(line["total"]).scaleb(exponent(order.currency)) for line in body["fee_lines"]}
    for line in order.lines:
        rounding = ROUND_HALF_DOWN if order.prices_include_tax else ROUND_HALF_UP
        assert int(nets[line.id].quantize(Decimal(1), rounding=ROUND_HALF_UP)) == line.net
        if order.prices_include_tax and nets[line.id] != line.net:
            taxes = [(nets[line.id] * tax.percent / 100).quantize(Decimal(1), rounding=rounding) for tax in line.taxes]
            assert sum(taxes) == line.tax
    assert body["currency"] == order.currency


def mark(line: dict[str, Any]) -> str:
    return str(next(entry["value"] for entry in line["meta_data"] if entry["key"] == "_posbridge_line"))


@pytest.mark.parametrize("percent", ["19", "7", "5.5", "25"])
async def test_gross_prices_keep_the_shops_tax_equal(percent: str) -> None:
    """With whole minor units as net totals every sixth line or so would be a cent off in tax."""
    off = 0
    for price in (1, 99, 1250, 333, 1999, 2497, 12345, 505):
        order = an_order([(price, 1), (price * 3, 2)], tax=percent, included=True)
        _, remote = await sold(order, Decimal(percent))
        off += difference(order, remote) != ()
    assert off == 0


async def test_prices_before_a_discount_are_shown_in_the_shop() -> None:
    ten = Discount(id="d", name="Loyal", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
    order = an_order([1250, 2200], discounts=[ten])
    far, remote = await sold(order, Decimal(10))
    assert remote.discount == order.totals.discount
    assert far.booked["total"] == order.totals.total


async def test_a_shop_with_other_taxes_still_takes_our_total() -> None:
    order = an_order([1250, 2200], tax="10")
    far, remote = await sold(order, Decimal("8.25"))
    assert far.booked["total"] == order.totals.total
    assert [found.field for found in difference(order, remote)] == ["tax"]
    adjusted = [fee for fee in (await far.row(f"orders/{remote.id}"))["fee_lines"] if fee["name"] == "Till adjustment"]
    assert len(adjusted) == 1
