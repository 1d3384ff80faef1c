"""Every case of money: what a ticket can say comes to our total there; the rest is never half sold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from posbridge.connectors.contract import RemoteVariant, SendContext
from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.treez import mapping
from posbridge.domain.compare import difference
from posbridge.domain.order import Order
from posbridge.sandbox.seed import SeedProduct, SeedVariant
from posbridge.sandbox.treez import TreezSimulator
from posbridge.sandbox.treez.shop import guid
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop
from tests.connectors.treez.support import treez
from tests.connectors.watched import Bench
from tests.money.cases import Case, load_cases

CASES = [case for case in load_cases() if case.currency == "USD"]


def opened(order: Order, more: int = 0, **fields: str) -> tuple[Bench[TreezSimulator], SendContext]:
    """A store that sells each line at its price (or `more` minor units above it), at the order's usual rate."""
    rates = [tax.percent for line in order.lines for tax in line.taxes]
    products = tuple(
        SeedProduct(f"p-{at}", line.title, "", "Goods", (), (_variant(at, line.unit_price.amount + more),), "cup:1")
        for at, line in enumerate(order.lines)
    )
    seed = replace(
        shop(), products=products, tax_rate=str(max(rates, default=Decimal(0))),
        prices_include_tax=order.prices_include_tax, discounts=(), customers=(), gift_cards=(),
    )  # fmt: skip
    links = {
        line.variant_id: RemoteVariant(variant_id=guid("product", f"V-{at}")) for at, line in enumerate(order.lines)
    }
    return treez(seed, **fields), SendContext(Steps(), links)


def _variant(at: int, amount: int) -> SeedVariant:
    return SeedVariant(f"V-{at}", "", amount, None, 10_000)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total_or_waits(case: Case) -> None:
    order = case.order()
    far, context = opened(order)
    assert far.services.orders is not None
    try:
        ref = await far.services.orders.create(order, "key", context)
    except (Unsupported, ValidationError):
        assert far.booked == [], "never half sold"
        assert not plain(case, order)
        return
    (booked,) = far.booked
    assert (booked["total"], booked["paid"]) == (order.totals.total, order.totals.total)
    remote = await far.services.orders.get(ref.id)
    assert {found.field for found in difference(order, remote)} <= {"tax"}
    assert remote.complete


def plain(case: Case, order: Order) -> bool:
    """Whole pieces, one way of paying, one rate on each line, rounded there: all that a ticket can say."""
    rates = {tuple(tax.percent for tax in line.taxes) for line in order.lines}
    whole = all(line.quantity % 1 == 0 and len(line.taxes) <= 1 for line in order.lines)
    return whole and case.raw["rounding"] == "line" and len(rates) == 1 and len(order.tenders) <= 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lines_and_discounts_are_the_receipts(case: Case) -> None:
    order = case.order()
    try:
        body = mapping.from_order(order)
    except Unsupported:
        assert len(order.tenders) > 1 or any(line.quantity % 1 for line in order.lines)
        return
    off = sum(Decimal(each["discount_amount"]) for item in body["items"] for each in item["pos_discounts"])
    assert int(off * 100) == order.totals.discount
    assert sum(item["quantity"] for item in body["items"]) == sum(line.quantity for line in order.lines)


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize("percent", ["13", "8.25", "27.5"])
async def test_the_stores_tax_is_ours(percent: str, included: bool) -> None:
    for amounts in ((1, 99, 1250), (333, 1999, 2497), (12345, 505, 5)):
        order = an_order([(amount, 1 + at) for at, amount in enumerate(amounts)], tax=percent, included=included)
        far, context = opened(order)
        assert far.services.orders is not None
        ref = await far.services.orders.create(order, "key", context)
        assert difference(order, await far.services.orders.get(ref.id)) == ()


async def test_a_dearer_line_there_is_brought_to_the_receipts_price() -> None:
    order = an_order([(1250, 2), (999, 1)], tax="8.25")
    far, context = opened(order, more=75)
    assert far.services.orders is not None
    ref = await far.services.orders.create(order, "key", context)
    remote = await far.services.orders.get(ref.id)
    assert difference(order, remote) == ()
    assert remote.discount == 3 * 75


@pytest.mark.parametrize("tax", [None, "9"])
async def test_a_cheaper_line_or_another_tax_there_stops_the_sale(tax: str | None) -> None:
    order = an_order([(1250, 2)], tax="8.25")
    far, context = opened(order, more=-75 if tax is None else 0)
    if tax is not None:
        far.simulator.shop.seed = replace(far.simulator.shop.seed, tax_rate=tax)
    assert far.services.orders is not None
    with pytest.raises(ValidationError, match="Treez reckons"):
        await far.services.orders.create(order, "key", context)
    assert far.simulator.shop.tickets == {}, "a preview keeps nothing"


async def test_the_difference_may_be_paid_with_a_note() -> None:
    order = an_order([(1250, 2)], tax="8.25")
    far, context = opened(order, more=-75, on_difference="note")
    assert far.services.orders is not None
    ref = await far.services.orders.create(order, "key", context)
    remote = await far.services.orders.get(ref.id)
    assert remote.complete
    assert (remote.total, remote.paid) == (2544, 2544)
    assert "27.06 USD" in remote.note
    assert {found.field for found in difference(order, remote)} == {"total", "tax", "paid"}
