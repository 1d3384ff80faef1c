"""A block of the loop is seen with its length; idle looks idle."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.monitoring.loop_watch import LoopWatch


async def test_a_block_is_measured_and_told() -> None:
    told: list[float] = []
    async with LoopWatch(0.002, on_block=told.append) as watch:
        await asyncio.sleep(0.02)
        time.sleep(0.15)
        await asyncio.sleep(0.02)
    seen = watch.report()
    assert 0.14 <= seen.max_s < 2
    assert max(told) == seen.max_s
    assert seen.p50_s < 0.1


async def test_it_stops_without_a_trace() -> None:
    watch = LoopWatch()
    watch.start()
    watch.start()
    await asyncio.sleep(0.02)
    await watch.stop()
    await watch.stop()
    assert len(asyncio.all_tasks()) == 1
    assert watch.report().samples >= 1
    watch.reset()
    assert watch.report() == LoopWatch().report()


async def test_a_block_until_the_very_end_counts() -> None:
    async with LoopWatch(0.002) as watch:
        await asyncio.sleep(0.01)
        time.sleep(0.1)
    assert watch.report().max_s >= 0.09


@given(st.lists(st.floats(0, 20), min_size=1, max_size=300))
def test_percentiles_are_close_and_never_too_small(lates: list[float]) -> None:
    watch = LoopWatch()
    for late in lates:
        watch.add(late)
    report, ordered = watch.report(), sorted(lates)
    for share, found in ((0.5, report.p50_s), (0.99, report.p99_s)):
        exact = ordered[max(0, -(-int(share * 1_000) * len(ordered) // 1_000) - 1)]
        assert exact <= found + 1e-12
        assert found <= max(exact * 1.1, 0.0001) + 1e-12
    assert report.max_s == pytest.approx(max(lates))
    assert report.samples == len(lates)
