"""Writes the present tables as a version's frozen SQL: `python -m posbridge.store.migrations.freeze 0001`.

Only for a version that was never released.
"""

from __future__ import annotations

import sys

from posbridge.store import tables
from posbridge.store.migrations import SEPARATOR, SQL


def freeze(version: str) -> None:
    text = SEPARATOR.join(line for line in tables.schema()) + "\n"
    (SQL / f"{version}.sqlite.sql").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    freeze(sys.argv[1])
