"""What Lightspeed sells: items with what the menus say of them, and the counts of what may still be sold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import NotFound, SchemaDrift, Unsupported
from posbridge.connectors.lightspeed.calls import Calls, place_of, rows_of, stamp
from posbridge.connectors.lightspeed.catalog_mapping import (
    MenuFacts,
    is_open,
    price_of,
    to_menu,
    to_product,
)
from posbridge.connectors.lightspeed.order_body import Piece
from posbridge.connectors.lightspeed.reading import minor_of
from posbridge.connectors.paging import ahead
from posbridge.connectors.text import Reader, each
from posbridge.domain.catalog import Product
from posbridge.domain.inventory import StockChange, StockLevel

ITEMS_PAGE, SOME_ITEMS, SOME_COUNTS = 1000, 200, 50
#: Menus and items are asked for at most every few minutes, unless a pull wants them fresh (FACTS section 10).
FRESH = timedelta(minutes=5)
_NO_WRITES = "Lightspeed's items and their counts are kept in its back office; posbridge only reads them."
_ITEMS = "items/v1/items"


class Shelf:
    """Menus and items as they were read last: what an item is called, costs and allows at the register."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._menu: dict[str, MenuFacts] = {}
        self._menu_read: datetime | None = None
        self._items: dict[str, tuple[Any, datetime]] = {}
        self._lock = asyncio.Lock()

    async def menu(self, *, fresh: bool = False) -> dict[str, MenuFacts]:
        """What all menus say of their SKUs; the first menu that has one counts."""
        async with self._lock:
            now = self._calls.clock()
            if fresh or self._menu_read is None or now - self._menu_read > FRESH:
                self._menu = await self._load()
                self._menu_read = now
        return self._menu

    async def _load(self) -> dict[str, MenuFacts]:
        found: dict[str, MenuFacts] = {}
        profile = self._calls.field("profile_togo") or None
        for row in rows_of(await self._calls.get("o/op/1/menu/list")):
            where = f"o/op/2/menu/load/{Reader(row).id('ikentooMenuId')}"
            try:
                asked = [("accountProfile", profile), ("richContent", "true")]
                raw = await self._calls.get(where, [pair for pair in asked if pair[1]])
                menu = await asyncio.to_thread(to_menu, raw, locale=self._calls.field("locale", "en"))
            except (NotFound, SchemaDrift):  # a menu that was just deleted or cannot be read: its items stand alone
                continue
            found = {**menu, **found}
        return found

    def remember(self, rows: Iterable[Any]) -> None:
        """Items as they were just read."""
        now = self._calls.clock()
        for row in rows:
            if isinstance(row, dict) and row.get("id") is not None:
                self._items[str(row["id"])] = (row, now)

    async def items(self, ids: Iterable[str]) -> dict[str, Any]:
        """The items of these ids that exist, read again when they were read too long ago."""
        wanted = [one for one in dict.fromkeys(ids) if one.isdigit()]
        now = self._calls.clock()
        stale = [one for one in wanted if one not in self._items or now - self._items[one][1] > FRESH]
        for at in range(0, len(stale), SOME_ITEMS):
            some = stale[at : at + SOME_ITEMS]
            asked: list[tuple[str, Any]] = [("itemIds", one) for one in some]
            for one in some:
                self._items.pop(one, None)
            self.remember(rows_of(await self._calls.get(_ITEMS, [*asked, ("amount", len(some))])))
        return {one: self._items[one][0] for one in wanted if one in self._items}

    async def with_sku(self, sku: str) -> Any | None:
        """The one item of that SKU, None when there is none or several. Rows are compared, whatever was filtered."""
        known = [row for row, _ in self._items.values() if row.get("sku") == sku]
        if not known:
            rows = rows_of(await self._calls.get(_ITEMS, [("sku", sku), ("amount", 2)]))
            self.remember(rows)
            known = [row for row in rows if isinstance(row, dict) and row.get("sku") == sku]
        return known[0] if len(known) == 1 and known[0].get("id") is not None else None

    async def pieces(self, ids: Iterable[str]) -> dict[str, Piece]:
        """What the register charges, by SKU."""
        rows, menu = await self.items(ids), await self.menu()
        found: dict[str, Piece] = {}
        for row in rows.values():
            item = Reader(row)
            sku = item.text("sku").strip()
            said = menu.get(sku) or MenuFacts()
            price = price_of(item, said)
            minor = None if price is None else minor_of(price, self._calls.currency)
            found[sku] = Piece(sku, minor, is_open(item, said))
        return found


class Products:
    """Read whole each time: Lightspeed has no filter by time of change."""

    def __init__(self, calls: Calls, shelf: Shelf) -> None:
        self._calls, self._shelf = calls, shelf

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """Everything there is, a thousand items a page."""
        begun = stamp(self._calls.clock())
        menu = await self._shelf.menu(fresh=True)

        def mapped(raw: Any) -> Product | None:
            return to_product(raw, currency=self._calls.currency, menu=menu)

        first = place_of(cursor).get("offset", "")
        async for rows, following in ahead(self._fetch, _following, first or "0"):
            self._shelf.remember(rows[1])
            found, parked = await asyncio.to_thread(each, rows[1], mapped)
            items = [product for product in found if product is not None]
            after = cursor_of(offset=following) if following else cursor_of(since=begun)
            yield Page(items, after, not following, parked=parked)

    async def ids(self) -> AsyncIterator[Page[str]]:
        async for rows, following in ahead(self._fetch, _following, "0"):
            found = [str(row["id"]) for row in rows[1] if isinstance(row, dict) and row.get("id") is not None]
            yield Page(found, following, not following)

    async def get(self, product_id: str) -> Product:
        if not product_id.isdigit():
            raise NotFound("Lightspeed has no such item.")
        raw = await self._calls.get(f"{_ITEMS}/{product_id}")
        self._shelf.remember([raw])
        menu = await self._shelf.menu()
        product = to_product(raw, currency=self._calls.currency, menu=menu)
        if product is None:
            raise NotFound("This item is not sold alone at Lightspeed.")
        return product

    async def push(self, product: Product, key: str) -> RemoteRef:
        raise Unsupported(_NO_WRITES)

    async def _fetch(self, offset: str) -> tuple[int, list[Any]]:
        asked = [("offset", offset), ("amount", ITEMS_PAGE)]
        return int(offset or "0"), rows_of(await self._calls.get(_ITEMS, asked))


def _following(page: tuple[int, list[Any]]) -> str:
    """A short page is the last."""
    return str(page[0] + ITEMS_PAGE) if len(page[1]) >= ITEMS_PAGE else ""


class Stock:
    """How many may still be sold; an item without such a count is not restricted."""

    def __init__(self, calls: Calls, shelf: Shelf, products: Products) -> None:
        self._calls, self._shelf, self._products = calls, shelf, products

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """Of the items asked for, else of all: fifty SKUs a call."""
        skus = await self._skus(variant_ids)
        groups = [skus[at : at + SOME_COUNTS] for at in range(0, len(skus), SOME_COUNTS)] or [[]]
        since = cursor_of(since=stamp(self._calls.clock()))
        for number, group in enumerate(groups, start=1):
            yield Page(await self._counted(group), since, number == len(groups))

    async def _skus(self, variant_ids: Sequence[str]) -> list[tuple[str, str]]:
        if variant_ids:
            rows = await self._shelf.items(variant_ids)
            pairs = [(key, Reader(row).text("sku").strip()) for key, row in rows.items()]
        else:
            pairs = [
                (variant.id, variant.sku)
                async for page in self._products.changed_since(None)
                for product in page.items
                for variant in product.variants
            ]
        return [pair for pair in pairs if pair[1]]

    async def _counted(self, group: Sequence[tuple[str, str]]) -> list[StockLevel]:
        if not group:
            return []
        asked = {"skus": [sku for _, sku in group]}
        page = await self._calls.ask("o/op/1/itemAvailability", asked, [("size", 100)])
        rows = [Reader(row, "sku") for row in rows_of(page, "data")]
        counts = {row.text("sku"): row.decimal("count") for row in rows}
        now, place = self._calls.clock(), self._calls.location
        return [StockLevel(variant_id=key, quantity=counts.get(sku), location=place, read_at=now) for key, sku in group]

    async def adjust(self, changes: Sequence[StockChange], key: str) -> NoReturn:
        raise Unsupported(_NO_WRITES)
