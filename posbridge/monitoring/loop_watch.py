"""How long the event loop is held: a timer that should fire every few milliseconds, and how late it fires.

For the bench, the soak and the health page. The memory is fixed however long it runs.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

_PER_DOUBLING = 8
_FLOOR_S = 0.0001
_BUCKETS = 20 * _PER_DOUBLING


@dataclass(frozen=True)
class LoopReport:
    """Lateness in seconds. Percentiles are upper edges of buckets 9 % wide; `max_s` is exact."""

    samples: int
    p50_s: float
    p99_s: float
    p999_s: float
    max_s: float


class LoopWatch:
    """`async with LoopWatch() as watch: …; watch.report()`.

    `interval_s` is the time between samples; `on_block` is called, on the loop, with each lateness over
    `block_s`. A timer of the system may itself be late by its resolution (1 ms; 15.6 ms on older Windows).
    """

    def __init__(
        self, interval_s: float = 0.005, *, block_s: float = 0.05, on_block: Callable[[float], None] | None = None
    ) -> None:
        self._interval_s, self._block_s, self._on_block = interval_s, block_s, on_block
        self._counts = [0] * (_BUCKETS + 1)
        self._max_s = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> LoopWatch:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def start(self) -> None:
        """Begins sampling on the running loop."""
        if self._task is None:
            self._task = asyncio.create_task(self._sample(), name="loop watch")

    async def stop(self) -> None:
        """Ends sampling; the counts stay."""
        if self._task is not None:
            await asyncio.sleep(0)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def add(self, late_s: float) -> None:
        """Counts one lateness."""
        late = max(late_s, 0.0)
        self._counts[_bucket(late)] += 1
        self._max_s = max(self._max_s, late)
        if self._on_block is not None and late > self._block_s:
            self._on_block(late)

    def report(self) -> LoopReport:
        """What was seen since the start or the last `reset`."""
        return LoopReport(sum(self._counts), self._at(0.5), self._at(0.99), self._at(0.999), self._max_s)

    def reset(self) -> None:
        """Begins the counts anew."""
        self._counts = [0] * (_BUCKETS + 1)
        self._max_s = 0.0

    def _at(self, share: float) -> float:
        wanted, seen = math.ceil(share * sum(self._counts)), 0
        if wanted == 0:
            return 0.0
        for number, count in enumerate(self._counts):
            seen += count
            if seen >= wanted:
                return min(_FLOOR_S * 2 ** (number / _PER_DOUBLING), self._max_s)
        return self._max_s

    async def _sample(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + self._interval_s
        while True:
            await asyncio.sleep(max(due - loop.time(), 0.0))
            now = loop.time()
            self.add(now - due)
            due = now + self._interval_s


def _bucket(late_s: float) -> int:
    if late_s <= _FLOOR_S:
        return 0
    return min(math.ceil(math.log2(late_s / _FLOOR_S) * _PER_DOUBLING), _BUCKETS)
