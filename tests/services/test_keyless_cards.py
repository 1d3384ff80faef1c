"""Some platforms honour no key for gift cards: a charge whose reply was lost may come late, and is never made twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from posbridge import app, sandbox
from posbridge.domain.errors import OutcomeUnknown, ServiceUnavailable, ValidationError
from posbridge.domain.money import Money
from posbridge.sandbox.seed import Seed, SeedGiftCard
from posbridge.services import Services, gift_cards
from posbridge.store import gift_card_holds as holds
from posbridge.store import settings as rows
from tests.services.conftest import Clock, GivenKey

CODE = "6h8jmtg4k27d9f3c"
TEN = Money(amount=1000, currency="USD")
SEED = Seed("Late", "USD", "Main", "0", False, (), gift_cards=(SeedGiftCard(CODE, 5000),))
#: Shopify's settle window and the time limit of a call, seconds, and a little.
LATE = 200


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer is asked to wait for less than a real one."""
    monkeypatch.setattr("posbridge.services.gift_card_calls.WAITS", (0.05, 0.1))


#: Which platform → the method and the beginning of the path of a charge.
CHARGES = {"shopify": ("POST", "/admin/api"), "wix": ("POST", "/ecom/v1/gift-cards/redeem")}


class Shop:
    """A simulated platform; what came late is booked by `comes`."""

    def __init__(self, name: str) -> None:
        self.platform: Any = sandbox.create(name, SEED)
        self.platform.bucket.rate = 0
        self.late: list[Any] = []

    def strikes(self, kind: str) -> None:
        """The next charge meets this fault; one that is "late" waits for `comes`."""
        method, path = CHARGES[self.platform.name]
        self.platform.faults.plan(kind, method=method, path=path, times=1)
        setattr(self.platform, "_later", lambda call, delay: self.late.append(call))  # noqa: B010 - a method

    def comes(self) -> None:
        while self.late:
            self.platform.work(self.late.pop(0))

    @property
    def moved(self) -> list[int]:
        return [move["amount"] for move in self.platform.gift_cards_book()[0]["movements"]]


@asynccontextmanager
async def running(name: str = "shopify") -> AsyncIterator[Shop]:
    shop = Shop(name)
    async with sandbox.running(shop.platform):
        yield shop


def till(tmp_path: Path, clock: Clock) -> AbstractAsyncContextManager[Services]:
    given: dict[str, Any] = {"sources": (GivenKey(),), "environ": {}, "unlimited": True, "clock": clock}
    return app.running(tmp_path / "home", sync=False, **given)


async def connected(services: Services, shop: Shop) -> None:
    known, name = shop.platform.connection_fields(), shop.platform.name
    probe = await services.connections.locations(name, known["fields"], known["secrets"])
    place = probe.locations[0].id if probe.locations else None
    await services.connections.connect(name, known["fields"], known["secrets"], place)
    await services.gift_cards.balance(CODE)


async def charged(services: Services) -> str:
    """What comes of taking 10.00 off under the key "k-1"."""
    try:
        await services.gift_cards.redeem(CODE, TEN, "k-1")
    except OutcomeUnknown:
        return "unknown"
    except ServiceUnavailable:
        return "off"
    return "taken"


async def open_doubts(services: Services) -> list[str]:
    return [name for name in await services.house.store.read(rows.everything) if "doubt" in name]


async def test_a_charge_that_comes_while_the_customer_waits_is_made_once(tmp_path: Path, clock: Clock) -> None:
    async with running() as shop, till(tmp_path, clock) as services:
        await connected(services, shop)
        shop.strikes("late")
        asyncio.get_running_loop().call_later(0.1, shop.comes)
        assert await charged(services) == "taken"
        assert shop.moved == [-1000]


@pytest.mark.parametrize("name", CHARGES)
async def test_a_charge_that_comes_later_is_made_once(name: str, tmp_path: Path, clock: Clock) -> None:
    async with running(name) as shop, till(tmp_path, clock) as services:
        await connected(services, shop)
        shop.strikes("late")
        assert [await charged(services), await charged(services)] == ["unknown", "unknown"]
        shop.comes()
        assert [await charged(services), await charged(services)] == ["taken", "taken"]
        assert shop.moved == [-1000]


@pytest.mark.parametrize("name", CHARGES)
async def test_a_new_program_sends_nothing_while_the_first_may_come(name: str, tmp_path: Path, clock: Clock) -> None:
    async with running(name) as shop:
        async with till(tmp_path, clock) as services:
            await connected(services, shop)
            shop.strikes("late")
            assert await charged(services) == "unknown"
        async with till(tmp_path, clock) as services:
            assert await charged(services) == "unknown"
            assert shop.moved == []
            shop.comes()
            assert [await charged(services), await charged(services)] == ["taken", "taken"]
        assert shop.moved == [-1000]


async def test_a_program_that_was_killed_while_it_waited_left_its_doubt(tmp_path: Path, clock: Clock) -> None:
    """The request was lost with the program: a new one knows that it left, and waits for the window."""
    async with running() as shop:
        async with till(tmp_path, clock) as services:
            await connected(services, shop)
            shop.strikes("slow")
            task = asyncio.create_task(charged(services))
            while not shop.platform.faults.struck["slow"]:
                await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert len(await open_doubts(services)) == 1
        card = next(iter(shop.platform.cards.rows.values()))
        hidden, card.moves[:] = card.moves[:], []
        async with till(tmp_path, clock) as services:
            assert (await charged(services), shop.moved) == ("unknown", [])
            card.moves[:] = hidden
            assert (await charged(services), shop.moved) == ("taken", [-1000])


async def test_what_never_came_is_sent_again_after_the_window_only(tmp_path: Path, clock: Clock) -> None:
    async with running() as shop, till(tmp_path, clock) as services:
        await connected(services, shop)
        shop.strikes("reset")
        assert await charged(services) == "unknown"
        clock.tick(100)
        assert (await charged(services), shop.moved) == ("unknown", [])
        clock.tick(100)
        shop.platform.faults.plan("off", times=30)
        assert (await charged(services), shop.moved) == ("off", []), "who cannot look sends nothing"
        shop.platform.faults.planned.clear()
        assert (await charged(services), shop.moved) == ("taken", [-1000])


async def test_a_refusal_leaves_no_doubt(tmp_path: Path, clock: Clock) -> None:
    async with running() as shop, till(tmp_path, clock) as services:
        await connected(services, shop)
        with pytest.raises(ValidationError):
            await services.gift_cards.redeem(CODE, Money(amount=9900, currency="USD"), "k-1")
        assert (await charged(services), shop.moved) == ("taken", [-1000])
        assert not await open_doubts(services)


async def test_a_sale_that_gave_up_gets_the_late_charge_back_once(tmp_path: Path, clock: Clock) -> None:
    """The charge comes late, and so does its way back: the card holds what it held."""
    async with running() as shop:
        async with till(tmp_path, clock) as services:
            await connected(services, shop)
            hold = await services.gift_cards.hold(uuid4(), CODE, TEN)
            shop.strikes("late")
            with pytest.raises(OutcomeUnknown):
                async with services.gift_cards.charged([gift_cards.tender(hold, "t1")]):
                    raise AssertionError("it was not charged")
            shop.comes()
            shop.strikes("late")
            clock.tick(LATE)
            assert (await services.gift_cards.settle()).waiting == 1
        async with till(tmp_path, clock) as services:
            assert (await services.gift_cards.settle()).waiting == 1
            assert shop.moved == [-1000]
            shop.comes()
            assert (await services.gift_cards.settle()).given_back == 1
            assert (await services.house.store.read(holds.get, hold.id)).state == "released"
            assert not await open_doubts(services)
        assert shop.moved == [-1000, 1000]
