"""What must not be sold or given back twice, or taken for nothing: marks that are not told, rows and sums that lack."""

from __future__ import annotations

from typing import Any

import pytest

from posbridge.connectors.bigcommerce import mapping
from posbridge.connectors.errors import OutcomeUnknown, SchemaDrift
from posbridge.domain.order import OrderStatus
from posbridge.sandbox.wire import Reply
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import giving_back, sale
from tests.connectors.bigcommerce.bench import Bench, bench


def orders_of(store: Bench) -> Any:
    return store.services.orders


async def made(store: Bench) -> tuple[Any, Any]:
    order = sale()
    ref = await orders_of(store).create(order, "key-1", store.context())
    store.steps = Steps()
    return order, ref


def forget_reasons(store: Bench) -> None:
    """As a store that does not tell the reasons of its refunds again."""
    for row in store.simulator.shop.tables["refunds"].values():
        row["reason"] = ""
        for item in row["items"]:
            item.pop("reason", None)


async def test_a_refund_whose_mark_is_not_told_again_is_made_once() -> None:
    store = bench()
    order, ref = await made(store)
    refund = giving_back(order, [("line-1", 1)])
    store.wire.lost = ["POST /payment_actions/refunds"]
    with pytest.raises(OutcomeUnknown):
        await orders_of(store).refund(refund, ref, "key-r", store.context())
    forget_reasons(store)
    assert len(await orders_of(store).find_refund(refund, ref, steps=store.steps)) == 1
    await orders_of(store).refund(refund, ref, "key-r", store.context())
    assert store.booked["refunded"] == refund.amount


async def test_an_older_refund_without_a_reason_is_not_taken_for_ours() -> None:
    store = bench()
    order, ref = await made(store)
    first, second = giving_back(order, [("line-1", 1)], 1), giving_back(order, [("line-1", 1)], 2)
    await orders_of(store).refund(first, ref, "key-1", store.context())
    forget_reasons(store)
    store.steps = Steps()
    store.wire.unsent = ["POST /payment_actions/refunds"]
    with pytest.raises(OutcomeUnknown):
        await orders_of(store).refund(second, ref, "key-2", store.context())
    assert await orders_of(store).find_refund(second, ref, steps=store.steps) == []
    await orders_of(store).refund(second, ref, "key-2", store.context())
    assert store.booked["refunded"] == first.amount + second.amount


@pytest.mark.parametrize("more", [{"external_source": ""}, {"external_source": None}])
async def test_our_order_is_found_though_its_source_is_not_told(more: dict[str, Any]) -> None:
    store = bench()
    order, ref = await made(store)
    store.simulator.shop.tables["orders"][1].update(more)
    assert [one.id for one in await orders_of(store).find(order.reference, around=order.captured_at)] == [ref.id]


@pytest.mark.parametrize("spoilt", [{"total_inc_tax": "much"}, {"external_order_id": ["?"]}])
async def test_an_order_that_cannot_be_read_is_a_doubt_not_a_miss(spoilt: dict[str, Any]) -> None:
    store = bench()
    order, _ = await made(store)
    store.simulator.orders.deaf = {"external_order_id"}
    store.simulator.shop.tables["orders"][1].update(spoilt)
    with pytest.raises(SchemaDrift):
        await orders_of(store).find(order.reference, around=order.captured_at)


async def test_totals_that_cannot_be_set_refuse_no_sale() -> None:
    store, order = bench(), sale()
    ref = await orders_of(store).create(order, "key-1", store.context())
    store.simulator.shop.tables["orders"][1]["total_inc_tax"] = "1.0000"
    store.simulator._routes.insert(0, refusing(store))
    assert (await orders_of(store).create(order, "key-1", store.context())).id == ref.id
    there = await orders_of(store).get(ref.id)
    assert (there.complete, there.total) == (True, 100)


def refusing(store: Bench) -> Any:
    def refuse(call: Any) -> Any:
        return Reply(400, [{"status": 400, "message": "The field 'total_inc_tax' is invalid."}])

    _, pattern, _ = next(one for one in store.simulator._routes if one[1].fullmatch("/stores/g5cd38/v2/orders/1"))
    return "PUT", pattern, refuse


def test_what_is_not_said_is_not_nothing() -> None:
    order = mapping.to_order({"id": 7, "status_id": 10, "currency_code": "USD", "payment_status": "paid"})
    assert (order.total, order.tax, order.paid) == (None, None, None)
    with pytest.raises(SchemaDrift):
        mapping.to_gift_card({"id": 7, "code": "A", "status": "active", "balance": None})


@pytest.mark.parametrize("state", [None, 0, 99])
def test_a_state_that_we_do_not_know_is_not_complete(state: int | None) -> None:
    order = mapping.to_order({"id": 7, "status_id": state, "total_inc_tax": "1.0000"})
    assert not order.complete
    assert order.status in (OrderStatus.UNKNOWN, OrderStatus.DRAFT)


async def test_a_short_page_ends_no_look_up() -> None:
    """v2 names no size of its pages: only an empty one (204) is the end."""
    store = bench()
    for number in range(1, 6):
        store.steps = Steps()
        await orders_of(store).create(sale(number), f"key-{number}", store.context())
    store.simulator.orders.deaf = {"external_order_id"}
    listing = store.simulator.orders.list_all

    def short(call: Any) -> Any:
        answer = listing(call)
        return Reply(answer.status, answer.body[:2] if answer.body else None)

    method, pattern, _ = next(one for one in store.simulator._routes if one[1].fullmatch("/stores/g5cd38/v2/orders"))
    store.simulator._routes.insert(0, (method, pattern, short))
    order = sale(3)
    found = await orders_of(store).find(order.reference, around=order.captured_at)
    assert [one.id for one in found] == ["3"]
