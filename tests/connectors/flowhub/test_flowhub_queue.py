"""A sale's whole way to Flowhub: it waits for the register, may be turned down, and a doubt is a person's to settle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from posbridge import app
from posbridge.sandbox import demo_seed, running
from posbridge.sandbox.flowhub import FlowhubSimulator
from posbridge.services import Services
from posbridge.services.queue import QueueRow
from posbridge.sync.timings import Timings
from tests.services.conftest import GivenKey, cash

TIMINGS = Timings(settle_s=0.3, lease_s=10, backoff_first_s=0.1, read_back_s=0.1, ping_s=1, waiting_s=0.1)


@asynccontextmanager
async def till(home: Path) -> AsyncIterator[tuple[Services, FlowhubSimulator]]:
    """A till that sells at a Flowhub whose staff do nothing by themselves."""
    far = FlowhubSimulator(demo_seed(20), rate=0)
    far.counter.staff_s = None
    async with (
        running(far),
        app.running(home, sync=False, timings=TIMINGS, sources=(GivenKey(),), environ={}) as services,
    ):
        given = far.connection_fields()
        await services.connections.connect("flowhub", given["fields"], given["secrets"])
        await services.sync.once(frozenset({"pull"}))
        yield services, far


async def sell(services: Services) -> str:
    product = (await services.catalog.page(limit=1))[0]
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, product.variants[0].id, 2)
    total = (await services.baskets.priced(basket.id)).totals.total
    return (await services.checkout.pay(basket.id, [cash(total, total)], "")).reference


async def until(services: Services, good: Callable[[list[QueueRow]], bool]) -> list[QueueRow]:
    """Rounds until the queue looks like that."""
    async with asyncio.timeout(20):
        while True:
            await services.sync.once(frozenset({"drain"}))
            rows = await services.queue.list()
            if good(rows):
                return rows
            await asyncio.sleep(0.05)


def rejected(rows: list[QueueRow]) -> bool:
    return [row.state for row in rows] == ["rejected"]


async def test_a_sale_waits_for_the_register_and_is_done_when_it_is_rung_up(tmp_path: Path) -> None:
    async with till(tmp_path) as (services, far):
        reference = await sell(services)
        (row,) = await until(services, lambda rows: rows[0].reason_code == "waiting_there")
        assert "Flowhub's register to ring it up" in row.reason
        (made,) = far.counter.orders.values()
        assert made.reference == reference
        far.counter.move(made.id, "sold")
        assert await until(services, lambda rows: not rows) == []
        (sold,) = await services.orders.list()
        assert [(target.remote_id, target.difference) for target in sold.targets] == [(made.id, None)]
        assert len(far.counter.orders) == 1


async def test_what_the_staff_turn_down_is_a_persons_in_flowhubs_words(tmp_path: Path) -> None:
    async with till(tmp_path) as (services, far):
        await sell(services)
        await until(services, lambda rows: rows[0].reason_code == "waiting_there")
        (made,) = far.counter.orders.values()
        far.counter.move(made.id, "unableToVerify")
        (row,) = await until(services, rejected)
        assert "unableToVerify" in row.reason
        assert "by hand" in row.next_step
        assert len(far.counter.orders) == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_doubt_is_settled_by_what_a_person_saw(tmp_path: Path, arrived: bool) -> None:
    async with till(tmp_path) as (services, far):
        far.faults.plan("lost" if arrived else "500", path="/order-ahead/", method="POST", times=1)
        reference = await sell(services)
        (row,) = await until(services, rejected)
        assert reference in row.reason
        assert "Look in Flowhub's queue" in row.reason
        await services.queue.retry(row.id)
        (row,) = await until(services, rejected)
        assert len(far.counter.orders) == int(arrived), "a retry looks first, and cannot know: nothing is sent"
        seen = next(iter(far.counter.orders), None)
        await services.queue.settle(row.id, seen)
        await until(services, lambda rows: not rows or rows[0].reason_code == "waiting_there")
        assert [order.reference for order in far.counter.orders.values()] == [reference], "once, either way"
