"""The main job by itself: sells through faults, an outage and kills, then counts in the platforms' own books."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from posbridge.cli.demo_platforms import FAULTS, Simulated
from posbridge.cli.demo_till import Plan
from posbridge.domain.errors import ServiceUnavailable

KILLS = 6
#: Seconds without network in the middle of the run, and for the whole run at most.
OUTAGE_S = 3.0
LIMIT_S = 1800.0


class Run:
    """One headless demo. `tell` hears how it goes."""

    def __init__(self, plan: Plan, platforms: list[Simulated], tell: Callable[[str], None]) -> None:
        self._plan, self._platforms, self._tell = plan, platforms, tell
        self._began = time.monotonic()
        self._dice = random.Random(plan.seed)  # noqa: S311 - when to kill is no secret
        self._kills = 0

    def go(self) -> dict[str, Any]:
        """Sells all, through everything that goes wrong; the outcome as surface.md writes it."""
        for number, platform in enumerate(self._platforms):
            platform.faults(f"{FAULTS},seed={number + 1}")
        self._sell()
        struck = {one.name: one.struck() for one in self._platforms}
        for platform in self._platforms:
            platform.faults("none")
        return self._counted(struck)

    def _sell(self) -> None:
        """The till is killed at moments spread over the run, and the network is gone in its middle."""
        orders = self._plan.orders
        marks = [max(1, orders * (number + 1) // (KILLS + 1)) for number in range(KILLS)]
        for number, mark in enumerate(marks):
            with self._till() as process:
                self._wait(process, mark)
                if number == KILLS // 2:
                    self._outage()
                time.sleep(self._dice.random() * 0.6)
                if process.poll() is None:
                    process.kill()
                    self._kills += 1
            self._tell(f"{self._sold()} of {orders} sold; the till was killed and starts again.")
        with self._till() as process:
            self._wait(process, None)
            if process.returncode:
                raise ServiceUnavailable(f"The demo's till ended with {process.returncode}.")

    @contextlib.contextmanager
    def _till(self) -> Any:
        command = [sys.executable, "-m", "posbridge.cli.demo_till", str(self._plan.path), "sell"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()

    def _wait(self, process: subprocess.Popen[bytes], mark: int | None) -> None:
        """Until so many orders were promised; None waits for the till's own end."""
        while process.poll() is None and (mark is None or self._sold() < mark):
            if time.monotonic() - self._began > LIMIT_S:
                raise ServiceUnavailable("The demo did not come to its end in time.")
            time.sleep(0.05)

    def _sold(self) -> int:
        path = self._plan.history
        return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0

    def _outage(self) -> None:
        self._tell(f"The network is gone for {OUTAGE_S:.0f} s; selling goes on.")
        for platform in self._platforms:
            platform.faults("off=1")
        time.sleep(OUTAGE_S)
        for number, platform in enumerate(self._platforms):
            platform.faults(f"{FAULTS},seed={number + 101}")

    def _counted(self, struck: dict[str, int]) -> dict[str, Any]:
        command = [sys.executable, "-m", "posbridge.cli.demo_till", str(self._plan.path), "dump"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
        held = json.loads(said.splitlines()[-1])
        counted = [(one, count(held, one.name, one.books())) for one in self._platforms]
        targets = {
            one.name: {**found, "faulty_share": round(struck[one.name] / max(found["requests"], 1), 3)}
            for one, found in counted
        }
        unsent = {reference for rows in held["waiting"].values() for reference in rows}
        rejected = {row["reference"] for row in held["rejected"]}
        return {
            "captured": len(held["orders"]),
            "synced": sum(order["reference"] not in unsent for order in held["orders"]),
            "waiting": len(unsent - rejected),
            "rejected": len(rejected),
            "lost": sum(found["lost"] for found in targets.values()),
            "doubled": sum(found["doubled"] for found in targets.values()),
            "by_target": targets,
            "kills": self._kills,
            "seconds": round(time.monotonic() - self._began, 1),
        }


def count(held: dict[str, Any], target: str, books: dict[str, Any]) -> dict[str, int]:
    """What one platform's books say of the till's orders.

    `orders` of ours that are there, `lost` ones that the till calls done and are not, `doubled` surplus copies,
    `altered` totals that differ, `foreign` orders that the till does not know.
    """
    waiting = set(held["waiting"].get(target, ()))
    names = {order["id"]: order["reference"] for order in held["orders"]}
    totals = {order["reference"]: order["total"] for order in held["orders"]}
    found = [(names.get(order["reference"], order["reference"]), order["total"]) for order in books["orders"]]
    times = Counter(reference for reference, _ in found)
    return {
        "orders": sum(reference in totals for reference in times),
        "lost": sum(not times[reference] and reference not in waiting for reference in totals),
        "doubled": sum(number - 1 for number in times.values()),
        "altered": sum(reference in totals and total != totals[reference] for reference, total in found),
        "foreign": sum(reference not in totals for reference, _ in found),
        "requests": books["requests"],
    }


def verdict(result: dict[str, Any], orders: int) -> bool:
    """Whether the main promise was kept."""
    wrong = sum(found["altered"] + found["foreign"] for found in result["by_target"].values())
    kept = result["captured"] == result["synced"] == orders
    return kept and not (result["lost"] or result["doubled"] or wrong)
