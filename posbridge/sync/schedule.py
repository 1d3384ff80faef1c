"""The metronome: APScheduler wiring only. What must be done stands in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

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
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self, jobs: list[Job]) -> None:
        """Starts on the running event loop."""
        for job in jobs:
            self._scheduler.add_job(
                job.run,
                "interval",
                seconds=job.seconds,
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
                **({"next_run_time": datetime.now(UTC)} if job.at_once else {}),
            )
        self._scheduler.start()

    def nudge(self, name: str) -> None:
        """Lets a job run now rather than at its next beat; nothing when there is no such job."""
        if self._scheduler.running and self._scheduler.get_job(name) is not None:
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
