"""Products: the whole published menu, read again only when it changed; with it, what is sold out."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from decimal import Decimal

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.errors import NotFound, PermissionDenied, SchemaDrift, Unsupported
from posbridge.connectors.toast.calls import Calls, cursor_of, place_of
from posbridge.connectors.toast.facts import CAPABILITIES
from posbridge.connectors.toast.identity import item_of
from posbridge.connectors.toast.menu_mapping import Menu, to_product
from posbridge.connectors.toast.shelf import Shelf
from posbridge.connectors.toast.stock import Stock
from posbridge.domain.catalog import Product, ProductVariant

_PAGE = CAPABILITIES.page_size
Counts = Mapping[str, Decimal | None]


class Products:
    """The menu as products. Toast lets nothing of it be written."""

    def __init__(self, calls: Calls, shelf: Shelf, stock: Stock) -> None:
        self._calls, self._shelf, self._stock = calls, shelf, stock

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """All products when the menu was published again or other items are sold out, else none. Toast answers whole;
        it is cut into pages here, so that a till goes on while the rest is read."""
        place, menu, counts = place_of(cursor), await self._shelf.menu(), await self._counts()
        state = {"updated": menu.updated, "out": _sold_out(counts)}
        same = bool(place) and all(place.get(name, "") == value for name, value in state.items())
        if same and place.get("whole"):
            yield Page([], cursor or "", True)
            return
        keys, first = self._sold(menu), int(place.get("at", "0")) if same else 0
        for at in range(first, max(len(keys), first + 1), _PAGE):
            last = at + _PAGE >= len(keys)
            items, parked = await asyncio.to_thread(_read, menu, keys[at : at + _PAGE], counts)
            behind = {"whole": "1"} if last else {"at": str(at + _PAGE)}
            parked += menu.parked if last else []
            yield Page(items, cursor_of(**state, **behind), last, parked=parked, total=len(keys))

    def _sold(self, menu: Menu) -> list[str]:
        """All but the till's own open-price item, which is no article."""
        own = self._calls.setting("open_item_guid")
        return [key for key in menu.places if key != own]

    async def _counts(self) -> Counts:
        """What is counted, by item; nothing where the credentials may not read stock."""
        try:
            return await self._stock.counted()
        except PermissionDenied:
            return {}

    async def ids(self) -> AsyncIterator[Page[str]]:
        menu = await self._shelf.menu()
        unread = [problem.object_id for problem in menu.parked if problem.object_id]
        yield Page([*self._sold(menu), *unread], cursor_of(updated=menu.updated), True)

    async def get(self, product_id: str) -> Product:
        menu = await self._shelf.menu()
        if product_id not in menu.places:
            raise NotFound("This article is not on Toast's published menu.")
        return counted(to_product(product_id, menu), await self._counts())

    async def push(self, product: Product, key: str) -> RemoteRef:
        raise Unsupported("Toast's menu is made in Toast Web only.", next_step="Make it there and publish.")


def _sold_out(counts: Counts) -> str:
    """A short mark of what is sold out: publishing tells nothing of it."""
    out = sorted(item for item, left in counts.items() if left == 0)
    return hashlib.sha256(" ".join(out).encode()).hexdigest()[:16] if out else ""


def _read(menu: Menu, keys: list[str], counts: Counts) -> tuple[list[Product], list[SchemaDrift]]:
    items: list[Product] = []
    parked: list[SchemaDrift] = []
    for key in keys:
        try:
            items.append(counted(to_product(key, menu), counts))
        except SchemaDrift as problem:
            parked.append(problem)
    return items, parked


def counted(product: Product, counts: Counts) -> Product:
    """The product with its stock: sold out it stays active, and cannot be sold."""
    variants = tuple(_counted(variant, counts) for variant in product.variants)
    return product.model_copy(update={"variants": variants})


def _counted(variant: ProductVariant, counts: Counts) -> ProductVariant:
    item = item_of(variant.id)
    if item not in counts:
        return variant
    left = counts[item]
    return variant.model_copy(update={"inventory_quantity": left, "available": variant.available and left != 0})
