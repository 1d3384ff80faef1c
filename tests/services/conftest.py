"""A whole house on a fresh folder, with two platforms in memory and a key that needs no keyring."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posbridge import app
from posbridge.connectors.contract import Connection, Facts, Kind
from posbridge.connectors.registry import Catalogue
from posbridge.domain.catalog import Product
from posbridge.domain.order import Order, Tender, TenderKind
from posbridge.security.key_sources import Found, KeyState, Slot
from posbridge.security.vault import MasterKeys
from posbridge.services import Services
from posbridge.sync.timings import Timings
from posbridge.testing.builders import a_product, a_variant
from posbridge.testing.hostile import FACTS, HostileConnector, HostileShop

START = datetime.fromisoformat("2026-03-02T10:00:00+00:00")
QUICK = Timings(settle_s=0.2, lease_s=5, backoff_first_s=0.05, jitter=0, read_back_s=0.05, ping_s=30, circuit_s=0.1)


class Clock:
    """Runs from a fixed start on, and may be moved."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._moved = timedelta(0)

    def __call__(self) -> datetime:
        return START + self._moved + timedelta(seconds=time.monotonic() - self._begun)

    def tick(self, seconds: float) -> None:
        self._moved += timedelta(seconds=seconds)


class GivenKey:
    """A key source that holds one key, or none."""

    name = "given"

    def __init__(self, key: bytes | None = bytes(range(32))) -> None:
        self.key = key

    async def read(self) -> Found:
        if self.key is None:
            return Found(KeyState.LOCKED, self.name, message="The keyring is locked.", next_step="Unlock it.")
        return Found(KeyState.OPEN, self.name, MasterKeys(self.key))

    async def write(self, slot: Slot, key: bytes) -> Found:
        return Found(KeyState.REFUSED, self.name)

    async def forget_next(self) -> None:
        return None


def goods() -> list[Product]:
    """Three articles: a mug of 12.50, a tea by weight, one without a price."""
    return [
        a_product(1, amount=1250, title="Mug"),
        a_product(2, title="Tea", variants=(a_variant(2, amount=300, unit="kg"),)),
        a_product(3, amount=None, title="Riddle"),
    ]


class OpenDoor(HostileConnector):
    """Its address is a door on loopback that can be knocked at; it talks in memory all the same."""

    def __init__(self, shop: HostileShop, facts: Facts, door: str) -> None:
        super().__init__(shop, facts)
        self.door = door

    def base_url(self, connection: Connection) -> str:
        return self.door


class Shops:
    """The platforms of a test: "hostile" is the POS, "parlour" the shop."""

    def __init__(self, door: str) -> None:
        self.pos, self.shop = HostileShop(products=goods()), HostileShop(products=goods())
        shop_facts = FACTS.model_copy(update={"name": "parlour", "label": "Parlour", "kind": Kind.SHOP})
        self.connectors = [OpenDoor(self.pos, FACTS, door), OpenDoor(self.shop, shop_facts, door)]

    def catalogue(self) -> Catalogue:
        found = Catalogue({}, outside=False)
        for connector in self.connectors:
            found.add(connector)
        return found


Open = Callable[..., AbstractAsyncContextManager[Services]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shops() -> Iterator[Shops]:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as door:
        yield Shops(f"http://127.0.0.1:{door.getsockname()[1]}")


@pytest.fixture
def opened(tmp_path: Path, clock: Clock, shops: Shops) -> Open:
    """Opens the house of this test; may be done again, or twice at once."""

    @asynccontextmanager
    async def run(*, sync: bool = False, key: GivenKey | None = None, **environ: str) -> AsyncIterator[Services]:
        given: dict[str, Any] = {"sources": (key or GivenKey(),), "catalogue": shops.catalogue(), "environ": environ}
        async with app.running(tmp_path / "home", timings=QUICK, sync=sync, clock=clock, **given) as services:
            yield services

    return run


@pytest.fixture
async def services(opened: Open) -> AsyncIterator[Services]:
    """The house with the POS connected and its goods read."""
    async with opened() as found:
        await found.connections.connect("hostile", {}, {"key": "open sesame"})
        await found.sync.once(frozenset({"pull"}))
        yield found


async def variant_of(services: Services, title: str) -> str:
    """Our id of the one variant of that product."""
    return (await services.catalog.search(title))[0].variants[0].id


def cash(amount: int, tendered: int | None = None, number: int = 1) -> Tender:
    laid = amount if tendered is None else tendered
    return Tender(id=f"t{number}", kind=TenderKind.CASH, amount=amount, tendered=laid, change=laid - amount)


async def sold(services: Services, title: str = "Mug", quantity: int = 1) -> Order:
    """One sale in exact cash."""
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, title), quantity)
    total = (await services.baskets.priced(basket.id)).totals.total
    return await services.checkout.pay(basket.id, [cash(total)], "cashier-1")


async def until(true: Callable[[], Any], seconds: float = 10) -> None:
    """Waits until `true()` is, or fails."""
    async with asyncio.timeout(seconds):
        while not await true():
            await asyncio.sleep(0.02)
