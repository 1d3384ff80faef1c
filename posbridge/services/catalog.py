"""What can be sold, as the local database knows it: the same with and without network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.inventory import StockLevel
from posbridge.services.house import House
from posbridge.store import catalog as rows
from posbridge.store import inventory, search
from posbridge.store.transaction import Transaction


@dataclass(frozen=True)
class CatalogFacts:
    """How much there is and how old it is; times are UTC, None before the first read."""

    products: int
    variants: int
    prices_read_at: datetime | None
    stock_read_at: datetime | None


class Catalog:
    """Searching and looking up; nothing here changes anything."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def search(self, text: str, limit: int = 30, category: str | None = None) -> list[Product]:
        """The best active products for what is typed so far; nothing typed gives the first page."""
        return await self._house.store.read(search.products, text, limit, category)

    async def page(self, category: str | None = None, offset: int = 0, limit: int = 60) -> list[Product]:
        """Active products by title."""
        return await self._house.store.read(rows.page, category, offset, limit)

    async def categories(self) -> list[tuple[str, int]]:
        """(name, number of products), by name."""
        return await self._house.store.read(rows.categories)

    async def by_code(self, code: str) -> ProductVariant | None:
        """What a scanned barcode or typed SKU names; None when nothing has it."""
        found = await self._house.store.read(rows.by_code, code)
        return None if found is None else found[1]

    async def all_by_code(self, code: str) -> list[tuple[Product, ProductVariant]]:
        """Every variant with this very code, sellable ones first: two of them leave the choice to a person."""
        return await self._house.store.read(rows.all_by_code, code)

    async def get(self, product_id: str) -> Product:
        """Raises NotStored."""
        return await self._house.store.read(rows.get, product_id)

    async def stock(self, variant_id: str) -> dict[str, StockLevel]:
        """By connection, each with the time at which it was read."""
        return await self._house.store.read(inventory.of, variant_id)

    async def levels(self, variant_ids: list[str]) -> dict[str, StockLevel]:
        """By variant; unknown ones are absent."""
        return await self._house.store.read(inventory.levels, variant_ids)

    async def with_stock(self, products: Sequence[Product]) -> list[Product]:
        """The same products, each variant with the stock that was read last."""
        known = await self.levels([each.id for product in products for each in product.variants])
        return [
            product.model_copy(update={"variants": tuple(_stocked(each, known) for each in product.variants)})
            for product in products
        ]

    async def facts(self) -> CatalogFacts:
        """Counts, and the age of prices and stock."""
        return await self._house.store.read(_facts)


def _stocked(variant: ProductVariant, known: Mapping[str, StockLevel]) -> ProductVariant:
    level = known.get(variant.id)
    return variant if level is None else variant.model_copy(update={"inventory_quantity": level.quantity})


def _facts(tx: Transaction) -> CatalogFacts:
    products, variants = rows.counts(tx)
    return CatalogFacts(products, variants, rows.prices_read_at(tx), inventory.age(tx))
