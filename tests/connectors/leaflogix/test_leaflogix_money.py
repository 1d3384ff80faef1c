"""Every case of money: quantities and our total reach Leaflogix as they are, what it cannot say is refused, and where
its own prices are ours it comes to our total."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from posbridge.connectors.errors import Unsupported
from posbridge.connectors.leaflogix import mapping
from posbridge.domain.basket import RoundingLevel
from posbridge.domain.compare import difference
from posbridge.domain.money import Money
from posbridge.domain.order import Order
from posbridge.sandbox.leaflogix import LeaflogixSimulator
from posbridge.sandbox.seed import SeedProduct, SeedVariant
from posbridge.testing.builders import ean13
from posbridge.testing.conformance.shop import shop
from tests.connectors.leaflogix.lab import links, opened
from tests.money.cases import Case, load_cases

CASES = load_cases()


def by_hand(order: Order) -> bool:
    return any(one.amount and not one.code for one in order.discounts)


def numbered(order: Order) -> Order:
    """The same with Leaflogix's kind of product ids: each line's number."""
    lines = [line.model_copy(update={"variant_id": str(1000 + at)}) for at, line in enumerate(order.lines)]
    return order.model_copy(update={"lines": tuple(lines)})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_sent_is_the_case(case: Case) -> None:
    order = numbered(case.order())
    if by_hand(order):
        with pytest.raises(Unsupported):
            mapping.from_order(order, customer_id="5")
        return
    sent = mapping.from_order(order, customer_id="5")
    for line, item in zip(order.lines, sent["items"], strict=True):
        assert Decimal(str(item["quantity"])) == line.quantity
    total = Money(amount=order.totals.total, currency=order.currency)
    assert f"till total {total.decimal()} {order.currency}" in sent["notes"]
    codes = [one.code for one in order.discounts if one.amount]
    assert [one["redemptionId"] for one in sent.get("redemptions", [])] == codes


def plain(case: Case) -> bool:
    """One rate on everything, reckoned line by line, whole pieces, no discounts, dollars."""
    setup, order = case.taxes, case.order()
    return (
        setup.rounding is RoundingLevel.LINE
        and not setup.prices_include_tax
        and len(setup.rates) <= 1
        and all(len(rates) == 1 for rates in setup.rates.values())
        and not order.discounts
        and all(bool(line.tax) == bool(order.totals.tax) or not line.total for line in order.lines)
        and not any(line.discount for line in order.lines)
        and all(line.quantity == int(line.quantity) for line in order.lines)
    )


PLAIN = [case for case in CASES if plain(case)]


def test_there_are_such_cases() -> None:
    assert len(PLAIN) >= 3


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.name)
async def test_a_sale_at_its_prices_comes_to_our_total(case: Case) -> None:
    order = case.order()
    products = tuple(
        SeedProduct(
            f"p{at}", line.title, "", "Goods", (),
            (SeedVariant(f"SKU-{at:04d}", ean13(at), line.unit_price.amount, None, 10_000),), "cup:20",
        )
        for at, line in enumerate(order.lines, start=1)
    )  # fmt: skip
    rates = next(iter(case.taxes.rates.values()), ())
    rate = str(rates[0].percent) if rates else "0"
    seed = replace(shop(), products=products, tax_rate=rate, currency=order.currency, discounts=())
    leaf = opened(LeaflogixSimulator(seed, rate=0))
    there = await links(leaf)
    wanted = {line.variant_id: there[f"variant-{at}"] for at, line in enumerate(order.lines, start=1)}
    ref = await leaf.orders.create(order, str(order.id), leaf.context(wanted))
    assert difference(order, await leaf.orders.get(ref.id)) == ()
    assert leaf.booked[0]["total"] == order.totals.total
