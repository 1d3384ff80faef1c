"""Products and stock: pages of DetailedProductData, whole once and then by what changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.cova.calls import DATA, PAGE, Calls
from posbridge.connectors.cova.catalog_mapping import read_levels, read_page, to_product
from posbridge.connectors.cova.reading import id_of, listed
from posbridge.connectors.cursors import cursor_of, place_of
from posbridge.connectors.errors import NotFound, Unsupported, ValidationError
from posbridge.connectors.paging import ahead
from posbridge.domain.catalog import Product
from posbridge.domain.inventory import StockChange, StockLevel

#: A pull begins this much before the last one did: changes may show late.
OVERLAP = timedelta(seconds=60)
#: Guess: the body of ByProductIdList is the usual one with the ids under this name.
IDS = "ProductIds"
_FLAGS = (
    "IncludeProductSkusAndUpcs", "IncludeProductSpecifications", "IncludeClassifications", "IncludeProductAssets",
    "IncludeAvailability", "IncludePackageDetails", "IncludePricing", "IncludeTaxes",
)  # fmt: skip
EVERYTHING = frozenset(_FLAGS)
STOCK = frozenset({"IncludeAvailability", "IncludePackageDetails"})
#: Ids asked for at once.
TOGETHER = 100


@dataclass(frozen=True)
class _Place:
    """Where a read is: changes `since` (all when ""), behind `skip` rows; `began` is when it began."""

    since: str
    skip: int
    began: str

    def cursor(self, skip: int) -> str:
        return cursor_of(since=self.since, skip=str(skip), began=self.began)

    def ended(self) -> str:
        """Where the next pull begins."""
        return cursor_of(since=self.began)


class DataPlatform:
    """DetailedProductData of one location. A page that is empty is the last."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def place(self, cursor: str | None) -> _Place:
        known = place_of(cursor, "COVA")
        skip, since = known.get("skip", "0"), known.get("since", "")
        if not skip.isdecimal() or (since and not _is_time(since)):
            raise ValidationError("This cursor is not one of COVA's.")
        began = known.get("began") or _stamp(self._calls.clock() - OVERLAP)
        return _Place(since, int(skip), began)

    async def pages(self, place: _Place, flags: frozenset[str]) -> AsyncGenerator[tuple[Any, str]]:
        """(page, the cursor behind it, "" on the last)."""

        async def fetch(cursor: str) -> tuple[Any, int]:
            skip = self.place(cursor).skip
            return await self._page(place.since, skip, flags), skip

        def following(page: tuple[Any, int]) -> str:
            rows, skip = len(listed(page[0], "products")), page[1]
            return place.cursor(skip + rows) if rows else ""

        async with aclosing(ahead(fetch, following, place.cursor(place.skip))) as walk:
            async for (page, _), cursor in walk:
                yield page, cursor

    async def _page(self, since: str, skip: int, flags: frozenset[str]) -> Any:
        path = f"v1/companies/{self._calls.company}/DetailedProductData"
        return await self._calls.ask(DATA, f"{path}/UpdatedAsOf/{since}" if since else path, self._body(flags, skip))

    async def of(self, ids: Sequence[str], flags: frozenset[str]) -> list[Any]:
        """The rows of these articles; those that COVA does not know are left out."""
        path = f"v1/companies/{self._calls.company}/DetailedProductData/ByProductIdList"
        body = self._body(flags, 0) | {IDS: list(ids)}
        return listed(await self._calls.ask(DATA, path, body), "products")

    async def sample(self) -> list[Any]:
        """One page with nothing but taxes, for the test call."""
        return listed(await self._page("", 0, frozenset({"IncludeTaxes"})), "products")

    def _body(self, flags: frozenset[str], skip: int) -> dict[str, Any]:
        wanted = {name: name in flags for name in _FLAGS}
        more = {"InStockOnly": False, "IncludeAllLifecycles": False, "SellingRoomOnly": False}
        return {"LocationId": self._calls.entity, **wanted, **more, "Skip": skip, "Top": PAGE}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


class Products:
    """Articles, read only."""

    def __init__(self, calls: Calls, data: DataPlatform) -> None:
        self._calls, self._data = calls, data

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        place = self._data.place(cursor)
        async with aclosing(self._data.pages(place, EVERYTHING)) as pages:
            async for raw, following in pages:
                items, parked = await asyncio.to_thread(
                    read_page, raw, currency=self._calls.currency, location=self._calls.location
                )
                yield Page(items, following or place.ended(), not following, parked=parked)

    async def ids(self) -> AsyncIterator[Page[str]]:
        place = self._data.place(None)
        async with aclosing(self._data.pages(place, frozenset())) as pages:
            async for raw, following in pages:
                found = [ident for row in listed(raw, "products") if (ident := id_of(row))]
                yield Page(found, following or place.ended(), not following)

    async def get(self, product_id: str) -> Product:
        for row in await self._data.of([product_id], EVERYTHING):
            product = to_product(row, currency=self._calls.currency, location=self._calls.location)
            if product.id.casefold() == product_id.casefold():
                return product
        raise NotFound("COVA has no article with this id.")

    async def push(self, product: Product, key: str) -> RemoteRef:
        raise Unsupported("COVA takes no products from outside.", next_step="Change the article in COVA.")


class Stock:
    """Stock with its lots, read only."""

    def __init__(self, calls: Calls, data: DataPlatform) -> None:
        self._calls, self._data = calls, data

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        if variant_ids:
            yield await self._of(variant_ids)
            return
        place = self._data.place(cursor)
        async with aclosing(self._data.pages(place, STOCK)) as pages:
            async for raw, following in pages:
                items, parked = await asyncio.to_thread(read_levels, raw, location=self._calls.location)
                yield Page(items, following or place.ended(), not following, parked=parked)

    async def _of(self, variant_ids: Sequence[str]) -> Page[StockLevel]:
        """What COVA does not list at the location is not there: nothing in stock (as its 404 means)."""
        wanted, items, parked = list(dict.fromkeys(variant_ids)), [], []
        for at in range(0, len(wanted), TOGETHER):
            rows = await self._data.of(wanted[at : at + TOGETHER], STOCK)
            read, drifted = read_levels({"Products": rows}, location=self._calls.location)
            items += read
            parked += drifted
        known = {item.variant_id.casefold() for item in items} | {drift.object_id.casefold() for drift in parked}
        none = Decimal(0)
        items += [
            StockLevel(variant_id=ident, quantity=none, location=self._calls.location)
            for ident in wanted if ident.casefold() not in known
        ]  # fmt: skip
        return Page(items, last=True, parked=parked)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        raise Unsupported("COVA takes no changes of stock from outside.", next_step="Book it in COVA.")
