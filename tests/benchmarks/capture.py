"""Tap to committed, against one raw sqlite3 transaction that writes the very same rows with the same durability."""

from __future__ import annotations

import sqlite3
import time
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from posbridge.domain.basket import Basket
from posbridge.domain.ids import uuid7
from posbridge.domain.order import Tender, TenderKind
from posbridge.services import Services
from posbridge.store import baskets, connect
from posbridge.testing.builders import a_line
from tests.benchmarks.houses import house
from tests.benchmarks.million import fill
from tests.benchmarks.rows import Row, p50, p99

LINES = 5
#: What a sale writes, and how its rows are found again; triggers write the outbox's first events on both sides.
_WRITTEN = {
    "orders": "id = :order",
    "order_lines": "order_id = :order",
    "order_tenders": "order_id = :order",
    "outbox": "object_id = :order",
    "audit": "object_id = :order",
}


async def run(folder: Path, quick: bool) -> list[Row]:
    """Ours and raw in turns on an empty database, then ours on an empty and on a full one in turns."""
    count, stored = (200, 50_000) if quick else (1500, 1_000_000)
    rows = await _against_raw(folder, count)
    return rows + await _full_and_empty(folder, count, stored)


async def _against_raw(folder: Path, count: int) -> list[Row]:
    ours, raw = [], []
    async with house(folder / "ours") as services, house(folder / "raw"):
        source = connect.raw_reader(folder / "ours" / "posbridge.db")
        target = connect.raw_writer(folder / "raw" / "posbridge.db")
        for number in range(count + 50):
            basket = await _basket(services, number)
            _copy(source, target, "baskets", "id = :basket", {"basket": str(basket.id)})
            took, order_id = await _sell(services, basket)
            again = _replay(source, target, order_id, basket.id)
            if number >= 50:
                ours.append(took)
                raw.append(again)
        source.close()
        target.close()
    return [
        Row("capture: tap to committed, p50", p50(ours), p50(raw), 5),
        Row("capture: tap to committed, p99", p99(ours), p99(raw), 5),
    ]


async def _full_and_empty(folder: Path, count: int, stored: int) -> list[Row]:
    full, empty = [], []
    async with house(folder / "model") as services:
        for number in range(3):
            await _sell(services, await _basket(services, number))
    fill(folder / "model" / "posbridge.db", stored)
    async with house(folder / "empty") as fresh, house(folder / "model") as used:
        for number in range(count + 50):
            for services, times in ((fresh, empty), (used, full)):
                took, _ = await _sell(services, await _basket(services, number))
                if number >= 50:
                    times.append(took)
    name = f"capture: with {stored:,} stored orders against none"
    return [Row(f"{name}, p50", p50(full), p50(empty), 1.2), Row(f"{name}, p99", p99(full), p99(empty), None)]


async def _basket(services: Services, number: int) -> Basket:
    """Five lines, rung up and on disk already."""
    house = services.house
    lines = tuple(a_line(5 * number + place, 990 + place, 1 + place % 2) for place in range(1, LINES + 1))
    basket = Basket(id=uuid7(house.clock()), currency="USD", lines=lines)
    await house.store.write(baskets.save, basket, house.clock(), house.vault, device="T1")
    return basket


async def _sell(services: Services, basket: Basket) -> tuple[float, UUID]:
    """Milliseconds from the tap until the sale is on disk, and the order's id."""
    total = sum(line.unit_price.amount * int(line.quantity) for line in basket.lines)
    tender = Tender(id="tender-1", kind=TenderKind.CASH, amount=total, tendered=total)
    began = time.perf_counter()
    order = await services.checkout.pay(basket.id, [tender], "cashier-1")
    took = (time.perf_counter() - began) * 1000
    assert Decimal(order.totals.total) == total
    return took, order.id


def _replay(source: sqlite3.Connection, target: sqlite3.Connection, order_id: UUID, basket_id: UUID) -> float:
    """Milliseconds of one transaction with all the rows of that sale."""
    given = {"order": str(order_id)}
    work = [_insert(source, table, where, given) for table, where in _WRITTEN.items()]
    began = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    for statement, rows in work:
        target.executemany(statement, rows)
    target.execute("UPDATE counters SET value = value + 1 WHERE name = 'receipt:T1'")
    target.execute("UPDATE baskets SET state = 'closed' WHERE id = ?", (str(basket_id),))
    target.execute("COMMIT")
    return (time.perf_counter() - began) * 1000


def _copy(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str, where: str, given: dict[str, str]
) -> None:
    target.executemany(*_insert(source, table, where, given))


def _insert(
    source: sqlite3.Connection, table: str, where: str, given: dict[str, str]
) -> tuple[str, list[tuple[object, ...]]]:
    found = source.execute(f"SELECT * FROM {table} WHERE {where}", given)
    names = ", ".join(column[0] for column in found.description)
    rows = found.fetchall()
    assert rows, f"a sale wrote nothing into {table}"
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(rows[0]))})", rows
