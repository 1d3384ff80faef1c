"""Products and stock: the menu of one store, read whole each time (the contract's facts, sections 3 and 4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.cursors import cursor_of, place_of
from posbridge.connectors.dutchie import documents
from posbridge.connectors.dutchie.calls import Calls
from posbridge.connectors.dutchie.catalog_mapping import product_id_in, read_levels, read_product, variant_in
from posbridge.connectors.errors import NotFound, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.text import Reader, each
from posbridge.domain.catalog import Product
from posbridge.domain.inventory import StockChange, StockLevel

_NO_WRITES = "Dutchie Plus lets no other program change the menu or the stock."
_BY_HAND = "Change it in the store's own system; it is fetched from the menu."
#: So many articles are asked for one by one; more are found faster in the whole menu.
_ONE_BY_ONE = 8


class Products:
    """The articles on the menu. One that is not there is not for sale now: hidden or sold out, perhaps not deleted."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """The whole menu, each time: Plus says neither what changed nor what went."""
        place, began = place_of(cursor, "Dutchie Plus"), self._calls.clock().isoformat()
        async for rows, behind, last in self._calls.menu(documents.MENU, _offset(place), menuType=self._menu):
            items, parked = await asyncio.to_thread(self._read, rows)
            here = cursor_of(began=began) if last else cursor_of(offset=str(behind))
            yield Page(items, cursor=here, last=last, parked=parked)

    @property
    def _menu(self) -> str:
        return self._calls.pricing_type

    def _read(self, rows: Iterable[Any]) -> tuple[list[Product], list[SchemaDrift]]:
        pricing, currency = self._calls.pricing_type, self._calls.currency
        return each(rows, lambda row: read_product(row, pricing, currency))

    async def ids(self) -> AsyncIterator[Page[str]]:
        async for rows, behind, last in self._calls.menu(documents.MENU_IDS, menuType=self._menu):
            here = "" if last else cursor_of(offset=str(behind))
            yield Page([Reader(row).id() for row in rows], cursor=here, last=last)

    async def get(self, product_id: str) -> Product:
        raw = await self._calls.product(product_id)
        return read_product(raw, self._calls.pricing_type, self._calls.currency)

    async def push(self, product: Product, key: str) -> RemoteRef:
        """Raises Unsupported."""
        raise Unsupported(_NO_WRITES, next_step=_BY_HAND)


def _offset(place: dict[str, str]) -> int:
    said = place.get("offset", "0")
    if not said.isascii() or not said.isdigit():
        raise ValidationError("This cursor is not one of Dutchie Plus's.")
    return int(said)


class Stock:
    """Quantities, as the menu has them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """All levels, or those of the given variants: a few are asked for by their products."""
        began, wanted = self._calls.clock(), set(variant_ids)
        found = await self._few(wanted, began) if 0 < len(wanted) <= _ONE_BY_ONE else None
        if found is not None:
            yield Page(found, cursor=cursor_of(began=began.isoformat()), last=True)
            return
        place = place_of(cursor, "Dutchie Plus")
        menu = self._calls.menu(documents.MENU_STOCK, _offset(place), menuType=self._calls.pricing_type)
        async for rows, behind, last in menu:
            levels, parked = await asyncio.to_thread(self._read, rows, began)
            kept = [level for level in levels if not wanted or level.variant_id in wanted]
            here = cursor_of(began=began.isoformat()) if last else cursor_of(offset=str(behind))
            yield Page(kept, cursor=here, last=last, parked=parked)

    def _read(self, rows: Iterable[Any], at: datetime) -> tuple[list[StockLevel], list[SchemaDrift]]:
        place = self._calls.retailer
        read, parked = each(rows, lambda row: read_levels(row, place, at))
        return [level for levels in read for level in levels], parked

    async def _few(self, wanted: set[str], at: datetime) -> list[StockLevel] | None:
        """None where a product is not what its variant's id says: then only the whole menu knows."""
        found: list[StockLevel] = []
        for product_id in sorted({product_id_in(variant_id) for variant_id in wanted}):
            mine = {variant_id for variant_id in wanted if product_id_in(variant_id) == product_id}
            try:
                raw = await self._calls.product(product_id) if product_id else None
            except NotFound:
                continue
            if raw is None or any(variant_in(raw, variant_id) is None for variant_id in mine):
                return None
            levels = read_levels(raw, self._calls.retailer, at)
            found += [level for level in levels if level.variant_id in mine]
        return found

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Raises Unsupported."""
        raise Unsupported(_NO_WRITES, next_step=_BY_HAND)
