"""Every case of money: what can be said as a checkout comes to our total in the shop; the rest is never half sold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from posbridge.connectors.contract import RemoteVariant, SendContext
from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.sylius import mapping
from posbridge.domain.compare import difference
from posbridge.domain.order import Order
from posbridge.sandbox.seed import SeedProduct, SeedVariant
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop
from tests.connectors.sylius.bench import Bench, bench
from tests.money.cases import Case, load_cases

CASES = load_cases()


def opened(order: Order) -> tuple[Bench, SendContext]:
    """A shop that sells each line of the order at its price, with the order's usual rate."""
    rates = [tax.percent for line in order.lines for tax in line.taxes]
    products = tuple(
        SeedProduct(f"p-{at}", line.title, "", "Goods", (), (_variant(at, line.unit_price.amount),), "cup:1")
        for at, line in enumerate(order.lines)
    )
    seed = replace(
        shop(), products=products, currency=order.currency, tax_rate=str(max(rates, default=Decimal(0))),
        prices_include_tax=order.prices_include_tax, discounts=(), customers=(), gift_cards=(),
    )  # fmt: skip
    links = {
        line.variant_id: RemoteVariant(variant_id=f"V-{at}", product_id=f"p-{at}")
        for at, line in enumerate(order.lines)
    }
    return bench(seed), SendContext(Steps(), links)


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
    """Whole pieces at catalogue prices, one rate, tax rounded on each line: all that a checkout can say."""
    rates = {tuple(tax.percent for tax in line.taxes) for line in order.lines}
    whole = all(line.quantity % 1 == 0 and len(line.taxes) <= 1 for line in order.lines)
    by_line = case.raw["rounding"] == "line"
    return whole and by_line and len(rates) == 1 and not order.totals.discount


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_the_shop_must_reckon_is_said_in_minor_units(case: Case) -> None:
    order = case.order()
    try:
        body = mapping.from_order(order)
    except Unsupported:
        assert any(line.quantity % 1 for line in order.lines)
        return
    assert body["expected"] == {"total": order.totals.total, "tax": order.totals.tax}
    assert sum(item["quantity"] for item in body["items"]) == sum(line.quantity for line in order.lines)


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize("percent", ["19", "7", "8.25", "5.5"])
async def test_the_shops_tax_is_ours(percent: str, included: bool) -> None:
    for amounts in ((1, 99, 1250), (333, 1999, 2497), (12345, 505, 5)):
        order = an_order([(amount, 1 + at) for at, amount in enumerate(amounts)], tax=percent, included=included)
        far, context = opened(order)
        assert far.services.orders is not None
        ref = await far.services.orders.create(order, "key", context)
        assert difference(order, await far.services.orders.get(ref.id)) == ()


async def test_currencies_without_and_with_three_decimals() -> None:
    for currency in ("JPY", "KWD"):
        order = an_order([(1250, 2), (999, 1)], currency=currency)
        far, context = opened(order)
        assert far.services.orders is not None
        ref = await far.services.orders.create(order, "key", context)
        assert difference(order, await far.services.orders.get(ref.id)) == ()
