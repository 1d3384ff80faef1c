"""`make crash`: the kill test in its gate size (1,000 orders, 20 kills), both connectors. Exit status 1 on a lie.

`CONNECTOR=square` takes one; ARGS="--orders 10000 --kills 200" is the release size.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.crash.harness import Outcome, Plan, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connector", default="")
    wanted = parser.parse_args()
    connectors = (wanted.connector,) if wanted.connector else ("square", "woocommerce")
    with tempfile.TemporaryDirectory(prefix="posbridge-crash-") as folder:
        plan = Plan(Path(folder), wanted.orders, wanted.kills, connectors, seed=wanted.seed)
        outcome = asyncio.run(run(plan))
    _report(plan, outcome)
    return int(bool(outcome.problems) or outcome.captured != plan.orders or any(outcome.waiting.values()))


def _report(plan: Plan, outcome: Outcome) -> None:
    print(f"{outcome.captured} captured of {plan.orders}, {outcome.kills} kills, {outcome.seconds:.0f} s")
    for name in plan.connectors:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(outcome.struck[name].items()))
        share = outcome.faulty[name]
        print(f"  {name}: {outcome.requests[name]} requests, {share:.0%} faulty ({kinds}), "
              f"{outcome.waiting.get(name, 0)} waiting, {outcome.parked.get(name, 0)} parked for a person")  # fmt: skip
    for problem in outcome.problems[:20]:
        print(f"  {problem.kind} at {problem.where}: {problem.what}")
    print(f"lost {outcome.count('lost')}, doubled {outcome.count('doubled')}, "
          f"other {len(outcome.problems) - outcome.count('lost') - outcome.count('doubled')}")  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
