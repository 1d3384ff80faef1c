"""Search as one types among 200,000 products, against the raw FTS5 query that gives the same rows."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from posbridge.domain.catalog import Product
from posbridge.store import catalog, connect, search
from posbridge.store.engine import SqliteStore
from posbridge.testing.builders import EPOCH, a_product
from tests.benchmarks.rows import Row, p50, p99

LIMIT = 30
_MAKES = "Lindqvist Harrow Ostrava Peralta Marlow Fjord Harbour Atelier Selvedge Common Linea Foundry Quarto".split()
_GOODS = "Mug Bowl Plate Carafe Candle Vase Jar Towel Espresso Roast Notebook Pen Sketchbook Apron Beanie".split()
_KINDS = "Stoneware Linen Oak Ceramic Merino Copper Walnut Indigo Sand Moss Terracotta Ochre Fog".split()
#: What is typed, letter by letter.
TYPED = ("linen tow", "stoneware mug", "harrow can", "espresso", "indigo", "fjord note", "quarto sket", "mos be")
_RAW = (
    "SELECT p.id, p.body FROM product_search s JOIN products p ON p.seq = s.rowid WHERE product_search MATCH ? LIMIT ?"
)


async def run(folder: Path, quick: bool) -> list[Row]:
    large, small = (20_000, 2_000) if quick else (200_000, 20_000)
    stores = {}
    for count in (small, large):
        stores[count] = await SqliteStore.open(folder / f"{count}.db")
        for first in range(0, count, 2000):
            await stores[count].write(_put, first, min(first + 2000, count))
        await stores[count].checkpoint()
    ours: dict[int, list[float]] = {small: [], large: []}
    raw: list[float] = []
    reader = connect.raw_reader(folder / f"{large}.db")
    for _ in range(6 if quick else 30):
        for text in _keystrokes():
            for count, store in stores.items():
                ours[count].append(await _ours(store, text))
            raw.append(_raw(reader, text))
    reader.close()
    for store in stores.values():
        await store.close()
    return [
        Row(f"search: as you type at {large:,} products, p50", p50(ours[large]), p50(raw), 3),
        Row(f"search: as you type at {large:,} products, p99", p99(ours[large]), p99(raw), 3),
        Row(f"search: growth from {small:,} to {large:,}, p50", p50(ours[large]), p50(ours[small]), 1.3),
    ]


def _put(tx: Connection, first: int, last: int) -> None:
    catalog.upsert(tx, "till", [_product(number) for number in range(first, last)], EPOCH)


def _product(number: int) -> Product:
    """Titles as a shop has them: 2,535 combinations, each with a number behind it."""
    make, kind = _MAKES[number % len(_MAKES)], _KINDS[number // 7 % len(_KINDS)]
    goods = _GOODS[number // 91 % len(_GOODS)]
    return a_product(number, title=f"{make} {kind} {goods} {number // 2535}", categories=(goods,), brand=make)


def _keystrokes() -> Iterator[str]:
    for text in TYPED:
        for length in range(1, len(text) + 1):
            if text[length - 1] != " ":
                yield text[:length]


async def _ours(store: SqliteStore, text: str) -> float:
    """Milliseconds from the keystroke until the products are at hand."""
    began = time.perf_counter()
    found = await store.read(search.products, text, LIMIT)
    took = (time.perf_counter() - began) * 1000
    assert found, f"nothing found for {text!r}"
    return took


def _raw(reader: sqlite3.Connection, text: str) -> float:
    """The FTS5 query with its rows read and their bodies parsed, on this thread."""
    began = time.perf_counter()
    rows = reader.execute(_RAW, (search.match_of(text), LIMIT)).fetchall()
    found = [json.loads(body) for _, body in rows]
    took = (time.perf_counter() - began) * 1000
    assert found
    return took
