"""Whatever a field turns into, a mapping reads it or raises SchemaDrift; and every case of money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from posbridge.connectors.blaze import mapping
from posbridge.connectors.blaze.order_body import discount_of, wanted
from posbridge.connectors.blaze.webhooks import parse
from posbridge.connectors.contract import RemoteVariant, SendContext
from posbridge.connectors.errors import NotFound, SchemaDrift, ValidationError
from posbridge.domain.compare import difference
from posbridge.domain.money import exponent
from posbridge.domain.order import Order
from posbridge.sandbox.blaze.answers import ident
from posbridge.sandbox.seed import SeedProduct, SeedVariant
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop
from tests.connectors.blaze.blaze_bench import bench, example
from tests.connectors.spoiling import changes, spoilt
from tests.money.cases import Case, load_cases

READERS: dict[str, Callable[[Any], Any]] = {
    "product.list.response.json": mapping.to_products,
    "order.create.response.json": mapping.to_order,
    "transaction.get.response.json": mapping.to_order,
    "customer.search_phone.response.json": mapping.to_customer,
    "coupon.product_scoped.response.json": mapping.to_discount,
    "giftcard.balance.response.json": mapping.to_gift_card,
}


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(spoils=changes)
def test_a_spoilt_answer_is_read_or_drifts(contracts: Path, name: str, spoils: Any) -> None:
    raw = spoilt(example(contracts, name), spoils)
    try:
        READERS[name](raw)
    except SchemaDrift:
        return
    except NotFound:
        assert name.startswith("giftcard")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(spoils=changes)
def test_a_spoilt_batch_is_read_or_drifts(spoils: Any) -> None:
    raw = {"id": "b", "sku": "S", "expirationDate": 1893456000000, "status": "READY_FOR_SALE", "thc": Decimal("2"),
           "liveQuantity": Decimal("3"), "terpenoids": {"Limonene": Decimal("1.5")}, "potencyAmount": {}}  # fmt: skip
    try:
        assert mapping.to_batch(spoilt(raw, spoils)).quantity >= 0
    except SchemaDrift:
        return


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(spoils=changes)
def test_a_spoilt_delivery_is_read_or_refused(contracts: Path, spoils: Any) -> None:
    import json

    raw = spoilt(example(contracts, "webhook.order.updated.json"), spoils)
    try:
        assert parse(json.dumps(raw, default=str).encode(), {})[0].key
    except ValidationError:
        return


CASES = load_cases()


def opened(order: Order) -> tuple[Any, SendContext]:
    """A shop that sells each line of the order at its price, with the order's usual rate."""
    rates = [tax.percent for line in order.lines for tax in line.taxes]
    products = tuple(
        SeedProduct(f"p-{at}", line.title, "", "Goods", (), (_variant(at, line.unit_price.amount),), "cup:1")
        for at, line in enumerate(order.lines)
    )
    seed = replace(
        shop(), products=products, tax_rate=str(max(rates, default=Decimal(0))),
        prices_include_tax=order.prices_include_tax, discounts=(), customers=(), gift_cards=(),
    )  # fmt: skip
    ids = [ident("product", f"V-{at}") for at in range(len(order.lines))]
    links = {line.variant_id: RemoteVariant(variant_id=one) for line, one in zip(order.lines, ids, strict=True)}
    return bench(seed), SendContext(Steps(), links)


def _variant(at: int, amount: int) -> SeedVariant:
    return SeedVariant(f"V-{at}", "", amount, None, 10_000)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_sent_agrees_with_the_case(case: Case) -> None:
    order = case.order()
    body = mapping.from_order(order)
    for item, line, expected in zip(body["cart"]["items"], order.lines, case.expect["lines"], strict=True):
        sent = Decimal(item.get("discount", 0))
        code = body["cart"].get("promoCode", "")
        assert sent == Decimal(discount_of(line, code)).scaleb(-exponent(order.currency))
        assert wanted(line, order) == (expected["total"] if order.prices_include_tax else expected["net"])
        if not code:
            assert discount_of(line, code) == expected["discount"]


@pytest.mark.parametrize("case", [each for each in CASES if each.currency == "USD"], ids=lambda case: case.name)
async def test_a_plain_sale_comes_to_our_total(case: Case) -> None:
    """Whole pieces, one rate, tax rounded on lines, no codes: else the register's own reckoning is shown."""
    order = case.order()
    rates = {tuple(tax.percent for tax in line.taxes) for line in order.lines}
    plain = all(line.quantity % 1 == 0 and line.unit == "piece" and len(line.taxes) <= 1 for line in order.lines)
    if not plain or len(rates) > 1 or case.raw["rounding"] != "line" or any(each.code for each in order.discounts):
        assert mapping.from_order(order)["cart"]["paymentOption"] == "None"
        return
    far, context = opened(order)
    ref = await far.services.orders.create(order, "k", context)
    assert difference(order, await far.services.orders.get(ref.id)) == ()
