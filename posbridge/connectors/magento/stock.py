"""Stock of one source. Magento knows no differences: it is read, reckoned and written as a number (recorded 077).

A direct order moves no stock (recorded 137), so a sale lowers the source here, before the order is made: then an
order that is there has its stock taken. The numbers to write are kept before they are sent, and written again only
while the store still holds the number of before.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Page, Steps
from posbridge.connectors.errors import NotFound
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.magento.learned import Goods
from posbridge.connectors.magento.pages import Where, among, criteria, rows_in, total_in
from posbridge.connectors.paging import Guard
from posbridge.connectors.text import Reader, each
from posbridge.domain.inventory import StockChange, StockLevel

PATH = "inventory/source-items"
PAGE = 300
PLAN, TAKEN = "stock", "stocked"
_KEPT_KEYS = 500
#: A store with input limits takes no longer list.
_MOST_ITEMS = 20

#: SKU → (what the source held before, what it shall hold)
Targets = dict[str, tuple[Decimal, Decimal]]


class Shelf:
    """Writes the stock of a source, one change at a time in this process."""

    def __init__(self, http: PlatformHttp, source: str) -> None:
        self._http, self._source = http, source
        self._lock = asyncio.Lock()
        self._open: dict[str, Targets] = {}
        self._done: OrderedDict[str, None] = OrderedDict()

    async def move(self, key: str, deltas: Mapping[str, Decimal], steps: Steps | None = None) -> None:
        """Changes the stock of SKUs once for `key`, which with `steps` also holds after a restart."""
        async with self._lock:
            if key in self._done or (steps is not None and await steps.get(TAKEN)):
                return
            said = await steps.get(PLAN) if steps is not None else None
            targets = unpacked(said) if said else self._open.get(key)
            if targets is None:
                await self._settle_others(deltas)
                targets = await self._planned(deltas)
                if steps is not None:
                    await steps.put(PLAN, packed(targets))
            self._open[key] = targets
            await self._settle(targets)
            self._finish(key)
            if steps is not None:
                await steps.put(TAKEN, "1")

    def _finish(self, key: str) -> None:
        self._open.pop(key, None)
        self._done[key] = None
        while len(self._done) > _KEPT_KEYS:
            self._done.popitem(last=False)

    async def _settle_others(self, deltas: Mapping[str, Decimal]) -> None:
        """Changes of the same articles whose answer was lost are brought to their end before new ones are reckoned."""
        for key, targets in list(self._open.items()):
            if targets.keys() & deltas.keys():
                await self._settle(targets)
                self._finish(key)

    async def _planned(self, deltas: Mapping[str, Decimal]) -> Targets:
        held = await self.held(list(deltas))
        return {sku: (held[sku], held[sku] + delta) for sku, delta in deltas.items() if delta and sku in held}

    async def held(self, skus: Sequence[str]) -> dict[str, Decimal]:
        """What the source holds by SKU; an article without a row there is left out."""
        mine: list[Where] = [("source_code", "eq", self._source)]
        rows = [Reader(row, "sku") for row in await among(self._http, PATH, "sku", skus, also=mine)]
        return {row.id("sku"): row.decimal("quantity") or Decimal(0) for row in rows if self._is_mine(row)}

    def _is_mine(self, row: Reader) -> bool:
        return row.text("source_code") == self._source

    async def _settle(self, targets: Targets) -> None:
        """Writes what still holds the number of before; the rest was written, or sold from, meanwhile."""
        now = await self.held(list(targets)) if targets else {}
        items = [self._item(sku, after) for sku, (before, after) in targets.items() if now.get(sku) == before != after]
        for at in range(0, len(items), _MOST_ITEMS):
            await self._http.write("POST", PATH, json={"sourceItems": items[at : at + _MOST_ITEMS]})

    def _item(self, sku: str, quantity: Decimal) -> dict[str, Any]:
        return {"sku": sku, "source_code": self._source, "quantity": quantity, "status": 1}


class Inventory:
    """The stock of the connection's source."""

    def __init__(
        self, http: PlatformHttp, shelf: Shelf, goods: Goods, clock: Callable[[], datetime], *, source: str
    ) -> None:
        self._http, self._shelf, self._goods, self._clock, self._source = http, shelf, goods, clock, source

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """All rows of the source each time: stock has no time of change. They come fast (300 in 0.05 s, recorded)."""
        mine: list[Where] = [("source_code", "eq", self._source)]
        if variant_ids:
            skus = await self._goods.skus(variant_ids)
            rows = await among(self._http, PATH, "sku", list(skus.values()), also=mine)
            yield await self._page(rows, True)
            return
        guard, number, last = Guard(), 1, False
        while not last:
            guard.check(str(number))
            reply = await self._http.get(PATH, params=_numbered(mine, number))
            rows, total = rows_in(reply), total_in(reply)
            last = number * PAGE >= total if total is not None else len(rows) < PAGE
            last = last or not rows
            yield await self._page(rows, last)
            number += 1

    async def _page(self, rows: Sequence[Any], last: bool) -> Page[StockLevel]:
        read, parked = each(rows, lambda row: _level(row), "sku")
        ids = await self._goods.ids([sku for sku, _ in read])
        at = self._clock()
        items = [
            StockLevel(variant_id=ids[sku], quantity=quantity, location=self._source, read_at=at)
            for sku, quantity in read
            if sku in ids
        ]
        return Page(items, "" if not last else at.isoformat(), last, parked=parked)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Raises NotFound for an unknown article or one that the source does not carry. The key holds while this
        process runs: Magento itself knows none."""
        skus = await self._goods.skus([change.variant_id for change in changes])
        deltas: dict[str, Decimal] = {}
        for change in changes:
            if change.variant_id not in skus:
                raise NotFound(f"The store has no article {change.variant_id}.")
            sku = skus[change.variant_id]
            deltas[sku] = deltas.get(sku, Decimal(0)) + change.delta
        await self._shelf.move(f"adjust:{key}", deltas)


def _level(row: Any) -> tuple[str, Decimal | None]:
    reader = Reader(row, "sku")
    return reader.id("sku"), reader.decimal("quantity")


def _numbered(where: Sequence[Where], number: int) -> list[tuple[str, str]]:
    pairs = criteria(where, size=PAGE, order="sku")
    return [(name, str(number) if name.endswith("[currentPage]") else value) for name, value in pairs]


def packed(targets: Targets) -> str:
    return json.dumps({sku: [str(before), str(after)] for sku, (before, after) in targets.items()}, sort_keys=True)


def unpacked(text: str) -> Targets:
    return {str(sku): (Decimal(before), Decimal(after)) for sku, (before, after) in json.loads(text).items()}
