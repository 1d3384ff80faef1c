"""Sales: what is sent, what is found after a lost reply though the search is late, what is given back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import RemoteRef, RemoteVariant
from posbridge.connectors.errors import (
    Conflict,
    OutcomeUnknown,
    RateLimitExceeded,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.shopify import mapping
from posbridge.domain.compare import difference
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, Tender, TenderKind
from posbridge.testing.builders import a_line, an_order
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.shopify.bench import Bench, bench
from tests.money.cases import Case, load_cases

CASES = load_cases()


async def sold(shopify: Bench, order: Order, **context: Any) -> RemoteRef:
    assert shopify.services.orders is not None
    return await shopify.services.orders.create(order, str(order.id), shopify.context(**context))


# money
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_sale_comes_to_our_total(case: Case) -> None:
    order = case.order()
    shopify = bench(replace(shop(), currency=case.currency, products=(), discounts=(), gift_cards=()))
    ref = await sold(shopify, order)
    remote = await shopify.services.orders.get(ref.id)  # type: ignore[union-attr] # it is there
    assert difference(order, remote) == ()
    assert (shopify.booked["total"], shopify.booked["paid"]) == (order.totals.total, order.totals.total)
    assert sum(line.discount or 0 for line in remote.lines) == order.totals.discount


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_amounts_sent_are_the_cases(case: Case) -> None:
    order = case.order()
    sent = mapping.from_order(order)
    total = 0
    for line, row in zip(order.lines, sent["lineItems"], strict=True):
        price, taxes = minor(row["priceSet"], order), [minor(t["priceSet"], order) for t in row.get("taxLines", [])]
        assert price * row["quantity"] == line.subtotal
        assert sum(taxes) == line.tax
        total += line.subtotal + (0 if order.prices_include_tax else line.tax)
    code = sent.get("discountCode", {}).get("itemFixedDiscountCode")
    off = minor(code["amountSet"], order) if code else 0
    assert (off, total - off) == (order.totals.discount, order.totals.total)
    assert sum(minor(one["amountSet"], order) for one in sent.get("transactions", [])) == order.totals.total


def minor(bag: Any, order: Order) -> int:
    assert bag["shopMoney"]["currencyCode"] == order.currency
    return Money.parse(bag["shopMoney"]["amount"], order.currency).amount


@pytest.mark.parametrize("case", [case for case in CASES if case.raw.get("refunds")], ids=lambda case: case.name)
async def test_what_is_given_back_sums(case: Case) -> None:
    order = case.order()
    shopify = bench(replace(shop(), currency=case.currency, products=(), discounts=(), gift_cards=()))
    ref = await sold(shopify, order)
    for refund in case.refunds(order):
        shopify.steps = Steps()
        await shopify.services.orders.refund(refund, ref, f"r-{refund.id}", shopify.context())  # type: ignore[union-attr] # it is there
    given = sum(tender.amount for refund in case.refunds(order) for tender in refund.tenders)
    assert shopify.booked["refunded"] == given


# what is sent
async def test_a_sale_as_it_is_sent() -> None:
    staff = Discount(id="d1", code="TEN10", name="Ten", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
    card = Tender(id="t-2", kind=TenderKind.CARD, amount=1000, label="Terminal", reference="A17", last_four="4242")
    lines = [a_line(1, 1250, 2), a_line(9, 900, "0.350", unit="kg", note="Thin"), a_line(8, 100, 1)]
    buyer = Customer(id="c", first_name="Ada", email="ada@example.com")
    total = an_order(lines, discounts=[staff]).totals.total
    paid = [(TenderKind.CASH, total - 1000), card]
    order = an_order(lines, paid, discounts=[staff], note="Gift", seed=4, customer=buyer)
    shopify = bench()
    link = RemoteVariant(variant_id=shopify.simulator.catalog.by_sku("SKU-0001").id)
    await sold(shopify, order, links={"variant-1": link})
    (one,) = shopify.named("OrderCreate")
    body, options = one.body["variables"]["order"], one.body["variables"]["options"]
    goods, weighed, custom = body["lineItems"]
    assert (goods["variantId"], goods["quantity"]) == (link.variant_id, 2)
    assert "title" not in goods
    assert (weighed["title"], weighed["quantity"]) == ("Article 9 × 0.35 kg", 1)
    assert weighed["priceSet"]["shopMoney"]["amount"] == "3.15"
    assert {"name": "Note", "value": "Thin"} in weighed["properties"]
    assert "variantId" not in custom
    assert body["discountCode"]["itemFixedDiscountCode"]["code"] == "TEN10"
    assert [(t["gateway"], t["amountSet"]["shopMoney"]["amount"]) for t in body["transactions"]] == [
        ("cash", Money(amount=total - 1000, currency="USD").plain()),
        ("card", "10.00"),
    ]
    assert body["transactions"][1]["authorizationCode"] == "A17"
    assert body["processedAt"] == order.captured_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (body["note"], body["sourceIdentifier"]) == ("Gift", order.reference)
    assert body["customer"]["toUpsert"]["email"] == "ada@example.com"
    assert body["fulfillment"]["locationId"] == shopify.connection.location
    assert options["inventoryBehaviour"] == "DECREMENT_IGNORING_POLICY"
    assert body["metafields"][0]["value"] == order.reference
    assert shopify.simulator.stock_book()["SKU-0001"] == 38


def test_a_sale_with_too_many_lines_is_refused() -> None:
    with pytest.raises(ValidationError):
        mapping.from_order(an_order([100] * 251))


async def test_a_sale_of_nothing_is_paid() -> None:
    shopify = bench()
    ref = await sold(shopify, an_order([0]))
    remote = await shopify.services.orders.get(ref.id)  # type: ignore[union-attr] # it is there
    assert remote.status is OrderStatus.COMPLETED
    assert shopify.named("OrderCreate")[0].body["variables"]["order"]["financialStatus"] == "PAID"


async def test_one_request_makes_a_sale() -> None:
    shopify = bench()
    await sold(shopify, sale())
    assert [one.name for one in shopify.wire.sent] == ["OrderCreate"]


# lost replies
@pytest.mark.parametrize("marked", [True, False])
async def test_a_lost_sale_is_found_though_the_search_is_late(marked: bool) -> None:
    shopify, order = bench(marked=marked), sale()
    shopify.simulator.orders.lag_s = 3600
    shopify.wire.lost = ["OrderCreate"]
    with pytest.raises(OutcomeUnknown):
        await sold(shopify, order)
    (found,) = await shopify.services.orders.find(order.reference)  # type: ignore[union-attr] # it is there
    ref = await sold(shopify, order)
    assert ref.id == found.id
    assert len(shopify.simulator.orders_book()) == 1


async def test_a_second_sale_with_our_mark_is_refused_and_the_first_is_taken() -> None:
    shopify, order = bench(), sale()
    await sold(shopify, order)
    shopify.steps = Steps()
    ref = await sold(shopify, order)
    assert ref.id == shopify.booked["id"]


async def test_an_ignored_filter_is_not_believed() -> None:
    """Rows that carry another reference are never ours, whatever the search was asked."""
    shopify = bench(marked=False)
    for number in range(1, 4):
        shopify.steps = Steps()
        await sold(shopify, sale(number))
    shopify.simulator.orders.search.fits = lambda row, groups: True  # type: ignore[method-assign] # the index is mad
    assert await shopify.services.orders.find("P0NEVERMADE00000") == []  # type: ignore[union-attr] # it is there
    (found,) = await shopify.services.orders.find(sale(2).reference)  # type: ignore[union-attr] # it is there
    assert found.reference == sale(2).reference


async def test_shopifys_own_failure_leaves_a_sale_in_doubt() -> None:
    shopify, order = bench(), sale()
    failed = {"errors": [{"message": "Internal error.", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}
    shopify.wire.answers["OrderCreate"] = [failed]
    with pytest.raises(OutcomeUnknown):
        await sold(shopify, order)
    assert await shopify.steps.get("sent")
    shopify.wire.answers["FindOrder"] = [failed]
    with pytest.raises(ServiceUnavailable):
        await sold(shopify, order)
    await sold(shopify, order)
    assert len(shopify.simulator.orders_book()) == 1


async def test_a_sale_that_was_slowed_down_is_not_looked_for() -> None:
    shopify, order = bench(), sale()
    shopify.simulator.faults.plan("429", method="POST")
    with pytest.raises(RateLimitExceeded):
        await sold(shopify, order)
    await sold(shopify, order)
    assert [one.name for one in shopify.wire.sent] == ["OrderCreate", "OrderCreate"]


# refunds and changes
async def test_a_refund_goes_to_the_payments_it_came_from() -> None:
    shopify = bench()
    order = sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
    ref = await sold(shopify, order)
    refund = giving_back(order, [("line-1", 2), ("line-3", 1)])
    await shopify.services.orders.refund(refund, ref, "key-r", shopify.context())  # type: ignore[union-attr] # it is there
    (one,) = shopify.named("Refund")
    sent = one.body["variables"]["input"]
    assert {(t["gateway"], t["amount"]) for t in sent["transactions"]} == {("cash", "20.00"), ("card", "31.70")}
    assert len({t["parentId"] for t in sent["transactions"]}) == 2
    assert sent["note"].endswith(f"[{refund.reference}]")


def test_a_refund_alone_says_what_goes_back() -> None:
    order = sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
    sent = mapping.from_refund(giving_back(order, [("line-1", 2), ("line-3", 1)]))
    assert {(t["gateway"], t["amount"]) for t in sent["transactions"]} == {("cash", "20.00"), ("card", "31.70")}
    part = mapping.from_refund(giving_back(order, [("line-1", 1)]), None, {"line-1": "7"}, location="5")
    assert part["refundLineItems"] == [
        {
            "lineItemId": "gid://shopify/LineItem/7",
            "quantity": 1,
            "restockType": "RETURN",
            "locationId": "gid://shopify/Location/5",
        }
    ]


async def test_a_refund_is_sent_again_in_the_same_words() -> None:
    shopify, order = bench(), sale()
    ref = await sold(shopify, order)
    refund, orders = giving_back(order, [("line-1", 1)]), shopify.services.orders
    assert orders is not None
    shopify.simulator.faults.plan("500", method="POST")
    with pytest.raises(OutcomeUnknown):
        await orders.refund(refund, ref, "key-r", shopify.context())
    await orders.refund(refund, ref, "key-r", shopify.context())
    bodies = [one.body["variables"] for one in shopify.named("Refund")]
    assert bodies[0] == bodies[1]
    assert len(await orders.find_refund(refund, ref)) == 1


async def test_more_than_was_paid_is_refused() -> None:
    shopify, order = bench(), sale()
    ref = await sold(shopify, order)
    whole = giving_back(order, [("line-1", 2), ("line-3", 1)])
    await shopify.services.orders.refund(whole, ref, "key-r", shopify.context())  # type: ignore[union-attr] # it is there
    shopify.steps = Steps()
    with pytest.raises(ValidationError):
        await shopify.services.orders.refund(giving_back(order, [("line-1", 1)], 2), ref, "k2", shopify.context())  # type: ignore[union-attr] # it is there


async def test_states_that_shopify_does_not_have() -> None:
    shopify = bench()
    ref = await sold(shopify, sale())
    orders = shopify.services.orders
    assert orders is not None
    with pytest.raises(Unsupported):
        await orders.update_status(ref.id, OrderStatus.READY)
    await orders.update_status(ref.id, OrderStatus.CANCELLED)
    assert (await orders.get(ref.id)).status is OrderStatus.CANCELLED
    with pytest.raises(Conflict):
        await orders.update_status(ref.id, OrderStatus.COMPLETED)


async def test_an_order_with_many_lines_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posbridge.connectors.shopify.orders.LINES", 2)
    shopify, order = bench(), an_order([100, 200, 300, 400, 500])
    ref = await sold(shopify, order)
    pages = [page async for page in shopify.services.orders.changed_since(None)]  # type: ignore[union-attr] # it is there
    assert [len(one.lines) for page in pages for one in page.items if one.id == ref.id] == [5]
