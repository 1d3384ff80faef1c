"""The till of a kill test: the demo's till, which can also kill itself at a chosen statement or request.

`--die-after N --die-at K`: once N orders were promised (0: from the start), the K-th SQL statement, commit or
request from there is the last. So each gap between two statements of a sale and of a send is hit by some run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, event

from posbridge.cli import demo_till
from posbridge.domain.order import Order


class Fuse:
    """Burns down by one at each dangerous moment once it is lit; at zero the process is gone."""

    def __init__(self, moments: int) -> None:
        self._left = moments
        self.lit = False

    def burn(self, *_: Any, **__: Any) -> None:
        if not self.lit:
            return
        self._left -= 1
        if self._left <= 0:
            kill_now()


def kill_now() -> None:
    """As a power cut would: nothing is closed, nothing is flushed."""
    if sys.platform == "win32":
        os._exit(9)
    os.kill(os.getpid(), signal.SIGKILL)


def wire(fuse: Fuse) -> None:
    """Before each statement, around each commit, before and after each request."""
    event.listen(Engine, "before_cursor_execute", fuse.burn)
    event.listen(Engine, "commit", fuse.burn)
    send = httpx.AsyncClient.send

    async def watched(client: httpx.AsyncClient, *args: Any, **kwargs: Any) -> httpx.Response:
        fuse.burn()
        response = await send(client, *args, **kwargs)
        fuse.burn()
        return response

    httpx.AsyncClient.send = watched  # type: ignore[method-assign]  # only in this process, to die between two lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("plan", type=Path)
    parser.add_argument("verb")
    parser.add_argument("--die-after", type=int, default=0)
    parser.add_argument("--die-at", type=int, default=0)
    given = parser.parse_args()
    if given.verb != "sell" or not given.die_at:
        demo_till.main([str(given.plan), given.verb])
        return
    plan, fuse = demo_till.Plan(given.plan), Fuse(given.die_at)
    fuse.lit = given.die_after == 0
    wire(fuse)
    remember, said = demo_till.remember(plan.history), _lines(plan.history)

    def acked(order: Order) -> None:
        nonlocal said
        remember(order)
        said += 1
        fuse.lit = fuse.lit or said >= given.die_after

    asyncio.run(demo_till.sell(plan, acked))


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0


if __name__ == "__main__":
    main()
