"""Every case of money: the unit prices that PrestaShop is sent make its sum ours, to the minor unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.connectors.contract import RemoteRef
from posbridge.connectors.errors import Unsupported
from posbridge.connectors.prestashop import mapping
from posbridge.connectors.prestashop.order_body import Row, item_prices, reckoned, unit_prices
from posbridge.domain.money import Money
from posbridge.domain.order import Order
from posbridge.domain.tax import factors
from posbridge.testing.conformance.base import Steps
from tests.connectors.prestashop.bench import Bench, stocked
from tests.money.cases import Case, load_cases


def whole(case: Case) -> bool:
    return all(Decimal(line["quantity"]) % 1 == 0 for line in case.raw["lines"])


def gives_back(case: Case) -> bool:
    """Whole pieces come back."""
    wanted = [Decimal(quantity) for refund in case.raw.get("refunds", []) for _, quantity in refund["lines"]]
    return bool(wanted) and all(quantity % 1 == 0 for quantity in wanted)


CASES = [case for case in load_cases() if whole(case)]
WEIGHED = [case for case in load_cases() if not whole(case)]


def sold_at(case: Case, order: Order) -> Bench:
    """A shop that taxes each line as the case does; its taxes on taxes are one rate there."""
    lines = case.basket.lines
    rates = [case.taxes.rates_for(line.tax_class) if line.taxable else () for line in lines]
    parts = [sum(factors(found), Fraction(0)) * 100 for found in rates]
    percents = [Decimal(part.numerator) / part.denominator for part in parts]
    return stocked(order, case.raw["prices_include_tax"], percents)


def taxes_of(order: Order) -> int:
    """How many roundings of tax the order holds: the shop has one, so it may be so many half units beside."""
    return sum(max(1, len(line.taxes)) for line in order.lines)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total(case: Case) -> None:
    order = case.order()
    shop = sold_at(case, order)
    ref = await shop.services.orders.create(order, str(order.id), shop.context())
    remote = await shop.services.orders.get(ref.id)
    assert remote.complete
    assert (remote.total, remote.paid, remote.currency) == (order.totals.total, order.totals.total, order.currency)
    assert abs((remote.tax or 0) - order.totals.tax) <= (taxes_of(order) + 1) // 2
    assert shop.booked["total"] == shop.booked["paid"] == order.totals.total


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_amounts_sent_are_the_cases(case: Case) -> None:
    order = case.order()
    sent = mapping.from_order(order)
    assert Money.parse(sent["order"]["total_paid"], order.currency).amount == order.totals.total
    assert sum(row["quantity"] for row in sent["cart"]["associations"]["cart_rows", "cart_row"]) == sum(
        line.quantity for line in order.lines
    )


@pytest.mark.parametrize("case", WEIGHED, ids=lambda case: case.name)
async def test_broken_quantities_are_refused_before_anything_is_sent(case: Case) -> None:
    order = case.order()
    shop = sold_at(case, order)
    with pytest.raises(Unsupported):
        await shop.services.orders.create(order, str(order.id), shop.context())
    assert shop.writes() == []


@pytest.mark.parametrize("case", [case for case in CASES if gives_back(case)], ids=lambda case: case.name)
async def test_what_is_given_back_sums(case: Case) -> None:
    order = case.order()
    shop = sold_at(case, order)
    ref = await shop.services.orders.create(order, str(order.id), shop.context())
    for refund in case.refunds(order):
        shop.steps = Steps()
        await shop.services.orders.refund(refund, RemoteRef(id=ref.id), str(refund.id), shop.context())
    assert shop.booked["refunded"] == sum(refund.amount for refund in case.refunds(order))


line = st.tuples(
    st.integers(1, 40), st.integers(1, 999_999), st.sampled_from(["0", "5.5", "8.25", "10", "19", "20", "21"])
)


@given(st.lists(line, min_size=1, max_size=12))
def test_unit_prices_make_the_total(lines: list[tuple[int, int, str]]) -> None:
    rows, total = [], 0
    for number, (quantity, net, percent) in enumerate(lines, start=1):
        gross = net + int(Decimal(net) * Decimal(percent) / 100 + Decimal("0.5"))
        rows.append(Row(str(number), "0", quantity, net, gross, Decimal(percent)))
        total += gross
    assert reckoned(rows, unit_prices(rows, total, "USD"), "USD") == total


@given(st.lists(line, min_size=1, max_size=8))
def test_item_prices_make_the_total_beside_a_single_piece(lines: list[tuple[int, int, str]]) -> None:
    rows = [
        Row(str(n), "0", quantity, net, net + 7, Decimal(percent)) for n, (quantity, net, percent) in enumerate(lines)
    ]
    rows.append(Row("single", "0", 1, 100, 110, Decimal(10)))
    total = sum(row.total for row in rows)
    pieces = item_prices(rows, total, "USD")
    grosses = [unit * (1 + row.rate / 100) for unit, row in zip(pieces, rows, strict=True)]
    rounded = [Money.parse(gross, "USD", rounding="half_up").amount for gross in grosses]
    assert sum(gross * row.quantity for gross, row in zip(rounded, rows, strict=True)) == total
