"""Fills a database with many old sales, fast: the last sale in it, copied by SQL under other ids."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from posbridge.store import connect

_PART = 100_000
_NUMBERS = (
    "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :last), "
    "model AS (SELECT * FROM orders ORDER BY id DESC LIMIT 1) "
)
#: The ids sort as those of real sales do: by time, older than the model.
_ID = "printf('00000000-%04x-7%03x-8000-%012x', (i >> 12) & 65535, i & 4095, i)"


def fill(path: Path, count: int) -> None:
    """`count` more orders, each with its lines, tenders and a sent outbox row a target."""
    database = connect.raw_writer(path)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -262144")
    model = str(database.execute("SELECT id FROM orders ORDER BY id DESC LIMIT 1").fetchone()[0])
    for first in range(0, count, _PART):
        given = {"first": first, "last": min(first + _PART, count), "model": model}
        database.execute("BEGIN IMMEDIATE")
        for table in ("orders", "order_lines", "order_tenders", "outbox"):
            database.execute(_copy(database, table), given)
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("PRAGMA optimize")
    database.close()


def _copy(database: sqlite3.Connection, table: str) -> str:
    """One statement: all rows of the model's sale, for each number."""
    key = {"orders": "id", "outbox": "object_id"}.get(table, "order_id")
    new = {
        "orders": {
            "id": _ID, "basket_id": "NULL", "reference": "'M' || i", "receipt_number": "'M-' || i",
            "device": "'M'", "receipt_counter": "i", "captured_at": "r.captured_at - 100000000 + i",
            "receipt_at": "r.captured_at",
        },
        "outbox": {
            "id": "NULL", "object_id": _ID, "key": f"{_ID} || r.connection_id", "state": "'done'",
            "remote_id": "'R' || i", "done_at": "r.created_at",
        },
    }.get(table, {key: _ID})  # fmt: skip
    names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    taken = ", ".join(new.get(name, f"r.{name}") for name in names)
    return (
        f"{_NUMBERS} INSERT INTO {table} ({', '.join(names)}) SELECT {taken} FROM n, {table} r WHERE r.{key} = :model"
    )
