"""Sync as a whole: one round on demand, or all jobs for as long as the till runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog

from posbridge.connectors.contract import Connection
from posbridge.domain.errors import PosbridgeError
from posbridge.sync.drain import Drain, Drained
from posbridge.sync.health import Health, Knocker
from posbridge.sync.pull import Pull, Pulled
from posbridge.sync.schedule import Job, Schedule
from posbridge.sync.timings import Timings
from posbridge.sync.together import together

log = structlog.get_logger("posbridge.sync")

Connections = Callable[[], Awaitable[list[Connection]]]


@dataclass
class Round:
    """What one round did; `seconds` of wall clock. `problems` by connection, in words."""

    pulled: Pulled = field(default_factory=Pulled)
    drained: Drained = field(default_factory=Drained)
    conflicts: int = 0
    seconds: float = 0.0
    problems: dict[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        return {
            "pulled": asdict(self.pulled),
            "drained": asdict(self.drained),
            "conflicts": self.conflicts,
            "seconds": round(self.seconds, 3),
            "problems": self.problems,
        }


class Sync:
    """Everything that talks to platforms in the background. One process a database may run it."""

    def __init__(
        self, drain: Drain, pull: Pull, health: Health, knocker: Knocker, connections: Connections, timings: Timings
    ) -> None:
        self._drain, self._pull, self._knocker = drain, pull, knocker
        self._connections, self._timings = connections, timings
        self._schedule = Schedule()
        self._running: dict[str, asyncio.Task[Any]] = {}
        self.health = health
        self.on_change: list[Callable[[str], None]] = []

    async def once(self, only: frozenset[str] = frozenset(), connection_id: str = "") -> Round:
        """One round: pull, then drain (`only` limits it to some of them), of all connections or of one.

        One connection's trouble never keeps another from its turn.
        """
        started, result = time.monotonic(), Round()
        connections = [c for c in await self._connections() if connection_id in ("", c.id)]
        if not only or "drain" in only:
            await self._drain.recover(connections)
        await together(self._round(connection, only, result) for connection in connections)
        result.seconds = time.monotonic() - started
        return result

    async def _round(self, connection: Connection, only: frozenset[str], result: Round) -> None:
        try:
            if not only or "drain" in only:
                result.drained.add(await self._drain.run(connection))
            if not only or "pull" in only:
                result.pulled.add(await self._pull.run(connection))
        except PosbridgeError as error:
            self.health.bad(connection.id, error)
            result.problems[connection.id] = str(error)

    def start(self, *, pull_s: float = 300) -> None:
        """Begins all jobs on the running loop."""
        self._schedule.start(
            [
                Job("knock", self._timings.ping_s, self.knock),
                Job("drain", self._timings.beat_s, self._drain_all),
                Job("pull", pull_s, self._pull_all),
                Job("sweep", 24 * 3600, self._sweep_all, at_once=False),
            ]
        )

    async def stop(self) -> None:
        """Ends all jobs and waits for what is under way; what was not finished is found in the database again."""
        await self._schedule.stop()
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._running.clear()

    def nudge(self, job: str = "drain") -> None:
        """Something was captured: drain (or run another job) now rather than at the next beat."""
        self._schedule.nudge(job)

    async def knock(self) -> None:
        """Knocks once at the door of every connection; their health says what came of it."""
        await self._knocker.knock(await self._connections())

    async def _drain_all(self) -> None:
        connections = await self._connections()
        await self._drain.recover(connections)
        for connection in connections:
            self._spawn(f"drain:{connection.id}", self._drained(connection))

    async def _drained(self, connection: Connection) -> None:
        result = await self._drain.run(connection)
        if result.done or result.rejected or result.unknown or result.waiting:
            self._tell("queue")

    async def _pull_all(self) -> None:
        for connection in await self._connections():
            self._spawn(f"pull:{connection.id}", self._pulled(connection))

    async def _pulled(self, connection: Connection) -> None:
        result = await self._pull.run(connection)
        if result.products or result.stock:
            self._tell("catalog")

    async def _sweep_all(self) -> None:
        for connection in await self._connections():
            self._spawn(f"pull:{connection.id}", self._pull.sweep(connection))

    def _spawn(self, name: str, job: Any) -> None:
        """One task a name: a slow platform keeps only itself waiting."""
        if name in self._running:
            job.close()
            return
        task = asyncio.create_task(self._guarded(name, job), name=name)
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name, None))

    async def _guarded(self, name: str, job: Awaitable[object]) -> None:
        try:
            await job
        except PosbridgeError as error:
            self.health.bad(name.partition(":")[2], error)
        except Exception:
            log.exception("bug in a background job", job=name)

    def _tell(self, what: str) -> None:
        for listener in self.on_change:
            listener(what)
