"""A real home with people and both simulated platforms, as a window meets it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posbridge import app, sandbox
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.security.file_sources import PassphraseFile
from posbridge.services import Services
from posbridge.sync.timings import Timings

QUICK = Timings(lease_s=5, backoff_first_s=0.1, backoff_most_s=1, settle_s=0.5, read_back_s=0.05, ping_s=1, jitter=0)
PIN, MANAGER_PIN = "2846", "735192"


@dataclass
class Shop:
    """The running house and the platforms' own books."""

    services: Services
    platforms: dict[str, SimulatedPlatform]
    people: dict[str, str]


@asynccontextmanager
async def opened(home: Path, *, products: int = 40, names: tuple[str, ...] = ("square", "woocommerce"),
                 sync: bool = True, people: bool = True) -> AsyncIterator[Shop]:  # fmt: skip
    """`names` are the platforms that are connected; the catalogue is read, Mira manages and Tom sells."""
    home.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        seed, platforms = sandbox.demo_seed(products), {}
        for name in names:
            platforms[name] = sandbox.create(name, seed)
            await stack.enter_async_context(sandbox.running(platforms[name]))
        source = PassphraseFile(home, environ={"POSBRIDGE_PASSPHRASE": "a long phrase for a test"})
        async with app.running(home, timings=QUICK, sync=False, sources=[source], environ={}) as services:
            for platform in platforms.values():
                said = platform.connection_fields()
                fits = {field.name for field in services.connections.facts(platform.name).fields}
                fields = {name: value for name, value in said["fields"].items() if name in fits}
                await services.connections.connect(platform.name, fields, said["secrets"])
            await services.sync.once(frozenset({"pull"}))
            known = await _people(services) if people else {}
        async with app.running(home, timings=QUICK, sync=sync, sources=[source], environ={}) as services:
            yield Shop(services, platforms, known)


async def until(true: Callable[[], Any], seconds: float = 15) -> None:
    """Waits until `true()` is (or, awaited, gives) something true; fails after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if isinstance(found, Awaitable):
                found = await found
            if found:
                return
            await asyncio.sleep(0.05)


async def _people(services: Services) -> dict[str, str]:
    mira = await services.people.add("Mira Solberg", "manager", MANAGER_PIN)
    tom = await services.people.add("Tom Reyes", "cashier", PIN)
    return {"mira": mira.id, "tom": tom.id}
