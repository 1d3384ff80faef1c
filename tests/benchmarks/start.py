"""Start to the first scan accepted, against a bare QML window: both from the start of their process."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from posbridge.store import catalog, orders, outbox
from posbridge.testing.builders import EPOCH, a_product, an_order, ean13
from tests.benchmarks.far import ROOT
from tests.benchmarks.houses import house
from tests.benchmarks.rows import Row

#: The code that is scanned: a product from the middle of the shelf.
SCANNED = 4321


async def run(folder: Path, quick: bool) -> list[Row]:
    """In turns, after one start of each that fills the caches."""
    products, queued, times = (5_000, 1_000, 3) if quick else (50_000, 10_000, 7)
    await _fill(folder, products, queued)
    ours, bare = [], []
    for number in range(times + 1):
        bare_s = await _seconds(folder / "compiled", "tests.benchmarks.bare_window")
        ours_s = await _seconds(folder / "compiled", "tests.benchmarks.first_scan", str(folder), ean13(SCANNED))
        if number:
            bare.append(bare_s)
            ours.append(ours_s)
    name = f"start: first scan, {products:,} products, {queued:,} queued"
    return [Row(name, statistics.median(ours), statistics.median(bare), 2.5, "s")]


async def _fill(folder: Path, products: int, queued: int) -> None:
    async with house(folder) as services:
        store = services.house.store
        for first in range(1, products + 1, 1000):
            await store.write(_put, first, min(first + 1000, products + 1))
        for first in range(1, queued + 1, 500):
            await store.write(_sell, first, min(first + 500, queued + 1))
        await store.checkpoint()


def _put(tx: Any, first: int, last: int) -> None:
    catalog.upsert(tx, "till", [a_product(number) for number in range(first, last)], EPOCH)


def _sell(tx: Any, first: int, last: int) -> None:
    for seed in range(first, last):
        order = an_order([1250, 990], seed=seed, device="B1", receipt_number=f"B1-{seed:06d}")
        orders.add(tx, order, None)
        outbox.add(tx, "order", "till", str(order.id), str(order.id), order.captured_at)


async def _seconds(folder: Path, module: str, *arguments: str) -> float:
    """From the start of the process until it says so; then it is ended."""
    # Compiled once, as where it is installed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {
        "PYTHONPYCACHEPREFIX": str(folder), "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software",
    }  # fmt: skip
    began = time.perf_counter()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    line = await asyncio.wait_for(child.stdout.readline(), 60)
    took = time.perf_counter() - began
    assert line.strip() == b"ready", (module, line)
    await asyncio.wait_for(child.communicate(), 30)
    return took
