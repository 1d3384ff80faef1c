"""A platform that plays a script, a drain on a real store, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.contract import (
    Capabilities,
    Connection,
    Context,
    Dedupe,
    Facts,
    Kind,
    PlatformServices,
    Probe,
    RemoteRef,
    SendContext,
    Service,
)
from posbridge.connectors.registry import Catalogue, PlatformServiceRegistry
from posbridge.domain.errors import NotFound
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.store import connections, orders, outbox
from posbridge.store.connections import ConnectionRow
from posbridge.store.engine import SqliteStore
from posbridge.store.outbox import OutboxRow
from posbridge.sync.drain import Drain
from posbridge.sync.health import Health
from posbridge.sync.timings import Timings
from posbridge.testing.builders import EPOCH, an_order

CONNECTION = Connection(id="till", platform="scripted")


class Clock:
    """Says the time it was set to."""

    def __init__(self) -> None:
        self.at = EPOCH

    def __call__(self) -> datetime:
        return self.at

    def tick(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class ScriptedOrders:
    """Orders at the platform. Each entry of `script` is what the next create does: "ok", an error to raise before
    any work, or ("lost", error) to do the work and then raise it. `late` holds work that is done at a time."""

    clock: Clock
    script: list[Any] = field(default_factory=list)
    made: dict[str, RemoteOrder] = field(default_factory=dict)
    late: list[tuple[datetime, RemoteOrder]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    looked: int = 0
    find_error: Exception | None = None
    get_error: Exception | None = None
    total_off: int = 0
    waiting_for: str = ""
    url: str = ""

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        self.keys.append(key)
        act = self.script.pop(0) if self.script else "ok"
        if isinstance(act, Exception):
            raise act
        if isinstance(act, tuple) and act[0] == "late":
            self.late.append((self.clock() + timedelta(seconds=act[1]), self._remote(order)))
            raise act[2]
        known = await context.steps.get("order")
        remote = self.made[known] if known in self.made else self._remote(order)
        there = {"complete": not self.waiting_for, "waiting_for": self.waiting_for, "url": self.url}
        self.made[remote.id] = remote.model_copy(update=there)
        if isinstance(act, tuple):
            raise act[1]
        return RemoteRef(id=remote.id, number=f"#{remote.id}")

    async def find(self, reference: str, **_: Any) -> list[RemoteOrder]:
        self.looked += 1
        self._settle()
        if self.find_error is not None:
            raise self.find_error
        return [remote for remote in self.made.values() if remote.reference == reference]

    async def get(self, order_id: str) -> RemoteOrder:
        self._settle()
        if self.get_error is not None:
            raise self.get_error
        if order_id not in self.made:
            raise NotFound
        return self.made[order_id]

    def _settle(self) -> None:
        for due, remote in [entry for entry in self.late if entry[0] <= self.clock()]:
            self.made[remote.id] = remote
            self.late.remove((due, remote))

    def _remote(self, order: Order) -> RemoteOrder:
        return RemoteOrder(
            id=f"r{len(self.made) + len(self.late) + 1}",
            reference=order.reference,
            status=OrderStatus.COMPLETED,
            currency=order.currency,
            total=order.totals.total + self.total_off,
            tax=order.totals.tax,
            paid=order.totals.total,
        )


class ScriptedConnector:
    """The connector around ScriptedOrders."""

    def __init__(self, orders: ScriptedOrders, **capabilities: Any) -> None:
        self.orders = orders
        self.facts = Facts(
            name="scripted",
            label="Scripted",
            kind=Kind.POS,
            auth="none",
            hosts=("scripted.example",),
            fields=(),
            services=(Service.ORDERS,),
            capabilities=Capabilities(**{"dedupe": Dedupe.SEARCH, "settle_s": 60, "timeout_s": 30, **capabilities}),
        )

    def base_url(self, connection: Connection) -> str:
        return "https://scripted.example"

    def error(self, reply: Any) -> Exception | None:
        return None

    def open(self, context: Context) -> PlatformServices:
        async def probe() -> Probe:
            return Probe(account="scripted")

        return PlatformServices(probe=probe, orders=self.orders)  # type: ignore[arg-type]  # only what the drain uses


class NoSecrets:
    async def secrets(self, connection: Connection) -> dict[str, str]:
        return {}


@dataclass
class Lane:
    """One connection's drain with everything in reach."""

    store: SqliteStore
    orders: ScriptedOrders
    drain: Drain
    health: Health
    clock: Clock
    registry: PlatformServiceRegistry

    async def sell(self, seed: int = 1) -> Order:
        """Captures one order with its outbox row."""
        order = an_order(seed=seed)
        await self.store.write(_capture, order, self.clock())
        return order

    async def run(self) -> None:
        await self.drain.recover([CONNECTION])
        await self.drain.run(CONNECTION)

    async def row(self, order: Order) -> OutboxRow:
        rows = await self.store.read(outbox.of_object, "order", str(order.id))
        return rows[0]


def _capture(tx: Any, order: Order, now: datetime) -> None:
    orders.add(tx, order, None)
    outbox.add(tx, "order", CONNECTION.id, str(order.id), str(order.id), now)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def new_lane(tmp_path: Path, clock: Clock) -> AsyncIterator[Callable[..., Any]]:
    store = await SqliteStore.open(tmp_path / "posbridge.db", clock=clock)
    await store.write(connections.put, ConnectionRow(CONNECTION.id, "scripted", "pos"), clock())
    registries = []

    def make(timings: Timings | None = None, owner: str = "sender", **capabilities: Any) -> Lane:
        far = ScriptedOrders(clock)
        catalogue = Catalogue({}, outside=False)
        catalogue.add(ScriptedConnector(far, **capabilities))
        registry = PlatformServiceRegistry(NoSecrets(), None, clock, catalogue=catalogue)  # type: ignore[arg-type]
        registries.append(registry)
        chosen = timings or Timings()
        health = Health(clock, chosen)
        return Lane(store, far, Drain(store, registry, health, clock, chosen, owner), health, clock, registry)

    yield make
    for registry in registries:
        await registry.aclose()
    await store.close()


@pytest.fixture
async def lane(new_lane: Callable[..., Lane]) -> Lane:
    return new_lane()
