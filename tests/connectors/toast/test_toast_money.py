"""Every case of money: Toast reckons by itself, and the sale is brought to our total to the minor unit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import RemoteVariant, SendContext
from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.toast import mapping
from posbridge.connectors.toast.identity import Sold
from posbridge.connectors.toast.order_body import Evening
from posbridge.connectors.toast.reading import units
from posbridge.connectors.toast.till import Till
from posbridge.domain.order import Order
from posbridge.sandbox.seed import SeedProduct, SeedVariant
from posbridge.sandbox.toast import ToastSimulator
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop
from tests.connectors.toast.lab import toast
from tests.connectors.watched import Bench
from tests.money.cases import Case, load_cases

CASES = load_cases()
OPEN = Till(open_discount="00000000-0000-4000-8000-000000000001", open_item=Sold("i", "g", (), True))


def opened(order: Order, **fields: Any) -> tuple[Bench[ToastSimulator], SendContext]:
    """A restaurant that sells each line of the order at its price, with the order's highest rate."""
    rates = [tax.percent for line in order.lines for tax in line.taxes]
    products = tuple(
        SeedProduct(f"p-{at}", line.title, "", "Goods", (), (_variant(at, line.unit_price.amount),), "cup:1")
        for at, line in enumerate(order.lines)
    )
    seed = replace(
        shop(), products=products, currency=order.currency, tax_rate=str(max(rates, default=Decimal(0))),
        prices_include_tax=order.prices_include_tax, discounts=(), customers=(), gift_cards=(),
    )  # fmt: skip
    far = toast(seed, **fields)
    skus = {item.sku: item for item in far.simulator.world.items.values()}
    for at, line in enumerate(order.lines):
        skus[f"V-{at}"].taxed = bool(line.taxes)
    links = {
        line.variant_id: RemoteVariant(variant_id=Sold(skus[f"V-{at}"].guid, skus[f"V-{at}"].group).id)
        for at, line in enumerate(order.lines)
    }
    return far, SendContext(Steps(), links)


def _variant(at: int, amount: int) -> SeedVariant:
    return SeedVariant(f"V-{at}", "", amount, None, 10_000)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total(case: Case) -> None:
    order = case.order()
    far, context = opened(order)
    assert far.services.orders is not None
    ref = await far.services.orders.create(order, "key", context)
    (booked,) = far.booked
    assert (booked["total"], booked["paid"]) == (order.totals.total, order.totals.total)
    remote = await far.services.orders.get(ref.id)
    assert (remote.total, remote.paid, remote.complete) == (order.totals.total, order.totals.total, True)
    assert abs((remote.tax or 0) - order.totals.tax) <= order.totals.tax


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_body_says_our_amounts(case: Case) -> None:
    order = case.order()
    (plain,) = mapping.from_order(order)["checks"]
    body = mapping.from_order(order, {}, till=OPEN)
    (check,) = body["checks"]
    said = [units(tender.amount, order.currency) for tender in order.tenders]
    assert plain["payments"] == check["payments"]
    assert [one["quantity"] for one in plain["selections"]] == [line.quantity for line in order.lines]
    assert [one["amount"] for one in check["payments"]] == said
    off = units(order.totals.discount, order.currency)
    assert [one["discountAmount"] for one in check.get("appliedDiscounts", [])] == ([off] if off else [])
    for line, sold in zip(order.lines, check["selections"], strict=True):
        whole = line.quantity % 1 == 0
        paid = sold["openPriceAmount"] * sold["quantity"]
        exact = line.unit_price.amount * line.quantity if whole else Decimal(line.subtotal)
        assert paid == Decimal(exact).scaleb(0) * units(1, order.currency)


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize("percent", ["19", "7", "8.25", "5.5"])
async def test_rounding_of_tax_is_evened_out(percent: str, included: bool) -> None:
    """Toast's check rounds once, the till each line: the total is ours all the same, the tax off by cents at most."""
    for amounts in ((1, 99, 1250), (333, 1999, 2497), (12345, 505, 5), (5, 5, 5)):
        order = an_order([(amount, 1 + at) for at, amount in enumerate(amounts)], tax=percent, included=included)
        far, context = opened(order)
        assert far.services.orders is not None
        remote = await far.services.orders.get((await far.services.orders.create(order, "key", context)).id)
        assert (remote.total, remote.paid) == (order.totals.total, order.totals.total)
        assert abs((remote.tax or 0) - order.totals.tax) <= len(order.lines)


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
async def test_currencies_without_and_with_three_decimals(currency: str) -> None:
    order = an_order([(1250, 2), (999, 1)], currency=currency)
    far, context = opened(order)
    assert far.services.orders is not None
    remote = await far.services.orders.get((await far.services.orders.create(order, "key", context)).id)
    assert (remote.total, remote.currency) == (order.totals.total, currency)


@pytest.mark.parametrize("change", [-300, -1, 1, 300])
async def test_a_price_that_changed_since_is_evened_out_and_called_so(change: int) -> None:
    order = an_order([(1250, 2), (999, 1)])
    far, context = opened(order)
    far.simulator.set_price("V-0", 1250 + change)
    assert far.services.orders is not None
    remote = await far.services.orders.get((await far.services.orders.create(order, "key", context)).id)
    assert (remote.total, remote.paid) == (order.totals.total, order.totals.total)
    if change < 0:
        assert remote.lines[-1].title == "Open item"
        assert remote.note == ("Rounding" if change == -1 else "Price difference")
    else:
        assert remote.discount


async def test_without_an_open_item_or_discount_the_sale_waits_and_nothing_is_made() -> None:
    for change, field, words in ((-300, "open_item_guid", "open-price item"), (300, "open_discount_guid", "discount")):
        order = an_order([(1250, 2)])
        far, context = opened(order, **{field: ""})
        far.simulator.set_price("V-0", 1250 + change)
        assert far.services.orders is not None
        with pytest.raises((Unsupported, ValidationError), match=words):
            await far.services.orders.create(order, "key", context)
        assert far.booked == []


def test_less_goes_as_one_discount_and_more_as_one_line() -> None:
    order = an_order([1250])
    body = mapping.from_order(order, {}, till=OPEN, evening=Evening(off=25, more=3))
    (check,) = body["checks"]
    assert check["appliedDiscounts"][0]["discountAmount"] == Decimal("0.25")
    assert check["selections"][-1]["openPriceAmount"] == Decimal("0.03")
    assert check["selections"][-1]["modifiers"][0]["displayName"] == "Rounding"
