"""Products, and stock by batch. Nothing is written: Blaze takes transfers and counts only from its own people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from posbridge.connectors.blaze.calls import LONGEST_WALK, READ_LAG_S, Calls, Rows, cursor_of, part, place_of, windows
from posbridge.connectors.blaze.catalog_mapping import Shelf, amounts, read_product, to_batch
from posbridge.connectors.blaze.reading import from_millis, listed, millis
from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.errors import SchemaDrift, Unsupported
from posbridge.connectors.text import Reader, each
from posbridge.domain.catalog import Product, ProductStatus
from posbridge.domain.inventory import Batch, InventoryKind, StockChange, StockLevel

#: Stock may be read so often (the usage terms, IV).
FIVE_MINUTES = timedelta(minutes=5)
#: So many products are asked for one by one; more of them are cheaper in the two lists of all.
_ALONE = 6
#: The shop's own shelves; a vehicle's or a quarantine's stock is not for sale at a counter.
_COUNTER = "Storage"


class Products:
    """The catalogue of the key's shop."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._shelf = Shelf(calls.connection.currency, calls.setting("inventory_id"), calls.zone)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """Everything, or what was modified since, week by week; a very old place is read as a whole."""
        place, now = place_of(cursor), self._calls.clock()
        began = place.get("began", 0) or millis(now - timedelta(seconds=READ_LAG_S))
        since = place.get("since", 0)
        if since and now - from_millis(since) <= LONGEST_WALK:
            async for page, begin in self._changes(since, place.get("skip", 0)):
                here = cursor_of(since=millis(begin), skip=page.following, began=began)
                yield await self._read(page, cursor_of(since=began) if page.last else here)
            return
        async for page in self._calls.pages("products", {}, first=0 if since else place.get("skip", 0)):
            here = cursor_of(since=began) if page.last else cursor_of(skip=page.following, began=began)
            yield await self._read(page, here)

    def _changes(self, since: int, skip: int) -> AsyncIterator[tuple[Rows, datetime]]:
        def week(begin: datetime, end: datetime) -> dict[str, int]:
            return {"startDate": millis(begin), "endDate": millis(end)}

        weeks = list(windows(from_millis(since), self._calls.clock()))
        return self._calls.windowed("products/modified", weeks, week, first=skip)

    async def _read(self, page: Rows, cursor: str) -> Page[Product]:
        items, parked = await asyncio.to_thread(each, page.rows, self._one)
        gone = [item.id for item in items if item.status is ProductStatus.DELETED]
        kept = [item for item in items if item.status is not ProductStatus.DELETED]
        return Page(kept, cursor, page.last, deleted=gone, parked=parked, total=page.total)

    def _one(self, raw: Any) -> Product:
        return read_product(raw, self._shelf)

    async def ids(self) -> AsyncIterator[Page[str]]:
        """Ids of what is there: a deleted or archived row counts as gone."""
        async for page in self._calls.pages("products", {}):
            there = [str(row["id"]) for row in page.rows if _there(row)]
            yield Page(there, cursor_of(skip=page.following), page.last, total=page.total)

    async def get(self, product_id: str) -> Product:
        """Raises NotFound."""
        return self._one(await self._calls.get(f"products/{part(product_id)}"))

    async def push(self, product: Product, key: str) -> RemoteRef:
        """Raises Unsupported: a dispensary's catalogue follows its licence and is kept in Blaze."""
        raise Unsupported("Products of Blaze are kept in Blaze.", next_step="Add or change the product there.")


def _there(row: Any) -> bool:
    return isinstance(row, Mapping) and bool(row.get("id")) and not row.get("deleted") and not row.get("archived")


class Stock:
    """What may still be sold (orders on the web are taken off), by batch, of the inventory that is sold from."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._counters: frozenset[str] | None = None

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """All, or those asked for. Blaze cannot say what changed: a pull reads two lists, at most each five minutes."""
        read_at, since = self._calls.clock(), place_of(cursor).get("since", 0)
        if since and not variant_ids and read_at - from_millis(since) < FIVE_MINUTES:
            yield Page([], cursor or "", True)
            return
        if variant_ids and len(variant_ids) <= _ALONE:
            found = await asyncio.gather(*(self._of(each_id) for each_id in dict.fromkeys(variant_ids)))
            held = {product: rows for product, rows, _ in found}
            batches = [row for _, _, rows in found for row in rows]
        else:
            held, batches = await asyncio.gather(self._amounts(), self._batches({}))
            held = {product: held.get(product, {}) for product in variant_ids} if variant_ids else held
        items, parked = await asyncio.to_thread(self._levels, held, batches, read_at)
        yield Page(items, cursor_of(since=millis(read_at)), True, parked=parked)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Raises Unsupported."""
        raise Unsupported(
            "Blaze takes stock corrections only as a count or a transfer made there.", next_step="Correct it in Blaze."
        )

    async def _of(self, product: str) -> tuple[str, dict[str, Decimal], list[Any]]:
        """One product: what its batches hold, and the batches."""
        info = self._calls.get(f"store/batches/{part(product)}/batchQuantityInfo")
        rows, batches, here = await asyncio.gather(info, self._batches({"productId": product}), self._places())
        return product, amounts(listed(rows), here).get(product, {}), batches

    async def _amounts(self) -> dict[str, dict[str, Decimal]]:
        chosen = self._calls.setting("inventory_id")
        asked = {"inventoryId": chosen} if chosen else {}
        pages = self._calls.pages("store/batches/quantities", asked, skip="start")
        rows = [row async for page in pages for row in page.rows]
        return amounts(rows, await self._places())

    async def _batches(self, asked: Mapping[str, str]) -> list[Any]:
        pages = self._calls.pages("store/batches", asked, skip="start")
        return [row async for page in pages for row in page.rows]

    async def _places(self) -> frozenset[str]:
        """The inventories that count: the chosen one, else the shop's active shelves (asked once)."""
        chosen = self._calls.setting("inventory_id")
        if chosen:
            return frozenset({chosen})
        if self._counters is None:
            rows = [row async for page in self._calls.pages("store/inventories", {}, skip="start") for row in page.rows]
            readers = [Reader(row) for row in rows]
            shelves = [row for row in readers if row.text("type") == _COUNTER and row.flag("active", True)]
            self._counters = frozenset(row.id() for row in shelves)
        return self._counters

    def _levels(
        self, held: Mapping[str, Mapping[str, Decimal]], rows: Iterable[Any], read_at: datetime
    ) -> tuple[list[StockLevel], list[SchemaDrift]]:
        where = self._calls.setting("inventory_id") or self._calls.connection.location
        known, parked = each(rows, lambda row: self._batch(row, held))
        mine: dict[str, list[Batch]] = {}
        for product, batch in known:
            mine.setdefault(product, []).append(batch)
        levels = [self._level(one, parts, mine.get(one, []), where, read_at) for one, parts in held.items()]
        return levels, parked

    def _batch(self, row: Any, held: Mapping[str, Mapping[str, Decimal]]) -> tuple[str, Batch]:
        reader = Reader(row)
        product = reader.id("productId")
        return product, to_batch(row, held.get(product, {}).get(reader.id(), Decimal(0)), self._calls.zone)

    def _level(
        self, product: str, held: Mapping[str, Decimal], batches: list[Batch], where: str, read_at: datetime
    ) -> StockLevel:
        """Quantities of batches that are not for sale do not count."""
        whole = sum(held.values(), Decimal(0))
        stopped = sum((batch.quantity for batch in batches if batch.recalled), Decimal(0))
        return StockLevel(
            variant_id=product,
            quantity=max(Decimal(0), whole - stopped),
            location=where,
            kind=InventoryKind.BATCH if batches else InventoryKind.QUANTITY,
            batches=tuple(batches),
            read_at=read_at,
        )
