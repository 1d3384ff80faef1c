"""Every case of money: what is sent says counts and no prices, and another total there is told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from posbridge.connectors.dutchie import mapping
from posbridge.connectors.dutchie.reading import Unit, unit_of
from posbridge.connectors.errors import Unsupported
from posbridge.domain.compare import difference
from posbridge.domain.order import Order
from posbridge.testing.builders import an_order
from tests.connectors.dutchie.store import selling
from tests.money.cases import Case, load_cases

CASES = load_cases()


def expressible(order: Order) -> bool:
    """What Plus can be told: whole pieces without a discount."""
    return not order.totals.discount and all(line.quantity % 1 == 0 for line in order.lines)


def plain(case: Case, order: Order) -> bool:
    """What the simulated store reckons as we do: dollars, one rate on top, rounded by line."""
    rates = {tuple(tax.percent for tax in line.taxes) for line in order.lines}
    one = len(rates) == 1 and all(len(line.taxes) <= 1 for line in order.lines)
    return one and case.raw["rounding"] == "line" and not order.prices_include_tax and order.currency == "USD"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_sent_says_counts_and_no_prices(case: Case) -> None:
    order = case.order()
    if not expressible(order):
        with pytest.raises(Unsupported):
            mapping.from_order(order)
        return
    body = mapping.from_order(order)
    assert sum(item["quantity"] for item in body["items"]) == sum(line.quantity for line in order.lines)
    assert {name for item in body["items"] for name in item} == {"productId", "option", "quantity"}
    assert body["metadata"]["posbridgeOrderId"] == str(order.id)
    assert body["metadata"]["posbridgeItems"] == len(body["items"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_store_comes_to_our_total_or_the_difference_is_told(case: Case) -> None:
    order = case.order()
    if not expressible(order) or order.currency != "USD":
        return
    far, links = selling(order)
    assert far.services.orders is not None
    ref = await far.services.orders.create(order, "key", far.context(links))
    (booked,) = far.booked
    remote = await far.services.orders.get(ref.id)
    assert (remote.complete, remote.total, remote.tax) == (True, booked["total"], booked["tax"])
    told = {each.field for each in difference(order, remote)}
    assert ("total" in told) == (booked["total"] != order.totals.total)
    if plain(case, order):
        assert told == set()


def test_some_cases_can_be_sent() -> None:
    assert sum(expressible(case.order()) and case.currency == "USD" for case in CASES) >= 3


@pytest.mark.parametrize("case", [case for case in CASES if case.raw.get("refunds")], ids=lambda case: case.name)
def test_refunds_are_a_persons(case: Case) -> None:
    order = case.order()
    for refund in case.refunds(order):
        with pytest.raises(Unsupported) as caught:
            mapping.from_refund(refund, order)
        assert order.reference in str(caught.value.next_step)


@pytest.mark.parametrize("percent", ["0", "7", "8.25", "19.6"])
async def test_the_stores_tax_is_ours(percent: str) -> None:
    for amounts in ((1, 99, 1250), (333, 1999, 2497), (12345, 505, 5)):
        order = an_order([(amount, 1 + at) for at, amount in enumerate(amounts)], tax=percent)
        far, links = selling(order)
        assert far.services.orders is not None
        ref = await far.services.orders.create(order, "key", far.context(links))
        assert difference(order, await far.services.orders.get(ref.id)) == ()


@pytest.mark.parametrize(
    ("price", "menu", "unit"),
    [
        ("35", ["35", None], Unit.DOLLARS),
        ("35.00", ["28", "35"], Unit.DOLLARS),
        ("3500", ["35"], Unit.CENTS),
        ("2800", ["35", "28"], Unit.CENTS),
        ("30", ["35"], Unit.DOLLARS),
        ("350", ["35"], Unit.UNPROVED),
        ("0.35", ["35"], Unit.UNPROVED),
        ("0", ["35"], None),
        ("35", [], None),
        ("35", [None, "0"], None),
    ],
)
def test_the_guard_of_dollars_and_cents(price: str, menu: list[str | None], unit: Unit | None) -> None:
    assert unit_of(Decimal(price), [None if each is None else Decimal(each) for each in menu]) is unit
