"""Products and stock at Squarespace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import Page, RemoteRef, RemoteVariant
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import NotFound, PermissionDenied, SchemaDrift, Unsupported
from posbridge.connectors.paging import once_each
from posbridge.connectors.squarespace.calls import (
    INVENTORY,
    MOST,
    PRODUCTS,
    STORE_PAGES,
    Body,
    Calls,
    chunks,
    earlier,
    newest,
    pages,
    place_of,
    rows_of,
    stamp,
    window,
)
from posbridge.connectors.squarespace.catalog_mapping import (
    physical_variants,
    read_page,
    to_level,
    to_product,
)
from posbridge.connectors.squarespace.order_body import idempotency_key
from posbridge.connectors.text import each
from posbridge.domain.catalog import Product
from posbridge.domain.inventory import StockChange, StockLevel


class Shelf:
    """Which variants an imported order may name: those of physical products that still exist.

    It learns from every page of products that is read, and asks for a product that it has not seen.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._known: dict[str, frozenset[str]] = {}

    def learn(self, rows: Iterable[Any]) -> None:
        for row in rows:
            with suppress(SchemaDrift):
                product, variants = physical_variants(row)
                self._known[product] = variants

    def forget(self, links: Iterable[RemoteVariant]) -> None:
        for link in links:
            self._known.pop(link.product_id, None)

    async def physical(self, links: Iterable[RemoteVariant]) -> set[str]:
        """The variants of these links that may be named; one whose product is not told is taken on trust."""
        wanted = list(links)
        asked = sorted({link.product_id for link in wanted if link.product_id} - self._known.keys())
        for group in chunks(asked):
            await self._ask(group)
        return {
            link.variant_id
            for link in wanted
            if not link.product_id or link.variant_id in self._known.get(link.product_id, ())
        }

    async def _ask(self, ids: list[str]) -> None:
        """One unknown id makes the whole answer 404: then each is asked for alone, and what is gone has nothing."""
        try:
            self.learn(rows_of(await self._calls.get(f"{PRODUCTS}/{_path_of(ids)}"), "products"))
        except NotFound:
            if len(ids) > 1:
                for ident in ids:
                    await self._ask([ident])
            else:
                self._known[ids[0]] = frozenset()


class Products:
    """Squarespace's products, read only. A cursor of ours holds the latest change that was seen."""

    def __init__(self, calls: Calls, shelf: Shelf) -> None:
        self._calls, self._shelf = calls, shelf

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """Products changed since the cursor, in pages of fifty; deletions show in `ids` only."""
        place = place_of(cursor)
        since, latest = place.get("since", ""), place.get("latest", "") or place.get("since", "")
        began, titles, seen = stamp(self._calls.clock()), await self._titles(), set[str]()
        asked = window(earlier(since), self._calls.clock()) if since else {}
        async for page, following in pages(self._calls, PRODUCTS, asked, place.get("at", "")):
            rows = rows_of(page, "products")
            self._shelf.learn(rows)
            latest = newest(rows, latest)
            fresh = once_each(rows, seen)
            items, parked = await asyncio.to_thread(read_page, fresh, currency=self._calls.currency, store_pages=titles)
            behind = cursor_of(since=since, at=following, latest=latest)
            yield Page(items, behind if following else cursor_of(since=latest or began), not following, parked=parked)

    async def _titles(self) -> dict[str, str]:
        """The store pages' titles by id: the nearest thing to categories. A key that may not read them does without."""
        found: dict[str, str] = {}
        with suppress(PermissionDenied, NotFound):
            async for page, _ in pages(self._calls, STORE_PAGES, {}):
                for row in rows_of(page, "storePages"):
                    if isinstance(row, Mapping) and isinstance(row.get("title"), str):
                        found[str(row.get("id"))] = row["title"]
        return found

    async def ids(self) -> AsyncIterator[Page[str]]:
        """A full walk: nothing else tells of deletions."""
        seen: set[str] = set()
        async for page, following in pages(self._calls, PRODUCTS, {}):
            rows = once_each(rows_of(page, "products"), seen)
            found = [row["id"] for row in rows if isinstance(row, Mapping) and isinstance(row.get("id"), str)]
            yield Page(found, cursor_of(at=following), not following)

    async def get(self, product_id: str) -> Product:
        """One product comes as a list of one, without pagination (recorded)."""
        rows = rows_of(await self._calls.get(f"{PRODUCTS}/{_path_of([product_id])}"), "products")
        if not rows:
            raise NotFound("Squarespace does not know this product.")
        return to_product(rows[0], self._calls.currency, await self._titles())

    async def push(self, product: Product, key: str) -> RemoteRef:
        raise Unsupported(
            "Goods are kept in Squarespace's own panel; posbridge reads them only.",
            next_step="Change the product in Squarespace under Products & Services; it is read here within minutes.",
        )


class Stock:
    """One number a variant; there are no locations."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """All levels, each time: nothing tells which have changed. A cursor goes on in the middle of a walk."""
        if variant_ids:
            yield self._page(await self._named(list(dict.fromkeys(variant_ids))), "", True)
            return
        async for page, following in pages(self._calls, INVENTORY, {}, place_of(cursor).get("at", "")):
            rows = rows_of(page, "inventory")
            yield await asyncio.to_thread(self._page, rows, cursor_of(at=following) if following else "", not following)

    def _page(self, rows: list[Any], cursor: str, last: bool) -> Page[StockLevel]:
        items, parked = each(rows, to_level, "variantId")
        now = self._calls.clock()
        return Page([item.model_copy(update={"read_at": now}) for item in items], cursor, last, parked=parked)

    async def _named(self, ids: list[str]) -> list[Any]:
        found: list[Any] = []
        for group in chunks(ids):
            try:
                found += rows_of(await self._calls.get(f"{INVENTORY}/{_path_of(group)}"), "inventory")
            except NotFound:
                if len(group) > 1:
                    found += [row for ident in group for row in await self._named([ident])]
        return found

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Differences under their key, fifty in a request, each request all or nothing.

        Raises Unsupported for parts of a piece, Conflict where too few are there or the stock is not counted.
        """
        deltas: dict[str, Decimal] = {}
        for change in changes:
            deltas[change.variant_id] = deltas.get(change.variant_id, Decimal(0)) + change.delta
        if any(delta % 1 for delta in deltas.values()):
            raise Unsupported("Squarespace counts whole pieces only.")
        moves = [(ident, int(delta)) for ident, delta in deltas.items() if delta]
        for number, group in enumerate(chunks(moves, MOST)):
            await self.move(group, idempotency_key(key, str(number) if number else ""))

    async def move(self, moves: Sequence[tuple[str, int]], key: str) -> None:
        """One request of at most fifty differences; the same key again changes nothing."""
        body: Body = {}
        for ident, delta in moves:
            name = "incrementOperations" if delta > 0 else "decrementOperations"
            body.setdefault(name, []).append({"variantId": ident, "quantity": abs(delta)})
        await self._calls.write("POST", f"{INVENTORY}/adjustments", body, key=key)


def _path_of(ids: Iterable[str]) -> str:
    return ",".join(quote(ident, safe="") for ident in ids)
