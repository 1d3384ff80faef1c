"""The real drain on a store at Dutchie: it waits for the shopper, with the platform's own times and lags."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.contract import Connection, Context, PlatformServices
from posbridge.connectors.dutchie import CONNECTOR
from posbridge.connectors.registry import Catalogue, PlatformServiceRegistry
from posbridge.domain.order import Order
from posbridge.store import connections, orders, outbox
from posbridge.store.connections import ConnectionRow
from posbridge.store.engine import SqliteStore
from posbridge.store.outbox import OutboxRow
from posbridge.sync.drain import Drain
from posbridge.sync.health import Health
from posbridge.sync.timings import Timings
from posbridge.testing.conformance.selling import sale
from tests.connectors.dutchie.store import Far, links, names, store

SETTLE = 360 + 30


class Opened:
    """The connector, opened already."""

    facts = CONNECTOR.facts

    def __init__(self, services: PlatformServices) -> None:
        self._services = services

    def base_url(self, connection: Connection) -> str:
        return "http://127.0.0.1"

    def error(self, reply: Any) -> Exception | None:
        return CONNECTOR.error(reply)

    def open(self, context: Context) -> PlatformServices:
        return self._services


class NoSecrets:
    async def secrets(self, connection: Connection) -> dict[str, str]:
        return {}


@dataclass
class Lane:
    """One till, one store at Dutchie, and a time that both have."""

    far: Far
    kept: SqliteStore
    drain: Drain

    def now(self) -> datetime:
        return self.far.simulator.clock.now()

    async def sell(self) -> Order:
        order = sale()

        def capture(tx: Any) -> None:
            orders.add(tx, order, None)
            outbox.add(tx, "order", self.far.connection.id, str(order.id), str(order.id), self.now())

        await self.kept.write(capture)
        await self.run()
        return order

    async def run(self, after: float = 0) -> None:
        self.far.simulator.clock.advance(timedelta(seconds=after))
        await self.drain.run(self.far.connection)

    async def row(self, order: Order) -> OutboxRow:
        return (await self.kept.read(outbox.of_object, "order", str(order.id)))[0]


@pytest.fixture
async def lane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lane]:
    far = store()
    far.simulator.desk.shopper_s = None
    clock = far.simulator.clock.now
    linked = {ours: (each.variant_id, each.product_id, each.sku) for ours, each in links(far).items()}
    monkeypatch.setattr("posbridge.store.links.variants_at", lambda tx, connection_id, wanted: linked)
    kept = await SqliteStore.open(tmp_path / "posbridge.db", clock=clock)
    await kept.write(connections.put, ConnectionRow(far.connection.id, "dutchie", "pos"), clock())
    catalogue = Catalogue({}, outside=False)
    catalogue.add(Opened(far.services))
    registry = PlatformServiceRegistry(NoSecrets(), None, clock, catalogue=catalogue)  # type: ignore[arg-type]
    timings = Timings()
    yield Lane(far, kept, Drain(kept, registry, Health(clock, timings), clock, timings, "sender"))
    await registry.aclose()
    await kept.close()


async def test_a_sale_waits_with_its_link_and_is_done_when_the_shopper_has_ordered(lane: Lane) -> None:
    order = await lane.sell()
    row = await lane.row(order)
    (checkout,) = lane.far.simulator.desk.checkouts
    assert (row.state, row.reason_code) == ("unknown", "waiting_there")
    assert row.steps["link"].endswith(checkout)
    assert "the shopper to finish it in a browser" in row.reason
    for _ in range(3):
        await lane.run(after=60)
    assert (await lane.row(order)).reason_code == "waiting_there"
    made = lane.far.simulator.desk.finish(checkout)
    await lane.run(after=60)
    row = await lane.row(order)
    assert (row.state, row.remote_id, row.difference) == ("done", made, None)
    assert names(lane.far).count("CreateCheckout") == 1


async def test_an_order_that_shows_minutes_late_is_found_and_not_doubled(lane: Lane) -> None:
    order = await lane.sell()
    lane.far.simulator.desk.orders_lag_s = 300
    (checkout,) = lane.far.simulator.desk.checkouts
    lane.far.simulator.desk.finish(checkout)
    await lane.run(after=60)
    assert (await lane.row(order)).reason_code == "not_found"
    await lane.run(after=2 * SETTLE)
    assert (await lane.row(order)).state == "done"
    assert names(lane.far).count("CreateCheckout") == 1
    assert len(lane.far.booked) == 1


async def test_a_checkout_that_ran_out_is_built_again_with_a_new_link(lane: Lane) -> None:
    order = await lane.sell()
    before = (await lane.row(order)).steps["link"]
    lane.far.simulator.desk.checkouts.clear()
    await lane.run(after=60)
    await lane.run(after=2 * SETTLE)
    row = await lane.row(order)
    assert (row.reason_code, row.steps["link"] != before) == ("waiting_there", True)
    (checkout,) = lane.far.simulator.desk.checkouts
    lane.far.simulator.desk.finish(checkout)
    await lane.run(after=60)
    assert (await lane.row(order)).state == "done"
    assert len(lane.far.booked) == 1


async def test_another_price_there_is_a_difference_and_the_order_is_done(lane: Lane) -> None:
    lane.far.simulator.set_price("SKU-0001", 1300)
    order = await lane.sell()
    (checkout,) = lane.far.simulator.desk.checkouts
    lane.far.simulator.desk.finish(checkout)
    await lane.run(after=60)
    row = await lane.row(order)
    assert row.state == "done"
    assert row.difference is not None
    assert row.difference["fields"][0]["field"] == "total"


async def test_a_lost_answer_is_settled_after_dutchies_own_window(lane: Lane) -> None:
    lane.far.simulator.faults.plan("lost", method="POST", times=1)
    order = await lane.sell()
    assert (await lane.row(order)).reason_code == "outcome_unknown"
    await lane.run(after=SETTLE - 1)
    assert names(lane.far).count("CreateCheckout") == 1, "not before the window has passed"
    await lane.run(after=1)
    await lane.run(after=2 * SETTLE)
    assert (await lane.row(order)).reason_code == "waiting_there"
    assert [len(one.items) for one in lane.far.simulator.desk.checkouts.values()] == [0, 2], "an orphan, and the sale"


async def test_an_order_that_the_store_rejects_waits_for_a_person(lane: Lane) -> None:
    order = await lane.sell()
    (checkout,) = lane.far.simulator.desk.checkouts
    made = lane.far.simulator.desk.finish(checkout)
    lane.far.simulator.desk.orders[made].status = "rejected"
    await lane.run(after=60)
    row = await lane.row(order)
    assert (row.state, row.reason_code) == ("rejected", "rejected")
    assert "rejected" in row.reason
