"""A pull of 50,000 products at 100 ms a page, against a bare httpx loop that fetches and parses the same pages.

And how long the loop is held meanwhile, with a drain beside it.
"""

from __future__ import annotations

import asyncio
import base64
import time
from pathlib import Path
from typing import Any

import httpx

from posbridge.monitoring.loop_watch import LoopWatch
from posbridge.monitoring.pauses import shorten_pauses
from posbridge.store import catalog, orders, outbox
from posbridge.store.engine import utc_now
from posbridge.sync.drain import Drain
from posbridge.sync.health import Health
from posbridge.sync.pull import Pull
from posbridge.sync.timings import Timings
from posbridge.testing.builders import an_order
from tests.benchmarks.far import Till, process, till
from tests.benchmarks.rows import Row

LATENCY_S = 0.1
ONLY = ""
PLATFORMS = ("square", "woocommerce")


async def run(folder: Path, quick: bool) -> list[Row]:
    """Each platform: a first pull fills the server's memory, the second is timed, then the bare loop."""
    count = 5_000 if quick else 50_000
    rows: list[Row] = []
    for platform in PLATFORMS:
        if ONLY in ("", platform):
            async with process("tests.benchmarks.page_server", platform, str(count), str(LATENCY_S)) as known:
                rows += await _measured(folder / platform, platform, known, count)
    return rows


async def _measured(folder: Path, platform: str, known: dict[str, Any], count: int) -> list[Row]:
    shorten_pauses()  # as the till does when it is built
    async with till(folder / "warm.db", platform, known) as warm:
        await Pull(warm.store, warm.registry, utc_now).run(warm.connection)
    await _ask(known["url"], "start")
    ours = await _pulled(folder / "timed.db", platform, known, count)
    said = await _ask(known["url"], "log")
    assert not said["made"], f"{said['made']} answers were made while the time ran"
    raw = await _bare(known["url"], said["log"])
    rows = [Row(f"pull: {count:,} products from {platform}, {len(said['log'])} pages", ours, raw, 1.5, "s")]
    return [*rows, await _blocks(folder / "blocks.db", platform, known)]


async def _pulled(path: Path, platform: str, known: dict[str, Any], count: int) -> float:
    """Seconds until all products stand in the catalogue."""
    async with till(path, platform, known) as fresh:
        began = time.perf_counter()
        found = await Pull(fresh.store, fresh.registry, utc_now).run(fresh.connection)
        took = time.perf_counter() - began
        kept, _ = await fresh.store.read(catalog.counts)
        assert found.products == kept == count, (found, kept)
    return took


async def _bare(url: str, log: list[dict[str, str]]) -> float:
    """Seconds to fetch and parse the same pages one after another."""
    async with httpx.AsyncClient(base_url=url) as client:
        began = time.perf_counter()
        for call in log:
            body = base64.b64decode(call["body"])
            reply = await client.request(
                call["method"], call["url"], content=body, headers={"content-type": "application/json"}
            )
            reply.raise_for_status()
            reply.json()
        return time.perf_counter() - began


async def _blocks(path: Path, platform: str, known: dict[str, Any]) -> Row:
    """The longest time the loop was held in milliseconds: idle, then with a pull and a drain under way."""
    shorten_pauses()
    async with LoopWatch() as watch:
        await asyncio.sleep(3)
        idle = watch.report().max_s * 1000
    async with till(path, platform, known) as busy, LoopWatch() as watch:
        pulling = asyncio.create_task(Pull(busy.store, busy.registry, utc_now).run(busy.connection))
        await _sell_and_send(busy, pulling)
        await pulling
        held = watch.report().max_s * 1000
    print(f"  the loop was held at most {held:.1f} ms (idle {idle:.1f} ms) during pull and drain, {platform}")
    return Row(f"loop: longest block in ms, pull and drain, {platform}", held, 50.0, 1.0)


async def _sell_and_send(busy: Till, pulling: asyncio.Task[Any]) -> None:
    """Sales go on and are sent (the platform's answers are not prepared, so each waits its turn) while it pulls."""
    timings = Timings()
    drain = Drain(busy.store, busy.registry, Health(utc_now, timings), utc_now, timings, "bench")
    seed = 0
    while not pulling.done():
        seed += 1
        await busy.store.write(_sell, seed, busy.connection.id)
        await drain.run(busy.connection, limit=1)
        await asyncio.sleep(0.2)


def _sell(tx: Any, seed: int, connection_id: str) -> None:
    order = an_order([1250, 990, 400], seed=seed)
    orders.add(tx, order, None)
    outbox.add(tx, "order", connection_id, str(order.id), str(order.id), utc_now())


async def _ask(url: str, what: str) -> dict[str, Any]:
    async with httpx.AsyncClient() as client:
        found: dict[str, Any] = (await client.get(f"{url}/_bench/{what}")).json()
        return found
