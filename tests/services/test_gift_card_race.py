"""One card of 50.00, two tills, a hundred redeems of 10.00 at once: five succeed, whatever is lost or killed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from copy import copy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from posbridge import app
from posbridge.connectors.contract import Rate
from posbridge.connectors.registry import Catalogue
from posbridge.domain.errors import DomainError, OutcomeUnknown, ServiceUnavailable, ValidationError
from posbridge.domain.money import Money
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.seed import Seed, SeedGiftCard
from posbridge.sandbox.server import running
from posbridge.sandbox.square import SquareSimulator
from posbridge.services import Services
from tests.services.conftest import QUICK, GivenKey, Open

CODE = "7783000012345678"
TEN = Money(amount=1000, currency="USD")
SEED = Seed("Race", "USD", "Main", "0", False, (), gift_cards=(SeedGiftCard(CODE, 5000),))
REFUSED = (DomainError, ValidationError)


def unhurried() -> Catalogue:
    """Square's connector with a wider rate window: a hundred redeems need not take Square's real ten seconds."""
    found = Catalogue(outside=False)
    square = copy(found.find("square"))
    assert square is not None
    wide = square.facts.capabilities.model_copy(update={"rates": (Rate(requests=2000, seconds=1),), "parallel": 40})
    square.facts = square.facts.model_copy(update={"capabilities": wide})
    found.add(square)
    return found


@asynccontextmanager
async def two_tills(folder: Path, simulator: SquareSimulator) -> AsyncIterator[list[Services]]:
    """Two tills of one shop, each with its own database and its own sign-in at the same Square."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(simulator))
        known, tills = simulator.connection_fields(), []
        for name in ("one", "two"):
            given: dict[str, Any] = {"sources": (GivenKey(),), "environ": {}, "catalogue": unhurried()}
            house = app.running(folder / name, timings=QUICK, sync=False, **given)
            till = await stack.enter_async_context(house)
            await till.connections.connect("square", known["fields"], known["secrets"])
            tills.append(till)
        yield tills
    await asyncio.sleep(0.05)  # sockets that were reset are closed by the loop's next turns


async def race(tills: list[Services], dice: random.Random, kill: float) -> list[bool]:
    """A hundred redeems at once; some are killed on the way and asked again under their key, as a person would."""

    async def one(number: int) -> bool:
        till, key = tills[number % len(tills)], f"race-{number}"
        if dice.random() < kill:
            task = asyncio.create_task(till.gift_cards.redeem(CODE, TEN, key))
            await asyncio.sleep(dice.random() * 0.3)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return await _until_known(till, key)

    return await asyncio.gather(*(one(number) for number in range(100)))


async def _until_known(till: Services, key: str) -> bool:
    for _ in range(100):
        try:
            await till.gift_cards.redeem(CODE, TEN, key)
        except (OutcomeUnknown, ServiceUnavailable):
            await asyncio.sleep(0.1)
            continue
        except REFUSED:
            return False
        return True
    raise AssertionError(f"{key} never had an outcome")


@pytest.mark.parametrize("late", [0.0, 0.05])
async def test_a_card_of_square_is_never_overspent(tmp_path: Path, late: float) -> None:
    rates = {"lost": 0.2, "reset": 0.05, **({"late": late} if late else {})}
    faults = Faults(rates, seed=7, late_ms=150, path="/v2/gift-cards/activities", writes_only=True)
    simulator = SquareSimulator(SEED, rate=0)
    async with two_tills(tmp_path, simulator) as tills:
        simulator.faults = faults
        won = await race(tills, random.Random(3), kill=0.2)
        await simulator.settled()
        book = simulator.books()["gift_cards"][0]
    assert faults.struck["lost"] > 5
    assert sum(won) == 5
    assert book["balance"] == 0
    redeems = [move for move in book["movements"] if move["amount"] < 0]
    assert [move["amount"] for move in redeems] == [-1000] * 5
    assert len({move["key"] for move in redeems}) == 5


async def test_a_card_of_our_own_is_never_overspent_by_two_processes(opened: Open) -> None:
    async with opened() as one, opened() as two:
        await one.gift_cards.issue(Money(amount=5000, currency="USD"), "first", code=CODE)
        won = await race([one, two], random.Random(5), kill=0.2)
        repeated = await asyncio.gather(*(_again(two, number) for number in range(100) if won[number]))
        assert sum(won) == 5
        assert all(repeated)
        assert (await two.gift_cards.balance(CODE)).card.balance.amount == 0


async def _again(till: Services, number: int) -> bool:
    """The reply was lost on the way to the till: the same key takes nothing twice."""
    return (await till.gift_cards.redeem(CODE, TEN, f"race-{number}")).amount == TEN


async def test_holds_of_two_tills_are_never_more_than_the_card(opened: Open) -> None:
    async with opened() as one, opened() as two:
        await one.gift_cards.issue(Money(amount=5000, currency="USD"), "first", code=CODE)

        async def hold(till: Services) -> bool:
            try:
                await till.gift_cards.hold(uuid4(), CODE, TEN)
            except DomainError:
                return False
            return True

        held = await asyncio.gather(*(hold(till) for till in [one, two] * 20))
        assert sum(held) == 5
