"""Stock: counted by item, read in one list, and written as numbers from differences."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import NotFound, SchemaDrift, ValidationError
from posbridge.connectors.text import Reader, each
from posbridge.connectors.toast.calls import STOCK, Body, Calls, rows_of
from posbridge.connectors.toast.identity import item_of
from posbridge.connectors.toast.reading import number
from posbridge.connectors.toast.shelf import Shelf, readable
from posbridge.domain.inventory import InventoryKind, StockChange, StockLevel

IN_STOCK, QUANTITY, OUT_OF_STOCK = "IN_STOCK", "QUANTITY", "OUT_OF_STOCK"
#: Items asked for in one search; no limit is documented.
_ASKED = 100
_KEPT_KEYS = 500

#: Item → [held before, held after]
Targets = dict[str, list[Decimal]]


class Stock:
    """What is counted there. An item that is not counted is sold without limit."""

    def __init__(self, calls: Calls, shelf: Shelf) -> None:
        self._calls, self._shelf = calls, shelf
        self._done: OrderedDict[str, Targets] = OrderedDict()

    async def counted(self) -> dict[str, Decimal | None]:
        """What each counted item holds: those not named are in stock without a count."""
        rows = rows_of(await self._calls.get(f"{STOCK}/inventory"), "stock")
        return dict(each(rows, read_row, "guid")[0])

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """The variants asked for, or all on the menu: one that is not listed is not counted any more."""
        began = self._calls.clock()
        if variant_ids:
            found, parked = await self._search([item_of(each_id) for each_id in variant_ids])
            wanted = [each_id for each_id in variant_ids if item_of(each_id) in found]
        else:
            rows = rows_of(await self._calls.get(f"{STOCK}/inventory"), "stock")
            read, parked = each(rows, read_row, "guid")
            found, menu = dict(read), await self._shelf.menu(fresh=False)
            products = await asyncio.to_thread(readable, menu)
            wanted = [variant.id for product in products for variant in product.variants]
        levels = [_level(each_id, found.get(item_of(each_id)), began) for each_id in wanted]
        yield Page(levels, "", True, parked=parked)

    async def _search(self, items: Sequence[str]) -> tuple[dict[str, Decimal | None], list[SchemaDrift]]:
        """By item; those that Toast does not know are not among them."""
        known: dict[str, Decimal | None] = {}
        parked: list[SchemaDrift] = []
        wanted = list(dict.fromkeys(items))
        for at in range(0, len(wanted), _ASKED):
            body = {"guids": wanted[at : at + _ASKED], "multiLocationIds": []}
            rows = rows_of(await self._calls.ask(f"{STOCK}/inventory/search", body), "stock")
            valid = [row for row in rows if not _invalid(row)]
            read, odd = each(valid, read_row, "guid")
            known.update(read)
            parked += odd
        return known, parked

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Reads, reckons and sets. Toast knows no differences and no keys: the same key again, in this process, goes
        on with the same numbers, and what somebody changed meanwhile is left alone.

        Raises NotFound for an unknown item. An item that is not counted has nothing to change.
        """
        targets = self._done.get(key)
        if targets is None:
            targets = self._done[key] = await self._targets(changes)
            while len(self._done) > _KEPT_KEYS:
                self._done.popitem(last=False)
        held, _ = await self._search(list(targets)) if targets else ({}, [])
        rows = [row_of(item, after) for item, (before, after) in targets.items() if held.get(item) == before]
        if rows:
            await self._calls.write("PUT", f"{STOCK}/inventory/update", rows)
        self._done[key] = {}

    async def _targets(self, changes: Sequence[StockChange]) -> Targets:
        deltas: dict[str, Decimal] = {}
        for change in changes:
            item = item_of(change.variant_id)
            deltas[item] = deltas.get(item, Decimal(0)) + change.delta
        held, _ = await self._search(list(deltas))
        made: Targets = {}
        for item, delta in deltas.items():
            if item not in held:
                raise NotFound("This article is not on Toast's published menu.")
            before = held[item]
            if before is not None and delta:
                made[item] = [before, _within(before + delta)]
        return made


def _within(after: Decimal) -> Decimal:
    if after < 0:
        raise ValidationError(f"Toast would be left with {after} of an article.", next_step="Count it again.")
    return after


def _invalid(row: Any) -> bool:
    return isinstance(row, dict) and row.get("itemGuidValidity") == "INVALID"


def read_row(raw: Any) -> tuple[str, Decimal | None]:
    """An item's GUID and what it holds; None where it is in stock without a count. Raises SchemaDrift."""
    reader = Reader(raw, "guid")
    status, held = reader.text("status"), number(reader, "quantity")
    if status == QUANTITY and held is None:
        raise SchemaDrift("A counted item has no quantity.", object_id=reader.object_id)
    return reader.id("guid"), Decimal(0) if status == OUT_OF_STOCK else held if status == QUANTITY else None


def row_of(item: str, held: Decimal) -> Body:
    """How a number is set: nothing left is a state of its own, and takes no quantity."""
    return {"guid": item, "status": QUANTITY, "quantity": held} if held > 0 else {"guid": item, "status": OUT_OF_STOCK}


def _level(variant_id: str, held: Decimal | None, began: Any) -> StockLevel:
    return StockLevel(variant_id=variant_id, quantity=held, kind=InventoryKind.QUANTITY, read_at=began)
