"""Stock at Shopify: a level is an inventory item at a location; changes are differences under a key of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID, uuid5

from posbridge.connectors.contract import Page
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import NotFound, SchemaDrift, ValidationError
from posbridge.connectors.shopify import documents
from posbridge.connectors.shopify.calls import (
    Body,
    Calls,
    earlier,
    members,
    needed,
    place_of,
    since_filter,
    walk,
)
from posbridge.connectors.shopify.catalog_mapping import read_level
from posbridge.connectors.shopify.reading import gid, whole
from posbridge.connectors.text import Reader, each
from posbridge.domain.inventory import StockChange, StockLevel

#: Ids a request, rows a page and entries a change: arrays hold no more.
MOST = 250
_REASONS = {"received": "received", "returned": "restock", "damaged": "damaged"}
_KEYS = UUID("5b2c9d0e-6f0a-4f3c-9a0e-1c2d3e4f5a6b")


def derived(key: str, part: str) -> str:
    """A key of ours for one part of a piece of work: always the same for the same work."""
    return str(uuid5(_KEYS, f"{key}:{part}"))


class Stock:
    """Levels at the connection's location."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._items: dict[str, str] = {}

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """Levels changed since the cursor; of the given variants, those not stocked here too (None)."""
        pages = self._of(variant_ids) if variant_ids else self._changed(place_of(cursor))
        async for page in pages:
            yield page

    async def _changed(self, place: dict[str, str]) -> AsyncIterator[Page[StockLevel]]:
        location, since = self._calls.place(), place.get("since", "")
        begun = place.get("begun") or earlier(self._calls.clock())

        async def fetch(at: str) -> Body:
            asked = {"location": location, "first": MOST, "after": at or None, "query": since_filter(since)}
            data = await self._calls.ask(documents.LEVELS, **asked)
            return needed(needed(data, "location"), "inventoryLevels")

        async for page, following in walk(fetch, place.get("at", "")):
            items, parked = await self._mapped(members(page))
            after = cursor_of(since=since, at=following, begun=begun) if following else cursor_of(since=begun)
            yield Page(items, after, not following, parked=parked)

    async def _of(self, variant_ids: Sequence[str]) -> AsyncIterator[Page[StockLevel]]:
        ids, location = [gid("ProductVariant", one) for one in variant_ids], self._calls.place()
        done = cursor_of(since=earlier(self._calls.clock()))
        for at in range(0, len(ids), MOST):
            data = await self._calls.ask(documents.STOCK_OF, ids=ids[at : at + MOST], location=location)
            items, parked = await self._mapped(_found(data))
            yield Page(items, done, at + MOST >= len(ids), parked=parked)

    async def _mapped(self, rows: list[Any]) -> tuple[list[StockLevel], list[SchemaDrift]]:
        location = self._calls.location
        return await asyncio.to_thread(each, rows, lambda row: read_level(row, location))

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Differences, 250 a request, each request under a key made of `key`: repeated within 24 h it counts once.

        Raises ValidationError for broken quantities (stock counts pieces) and NotFound for an unknown variant.
        """
        moved = [change for change in changes if change.delta]
        items = await self._items_of([gid("ProductVariant", change.variant_id) for change in moved])
        for number, (reason, rows) in enumerate(_by_reason(moved), start=1):
            await self._adjust(reason, [self._entry(change, items) for change in rows], derived(key, str(number)))

    async def _adjust(self, reason: str, entries: list[Body], key: str) -> None:
        said = {"name": "available", "reason": reason, "referenceDocumentUri": f"gid://posbridge/StockChange/{key}"}
        await self._calls.change(documents.ADJUST, input={**said, "changes": entries}, key=key)

    def _entry(self, change: StockChange, items: dict[str, str]) -> Body:
        variant = gid("ProductVariant", change.variant_id)
        if variant not in items:
            raise NotFound(f"Shopify does not know the variant {change.variant_id}.")
        if not whole(change.delta):
            raise ValidationError("Shopify counts stock in whole pieces.")
        place = gid("Location", change.location) if change.location else self._calls.place()
        entry = {"inventoryItemId": items[variant], "locationId": place, "delta": int(change.delta)}
        return {**entry, "changeFromQuantity": None}

    async def _items_of(self, variants: Sequence[str]) -> dict[str, str]:
        """The inventory item of each variant; they never change, so they are asked for once."""
        unknown = [one for one in dict.fromkeys(variants) if one not in self._items]
        for at in range(0, len(unknown), MOST):
            data = await self._calls.ask(documents.ITEMS_OF, ids=unknown[at : at + MOST])
            rows = [Reader(row) for row in _found(data)]
            self._items |= {row.id(): row.object("inventoryItem").id() for row in rows}
        return self._items


def _found(data: Body) -> list[Any]:
    """The nodes that exist and are what was asked for; the others are null or empty."""
    rows = data.get("nodes")
    if not isinstance(rows, list):
        raise SchemaDrift("Shopify's nodes are no list any more.")
    return [row for row in rows if row]


def _by_reason(changes: Sequence[StockChange]) -> list[tuple[str, list[StockChange]]]:
    """One request has one reason; a sale or a count is a correction in Shopify's words."""
    groups: dict[str, list[StockChange]] = {}
    for change in changes:
        groups.setdefault(_REASONS.get(change.reason, "correction"), []).append(change)
    return [(reason, rows[at : at + MOST]) for reason, rows in groups.items() for at in range(0, len(rows), MOST)]
