"""Products and stock at Leaflogix: bare lists, read whole; stock is counted by package."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef, RemoteVariant
from posbridge.connectors.errors import NotFound, PermissionDenied, Unsupported
from posbridge.connectors.leaflogix.calls import Calls, cursor_of, mark, place_of
from posbridge.connectors.leaflogix.catalog_mapping import is_coupon, rooms, summed, to_package, to_product
from posbridge.connectors.leaflogix.order_mapping import Article
from posbridge.connectors.text import each, one_line
from posbridge.domain.catalog import Product, ProductStatus
from posbridge.domain.inventory import StockChange, StockLevel
from posbridge.domain.order import Order

#: A catalogue that was read so long ago (seconds) is read again when an order names an unknown article.
_STALE_S = 60
_WHOLE = {"includeLabResults": "true", "includeRoomQuantities": "true"}


class Products:
    """Leaflogix's products. A cursor of ours holds the time from which changes are asked for."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._articles: dict[str, Article] = {}
        self._by_sku: dict[str, Article | None] = {}
        self._read_at = 0.0

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """One page: the list is not cut there. Prices by tier may change without moving a product's time, so the
        nightly pull without a cursor is needed."""
        since, began = place_of(cursor).get("since", ""), self._calls.clock()
        rows = await self.rows(since)
        items, parked = await asyncio.to_thread(each, _goods(rows), self._mapped, "productId")
        yield Page(items, cursor_of(since=mark(began)), True, parked=parked, total=len(items))

    async def rows(self, since: str = "") -> list[Any]:
        params = {"fromLastModifiedDateUTC": since} if since else None
        rows = await self._calls.rows("products", "products", params)
        if not since:
            self._remember(rows)
        return rows

    def _mapped(self, raw: Any) -> Product:
        return to_product(raw, self._calls.currency, self._calls.setting("pricing", "rec"))

    async def ids(self) -> AsyncIterator[Page[str]]:
        items = each(_goods(await self.rows()), self._mapped, "productId")[0]
        yield Page([one.id for one in items if one.status is not ProductStatus.ARCHIVED], "", True)

    async def get(self, product_id: str) -> Product:
        """Out of the whole list: there is no call for one product."""
        for raw in _goods(await self.rows()):
            if isinstance(raw, Mapping) and str(raw.get("productId")) == product_id:
                return self._mapped(raw)
        raise NotFound("Leaflogix shows no product with this id.")

    async def push(self, product: Product, key: str) -> RemoteRef:
        """Never: a write there blanks every field that it leaves out."""
        raise Unsupported("posbridge writes no products to Leaflogix: a write there wipes the fields left out.")

    # what orders' lines mean
    def _remember(self, rows: Sequence[Any]) -> None:
        made: dict[str, Article] = {}
        coded: dict[str, Article | None] = {}
        for raw in rows:
            if isinstance(raw, Mapping) and raw.get("productId"):
                name = one_line(str(raw.get("productName") or ""))
                article = Article(str(raw["productId"]), str(raw.get("sku") or ""), name)
                made[article.variant_id] = article
                made[name] = article if name not in made else Article("", "", name)
                if article.sku and raw.get("isActive") is not False:
                    coded[article.sku] = article if article.sku not in coded else None
        self._articles, self._by_sku = made, coded
        self._read_at = self._calls.clock().timestamp()

    async def articles(self, wanted: Sequence[str]) -> Mapping[str, Article]:
        """Articles by id and by productName; a name that two of them share says neither."""
        age = self._calls.clock().timestamp() - self._read_at
        if age > _STALE_S and any(name not in self._articles for name in wanted):
            await self.rows()
        return self._articles

    async def linked(self, order: Order, links: Mapping[str, RemoteVariant]) -> dict[str, RemoteVariant]:
        """The links, and for lines without one the article that alone has their SKU: a shop's product with sizes is
        several products here, so the catalogue may know it under the shop's name only."""
        missing = {line.variant_id: line.sku for line in order.lines if line.variant_id not in links and line.sku}
        if missing and any(sku not in self._by_sku for sku in missing.values()):
            await self.articles([*missing.values()])
        made = dict(links)
        for variant_id, sku in missing.items():
            article = self._by_sku.get(sku)
            if article is not None:
                made[variant_id] = RemoteVariant(variant_id=article.variant_id, product_id=article.variant_id, sku=sku)
        return made


def _goods(rows: Sequence[Any]) -> list[Any]:
    """The rows that are no coupons; those that cannot be told stay, to be parked."""
    return [raw for raw in rows if not (isinstance(raw, Mapping) and raw.get("isCoupon") is True and is_coupon(raw))]


class Stock:
    """What is in stock at the key's location, by package."""

    def __init__(self, calls: Calls, products: Products) -> None:
        self._calls, self._products = calls, products

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """Always all of it: the list cannot be asked for changes. A product without packages has none."""
        now = self._calls.clock()
        packages, products = await asyncio.gather(self._packages(), self._known())
        rows, parked = await asyncio.to_thread(each, packages or await self._reported(bool(products)), to_package)
        found = summed(rows, self._calls.connection.location, now)
        low = {key: raw.get("lowInventoryThreshold") for key, raw in products.items()}
        wanted = variant_ids or [*dict.fromkeys([*products, *found])]
        spoilt = {problem.object_id for problem in parked}
        levels = [
            _with_low(found.get(key) or self._none_left(key, now), low.get(key)) for key in wanted if key not in spoilt
        ]
        yield Page(levels, cursor_of(read=mark(now)), True, parked=parked)

    def _none_left(self, key: str, now: Any) -> StockLevel:
        return StockLevel(variant_id=key, quantity=Decimal(0), location=self._calls.connection.location, read_at=now)

    async def _packages(self) -> list[Any]:
        return await self._calls.rows("inventory", "inventory", _WHOLE)

    async def _known(self) -> dict[str, Mapping[str, Any]]:
        rows = await self._products.rows()
        return {str(raw.get("productId")): raw for raw in _goods(rows) if isinstance(raw, Mapping)}

    async def _reported(self, goods: bool) -> list[Any]:
        """The report's list, for keys whose inventory is empty although there are products."""
        if not goods:
            return []
        try:
            return await self._calls.rows("reporting/inventory", "reporting")
        except (NotFound, PermissionDenied):
            return []

    async def rooms(self) -> dict[str, dict[str, Decimal]]:
        """How much lies in which room, by product and room."""
        found: dict[str, dict[str, Decimal]] = {}
        for raw in await self._packages():
            shelf = found.setdefault(str(raw.get("productId")), {})
            for name, quantity in rooms(raw).items():
                shelf[name] = shelf.get(name, Decimal(0)) + quantity
        return found

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        raise Unsupported("Leaflogix takes no changes of stock from programs.", next_step="Count it at Leaflogix.")


def _with_low(level: StockLevel, low: Any) -> StockLevel:
    if isinstance(low, bool) or not isinstance(low, int | Decimal) or low < 0:
        return level
    return level.model_copy(update={"low_at": Decimal(low)})
