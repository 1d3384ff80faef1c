"""Products and stock: both come of the inventory, which is read whole (the contract's facts, sections 3 and 4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef, RemoteVariant
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import NotFound, Unsupported
from posbridge.connectors.flowhub.calls import LONG_S, Calls, part
from posbridge.connectors.flowhub.catalog_mapping import (
    ENVELOPE,
    item_id_of,
    product_id_of,
    read_all,
    read_levels,
    shelves,
    variant_id_of,
)
from posbridge.connectors.flowhub.places import Places
from posbridge.connectors.flowhub.reading import listed
from posbridge.domain.catalog import Product
from posbridge.domain.inventory import StockChange, StockLevel

_NO_WRITES = "Flowhub's inventory cannot be changed by other programs."
_BY_HAND = "Change it in Flowhub itself; it is fetched from there."


@dataclass(frozen=True)
class Inventory:
    """What Flowhub said at one moment: every package, and those in stock by room with their barcodes."""

    whole: list[Any]
    rooms: list[Any]


class Shelves:
    """Reads the inventory, and remembers what order items are called there."""

    def __init__(self, calls: Calls, places: Places) -> None:
        self.calls, self._places = calls, places
        self._items: dict[str, str] = {}

    @property
    def sales_rooms(self) -> tuple[str, ...]:
        """Rooms (names or ids) whose stock counts; none named means all."""
        return tuple(name for each in self.calls.setting("sales_rooms").split(",") if (name := each.strip()))

    async def read(self) -> Inventory:
        """The whole inventory of the location: Flowhub has neither pages nor "changed since"."""
        place = part(await self._places.location_id())
        whole, rooms = await asyncio.gather(self._rows(f"{place}/inventory"), self._by_room(place))
        self._items = await asyncio.to_thread(_items, [*rooms, *whole], self._item_field)
        return Inventory(whole, rooms)

    @property
    def _item_field(self) -> str:
        return self.calls.setting("order_item_field", "productId")

    async def _rows(self, path: str) -> list[Any]:
        return listed(await self.calls.get(f"v0/locations/{path}", timeout=LONG_S), ENVELOPE)

    async def _by_room(self, place: str) -> list[Any]:
        """Its paths have moved before: without it there are no barcodes, but all else goes on."""
        try:
            return await self._rows(f"{place}/inventoryByRoomsNonZero")
        except NotFound:
            if self.sales_rooms:
                raise
            return []

    async def items(self, links: Mapping[str, RemoteVariant]) -> dict[str, str]:
        """What order items call these variants, by our ids; the inventory is read again when one is new here."""
        if self._item_field == "variantId":
            return {ours: link.variant_id for ours, link in links.items()}
        if any(link.variant_id not in self._items for link in links.values()):
            await self.read()
        found = {ours: self._items.get(link.variant_id, "") for ours, link in links.items()}
        return {ours: item for ours, item in found.items() if item}


def _items(rows: Iterable[Any], field: str) -> dict[str, str]:
    """What order items call each variant: the word of its newest row."""
    known = [row for row in rows if isinstance(row, Mapping)]
    in_time = sorted(known, key=lambda row: str(row.get("productUpdatedAt") or ""))
    items = {variant_id_of(row): item_id_of(row, field) for row in in_time}
    return {variant: item for variant, item in items.items() if variant and item}


class Products:
    """Flowhub's articles, gathered from their packages."""

    def __init__(self, shelves_of: Shelves) -> None:
        self._shelves = shelves_of

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """All products, each time: a sale changes a quantity and no date."""
        began = self._shelves.calls.clock().isoformat()
        found = await self._shelves.read()
        rooms, currency = self._shelves.sales_rooms, self._shelves.calls.connection.currency
        items, parked = await asyncio.to_thread(read_all, found.whole, found.rooms, rooms, currency)
        yield Page(items, cursor=cursor_of(began=began), last=True, parked=parked, total=len(items) + len(parked))

    async def ids(self) -> AsyncIterator[Page[str]]:
        found = await self._shelves.read()
        ids = [ident for ident in shelves(found.whole, found.rooms) if ident]
        yield Page(ids, last=True, total=len(ids))

    async def get(self, product_id: str) -> Product:
        found = await self._shelves.read()
        whole, rooms = (_of(rows, product_id) for rows in (found.whole, found.rooms))
        currency = self._shelves.calls.connection.currency
        items, parked = read_all(whole, rooms, self._shelves.sales_rooms, currency)
        if parked:
            raise parked[0]
        if not items:
            raise NotFound("Flowhub's inventory does not hold this article.")
        return items[0]

    async def push(self, product: Product, key: str) -> RemoteRef:
        """Raises Unsupported."""
        raise Unsupported(_NO_WRITES, next_step=_BY_HAND)


def _of(rows: list[Any], product_id: str) -> list[Any]:
    return [row for row in rows if product_id_of(row) == product_id]


class Stock:
    """Quantities and lots."""

    def __init__(self, shelves_of: Shelves, places: Places) -> None:
        self._shelves, self._places = shelves_of, places

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """All levels, or those of the given variants; the whole inventory is read either way."""
        at, wanted = self._shelves.calls.clock(), set(variant_ids)
        found, place = await self._shelves.read(), await self._places.location_id()
        whole, rooms = (
            [row for row in rows if not wanted or variant_id_of(row) in wanted] for rows in (found.whole, found.rooms)
        )
        items, parked = await asyncio.to_thread(read_levels, whole, rooms, self._shelves.sales_rooms, place, at)
        yield Page(items, cursor=cursor_of(began=at.isoformat()), last=True, parked=parked)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Raises Unsupported."""
        raise Unsupported(_NO_WRITES, next_step=_BY_HAND)
