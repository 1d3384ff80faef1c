"""The catalogue: pulled by time of change, parents with their children."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.errors import Conflict, NotFound
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.magento.catalog_mapping import links_of, read_products
from posbridge.connectors.magento.learned import Goods, Learned
from posbridge.connectors.magento.pages import Place, among, listed
from posbridge.connectors.magento.product_body import from_product
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.catalog import Product


class Products:
    """Products with their variants. `writes` is the address under which values count for all store views."""

    def __init__(
        self, http: PlatformHttp, learned: Learned, goods: Goods, clock: Callable[[], datetime], *, writes: str,
        barcode: str,
    ) -> None:  # fmt: skip
        self._http, self._learned, self._goods, self._clock = http, learned, goods, clock
        self._writes, self._barcode = writes, barcode

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """A child's change does not move its parent's time, so the parent is read with it."""
        place, seen = Place.parse(cursor).freshened(self._clock()), set[str]()
        family: dict[str, str] | None = None
        async for page in listed(self._http, "products", place.where(), after=place.after):
            place = place.begun(page.reply, self._clock)
            if family is None:
                family = await self._learned.family() if page.rows else {}
            self._goods.learn(page.rows)
            rows = await self._with_parents(page.rows, family, seen) if place.since else page.rows
            items, parked = await self._read(rows, family)
            yield Page(items, place.behind(page.end, last=page.last), page.last, parked=parked, total=page.total)

    async def _with_parents(self, rows: list[Any], family: dict[str, str], seen: set[str]) -> list[Any]:
        """The changed rows, and the parents of changed children, each product once in a pull."""
        fresh = [row for row in rows if _id(row) not in seen]
        here = {_id(row) for row in rows}
        wanted = {family[_id(row)] for row in rows if _id(row) in family} - here - seen
        seen |= here | wanted
        return fresh + await self._rows(sorted(wanted))

    async def _read(self, rows: Sequence[Any], family: dict[str, str]) -> Any:
        here = {_id(row) for row in rows}
        away = {child for row in rows for child in links_of(row)} - here
        children = await self._rows(sorted(away))
        self._goods.learn(children)
        shop = await self._learned.shop([*rows, *children])
        return await asyncio.to_thread(read_products, list(rows), shop, children, family.keys())

    async def _rows(self, ids: Sequence[str]) -> list[Any]:
        """By their ids from the list: the list of children leaves barcodes out (recorded 040, 059)."""
        return await among(self._http, "products", "entity_id", ids) if ids else []

    async def ids(self) -> AsyncIterator[Page[str]]:
        family = await self._learned.family()
        async for page in listed(self._http, "products", fields="items[id],total_count"):
            ids = [_id(row) for row in page.rows if _id(row) not in family]
            yield Page(ids, cursor=page.end, last=page.last, total=page.total)

    async def get(self, product_id: str) -> Product:
        row = await self._row(product_id)
        items, parked = await self._read([row], {})
        if parked:
            raise parked[0]
        product: Product = items[0]
        return product

    async def _row(self, product_id: str) -> Any:
        rows = (
            [row for row in await self._rows([product_id]) if _id(row) == product_id] if product_id.isdecimal() else []
        )
        if not rows:
            raise NotFound(f"The store has no product {product_id}.")
        return rows[0]

    async def push(self, product: Product, key: str) -> RemoteRef:
        """Raises Conflict when a new article's SKU is another's there: the store would write over it (recorded 200)."""
        body = from_product(product, barcode=self._barcode, known=bool(product.id))
        sku = body["product"]["sku"]
        if product.id:
            old = Reader(await self._row(product.id)).text("sku")
            path, method = f"{self._writes}/products/{quote(old, safe='')}", "PUT"
        else:
            path, method = f"{self._writes}/products", "POST"
            for row in await among(self._http, "products", "sku", [sku]):
                if one_line(Reader(row).text("name")) == one_line(body["product"]["name"]):
                    return RemoteRef(id=Reader(row).id(), number=sku)
                raise Conflict(f"The store has another article with the SKU {sku}.")
        made = Reader((await self._http.write(method, path, json=body)).json())
        self._goods.learn([made.raw])
        return RemoteRef(id=made.id(), number=sku)


def _id(row: Any) -> str:
    return str(row.get("id")) if isinstance(row, dict) else ""
