"""Squarespace in the whole house: connected by key and by OAuth, sold at, and honest about a long queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from posbridge import app
from posbridge.connectors.contract import Service
from posbridge.connectors.squarespace import CONNECTOR
from posbridge.domain.errors import PosbridgeError
from posbridge.domain.order import Order
from posbridge.sandbox import demo_seed, running
from posbridge.sandbox.squarespace import SquarespaceSimulator
from posbridge.services import Services
from tests.services.conftest import QUICK, GivenKey, cash, until


@asynccontextmanager
async def house(home: Path, *, sync: bool, oauth: bool = False) -> AsyncIterator[tuple[Services, SquarespaceSimulator]]:
    simulator = SquarespaceSimulator(demo_seed(12))
    async with running(simulator), app.running(home, timings=QUICK, sync=sync, sources=(GivenKey(),)) as services:
        given = simulator.oauth_fields() if oauth else simulator.connection_fields()
        await services.connections.connect("squarespace", given["fields"], given["secrets"])
        await services.sync.once(frozenset({"pull"}))
        yield services, simulator


async def sold(services: Services) -> Order:
    product = next(one for one in await services.catalog.page() if one.variants[0].sellable)
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, product.variants[0].id, 1)
    total = (await services.baskets.priced(basket.id)).totals.total
    return await services.checkout.pay(basket.id, [cash(total)], "cashier-1")


@pytest.mark.parametrize("oauth", [False, True], ids=["key", "oauth"])
async def test_a_sale_arrives(tmp_path: Path, oauth: bool) -> None:
    async with house(tmp_path, sync=True, oauth=oauth) as (services, simulator):
        orders = [await sold(services) for _ in range(3)]

        async def sent() -> bool:
            return (await services.status()).queued == 0

        await until(sent)
        booked = {one["reference"]: one["total"] for one in simulator.orders_book()}
        assert booked == {order.reference: order.totals.total for order in orders}
        tested = await services.connections.test("squarespace")
        assert (tested.ok, tested.account) == (True, "posbridge demo")


async def test_a_long_queue_is_told_honestly(tmp_path: Path) -> None:
    """120 orders at a hundred an hour take more than an hour with a key, and moments with OAuth."""
    async with house(tmp_path / "key", sync=False) as (services, _):
        for _ in range(120):
            await sold(services)
        (told,) = await services.queue.estimate()
        assert told.waiting == 120
        assert told.seconds is not None
        assert 3600 < told.seconds < 4200
    async with house(tmp_path / "oauth", sync=False, oauth=True) as (services, _):
        for _ in range(120):
            await sold(services)
        (told,) = await services.queue.estimate()
        assert told.seconds is not None
        assert told.seconds < 600


async def test_a_wrong_key_and_a_plan_that_ran_out_are_told_apart(tmp_path: Path) -> None:
    async with house(tmp_path, sync=False) as (services, simulator):
        given = simulator.connection_fields()

        async def refusal(secrets: dict[str, Any]) -> PosbridgeError:
            with pytest.raises(PosbridgeError) as caught:
                await services.connections.connect("squarespace", given["fields"], secrets, as_id="other")
            return caught.value

        wrong = await refusal({"api_key": "6f1c9d0e-5a7e-4b0e-9a53-000000000000"})
        assert wrong.code == "key_wrong"
        simulator.oauth.add_key("6f1c9d0e-5a7e-4b0e-9a53-000000000007", ("website.products.read",))
        weak = await refusal({"api_key": "6f1c9d0e-5a7e-4b0e-9a53-000000000007"})
        assert weak.code == "no_permission"
        assert "Orders (Read and Write)" in weak.message
        simulator.oauth.expired_site = True
        expired = await refusal(given["secrets"])
        assert "plan" in expired.message


def test_gift_cards_are_not_claimed_and_the_notes_say_what_to_do() -> None:
    facts = CONNECTOR.facts
    assert Service.GIFT_CARDS not in facts.services
    assert any("Selling > Gift Cards" in note for note in facts.capabilities.notes)
    assert any("100 orders an hour" in note for note in facts.capabilities.notes)
    assert facts.guesses
