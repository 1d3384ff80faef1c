"""Products and stock: the whole list, what changed of it, and the levels that only the whole list tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.errors import NotFound, SchemaDrift, Unsupported
from posbridge.connectors.text import Reader, each
from posbridge.connectors.treez.calls import LAG, Calls, Params, cursor_of, part, place_of
from posbridge.connectors.treez.catalog_mapping import joined, read_level, to_products
from posbridge.connectors.treez.reading import single, stamp
from posbridge.domain.catalog import Product
from posbridge.domain.inventory import StockChange, StockLevel

#: The full list; in v3 at the place where v2 has it (guess).
LIST = "product/product_list"
#: Ids of one look-up (facts, 10).
IDS = 50
_ALL: Params = [("active", "ALL")]
_CHUNK = 500


class Products:
    """The catalogue. Rows of one parent may stand on any page, so that a product is whole only behind the last."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._rows_of: dict[str, list[str]] = {}

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """Nothing changed: one small call. Else the whole list is read, for the sizes beside the changed ones.

        The list of changes tells details only, never stock (facts, 3).
        """
        began, since = self._calls.clock(), place_of(cursor).get("since", "")
        behind = cursor_of(since=stamp(began - LAG))
        changed = await self._changed(since) if since else None
        if changed is not None and not changed:
            yield Page([], cursor=behind, last=True, total=0)
            return
        products, parked = await self._whole()
        if changed is not None:
            products = [one for one in products if any(variant.id in changed for variant in one.variants)]
            parked = [drift for drift in parked if drift.object_id in changed]
        for at in range(0, max(len(products), 1), _CHUNK):
            part_of, last = products[at : at + _CHUNK], at + _CHUNK >= len(products)
            merged = [ident for one in part_of for ident in one.extra.get("merged_from", ())]
            yield Page(
                part_of,
                cursor=behind if last else cursor or "",
                last=last,
                deleted=merged,
                parked=parked if last else (),
                total=len(products),
            )

    async def _changed(self, since: str) -> set[str]:
        """Ids of the rows whose details changed."""
        found: set[str] = set()
        async with aclosing(self._calls.products(f"{LIST}/lastUpdated/after/{part(since)}", _ALL)) as pages:
            async for page, _ in pages:
                found |= {str(row.get("product_id") or "") for row in page.rows if isinstance(row, dict)}
        return found

    async def _whole(self) -> tuple[list[Product], list[SchemaDrift]]:
        """Everything, mapped off the loop while the next page is fetched."""
        made: list[Product] = []
        parked: list[SchemaDrift] = []
        async with aclosing(self._calls.products(LIST, _ALL)) as pages:
            async for page, _ in pages:
                made += await asyncio.to_thread(self._mapped, page.rows, parked)
        products = await asyncio.to_thread(joined, made)
        self._rows_of = {one.id: [variant.id for variant in one.variants] for one in products}
        return products, parked

    def _mapped(self, rows: list[object], parked: list[SchemaDrift]) -> list[Product]:
        calls = self._calls
        return to_products(
            rows, currency=calls.currency, place=calls.place, kind=calls.setting("inventory_type"), parked=parked
        )

    async def ids(self) -> AsyncIterator[Page[str]]:
        seen: set[str] = set()
        async with aclosing(self._calls.products(LIST, _ALL)) as pages:
            async for page, _ in pages:
                named = [_product_id(row) for row in page.rows]
                fresh = [ident for ident in dict.fromkeys(named) if ident and ident not in seen]
                seen |= set(fresh)
                yield Page(fresh, cursor=cursor_of(page=page.number), last=page.last)

    async def get(self, product_id: str) -> Product:
        """A parent is no object of this API: its rows are known from the last whole read, else that is made."""
        if product_id not in self._rows_of:
            await self._whole()
        rows = [row for ident in self._rows_of.get(product_id, ()) for row in await self._row(ident)]
        products = self._mapped(rows, [])
        if not products:
            raise NotFound(f"Treez has no product {product_id}.")
        return products[0]

    async def _row(self, ident: str) -> list[object]:
        try:
            return [single(await self._calls.get(f"product/{part(ident)}"))]
        except NotFound:
            return []

    async def push(self, product: Product, key: str) -> RemoteRef:
        raise Unsupported(
            "Products are kept in the Treez catalogue and cannot be written from here.",
            next_step="Add or change the product in Treez.",
        )


def _product_id(row: object) -> str:
    """The product that a row belongs to; "" for a row that names none."""
    return str(row.get("catalog_parent_id") or row.get("product_id") or "") if isinstance(row, dict) else ""


class Inventory:
    """Stock as the list of products shows it, never above 30."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """Always as of now: no list tells which stock moved (facts, 3)."""
        asked = list(variant_ids)
        chunks = [asked[at : at + IDS] for at in range(0, len(asked), IDS)] or [[]]
        began = self._calls.clock()
        for at, chunk in enumerate(chunks):
            params = [*(_ALL if chunk else []), *(("id", ident) for ident in chunk)]
            async with aclosing(self._calls.products(LIST, params)) as pages:
                async for page, _ in pages:
                    items, parked = await asyncio.to_thread(each, page.rows, self._read, "product_id")
                    last = page.last and at + 1 == len(chunks)
                    mine = [level for level in items if not chunk or level.variant_id in chunk]
                    yield Page(mine, cursor=cursor_of(since=stamp(began)), last=last, parked=parked)

    def _read(self, row: object) -> StockLevel:
        Reader(row)
        level = read_level(row, self._calls.place, self._calls.setting("inventory_type"))
        return level.model_copy(update={"read_at": self._calls.clock()})

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        raise Unsupported(
            "Stock in Treez is tracked by the state and is not changed from a till.",
            next_step="Adjust it in Treez, with the reason that the state asks for.",
        )
