"""Every case of money: what Flowhub's register makes of it is our total, or the difference is told."""

from __future__ import annotations

import re

import pytest

from posbridge.connectors.errors import Unsupported
from posbridge.connectors.flowhub import mapping
from posbridge.domain.compare import difference
from posbridge.domain.order import Order
from posbridge.testing.builders import an_order
from tests.connectors.flowhub.bench import selling
from tests.money.cases import Case, load_cases

CASES = load_cases()


def plain(case: Case, order: Order) -> bool:
    """What the simulated register reckons as we do: dollars, whole pieces, one rate on top, rounded by line."""
    rates = {tuple(tax.percent for tax in line.taxes) for line in order.lines}
    whole = all(line.quantity % 1 == 0 and len(line.taxes) <= 1 for line in order.lines)
    by_line = case.raw["rounding"] == "line" and not order.prices_include_tax
    return whole and by_line and len(rates) == 1 and order.currency == "USD"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_sent_says_counts_and_discounts_and_no_prices(case: Case) -> None:
    order = case.order()
    body = mapping.from_order(order)
    assert [item["quantityPurchased"] for item in body["orderItems"]] == [line.quantity for line in order.lines]
    noted = [_amount(item.get("discountNote", ""), order.currency) for item in body["orderItems"]]
    assert noted == [line.discount for line in order.lines]
    assert _amount(body.get("cartDiscountNote", ""), order.currency) == order.totals.discount
    assert not {"price", "total", "tax"} & {key for item in body["orderItems"] for key in item}


def _amount(note: str, currency: str) -> int:
    """The last amount of a note, in minor units: the digits without their point."""
    found = re.findall(rf"(\d+(?:\.\d+)?) {currency}", note)
    return int(found[-1].replace(".", "")) if found else 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_register_comes_to_our_total_or_the_difference_is_told(case: Case) -> None:
    order = case.order()
    far, links = selling(order)
    assert far.services.orders is not None
    ref = await far.services.orders.create(order, "key", far.context(links))
    (booked,) = far.booked
    remote = await far.services.orders.get(ref.id)
    assert (remote.total, remote.paid) == (booked["total"], booked["paid"])
    told = {each.field: (each.ours, each.theirs) for each in difference(order, remote)}
    assert ("total" in told) == (booked["total"] != order.totals.total)
    if plain(case, order):
        assert told == {}


@pytest.mark.parametrize("case", [case for case in CASES if case.raw.get("refunds")], ids=lambda case: case.name)
def test_refunds_are_a_persons(case: Case) -> None:
    order = case.order()
    for refund in case.refunds(order):
        with pytest.raises(Unsupported) as caught:
            mapping.from_refund(refund, order)
        assert order.reference in str(caught.value.next_step)


@pytest.mark.parametrize("percent", ["0", "7", "8.25", "19.6"])
async def test_the_registers_tax_is_ours(percent: str) -> None:
    for amounts in ((1, 99, 1250), (333, 1999, 2497), (12345, 505, 5)):
        order = an_order([(amount, 1 + at) for at, amount in enumerate(amounts)], tax=percent)
        far, links = selling(order)
        assert far.services.orders is not None
        ref = await far.services.orders.create(order, "key", far.context(links))
        assert difference(order, await far.services.orders.get(ref.id)) == ()
