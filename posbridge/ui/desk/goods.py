"""Finding what is sold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from posbridge.domain.catalog import Product
from posbridge.domain.inventory import StockLevel
from posbridge.ui.desk.base import DeskBase
from posbridge.ui.desk.shapes import facts_row, glyph_of, product_row, variant_row


class GoodsDesk(DeskBase):
    """For SellVm."""

    async def categories(self) -> list[dict[str, Any]]:
        found = await self.services.catalog.categories()
        return [{"id": name, "title": name, "glyph": glyph_of(name)} for name, _ in found]

    async def products(self, search: str, category: str, offset: int, limit: int) -> dict[str, Any]:
        """`rows` of one page and whether there are more."""
        catalog, place = self.services.catalog, category or None
        if search.strip():
            found = (await catalog.search(search, offset + limit + 1, place))[offset:]
        else:
            found = await catalog.page(place, offset, limit + 1)
        rows = await self._rows(found[:limit])
        return {"rows": rows, "has_more": len(found) > limit}

    async def product(self, product_id: str) -> dict[str, Any]:
        """Raises NotStored."""
        product = await self.services.catalog.get(product_id)
        levels = await self._levels([product])
        (row,) = await self._rows([product])
        sold, today = [one for one in product.variants if one.price is not None], await self.today()
        return {
            **row, "options": [option.name for option in product.options], "facts": facts_row(product.attributes),
            "variants": [variant_row(one, product.title, levels, today) for one in sold],
        }  # fmt: skip

    async def _rows(self, products: Sequence[Product]) -> list[dict[str, Any]]:
        levels = await self._levels(products)
        read_at = (await self.services.catalog.facts()).stock_read_at
        return [product_row(product, levels, read_at) for product in products]

    async def _levels(self, products: Sequence[Product]) -> dict[str, StockLevel]:
        return await self.services.catalog.levels([one.id for product in products for one in product.variants])
