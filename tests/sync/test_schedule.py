"""The metronome, and Sync on it: one instance a job, missed beats folded, and nothing left after the stop."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from posbridge.domain.errors import OutcomeUnknown
from posbridge.store import outbox
from posbridge.sync.engine import Sync
from posbridge.sync.pull import Pull
from posbridge.sync.schedule import Job, Schedule
from posbridge.sync.timings import Timings

BEAT = 0.02


@pytest.fixture(autouse=True)
def _no_noise() -> None:
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)


class Work:
    """A job that counts; `lasts` seconds each."""

    def __init__(self, lasts: float = 0) -> None:
        self.lasts, self.begun, self.now, self.most, self.ended = lasts, 0, 0, 0, 0

    async def __call__(self) -> None:
        self.begun += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.lasts)
            self.ended += 1
        finally:
            self.now -= 1


def others() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]  # there is a current task here


async def until(true: Callable[[], bool], limit: float = 5) -> None:
    async with asyncio.timeout(limit):
        while not true():
            await asyncio.sleep(0.005)


async def test_a_job_that_takes_long_runs_once_at_a_time() -> None:
    schedule, slow, quick = Schedule(), Work(lasts=10 * BEAT), Work()
    schedule.start([Job("slow", BEAT, slow), Job("quick", BEAT, quick)])
    await until(lambda: slow.begun >= 3)
    await schedule.stop()
    assert slow.most == 1
    assert quick.begun > 5, "one that is slow keeps no other from its beat"


async def test_missed_beats_are_folded_into_one() -> None:
    schedule, work = Schedule(), Work()
    schedule.start([Job("job", 2 * BEAT, work)])
    await until(lambda: work.begun >= 2)
    before = work.begun
    time.sleep(20 * BEAT)  # the machine slept: ten beats are missed
    await asyncio.sleep(BEAT / 2)
    assert work.begun - before <= 2
    await until(lambda: work.begun > before)
    await schedule.stop()


async def test_a_nudge_runs_a_job_now_and_an_unknown_one_is_no_matter() -> None:
    schedule, work = Schedule(), Work()
    schedule.nudge("job")
    schedule.start([Job("job", 3600, work, at_once=False)])
    await asyncio.sleep(2 * BEAT)
    assert work.begun == 0
    schedule.nudge("job")
    schedule.nudge("no such job")
    await until(lambda: work.begun == 1)
    await schedule.stop()


@pytest.mark.parametrize("after", [0, 1, 5])
async def test_stop_leaves_no_task_whatever_is_under_way(after: int, caplog: pytest.LogCaptureFixture) -> None:
    before, schedule, slow = others(), Schedule(), Work(lasts=60)
    schedule.start([Job("slow", BEAT, slow), Job("quick", BEAT / 2, Work())])
    for _ in range(after):
        await asyncio.sleep(0)
    await schedule.stop()
    assert others() == before
    assert (slow.now, slow.ended) == (0, 0)
    begun = slow.begun
    await asyncio.sleep(3 * BEAT)
    assert slow.begun == begun
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    await schedule.stop()


async def test_it_can_be_started_again() -> None:
    schedule, work = Schedule(), Work()
    for round_ in range(1, 4):
        schedule.start([Job("job", 3600, work)])
        await until(lambda wanted=round_: work.begun == wanted)
        await schedule.stop()


def sync_of(lane: Any) -> Sync:
    knocks = Work()

    async def knock(connections: list[Any]) -> None:
        await knocks()

    async def connections() -> list[Any]:
        from tests.sync.conftest import CONNECTION

        await asyncio.sleep(0.002)
        return [CONNECTION]

    pull = Pull(lane.store, lane.registry, lane.clock)
    knocker: Any = SimpleNamespace(knock=knock)
    return Sync(lane.drain, pull, lane.health, knocker, connections, Timings())


async def test_five_times_start_sale_stop_leaves_nothing_and_sends_each_once(lane: Any) -> None:
    """T20 for Sync: senders are busy when it stops; no task, no thread and no lost or doubled order afterwards."""
    tasks, threads = others(), set(threading.enumerate())
    for number in range(5):
        sync = sync_of(lane)
        sync.start()
        for seed in range(3):
            await lane.sell(seed=10 * number + seed + 1)
        sync.nudge()
        await asyncio.sleep(0.01 * number)
        began = time.monotonic()
        await sync.stop()
        assert time.monotonic() - began <= 5
        assert others() == tasks
    spare = {thread for thread in set(threading.enumerate()) - threads if not thread.name.startswith("posbridge-")}
    assert not {thread for thread in spare if not thread.name.startswith("asyncio_")}
    for _ in range(4):
        lane.clock.tick(1000)
        await lane.run()
    counts = await lane.store.read(outbox.counts)
    assert sum(counts.values()) == 15
    assert len({remote.reference for remote in lane.orders.made.values()}) == len(lane.orders.made) == 15


async def test_stop_while_a_platform_does_not_answer_is_quick_and_the_row_is_in_doubt(lane: Any) -> None:
    """The request may have left: after the lease the row is looked up, never simply sent again."""
    reached = asyncio.Event()
    create = lane.orders.create

    async def hang(*args: Any) -> Any:
        await create(*args)
        reached.set()
        await asyncio.sleep(3600)
        raise OutcomeUnknown("never")

    lane.orders.create = hang
    order = await lane.sell()
    sync = sync_of(lane)
    sync.start()
    await asyncio.wait_for(reached.wait(), 5)
    began = time.monotonic()
    await sync.stop()
    assert time.monotonic() - began <= 5
    assert (await lane.row(order)).state == "leased"
    for _ in range(3):
        lane.clock.tick(1000)
        await lane.run()
    assert (await lane.row(order)).state == "done"
    assert len(lane.orders.keys) == 1, "it was looked up and found"


async def test_one_slow_connection_gets_one_task_however_many_beats_pass(lane: Any) -> None:
    running = Work(lasts=60)
    lane.drain.run = lambda connection: _counted(running)
    sync = sync_of(lane)
    sync.start()
    await until(lambda: running.begun == 1)
    for _ in range(5):
        sync.nudge()
        await asyncio.sleep(0.02)
    assert (running.begun, running.most) == (1, 1)
    await sync.stop()
    assert running.now == 0


async def _counted(work: Work) -> Any:
    await work()
    return SimpleNamespace(done=0, rejected=0, unknown=0, waiting=0)
