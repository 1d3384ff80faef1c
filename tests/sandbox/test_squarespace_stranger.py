"""Strangers accept the simulated Squarespace: two packages that others wrote for the real one drive it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import squarespace
from squarespace_commerce import Squarespace as Commerce

from posbridge.sandbox import demo_seed, running
from posbridge.sandbox.squarespace import SquarespaceSimulator
from posbridge.sandbox.squarespace.oauth import API_KEY


@pytest.fixture
async def simulator() -> AsyncIterator[SquarespaceSimulator]:
    made = SquarespaceSimulator(demo_seed(40), rate=0)
    async with running(made):
        yield made


async def aside(work: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Both packages block, so they work beside the loop that serves them."""
    return await asyncio.to_thread(work, *given, **named)


def sold(simulator: SquarespaceSimulator, count: int) -> list[str]:
    variants = list(simulator.catalog.variants)
    for variant in variants:
        simulator.catalog.set_quantity(variant, 1000)
    return [simulator.orders.sell(variants[number % len(variants)], 1 + number % 3) for number in range(count)]


async def test_orders_are_paged_through(simulator: SquarespaceSimulator) -> None:
    ids = sold(simulator, 120)
    shop = squarespace.Squarespace(API_KEY, simulator.address, "1.0")
    orders = await aside(shop.all_orders)
    assert sorted(order["id"] for order in orders) == sorted(ids)
    one = await aside(shop.order, ids[0])
    assert one["grandTotal"]["currency"] == "USD"
    assert one["lineItems"][0]["sku"] in simulator.seeder.variants
    pending = await aside(shop.orders, fulfillmentStatus="PENDING")
    assert len(pending) == 50


async def test_a_wrong_key_and_an_unknown_order(simulator: SquarespaceSimulator) -> None:
    with pytest.raises(ValueError, match="not valid"):
        await aside(squarespace.Squarespace("nobody", simulator.address, "1.0").orders)
    with pytest.raises(RuntimeError, match="bogus"):
        await aside(squarespace.Squarespace(API_KEY, simulator.address, "1.0").order, "nobody")


async def test_an_order_is_handed_over(simulator: SquarespaceSimulator) -> None:
    (ident,) = sold(simulator, 1)
    shop = Commerce(API_KEY, base_url=f"{simulator.address}/")
    listed = await aside(shop.get_orders)
    assert [order["id"] for order in listed["result"]] == [ident]
    parcel = {"tracking_number": "T-1", "carrier_name": "USPS", "service": "ground", "tracking_url": "https://x.test/1"}
    day = datetime.now(UTC).isoformat()
    assert (await aside(shop.fulfill_order, ident, ship_date=day, **parcel)).status_code == 204
    read = await aside(shop.get_order, ident)
    assert read["fulfillmentStatus"] == "FULFILLED"
    assert read["fulfillments"][0]["trackingNumber"] == "T-1"
    assert (await aside(shop.get_order, "nobody")).status_code == 404
