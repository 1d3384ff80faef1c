"""The goods of a site, read only: V3 by cursor with its variants beside, V1 by its rising numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import NotFound, PermissionDenied, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.paging import ahead, once_each
from posbridge.connectors.wix.calls import (
    BIG_PAGE,
    PAGE,
    V1,
    Body,
    Calls,
    began,
    moment,
    numbered,
    place_of,
    queried,
    text_filter,
)
from posbridge.connectors.wix.catalog_mapping import read_page
from posbridge.connectors.wix.reading import listed, stamp
from posbridge.domain.catalog import Product

PRODUCTS_V3, VARIANTS_V3 = "stores/v3/products", "stores/v3/products/query-variants"
PRODUCTS_V1 = "stores-reader/v1/products"
CATEGORIES, COLLECTIONS = "categories/v1/categories/query", "stores-reader/v1/collections/query"
FIELDS = [
    "CURRENCY", "PLAIN_DESCRIPTION", "MEDIA_ITEMS_INFO", "DIRECT_CATEGORIES_INFO", "WEIGHT_MEASUREMENT_UNIT_INFO",
    "URL",
]  # fmt: skip
_TREE = {"treeReference": {"appNamespace": "@wix/stores"}}
_HIDDEN_TOO = {"includeVariants": True, "includeHiddenProducts": True}
_UPWARDS = text_filter([{"numericId": "asc"}])


class Products:
    """Wix's products. Which catalogue the site has is asked once."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """Products changed since the cursor, variants and all; deletions show in `ids` only."""
        place = place_of(cursor)
        since, begun = place.get("since", ""), place.get("begun", "") or began(self._calls)
        names, seen = await self._names(), set[str]()
        async for page, following in await self._pages(since, place.get("at", "")):
            rows = once_each(listed(page, "products"), seen)
            variants = [] if await self._is_v1() else await self._variants(rows)
            items, parked = await asyncio.to_thread(
                read_page, rows, currency=self._calls.currency, categories=names, variants=variants,
                weight_unit=self._calls.field("weight_unit"),
            )  # fmt: skip
            behind = cursor_of(since=since, at=following, begun=begun) if following else cursor_of(since=begun)
            yield Page(items, behind, not following, parked=parked)

    async def ids(self) -> AsyncIterator[Page[str]]:
        """A full walk: nothing else tells of deletions."""
        seen: set[str] = set()
        async for page, following in await self._pages("", "", bare=True):
            rows = once_each(listed(page, "products"), seen)
            found = [row["id"] for row in rows if isinstance(row, Mapping) and isinstance(row.get("id"), str)]
            yield Page(found, cursor_of(at=following), not following)

    async def get(self, product_id: str) -> Product:
        names, ident = await self._names(), quote(product_id, safe="")
        if await self._is_v1():
            raw = await self._calls.get(f"{PRODUCTS_V1}/{ident}")
        else:
            asked = [("fields", name) for name in [*FIELDS, "VARIANT_OPTION_CHOICE_NAMES"]]
            raw = await self._calls.get(f"{PRODUCTS_V3}/{ident}", asked)
        made, parked = read_page(
            raw, currency=self._calls.currency, categories=names, weight_unit=self._calls.field("weight_unit")
        )
        if parked:
            raise parked[0]
        if not made:
            raise NotFound("Wix does not know this product.")
        return made[0]

    async def push(self, product: Product, key: str) -> RemoteRef:
        raise Unsupported(
            "Goods are kept in Wix's own panel; posbridge reads them only.",
            next_step="Change the product in Wix under Catalog > Store Products; it is read here within minutes.",
        )

    async def _is_v1(self) -> bool:
        return await self._calls.catalog() == V1

    async def _pages(self, since: str, at: str, *, bare: bool = False) -> Any:
        return self._pages_v1(since, at) if await self._is_v1() else self._pages_v3(since, at, bare)

    def _pages_v3(self, since: str, at: str, bare: bool) -> Any:
        """No order is asked for: sorting by dates was reported to fail although it is listed."""
        query = {"filter": {"updatedDate": {"$gt": stamp(moment(since))}}} if since else {}
        beside = {} if bare else {"fields": FIELDS}
        return queried(self._calls, f"{PRODUCTS_V3}/query", query, first=at, beside=beside)

    def _pages_v1(self, since: str, at: str) -> Any:
        """By rising numbers: offsets end at 10 000, and slip when something is deleted meanwhile."""
        changed = {"lastUpdated": {"$gt": stamp(moment(since))}} if since else {}

        async def fetch(last: str) -> Body:
            condition = {**changed, **({"numericId": {"$gt": last}} if last else {})}
            query = {"filter": text_filter(condition), "sort": _UPWARDS, "paging": {"limit": PAGE, "offset": 0}}
            return await self._calls.ask(f"{PRODUCTS_V1}/query", {"query": query, **_HIDDEN_TOO})

        return ahead(fetch, _last_number, at)

    async def _variants(self, rows: list[Any]) -> list[Any]:
        """The variants of a page of products: one request, for a page holds fewer than a thousand."""
        ids = [row["id"] for row in rows if isinstance(row, Mapping) and isinstance(row.get("id"), str)]
        if not ids:
            return []
        query = {"filter": {"productData.productId": {"$in": ids}}}
        asked = queried(self._calls, VARIANTS_V3, query, limit=BIG_PAGE, beside={"fields": ["CURRENCY"]})
        return [row async for page, _ in asked for row in listed(page, "variants")]

    async def _names(self) -> dict[str, str]:
        """The categories' names by id. A key that may not read them does without."""
        if await self._is_v1():
            pages = numbered(self._calls, COLLECTIONS, "collections")
            return await _named(pages, "collections")
        return await _named(queried(self._calls, CATEGORIES, {}, beside=_TREE), "categories")

    async def names(self) -> dict[str, str]:
        """The same, for coupons."""
        return await self._names()


async def _named(pages: Any, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    with suppress(PermissionDenied, NotFound, ValidationError):
        async for page, _ in pages:
            for row in listed(page, name):
                if isinstance(row, Mapping) and isinstance(row.get("name"), str):
                    found[str(row.get("id"))] = row["name"]
    return found


def _last_number(page: Body) -> str:
    """The number behind which the next page begins, "" on the last."""
    rows = listed(page, "products")
    if len(rows) < PAGE:
        return ""
    last = rows[-1].get("numericId") if isinstance(rows[-1], Mapping) else None
    if not isinstance(last, str | int) or isinstance(last, bool) or not str(last):
        raise SchemaDrift("Wix's products have lost their numbers.")
    return str(last)
