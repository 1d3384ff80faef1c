"""A long queue against platforms that allow what Square and WooCommerce allow: all of it is used, and no more."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx

from posbridge.connectors.registry import Catalogue
from posbridge.store import orders, outbox
from posbridge.store.engine import utc_now
from posbridge.sync.drain import Drain
from posbridge.sync.health import Health
from posbridge.sync.timings import Timings
from posbridge.testing.builders import an_order
from tests.benchmarks.far import Till, process, till
from tests.benchmarks.rows import Row

ONLY = ""
PLATFORMS = ("square", "woocommerce")
#: Seconds that a run lasts, and from when on no call may be refused and the rate is counted.
RUN_S, SETTLED_S = 90.0, 60.0


async def run(folder: Path, quick: bool) -> list[Row]:
    """All platforms at the same time: each has a process and a store of its own."""
    seconds = 20.0 if quick else RUN_S
    chosen = [name for name in PLATFORMS if ONLY in ("", name)]
    found = await asyncio.gather(*(_measured(folder / f"{name}.db", name, seconds) for name in chosen))
    return [row for rows in found for row in rows]


async def _measured(path: Path, platform: str, seconds: float) -> list[Row]:
    capabilities = Catalogue().find(platform).facts.capabilities  # type: ignore[union-attr]  # a system of this house
    limit = next(rate for rate in capabilities.rates if rate.what == "all")
    allowed, words = limit.requests / limit.seconds, (str(limit.requests), str(limit.seconds))
    async with process("tests.benchmarks.rated_platform", platform, *words) as known:
        async with till(path, platform, known) as lane:
            await lane.store.write(_sell, int(seconds * allowed), lane.connection.id)
            began = time.time()
            done = await _drained(lane, seconds)
        entries = await _journal(known["url"])
    settled = began + seconds * SETTLED_S / RUN_S
    late = [entry for entry in entries if settled <= entry["started"] < began + seconds]
    refused = sum(entry["status"] == 429 for entry in late)
    print(f"  {platform}: {done} orders done with {len(entries)} calls in {seconds:.0f} s, {refused} refused late")
    served = sum(began <= entry["started"] < began + seconds and entry["status"] != 429 for entry in entries)
    return [
        Row(f"drain: calls a second, {platform}", served / seconds, allowed, 0.95, "1/s", at_least=True),
        Row(f"drain: refused after the first minute, {platform}", float(refused), 1.0, 0.0, "calls"),
    ]


async def _drained(lane: Till, seconds: float) -> int:
    """Sends for so many seconds; how many orders came through."""
    timings = Timings()
    drain = Drain(lane.store, lane.registry, Health(utc_now, timings), utc_now, timings, "bench")
    task = asyncio.create_task(_for_ever(drain, lane))
    await asyncio.wait({task}, timeout=seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return len(await lane.store.read(_done))


async def _for_ever(drain: Drain, lane: Till) -> None:
    while True:
        await drain.run(lane.connection)
        await asyncio.sleep(0.05)


def _sell(tx: Any, count: int, connection_id: str) -> None:
    for seed in range(1, count + 1):
        order = an_order([1250, 990], tax=None, seed=seed)
        orders.add(tx, order, None)
        outbox.add(tx, "order", connection_id, str(order.id), str(order.id), utc_now())


def _done(tx: Any) -> list[int]:
    return list(tx.exec_driver_sql("SELECT id FROM outbox WHERE state = 'done'").scalars())


async def _journal(url: str) -> list[dict[str, Any]]:
    async with httpx.AsyncClient() as client:
        found: list[dict[str, Any]] = (await client.get(f"{url}/_sandbox/requests")).json()
        return found
