"""Products at Shopify: small shops page by page, large ones by a bulk read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import SchemaDrift, ServiceUnavailable, Unsupported, ValidationError
from posbridge.connectors.shopify import bulk, documents
from posbridge.connectors.shopify.calls import (
    Body,
    Calls,
    behind,
    earlier,
    members,
    needed,
    place_of,
    since_filter,
    walk,
)
from posbridge.connectors.shopify.catalog_mapping import read_product
from posbridge.connectors.shopify.reading import gid, number_of
from posbridge.connectors.text import Reader, each
from posbridge.domain.catalog import Product

log = structlog.get_logger("posbridge.connectors.shopify")

PAGE, VARIANTS, IDS = 50, 50, 250
#: From so many products on a first read is a bulk read: fewer requests than pages, and no limit of 25,000.
BULK_FROM = 2000
#: One list goes no further; ids beyond it are asked for by a filter.
LIST_END = 25_000
_NOWHERE = "gid://shopify/Location/0"
_TOO_DEAR = "MAX_COST_EXCEEDED"


class Products:
    """The products of the shop. A cursor of ours holds since when, and the place in the list or in the bulk result."""

    def __init__(self, calls: Calls) -> None:
        self._calls, self._size = calls, PAGE

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """Products changed since the cursor; everything for None: by a bulk read where the shop is large."""
        place = place_of(cursor)
        begun = place.get("begun") or earlier(self._calls.clock())
        operation, first, total = place.get("bulk", ""), None, None
        if not place:
            first, total = await self._first()
            operation = await self._started() if total >= BULK_FROM else ""
        pages = self._bulk(operation, place, begun) if operation else self._pages(place, begun, first)
        async for page in pages:
            yield replace(page, total=total)

    async def ids(self) -> AsyncIterator[Page[str]]:
        """All ids in their order; a new list begins behind the last id where one list may go no further."""
        last, following = "", "yes"
        while following:
            seen = 0
            async with aclosing(walk(partial(self._id_page, last))) as pages:
                async for page, following in pages:
                    found = [str(row["id"]) for row in members(page) if isinstance(row, dict) and row.get("id")]
                    seen, last = seen + len(found), found[-1] if found else last
                    yield Page(found, cursor_of(id=last), not following)
                    if seen >= LIST_END:
                        break

    async def _id_page(self, last: str, at: str) -> Body:
        query = f"id:>{number_of(last)}" if last else None
        data = await self._calls.ask(documents.PRODUCT_IDS, first=IDS, after=at or None, query=query)
        return needed(data, "products")

    async def get(self, product_id: str) -> Product:
        asked = {"id": gid("Product", product_id), "variants": IDS, **self._here()}
        raw = needed(await self._calls.ask(documents.PRODUCT, **asked), "product")
        return read_product(await self._with_all_variants(raw), self._calls.currency)

    async def push(self, product: Product, key: str) -> RemoteRef:
        raise Unsupported("Products of a Shopify store are kept in Shopify: posbridge does not write them there.")

    def _here(self) -> dict[str, Any]:
        place = self._calls.location
        return {"location": place or _NOWHERE, "here": bool(place)}

    # page by page
    async def _pages(self, place: dict[str, str], begun: str, first: Body | None) -> AsyncIterator[Page[Product]]:
        since = place.get("since", "")

        async def fetch(at: str) -> Body:
            if not at and first is not None:
                return first
            return needed(await self._fetch(since, at), "products")

        async for page, following in walk(fetch, place.get("at", "")):
            rows = [await self._with_all_variants(row) for row in members(page)]
            items, parked = await self._mapped(rows)
            after = cursor_of(since=since, at=following, begun=begun) if following else cursor_of(since=begun)
            yield Page(items, after, not following, parked=parked)

    async def _first(self) -> tuple[Body, int]:
        """The first page of everything, and how many products there are."""
        data = await self._fetch("", "", count=True)
        return needed(data, "products"), Reader(data).object("productsCount").integer("count") or 0

    async def _fetch(self, since: str, at: str, count: bool = False) -> Body:
        """A page's answer; where Shopify finds it too dear, half as many products from then on."""
        while True:
            asked = {"first": self._size, "after": at or None, "query": since_filter(since), "count": count}
            try:
                return await self._calls.ask(documents.PRODUCTS, variants=VARIANTS, **asked, **self._here())
            except ValidationError as problem:
                if problem.platform_code != _TOO_DEAR or self._size <= 1:
                    raise
                self._size = self._size // 2

    async def _with_all_variants(self, raw: Any) -> Any:
        """A product may have 2,048 variants: those behind the first page are fetched and put beside them."""
        first = raw.get("variants") if isinstance(raw, dict) else None
        following = behind(first) if isinstance(first, dict) else ""
        if not following or not isinstance(first, dict):
            return raw
        nodes = list(members(first))

        async def fetch(at: str) -> Body:
            asked = {"id": raw["id"], "variants": IDS, "after": at, **self._here()}
            return needed(needed(await self._calls.ask(documents.VARIANTS, **asked), "product"), "variants")

        async for page, _ in walk(fetch, following):
            nodes += members(page)
        return raw | {"variants": {"nodes": nodes}}

    async def _mapped(self, rows: list[Any]) -> tuple[list[Product], list[SchemaDrift]]:
        currency = self._calls.currency
        return await asyncio.to_thread(each, rows, lambda row: read_product(row, currency))

    # in bulk
    async def _started(self) -> str:
        """A new operation's id, "" where the shop is busy with others: then it is read page by page."""
        try:
            return await bulk.run(self._calls, documents.bulk_products(self._calls.location))
        except (ValidationError, ServiceUnavailable) as problem:
            log.warning("no bulk read", connection=self._calls.connection.id, problem=str(problem))
            return ""

    async def _bulk(self, operation: str, place: dict[str, str], begun: str) -> AsyncIterator[Page[Product]]:
        """Pages of a bulk result. A page ends with a whole product; the cursor is the byte behind it."""
        url, size = await bulk.finished(self._calls, operation)
        held = b""
        async for text, end in bulk.pieces(self._calls, url, size, int(place.get("byte", "0"))):
            done = end >= size
            whole, held = bulk.cut(held + text) if not done else (held + text, b"")
            rows = await asyncio.to_thread(bulk.grouped, whole)
            items, parked = await self._mapped([bulk.product_of(row) for row in rows])
            going = cursor_of(bulk=operation, byte=str(end - len(held)), begun=begun)
            yield Page(items, cursor_of(since=begun) if done else going, done, parked=parked)
        if not size:
            yield Page((), cursor_of(since=begun), True)
