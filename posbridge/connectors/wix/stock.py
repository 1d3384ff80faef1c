"""Stock at Wix: counted by variant and location in Catalog V3, by product in V1; moved by differences, without keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import Conflict, ConnectorError, NotFound, Unsupported, ValidationError
from posbridge.connectors.text import Reader
from posbridge.connectors.wix.calls import (
    BIG_PAGE,
    PAGE,
    V1,
    Body,
    Calls,
    began,
    chunks,
    moment,
    numbered,
    place_of,
    queried,
)
from posbridge.connectors.wix.catalog_mapping import read_levels
from posbridge.connectors.wix.errors import WORDS
from posbridge.connectors.wix.reading import NO_VARIANT, listed, stamp
from posbridge.domain.inventory import StockChange, StockLevel

ITEMS_V3, BULK_V3 = "stores/v3/inventory-items/query", "stores/v3/bulk/inventory-items"
ITEMS_V1, MOVES_V1 = "stores-reader/v2/inventoryItems/query", "stores/v2/inventoryItems"
#: Most rows of one adjustment, and most pieces of one.
_ROWS, _PIECES = 300, 99_999
_KINDS: dict[str, type[ConnectorError]] = {"NOT_FOUND": NotFound, "ITEM_NOT_FOUND": NotFound}


class Stock:
    """The site's stock, at the chosen location where it has several."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._products: dict[str, str] = {}
        self._done: dict[str, set[int]] = {}

    # reading
    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """V3 tells what changed since; V1 is read whole each time (nothing tells which have changed)."""
        old = await self._calls.catalog() == V1
        if variant_ids:
            wanted = list(dict.fromkeys(variant_ids))
            yield await (self._of_old(wanted) if old else self._of_new(wanted))
            return
        place = place_of(cursor)
        begun = place.get("begun", "") or began(self._calls)
        since = "" if old else place.get("since", "")
        pages = self._walk_old(place.get("at", "")) if old else self._walk_new(since, place.get("at", ""))
        async for page, following in pages:
            behind = cursor_of(since=since, at=following, begun=begun) if following else cursor_of(since=begun)
            yield await asyncio.to_thread(self._page, listed(page, "inventoryItems"), behind, not following)

    def _page(self, rows: list[Any], cursor: str, last: bool) -> Page[StockLevel]:
        self._learn(rows)
        items, parked = read_levels(rows)
        now = self._calls.clock()
        return Page([item.model_copy(update={"read_at": now}) for item in items], cursor, last, parked=parked)

    def _walk_new(self, since: str, at: str) -> Any:
        condition: Body = {"locationId": {"$eq": self._calls.location}} if self._calls.location else {}
        if since:
            condition["updatedDate"] = {"$gt": stamp(moment(since))}
        query = {"filter": condition} if condition else {}
        return queried(self._calls, ITEMS_V3, query, first=at, limit=BIG_PAGE)

    def _walk_old(self, at: str) -> Any:
        return numbered(self._calls, ITEMS_V1, "inventoryItems", first=at)

    async def _of_new(self, ids: list[str]) -> Page[StockLevel]:
        rows: list[Any] = []
        place = {"locationId": {"$eq": self._calls.location}} if self._calls.location else {}
        for group in chunks(ids, PAGE):
            query = {"filter": {"variantId": {"$in": group}, **place}}
            async for page, _ in queried(self._calls, ITEMS_V3, query, limit=BIG_PAGE):
                rows += listed(page, "inventoryItems")
        return self._page(rows, "", True)

    async def _of_old(self, ids: list[str]) -> Page[StockLevel]:
        """V1 asks by product, and a variant's id does not tell it: the list is read and compared."""
        rows = [row async for page, _ in self._walk_old("") for row in listed(page, "inventoryItems")]
        whole = self._page(rows, "", True)
        return Page([item for item in whole.items if item.variant_id in ids], "", True, parked=whole.parked)

    def _learn(self, rows: Sequence[Any]) -> None:
        """Which product a variant is of: V1's adjustments want both."""
        for row in rows:
            product = row.get("productId") if isinstance(row, Mapping) else None
            for variant in row.get("variants") or () if isinstance(product, str) else ():
                if isinstance(variant, Mapping) and variant.get("variantId") not in (None, NO_VARIANT):
                    self._products[str(variant["variantId"])] = str(product)

    # moving
    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Differences. Wix honours no key: what was done under one is remembered while the program runs.

        After a lost reply the stock must be read before anything is sent again. Raises Unsupported for parts of a
        piece, Conflict where too few are there or the stock is not counted.
        """
        deltas: dict[str, Decimal] = {}
        for change in changes:
            deltas[change.variant_id] = deltas.get(change.variant_id, Decimal(0)) + change.delta
        if any(delta % 1 or abs(delta) > _PIECES for delta in deltas.values()):
            raise Unsupported("Wix counts whole pieces only, 99,999 at most.")
        old = await self._calls.catalog() == V1
        down = [(ident, -int(delta)) for ident, delta in deltas.items() if delta < 0]
        up = [(ident, int(delta)) for ident, delta in deltas.items() if delta > 0]
        parts = [("decrement", group) for group in chunks(down, _ROWS)]
        parts += [("increment", group) for group in chunks(up, _ROWS)]
        done = self._done.setdefault(key, set())
        for number, (word, group) in enumerate(parts):
            if number not in done:
                await (self._move_old(word, group) if old else self._move_new(word, group))
                done.add(number)

    async def _move_new(self, word: str, group: list[tuple[str, int]]) -> None:
        place = {"locationId": self._calls.location} if self._calls.location else {}
        rows = [{"variantId": ident, **place, f"{word}By": count} for ident, count in group]
        body: Body = {f"{word}Data": rows, "returnEntity": False, "reason": "MANUAL"}
        if word == "decrement":
            body["restrictInventory"] = False
        answer = await self._calls.write("POST", f"{BULK_V3}/{word}-by-variant-and-location", body)
        for row in Reader(answer).objects("results"):
            _require(row.object("itemMetadata"))

    async def _move_old(self, word: str, group: list[tuple[str, int]]) -> None:
        if any(ident not in self._products for ident, _ in group):
            async for page, _ in self._walk_old(""):
                self._learn(listed(page, "inventoryItems"))
        rows = [self._row_old(ident, word, count) for ident, count in group]
        await self._calls.write("POST", f"{MOVES_V1}/{word}", {f"{word}Data": rows})

    def _row_old(self, ident: str, word: str, count: int) -> Body:
        """Our id of a product without variants of its own is the product's."""
        product = self._products.get(ident, "")
        return {"productId": product or ident, "variantId": ident if product else NO_VARIANT, f"{word}By": count}


def _require(row: Reader) -> None:
    """A bulk answers 200 even when a row failed."""
    if row.flag("success"):
        return
    problem = row.object("error")
    code = problem.text("code")
    words = WORDS.get(code) or problem.text("description") or "Wix did not change the stock."
    kind = _KINDS.get(code, Conflict if code else ValidationError)
    raise kind(words, platform_code=code)
