"""`python -m tests.benchmarks [--only NAME] [--quick] [--out FILE]`: a table, and the same as JSON.

With `--quick` sizes and times are a tenth: for trying a change, not for judging one.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from posbridge.monitoring import logging
from tests.benchmarks import capture, drain, mapping, pull, search, start
from tests.benchmarks.rows import Row, keep, show

Bench = Callable[[Path, bool], Awaitable[list[Row]]]
BENCHES: dict[str, Bench] = {
    "capture": capture.run,
    "search": search.run,
    "mapping": mapping.run,
    "pull": pull.run,
    "drain": drain.run,
    "start": start.run,
}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", choices=sorted(BENCHES), action="append", help="only this one (may be repeated)")
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--connector", default="", help="only this system, where a bench has one")
    asked.add_argument("--out", type=Path, default=Path("var") / "bench.json")
    given = asked.parse_args()
    pull.ONLY = drain.ONLY = mapping.ONLY = given.connector
    rows: list[Row] = []
    for name in given.only or BENCHES:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="posbridge-bench-", ignore_cleanup_errors=True) as folder:
            logging.configure("ERROR", Path(folder) / "logs", redact=lambda *entry: entry[2], console=False)
            rows += asyncio.run(BENCHES[name](Path(folder), given.quick))
            logging.shutdown()
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    print(show(rows))
    keep(rows, given.out)
    missed = [row.name for row in rows if not row.passed]
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
