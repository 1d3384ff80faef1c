"""A kill test: a till process sells and sends while platforms misbehave; it is killed and started again and again.

The platforms live in this process and are never killed; the till lives in its own and is. Half of the kills come
from outside at a random moment, half strike inside the till at a chosen statement of a transaction or at a request.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from posbridge.connectors.facts import Dedupe
from posbridge.connectors.registry import Catalogue
from posbridge.sandbox import Faults, SimulatedPlatform, create, demo_seed, running
from tests.crash.checker import Problem, judge
from tests.crash.history import History

ROOT = Path(__file__).resolve().parents[2]
FAULTS = "reset=0.06,lost=0.07,late=0.04,500=0.03,lost500=0.02,429=0.01,slow=0.02,cut=0.02,late_ms=300,slow_ms=250"


@dataclass
class Plan:
    """One run; the till's settle window exceeds the platforms' late commits (0.3 s here)."""

    home: Path
    orders: int = 1000
    kills: int = 20
    connectors: tuple[str, ...] = ("square", "woocommerce")
    faults: str = FAULTS
    seed: int = 1
    limit_s: float = 900

    @property
    def config(self) -> Path:
        return self.home / "plan.json"


@dataclass
class Outcome:
    """What the checker found and what the run was like."""

    problems: list[Problem]
    captured: int
    kills: int
    seconds: float
    requests: dict[str, int] = field(default_factory=dict)
    struck: dict[str, dict[str, int]] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    parked: dict[str, int] = field(default_factory=dict)

    @property
    def faulty(self) -> dict[str, float]:
        """The share of requests that met a fault, by target."""
        return {name: sum(kinds.values()) / max(self.requests[name], 1) for name, kinds in self.struck.items()}

    def count(self, kind: str) -> int:
        return sum(problem.kind == kind for problem in self.problems)


async def run(plan: Plan) -> Outcome:
    """Sells `plan.orders` orders through all kills, waits until the queue is empty, and judges."""
    began, dice = time.monotonic(), random.Random(plan.seed)
    async with _platforms(plan) as platforms:
        _write_config(plan, platforms)
        await _till(plan, "prepare")
        for number, platform in enumerate(platforms.values()):
            platform.faults = Faults.parse(f"{plan.faults},seed={plan.seed + number}")
        kills = await _sell_and_kill(plan, dice)
        for platform in platforms.values():
            platform.faults = Faults()
            await platform.settled()
        stored = json.loads((await _till(plan, "dump")).splitlines()[-1])
        return _judged(plan, platforms, stored, kills, time.monotonic() - began)


@contextlib.asynccontextmanager
async def _platforms(plan: Plan) -> AsyncIterator[dict[str, SimulatedPlatform]]:
    seed = demo_seed(60)
    async with contextlib.AsyncExitStack() as stack:
        made = {name: create(name, seed) for name in plan.connectors}
        for platform in made.values():
            platform.bucket.rate = 0
            await stack.enter_async_context(running(platform))
        yield made


def _write_config(plan: Plan, platforms: dict[str, SimulatedPlatform]) -> None:
    plan.home.mkdir(parents=True, exist_ok=True)
    seed = next(iter(platforms.values())).seed
    config = {
        "home": str(plan.home),
        "orders": plan.orders,
        "seed": plan.seed,
        "passphrase": f"kill test {random.Random().getrandbits(64):x}",
        "platforms": {name: {"platform": name, **far.connection_fields()} for name, far in platforms.items()},
        "codes": [discount.code for discount in seed.discounts],
        "cards": [card.code for card in seed.gift_cards],
    }
    plan.config.write_text(json.dumps(config), encoding="utf-8")


async def _till(plan: Plan, what: str, *extra: str) -> str:
    """Runs the till to its end; its standard output. Raises RuntimeError when it fails."""
    process = await _start(plan, what, *extra)
    out, err = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the till's {what} ended with {process.returncode}: {err.decode()[-3000:]}")
    return out.decode()


async def _start(plan: Plan, what: str, *extra: str) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "tests.crash.till", str(plan.config), what, *extra)
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=pipe, stderr=pipe)


async def _sell_and_kill(plan: Plan, dice: random.Random) -> int:
    """Half of the kills while it sells, half while it only sends; then the till may finish. How many struck."""
    deadline, struck = time.monotonic() + plan.limit_s, 0
    selling = sorted(dice.sample(range(plan.orders // 25, plan.orders), plan.kills - plan.kills // 2))
    for mark in [*selling, *[plan.orders] * (plan.kills // 2)]:
        inside = dice.random() < 0.5
        sending = mark == plan.orders
        moments = str(dice.randrange(50, 900) if sending else dice.randrange(1, 60))
        lit = "0" if sending else str(mark)
        process = await _start(plan, "sell", *(("--die-at", moments, "--die-after", lit) if inside else ()))
        drained = asyncio.create_task(process.communicate())
        while process.returncode is None and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
            if not inside and _acked(plan) >= mark:
                await asyncio.sleep(1 + dice.random() * 6 if sending else dice.random() * 0.4)
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                break
        await drained
        struck += process.returncode not in (0, None)
        if process.returncode == 0:
            return struck
    await asyncio.wait_for(_till(plan, "sell"), max(deadline - time.monotonic(), 1))
    return struck


def _acked(plan: Plan) -> int:
    return len(History(plan.home / "history.jsonl").read())


def _judged(
    plan: Plan, platforms: dict[str, SimulatedPlatform], stored: dict[str, Any], kills: int, seconds: float
) -> Outcome:
    acked = [event for event in History(plan.home / "history.jsonl").read() if event["type"] == "ok"]
    names = {one["id"]: one["reference"] for one in stored["orders"]}
    books = {name: _named(platform.books(), names) for name, platform in platforms.items()}
    run = {"acked": acked, "stored": stored["orders"], "books": books, "waiting": stored["waiting"]}
    return Outcome(
        problems=judge(run),
        captured=len(stored["orders"]),
        kills=kills,
        seconds=seconds,
        requests={name: platform.counts.requests for name, platform in platforms.items()},
        struck={name: stored_faults(platform) for name, platform in platforms.items()},
        waiting={name: len(rows) - len(_parked(name, stored)) for name, rows in stored["waiting"].items()},
        parked={name: len(_parked(name, stored)) for name in platforms},
    )


def _parked(name: str, stored: dict[str, Any]) -> list[dict[str, str]]:
    """What a system with limits of its own (its facts name them) cannot be told, so that a person has it now; and,
    where orders cannot be looked up (NONE), what may have got lost."""
    connector = Catalogue(outside=False).find(name)
    can = connector.facts.capabilities if connector else None
    if can is None:
        return []
    carried = (can.cart_discounts, can.line_discounts, can.custom_lines, can.refunds, can.partial_refunds)
    if all(carried) and can.dedupe is not Dedupe.NONE:
        return []
    codes = {"rejected", "unsupported", *(["cannot_look_up"] if can.dedupe is Dedupe.NONE else [])}
    said = [row for row in stored["rejected"] if row["code"] in codes]
    return [row for row in [*said, *stored["orphans"]] if row["connection"] == name]


def _named(books: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """A platform that keeps our id says it in place of the reference; the judge wants one name an order."""
    orders = [{**order, "reference": names.get(order["reference"], order["reference"])} for order in books["orders"]]
    return {**books, "orders": orders}


def stored_faults(platform: SimulatedPlatform) -> dict[str, int]:
    """How often each fault struck, from the platform's own journal."""
    found: dict[str, int] = {}
    for entry in platform.counts.entries:
        if entry.fault:
            found[entry.fault] = found.get(entry.fault, 0) + 1
    return found
