"""How a view model starts its asynchronous work: on the running loop, or at once where nothing waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Work = Coroutine[Any, Any, None]
Spawn = Callable[[Work], None]


class LoopTasks:
    """Starts work on the running loop and holds it until it ends; errors go to the loop's handler."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, work: Work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        task.get_loop().call_exception_handler({"message": "a screen's work failed", "exception": error, "task": task})

    async def stop(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def run_at_once(work: Work) -> None:
    """Run work that never waits, without a loop. Raises RuntimeError when it does wait."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise RuntimeError("this work waits for something and needs the loop")
