"""The metronome: APScheduler wiring only. What must be done stands in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler


@dataclass(frozen=True)
class Job:
    """`run` every `seconds`; `at_once` also when the scheduler starts."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[object]]
    at_once: bool = True


class Schedule:
    """One instance of each job at a time, missed beats folded into one."""

    def __init__(self) -> None:
        self._scheduler: AsyncIOScheduler | None = None
        self._beats: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def start(self, jobs: list[Job]) -> None:
        """Starts on the running event loop."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._stopping = False
        self._scheduler = scheduler = AsyncIOScheduler(timezone=UTC)
        for job in jobs:
            scheduler.add_job(
                partial(self._beat, job.run),
                "interval",
                seconds=job.seconds,
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
                **({"next_run_time": datetime.now(UTC)} if job.at_once else {}),
            )
        scheduler.start()

    def nudge(self, name: str) -> None:
        """Lets a job run now rather than at its next beat; nothing when there is no such job."""
        if self._scheduler is not None and self._scheduler.get_job(name) is not None:
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    async def stop(self) -> None:
        """Ends the beats and what they are about; when it returns, no task of theirs is left."""
        if self._scheduler is None:
            return
        self._stopping = True
        self._scheduler.shutdown(wait=False)
        self._scheduler = None
        # The scheduler ends in the loop's next turn; a beat that had not begun ends in the one after.
        for _ in range(2):
            await asyncio.sleep(0)
        for task in self._beats:
            task.cancel()
        await asyncio.gather(*self._beats, return_exceptions=True)

    async def _beat(self, run: Callable[[], Awaitable[object]]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._beats.add(task)
        try:
            await run()
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            self._beats.discard(task)
