"""The demo's till as a process of its own, so that it can be killed: `python -m posbridge.cli.demo_till PLAN VERB`.

PLAN is a JSON file: home, orders, platforms {connection: {platform, fields, secrets}}, codes, cards, timings.
Verbs: `prepare` connects and reads the catalogue, `sell` sells until there are enough and waits until the queue is
empty, `dump` prints what the till holds. `sell` may be killed at any moment and started again.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from posbridge import app
from posbridge.cli.demo_sales import Salesperson
from posbridge.domain.errors import PosbridgeError
from posbridge.domain.order import Order
from posbridge.security.file_sources import PassphraseFile
from posbridge.security.key_sources import KeySource
from posbridge.services import Services
from posbridge.services.queue import QueueRow
from posbridge.sync.timings import Timings

#: The simulated platforms commit at most 0.35 s late; a real one has minutes.
TIMINGS = Timings(lease_s=3, backoff_first_s=0.2, backoff_most_s=3, settle_s=0.8, unknown_cap=50, read_back_s=0.1,
                  circuit_after=25, circuit_s=0.3, beat_s=0.2, ping_s=2)  # fmt: skip


class Plan:
    """The plan file; see the module."""

    def __init__(self, path: Path) -> None:
        self._said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.home = Path(self._said["home"])
        self.orders = int(self._said["orders"])
        self.platforms: dict[str, dict[str, Any]] = self._said["platforms"]
        self.codes: list[str] = self._said.get("codes", [])
        self.cards: list[str] = self._said.get("cards", [])
        self.seed = int(self._said.get("seed", 1))
        self.passphrase = str(self._said["passphrase"])
        self.path = path
        self.history = self.home / "history.jsonl"

    @staticmethod
    def write(path: Path, **said: Any) -> None:
        """Writes a plan file."""
        path.write_text(json.dumps(said), encoding="utf-8")

    def sources(self) -> list[KeySource]:
        """The demo's own passphrase, never this user's keyring."""
        return [PassphraseFile(self.home, environ={"POSBRIDGE_PASSPHRASE": self.passphrase})]

    def running(self, *, sync: bool) -> Any:
        """The app on the plan's home."""
        return app.running(self.home, timings=TIMINGS, sync=sync, sources=self.sources(), unlimited=True)


async def prepare(plan: Plan) -> None:
    """Connects each platform and reads its catalogue, customers and codes."""
    async with plan.running(sync=False) as services:
        for name, said in plan.platforms.items():
            await services.connections.connect(said["platform"], said["fields"], said["secrets"], as_id=name)
        result = await services.sync.once(frozenset({"pull"}))
        if result.problems:
            raise SystemExit(f"the catalogue cannot be read: {result.problems}")


async def sell(plan: Plan, acked: Callable[[Order], None]) -> None:
    """Goes on where the last process ended, sells the rest and waits until everything is sent."""
    async with plan.running(sync=True) as services:
        sold = await services.orders.count()
        person = Salesperson(services, plan.codes, plan.cards, seed=plan.seed * 100_003 + sold)
        while sold < plan.orders:
            try:
                acked(await person.sell(sold))
            except PosbridgeError as error:
                print(error, file=sys.stderr)
                await asyncio.sleep(0.1)
            sold = await services.orders.count()
        await _all_sent(services)


async def _all_sent(services: Services) -> None:
    """Until nothing waits but what waits for a person (a refund for its rejected order too), and no gift card hangs
    between two states."""
    while True:
        settled = await services.gift_cards.settle(alive_s=2, window_s=1)
        moving = await services.queue.list(("ready", "leased", "unknown"), limit=1)
        if not moving and not settled.waiting:
            return
        await asyncio.sleep(0.2)


async def dump(plan: Plan) -> dict[str, Any]:
    """What the till holds: its orders, and for each connection the orders that are not done."""
    async with plan.running(sync=False) as services:
        orders = await services.orders.list(10_000_000)
        rows = await services.queue.list(limit=10_000_000)
        waiting: dict[str, list[str]] = {name: [] for name in plan.platforms}
        for row in rows:
            waiting.setdefault(row.connection, []).append(row.reference)
        rejected = [_stopped(row) for row in rows if row.state == "rejected"]
        orphans = [_stopped(row) for row in rows if (row.state, row.reason_code) == ("blocked", "parent")]
        return {
            "orders": [
                {
                    "id": str(one.row.id),
                    "reference": one.row.reference,
                    "total": one.row.total,
                    "device": one.row.device,
                    "receipt": int(one.row.receipt_number.rpartition("-")[2]),
                }
                for one in orders
            ],
            "waiting": waiting,
            "rejected": rejected,
            "orphans": orphans,
        }


def _stopped(row: QueueRow) -> dict[str, str]:
    """A row that waits for a person, or for an order that does."""
    said = {"reference": row.reference, "reason": row.reason}
    return {**said, "connection": row.connection, "code": row.reason_code}


def remember(path: Path) -> Callable[[Order], None]:
    """Writes each promised order down, on disk before the next one."""

    def acked(order: Order) -> None:
        line = {"type": "ok", "id": str(order.id), "reference": order.reference, "total": order.totals.total}
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    return acked


def main(arguments: list[str] | None = None) -> None:
    path, verb = (arguments or sys.argv[1:])[:2]
    plan = Plan(Path(path))
    if verb == "prepare":
        asyncio.run(prepare(plan))
    elif verb == "sell":
        asyncio.run(sell(plan, remember(plan.history)))
    else:
        print(json.dumps(asyncio.run(dump(plan))))


if __name__ == "__main__":
    main()
