"""Products and stock at Square."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.errors import Conflict, NotFound, ValidationError
from posbridge.connectors.square.calls import (
    Body,
    Calls,
    cursor_of,
    earlier,
    newest,
    place_of,
    rows_of,
    stamp,
    walk,
)
from posbridge.connectors.square.catalog_mapping import Shelf, from_product, read_page, to_product
from posbridge.connectors.square.errors import DEAD_CURSOR, REUSED
from posbridge.connectors.square.order_body import adjustment, derived
from posbridge.connectors.square.reading import opened
from posbridge.connectors.text import Reader, each
from posbridge.domain.catalog import Product
from posbridge.domain.inventory import StockChange, StockLevel

PAGE = 1000
_POINTED_AT = ["CATEGORY", "ITEM_OPTION", "MEASUREMENT_UNIT", "TAX"]
_CHANGES = 100


class Products:
    """Square's items. A cursor of ours holds the time that Square gave, and the place in the list."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """Items changed since the cursor; all of them when a category, option, unit or tax has changed."""
        place = place_of(cursor)
        shelf, changed = await self._shelf()
        begin = place.get("begin", "")
        if begin and changed > begin:
            begin, place = "", {}
        latest = place.get("latest", "")
        async for page, following in self._pages(_search(begin), place.get("at", "")):
            latest = latest or str(page.get("latest_time") or "") or begin or stamp(self._calls.clock())
            page = await self._with_parents(page) if begin else page
            known = (shelf, self._calls.connection.location, self._calls.currency)
            items, gone, parked = await asyncio.to_thread(read_page, page, *known)
            after = cursor_of(begin=begin, at=following, latest=latest) if following else cursor_of(begin=latest)
            yield Page(items, after, not following, gone, parked)

    async def ids(self) -> AsyncIterator[Page[str]]:
        asked = {"object_types": ["ITEM"], "limit": PAGE}
        async for page, following in self._pages(asked, ""):
            found = [str(one["id"]) for one in rows_of(page, "objects") if isinstance(one, Mapping) and one.get("id")]
            yield Page(found, cursor_of(at=following), not following)

    async def get(self, product_id: str) -> Product:
        path = f"v2/catalog/object/{quote(product_id, safe='')}"
        page = await self._calls.get(path, {"include_related_objects": "true"})
        raw = opened(page, "object")
        if raw.get("type") != "ITEM" or raw.get("is_deleted") is True:
            raise NotFound("Square has no item with this id.")
        shelf, _ = await self._shelf()
        beside = Shelf()
        each(rows_of(page, "related_objects"), beside.add)
        return to_product(raw, beside.over(shelf), self._calls.connection.location, self._calls.currency)

    async def push(self, product: Product, key: str) -> RemoteRef:
        """Creates the item, or brings the one there up to ours and keeps what we do not know of."""
        current: Any = None
        if product.id:
            current = opened(await self._calls.get(f"v2/catalog/object/{quote(product.id, safe='')}"), "object")
        body = {"idempotency_key": derived(key, "item"), "object": from_product(product, current)}
        made = await self._calls.write("POST", "v2/catalog/object", body)
        return RemoteRef(id=Reader(made).object("catalog_object").id())

    async def _pages(self, asked: Body, first: str) -> AsyncIterator[tuple[Body, str]]:
        """The pages of a search; a cursor that died (they live five minutes) begins the walk anew, once."""

        async def fetch(cursor: str) -> Body:
            return await self._calls.ask("v2/catalog/search", asked | ({"cursor": cursor} if cursor else {}))

        for last_try in (False, True):
            try:
                async for found in walk(fetch, first):
                    yield found
                return
            except ValidationError as problem:
                if problem.platform_code != DEAD_CURSOR or last_try:
                    raise
                first = ""

    async def _shelf(self) -> tuple[Shelf, str]:
        """What items point at, and when any of it last changed."""
        shelf, changed = Shelf(), ""
        asked = {"object_types": _POINTED_AT, "include_deleted_objects": True, "limit": PAGE}
        async for page, _ in self._pages(asked, ""):
            objects = rows_of(page, "objects")
            each(objects, shelf.add)
            changed = newest(objects, "updated_at", changed)
        return shelf, changed

    async def _with_parents(self, page: Body) -> Body:
        """The page with the items whose variations changed, where the item itself does not show it."""
        objects = rows_of(page, "objects")
        shown = {one.get("id") for one in objects if isinstance(one, Mapping)}
        data = [one.get("item_variation_data") for one in objects if _is_variation(one)]
        wanted = {one.get("item_id") for one in data if isinstance(one, Mapping)} - shown
        ids = sorted(key for key in wanted if isinstance(key, str) and key)
        if not ids:
            return page
        asked = {"object_ids": ids, "include_related_objects": True}
        found = await self._calls.ask("v2/catalog/batch-retrieve", asked)
        beside = [*rows_of(page, "related_objects"), *rows_of(found, "related_objects")]
        return page | {"objects": [*objects, *rows_of(found, "objects")], "related_objects": beside}


def _search(begin: str) -> Body:
    asked: Body = {"object_types": ["ITEM"], "include_related_objects": True, "limit": PAGE}
    if begin:
        kinds = ["ITEM", "ITEM_VARIATION"]
        asked |= {"object_types": kinds, "begin_time": begin, "include_deleted_objects": True}
    return asked


def _is_variation(raw: Any) -> bool:
    return isinstance(raw, Mapping) and raw.get("type") == "ITEM_VARIATION"


class Stock:
    """What is in stock at the connection's location."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """Counts changed since the cursor; of variants that are asked for by id, those never counted too (None)."""
        groups = [list(variant_ids[at : at + PAGE]) for at in range(0, len(variant_ids), PAGE)] or [[]]
        for number, group in enumerate(groups, start=1):
            async for page in self._group(place_of(cursor), group):
                yield Page(page.items, page.cursor, page.last and number == len(groups), parked=page.parked)

    async def _group(self, place: Mapping[str, str], ids: list[str]) -> AsyncIterator[Page[StockLevel]]:
        after = place.get("after", "")
        asked: Body = {"location_ids": [self._calls.location], "states": ["IN_STOCK"], "limit": PAGE}
        asked |= {"catalog_object_ids": ids} if ids else {}
        asked |= {"updated_after": earlier(after)} if after else {}
        seen, latest = set[str](), place.get("latest", "") or after

        async def fetch(cursor: str) -> Body:
            body = asked | ({"cursor": cursor} if cursor else {})
            return await self._calls.ask("v2/inventory/counts/batch-retrieve", body)

        async for page, following in walk(fetch, place.get("at", "")):
            rows = rows_of(page, "counts")
            levels, parked = await asyncio.to_thread(each, rows, _level, "catalog_object_id")
            latest = newest(rows, "calculated_at", latest)
            seen.update(level.variant_id for level in levels)
            never = [StockLevel(variant_id=key, quantity=None) for key in ids if key not in seen and not following]
            done = cursor_of(after=latest or stamp(self._calls.clock() - timedelta(days=1)))
            going = cursor_of(after=after, at=following, latest=latest)
            yield Page([*levels, *never], going if following else done, not following, parked=parked)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Differences, a hundred a request. A key that Square knows with another time in the body was done before."""
        moved = [change for change in changes if change.delta]
        for number, at in enumerate(range(0, len(moved), _CHANGES), start=1):
            part = self._bodies(moved[at : at + _CHANGES], key)
            await book(self._calls, {"idempotency_key": derived(key, str(number)), "changes": part})

    def _bodies(self, changes: Sequence[StockChange], key: str) -> list[Body]:
        now = stamp(self._calls.clock())
        return [
            adjustment(one.variant_id, one.delta, one.reason, one.location or self._calls.location, now, key)
            for one in changes
        ]


async def book(calls: Calls, body: Mapping[str, Any]) -> None:
    """Sends changes of stock under their key; done before under the same key is as good."""
    try:
        await calls.write("POST", "v2/inventory/changes/batch-create", body)
    except Conflict as problem:
        if problem.platform_code != REUSED:
            raise


def _level(raw: Any) -> StockLevel:
    reader = Reader(raw, "catalog_object_id")
    return StockLevel(
        variant_id=reader.id("catalog_object_id"),
        quantity=reader.decimal("quantity"),
        location=reader.text("location_id"),
        read_at=reader.utc("calculated_at"),
    )
