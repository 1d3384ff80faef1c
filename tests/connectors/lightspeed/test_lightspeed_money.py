"""Every case of money: what is sent makes the register's total ours, to the minor unit, and is paid exactly."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.lightspeed import mapping
from posbridge.domain.compare import difference
from posbridge.domain.money import exponent
from posbridge.domain.order import Order, TenderKind
from posbridge.sandbox.lightspeed import LightspeedSimulator
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.shop import shop
from tests.connectors.lightspeed.bench import Lab, bench, orders_of
from tests.connectors.watched import now
from tests.money.cases import Case, load_cases

CASES = load_cases()
#: The register of the simulator knows one rate for all and rounds it by line: what else there is, is told apart.
ONE_RATE = [
    case
    for case in CASES
    if case.raw["rounding"] == "line"
    and set(case.raw["rates"]) <= {""}
    and all(len(rates) <= 1 for rates in case.raw["rates"].values())
    and all(line.get("taxable", True) and not line.get("tax_class") for line in case.raw["lines"])
]


def setup_of(order: Order) -> mapping.Setup:
    """Every line is an item with an open price, so that any amount can be said."""
    pieces = {line.sku: mapping.Piece(line.sku, open=True) for line in order.lines}
    methods = dict.fromkeys(TenderKind, "OOPAYMENT")
    return mapping.Setup(location=1, methods=methods, manual="MANUAL", pieces=pieces)


def opened(case: Case) -> tuple[Lab, dict[str, RemoteVariant]]:
    """A shop of open items in the case's currency, with its rate."""
    rates = [rate["percent"] for group in case.raw["rates"].values() for rate in group]
    seed = replace(shop(), currency=case.currency, products=(), discounts=(), tax_rate=(rates or ["0"])[0],
                   prices_include_tax=case.raw["prices_include_tax"])  # fmt: skip
    lab = bench(simulator=LightspeedSimulator(seed, rate=0))
    there = {}
    for line in case.order().lines:
        number = lab.simulator.catalog.open_item(line.sku, line.title)
        link = RemoteVariant(variant_id=str(number), product_id=str(number), sku=line.sku)
        there[line.variant_id] = link
    return lab, there


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_amounts_sent_are_the_cases(case: Case) -> None:
    order = case.order()
    unit = Decimal(10) ** exponent(order.currency)
    body = mapping.from_order(order, setup_of(order))
    for line, row in zip(order.lines, body["items"], strict=True):
        gross = row["customItemPrice"] * row["quantity"] * unit
        assert gross == line.subtotal
        assert row.get("discountAmountOverride", 0) * unit == line.discount
    if len(order.tenders) == 1:
        assert body["payment"]["paymentAmount"] * unit == order.totals.total
    else:
        assert "payment" not in body


@pytest.mark.parametrize("case", ONE_RATE, ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total(case: Case) -> None:
    lab, there = opened(case)
    order = case.order().model_copy(update={"captured_at": now()})
    ref = await orders_of(lab).create(order, "key", lab.context(there))
    remote = await orders_of(lab).get(ref.id)
    assert difference(order, remote) == ()
    assert remote.complete
    assert [(one["total"], one["paid"]) for one in lab.booked] == [(order.totals.total, order.totals.total)]


def test_there_are_such_cases() -> None:
    assert len(ONE_RATE) >= 5


async def test_a_cent_that_the_register_reckons_less_is_not_paid() -> None:
    """It takes no payment beyond what is due; the difference is shown."""
    lab, there = opened(next(case for case in ONE_RATE if case.currency == "USD"))
    taxed: Any = lab.simulator.till._taxed
    lab.simulator.till._taxed = lambda net: taxed(net) - 1  # type: ignore[method-assign] # another way of rounding
    link = next(iter(there.values()))
    rate = lab.simulator.seed.tax_rate
    order = an_order([1000], tax=rate, tenders=None, captured_at=now())
    total = order.totals.total
    split = an_order([1000], tax=rate, tenders=[(TenderKind.CASH, 500), (TenderKind.CARD, total - 500)])
    ref = await orders_of(lab).create(split, "key", lab.context({"variant-1": link}))
    remote = await orders_of(lab).get(ref.id)
    assert (remote.complete, remote.total, remote.paid) == (True, total - 1, total - 1)
    assert "total" in {one.field for one in difference(split, remote)}


async def test_a_sale_of_nothing() -> None:
    lab, there = opened(next(case for case in ONE_RATE if case.currency == "USD"))
    order = an_order([0], tenders=[], captured_at=now())
    ref = await orders_of(lab).create(order, "key", lab.context({"variant-1": next(iter(there.values()))}))
    remote = await orders_of(lab).get(ref.id)
    assert (remote.complete, remote.total) == (True, 0)
