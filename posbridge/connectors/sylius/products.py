"""Products: the variants of the whole shop in a few calls, then the products page by page; dates tell nothing there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.errors import Conflict, NotFound, SchemaDrift, Unsupported
from posbridge.connectors.sylius.calls import ADMIN, BIG_PAGE, PAGE, SHOP, Calls, cursor_of, iri, part, place_of
from posbridge.connectors.sylius.catalog_mapping import Shelf, by_product, read_product
from posbridge.connectors.sylius.product_body import from_product, from_variant
from posbridge.connectors.sylius.reading import code_of, iris
from posbridge.connectors.sylius.shop import Shop
from posbridge.connectors.text import Reader, each
from posbridge.domain.catalog import Product

Held = Mapping[str, Mapping[str, Any]]


class Products:
    """The shop's catalogue. Each pull reads all of it: a price or a name changes no date (recorded, chapter Products).

    The shop section's list is nineteen times faster; it lacks attributes, so with a barcode or brand attribute the
    admin section's is read.
    """

    def __init__(self, calls: Calls, shop: Shop) -> None:
        self._calls, self._shop = calls, shop

    @property
    def _section(self) -> tuple[str, int]:
        attributes = self._calls.setting("barcode_attribute") or self._calls.setting("brand_attribute")
        return (ADMIN, PAGE) if attributes else (SHOP, BIG_PAGE)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """All products; a cursor of a page that was not the last goes on behind it. Prices and stock come along."""
        first = place_of(cursor).get("page", 1)
        section, size = self._section
        shelf, rows = await asyncio.gather(self._shop.shelf(fresh=first == 1), self._calls.every("product-variants"))
        held = await asyncio.to_thread(by_product, rows)
        async for page in self._calls.pages("products", size=size, first=first, section=section):
            await self._complete(page.rows, held)
            items, parked = await asyncio.to_thread(_read, page.rows, shelf, held)
            at = cursor_of(began=self._calls.clock().isoformat()) if page.last else cursor_of(page=page.number + 1)
            yield Page(items, cursor=at, last=page.last, parked=parked, total=page.total)

    async def _complete(self, rows: list[Any], held: dict[str, dict[str, Any]]) -> None:
        """A variant that was made since the variants were read, or that a moving list left out."""
        for row in rows:
            if not isinstance(row, Mapping) or not isinstance(row.get("variants"), list):
                continue
            code = code_of(row)
            named = {code_of(item) for item in iris(Reader(row, "code"), "variants") if isinstance(item, str)}
            if named - held.get(code, {}).keys():
                found = await self._calls.every("product-variants", {"product": iri("products", code)})
                held[code] = {**held.get(code, {}), **by_product(found).get(code, {})}

    async def ids(self) -> AsyncIterator[Page[str]]:
        """Codes of what is on offer. Raises SchemaDrift when the list breaks off, so that nothing is taken for gone."""
        seen = 0
        async for page in self._calls.pages("products", size=BIG_PAGE, section=SHOP):
            seen += len(page.rows)
            if page.last and page.total is not None and seen < page.total:
                raise SchemaDrift("The shop's list of products broke off.")
            yield Page([code_of(row) for row in page.rows], cursor=str(page.number), last=page.last, total=page.total)

    async def get(self, product_id: str) -> Product:
        row = await self._calls.get(f"products/{part(product_id)}")
        variants = await self._calls.every("product-variants", {"product": iri("products", product_id)})
        shelf = await self._shop.shelf()
        return read_product(row, shelf, by_product(variants))

    async def push(self, product: Product, key: str) -> RemoteRef:
        """Creates or changes a product and its variants; the codes are ours, so that made again is found again.

        Raises Unsupported for options: they are shared by the whole shop and made in its back office.
        """
        if product.options:
            raise Unsupported(
                "Sylius's options are made in its back office.", next_step="Make the article there; it is fetched."
            )
        channel = await self._shop.channel()
        locale = (self._calls.setting("locale_code") or channel.locale) or "en_US"
        code = product.id or from_key(key)
        known = await self._calls.found(f"products/{part(code)}")
        body = from_product(product, channel.code, locale, known)
        if known is None:
            await self._make("products", {"code": code, **body})
        else:
            await self._calls.write("PUT", f"products/{part(code)}", body)
        for variant in product.variants:
            ident = variant.id or variant.sku or f"{code}-1"
            there = await self._calls.found(f"product-variants/{part(ident)}")
            made = from_variant(variant, channel.code, locale, there)
            if there is None:
                await self._make("product-variants", {"code": ident, "product": iri("products", code), **made})
            else:
                await self._calls.write("PUT", f"product-variants/{part(ident)}", made)
        return RemoteRef(id=code)

    async def _make(self, path: str, body: dict[str, Any]) -> None:
        """One that an earlier try made is there already."""
        try:
            await self._calls.write("POST", path, body)
        except Conflict:
            if await self._calls.found(f"{path}/{part(str(body['code']))}") is None:
                raise


def from_key(key: str) -> str:
    """A code for a product that has none yet."""
    made = "".join(c if c.isalnum() else "_" for c in key)[:200]
    if not made:
        raise NotFound("A new product needs a key.")
    return made


def _read(rows: list[Any], shelf: Shelf, held: Held) -> tuple[list[Product], list[SchemaDrift]]:
    return each(rows, lambda row: read_product(row, shelf, held), "code")
