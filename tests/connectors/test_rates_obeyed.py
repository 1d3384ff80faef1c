"""T4: a platform's real limits are used to nineteen twentieths and never overrun, in time that is moved by hand.

The simulated platforms keep the limits of the facts by their own clocks; a call that has to wait moves the time.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from posbridge import sandbox
from posbridge.connectors.contract import Context, Rate, RemoteVariant, SendContext
from posbridge.connectors.errors import RateLimitExceeded, Unsupported
from posbridge.connectors.http import open_http
from posbridge.connectors.rate import RateWindow
from posbridge.sandbox.seed import Seed
from posbridge.testing.builders import an_order
from posbridge.testing.conformance import ConnectorConformance, Far, Steps, shop

#: Calls that a limit is watched for: a bigger one is scaled down, at the same rate.
MOST = 450  # BigCommerce's thirty seconds
#: Calls that are enough to tell.
CALLS = 60
#: The part of the allowed rate that must be used.
USED = 0.95


class Hours:
    """Time that stands still until somebody sleeps."""

    def __init__(self) -> None:
        self.at = time.time()

    def seconds(self) -> float:
        return self.at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    async def sleep(self, seconds: float) -> None:
        self.at += max(seconds, 0.0)
        await asyncio.sleep(0)


class Watched(RateWindow):
    """Remembers when each call left, by the name of its limit."""

    def __init__(self, rates: Sequence[Rate], hours: Hours) -> None:
        super().__init__(rates, hours.now, monotonic=hours.seconds, sleep=hours.sleep)
        self.hours, self.left = hours, list[tuple[str, float]]()

    async def wait(self, what: str = "all", longest: float = 30.0) -> None:
        await super().wait(what, longest)
        self.left.append((what, self.hours.at))

    def times(self, rate: Rate) -> list[float]:
        return [at for what, at in self.left if rate.what in ("all", what)]


@dataclass
class Storm:
    """A connection in moved time, and what may be asked of it."""

    far: Far
    hours: Hours
    window: Watched
    rates: tuple[Rate, ...]
    links: Mapping[str, RemoteVariant]
    orders: int = 0

    async def read(self) -> None:
        """A pull, and a look for an order."""
        services = self.far.services
        if services.products is not None:
            [page async for page in services.products.changed_since(None)]
        if services.inventory is not None:
            [page async for page in services.inventory.levels(None)]
        if services.orders is not None:
            with suppress(Unsupported):
                await services.orders.find("P-NONE-0001", around=self.hours.now())

    async def sell(self) -> None:
        """The next order; one that was put off is taken up under its own key."""
        order = an_order(seed=self.orders + 1)
        await self.far.need("orders").create(order, f"key-{self.orders + 1}", SendContext(Steps(), self.links))
        self.orders += 1


def scaled(rate: Rate) -> Rate:
    """The same number a second, in a shorter time."""
    seconds = max(1, rate.seconds // -(-rate.requests // MOST))
    return rate.model_copy(update={"requests": rate.requests * seconds // rate.seconds, "seconds": seconds})


def kit_of(name: str) -> type[ConnectorConformance]:
    """The connector's own conformance test: it knows how to connect and where tokens come from."""
    module = importlib.import_module(f"tests.connectors.{name}.test_{name}")
    kits = [each for each in vars(module).values() if inspect.isclass(each) and issubclass(each, ConnectorConformance)]
    return next(kit for kit in kits if "connector" in vars(kit))


@asynccontextmanager
async def storm(name: str) -> AsyncIterator[Storm]:
    kit, hours = kit_of(name), Hours()

    def limited(seed: Seed) -> Any:
        """With the platform's own limits."""
        made = sandbox.create(name, seed)
        setattr(made.clock, "seconds", hours.seconds)  # noqa: B010 - a method is replaced
        return made

    whole = type(f"Limited{name}", (kit,), {"simulator": staticmethod(limited), "__test__": False})
    async with whole().connected(shop()) as far:
        links = (await far.context()).links
        hours.at += 61.0  # what it took to connect is past
        rates = tuple(map(scaled, far.connector.facts.capabilities.rates))
        window = Watched(rates, hours)
        far.http = open_http(far.connector, far.connection, None, hours.now, transport=far.switch, window=window)
        far.services = far.connector.open(Context(far.connection, far.secrets, far.http, far.tokens, hours.now))
        far.platform.counts.entries.clear()
        far.platform.counts.refused = 0
        yield Storm(far, hours, window, rates, links)


async def blow(made: Storm, act: Callable[[], Awaitable[object]], enough: Callable[[], bool]) -> None:
    """Does it again and again, as a drain would: what is put off is taken up at the time that was named."""
    for _ in range(5_000):
        if enough():
            return
        try:
            await act()
        except RateLimitExceeded as put_off:
            if put_off.retry_at is None:
                raise
            await made.hours.sleep((put_off.retry_at - made.hours.now()).total_seconds())
    raise AssertionError("the limit was never reached")


def rounds(made: Storm, rate: Rate) -> int:
    """How often the limit was used up whole and waited for."""
    return max(0, len(made.window.times(rate)) - 1) // rate.requests


def part_used(made: Storm, rate: Rate) -> float:
    """Of what the limit allows, over whole rounds."""
    times, calls = made.window.times(rate), rounds(made, rate) * rate.requests
    return calls / (times[calls] - times[0]) / (rate.requests / rate.seconds)


def most_at_once(times: Sequence[float], seconds: float) -> int:
    """Calls in the fullest stretch of so many seconds."""
    best = start = 0
    for end, at in enumerate(times):
        while times[start] <= at - seconds:
            start += 1
        best = max(best, end - start + 1)
    return best


@pytest.mark.parametrize("name", sorted(sandbox.SIMULATORS))
async def test_the_limits_are_used_and_never_overrun(name: str) -> None:
    async with storm(name) as made:

        def told() -> bool:
            return any(rounds(made, rate) >= max(2, CALLS // rate.requests) for rate in made.rates)

        await blow(made, made.read, told)
        used = {rate.what: part_used(made, rate) for rate in made.rates if rounds(made, rate)}
        assert max(used.values()) >= USED, f"the limit that binds is not used: {used}"
        assert made.far.platform.counts.refused <= 1
        for rate in made.rates:
            assert most_at_once(made.window.times(rate), rate.seconds) <= rate.requests


async def test_a_hundred_orders_an_hour_are_sold_at_squarespace() -> None:
    """The limit by API key: what it puts off is taken up by itself, and nothing is sold twice."""
    async with storm("squarespace") as made:
        made.far.platform.set_stock("SKU-0001", 10_000)
        (hourly,) = [rate for rate in made.rates if rate.what == "orders"]
        await blow(made, made.sell, lambda: rounds(made, hourly) >= 3)
        assert part_used(made, hourly) >= USED
        assert made.far.platform.counts.refused == 0
        assert most_at_once(made.window.times(hourly), hourly.seconds) == hourly.requests
        assert len({row["reference"] for row in made.far.platform.orders_book()}) == made.orders == 301


async def test_shopifys_points_are_read_and_used() -> None:
    """Its own budget is smaller than the calls that the facts allow: the points in each answer decide."""
    async with storm("shopify") as made:
        bucket, left = made.far.platform.bucket, made.window.left
        await blow(made, made.read, lambda: len(left) > 2 * bucket.burst)
        begun, at = len(left), made.hours.at
        await blow(made, made.read, lambda: len(left) > begun + CALLS)
        assert (len(left) - begun) / (made.hours.at - at) / bucket.rate >= USED
        assert made.far.platform.counts.refused <= 1
