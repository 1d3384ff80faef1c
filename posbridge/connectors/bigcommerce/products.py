"""Products and stock at BigCommerce."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from posbridge.connectors.bigcommerce.calls import Calls, chunks, cursor_of, earlier, place_of
from posbridge.connectors.bigcommerce.catalog_mapping import Shelf, read_page, to_level, to_product
from posbridge.connectors.bigcommerce.reading import iso
from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.errors import NotFound, PermissionDenied, Unsupported, ValidationError
from posbridge.connectors.text import each, one_line
from posbridge.domain.catalog import Product
from posbridge.domain.inventory import StockChange, StockLevel

PRODUCTS = "v3/catalog/products"
_PARTS = "variants,images"
_NAMED = 100
_MOST_MOVES = 2000


class Names:
    """Names of brands and categories by id, read once a pull; an account that may not read them does without."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._categories: dict[str, str] | None = None

    async def shelf(self) -> Shelf:
        brands, categories = await asyncio.gather(
            self._named("v3/catalog/brands", "id"), self._named("v3/catalog/trees/categories", "category_id")
        )
        self._categories = categories
        return Shelf(self._calls.currency, self._calls.field("weight_unit") or "oz", brands, categories)

    async def categories(self) -> dict[str, str]:
        if self._categories is None:
            self._categories = await self._named("v3/catalog/trees/categories", "category_id")
        return self._categories

    async def _named(self, path: str, key: str) -> dict[str, str]:
        with suppress(PermissionDenied, NotFound):
            rows = await self._calls.every(path, {"include_fields": "name"} if key == "id" else {})
            return {
                str(row[key]): one_line(row["name"])
                for row in rows
                if isinstance(row, Mapping) and row.get(key) and isinstance(row.get("name"), str)
            }
        return {}


class Products:
    """BigCommerce's catalogue, read only: the account needs no right to change it."""

    def __init__(self, calls: Calls, names: Names) -> None:
        self._calls, self._names = calls, names

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """Products changed since the cursor, 250 a page; deletions show in `ids` only."""
        place = place_of(cursor)
        since, began = place.get("since", ""), place.get("began", "") or iso(self._calls.clock())
        asked = {"include": _PARTS, "sort": "id", "direction": "asc"}
        asked |= {"date_modified:min": earlier(since)} if since else {}
        shelf = await self._names.shelf()
        pages = self._calls.rising(PRODUCTS, asked, "id:greater", start=int(place.get("after", "0")))
        async for rows, after in pages:
            items, parked = await asyncio.to_thread(read_page, rows, shelf)
            behind = cursor_of(since=since, began=began, after=str(after)) if after else cursor_of(since=began)
            yield Page(items, behind, not after, parked=parked)

    async def ids(self) -> AsyncIterator[Page[str]]:
        """A full walk by id alone: nothing else tells of deletions."""
        asked = {"include_fields": "id", "sort": "id", "direction": "asc"}
        async for rows, after in self._calls.rising(PRODUCTS, asked, "id:greater"):
            found = [str(row["id"]) for row in rows if isinstance(row, Mapping) and "id" in row]
            yield Page(found, cursor_of(after=str(after)) if after else "", not after)

    async def get(self, product_id: str) -> Product:
        if not product_id.isdecimal():
            raise NotFound("BigCommerce does not know this product.")
        raw = await self._calls.get(f"{PRODUCTS}/{product_id}", {"include": _PARTS})
        return to_product(raw, await self._names.shelf())

    async def push(self, product: Product, key: str) -> RemoteRef:
        raise Unsupported(
            "Goods are kept in BigCommerce's own panel; posbridge's account may only read them.",
            next_step="Change the product in BigCommerce under Products; it is read here within minutes.",
        )


class Stock:
    """Levels at one location. Adjustments are differences, never beside one another."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._done: deque[str] = deque(maxlen=1000)
        self._one = asyncio.Lock()

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """All levels of the location, each time: nothing tells which have changed."""
        path = f"v3/inventory/locations/{self._calls.location}/items"
        if variant_ids:
            found: list[Any] = []
            for group in chunks(list(dict.fromkeys(variant_ids)), _NAMED):
                found += await self._calls.every(path, {"variant_id:in": ",".join(group)})
            wanted = set(variant_ids)
            page = self._page(found, "", True)
            kept = [level for level in page.items if level.variant_id in wanted]
            yield Page(kept, "", True, parked=page.parked)
            return
        first = int(place_of(cursor).get("after", "1"))
        async for rows, following in self._calls.numbered(path, {}, max(1, first)):
            behind = cursor_of(after=str(following)) if following else ""
            yield await asyncio.to_thread(self._page, rows, behind, not following)

    def _page(self, rows: list[Any], cursor: str, last: bool) -> Page[StockLevel]:
        items, parked = each(rows, to_level)
        known = {"read_at": self._calls.clock(), "location": str(self._calls.location)}
        return Page([item.model_copy(update=known) for item in items], cursor, last, parked=parked)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Differences, whole pieces. There are no keys: one that this process has done is passed over, and after a
        lost answer the levels are to be looked at, not the call repeated."""
        async with self._one:
            if key in self._done:
                return
            deltas: dict[tuple[str, str], Decimal] = {}
            for change in changes:
                place = (change.variant_id, change.location or str(self._calls.location))
                deltas[place] = deltas.get(place, Decimal(0)) + change.delta
            items = [_item(variant, where, delta) for (variant, where), delta in deltas.items() if delta]
            for group in chunks(items, _MOST_MOVES):
                body = {"reason": f"posbridge {key}"[:200], "items": list(group)}
                await self._calls.write("POST", "v3/inventory/adjustments/relative", body)
            self._done.append(key)


def _item(variant: str, location: str, delta: Decimal) -> dict[str, int]:
    if delta != int(delta):
        raise Unsupported("BigCommerce counts whole pieces only.")
    if not variant.isdecimal() or not location.isdecimal():
        raise ValidationError("BigCommerce has no such article or location.")
    return {"location_id": int(location), "variant_id": int(variant), "quantity": int(delta)}
