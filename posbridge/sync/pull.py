"""The pull: what changed at a platform since the cursor, staged page by page and taken over when it is whole.

A run that was cut short goes on behind its last page; an empty or partial read deletes nothing.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import structlog
from pydantic import TypeAdapter

from posbridge.connectors.contract import Connection, Kind, Page, PlatformServices
from posbridge.connectors.registry import PlatformServiceRegistry
from posbridge.domain.catalog import Product
from posbridge.domain.discount import Discount
from posbridge.domain.errors import NotFound, SchemaDrift, ValidationError
from posbridge.domain.inventory import StockLevel
from posbridge.store import catalog_pull, customers, discounts, inventory, links, sync_state
from posbridge.store.engine import Store
from posbridge.store.transaction import Transaction
from posbridge.sync.ahead import Ahead
from posbridge.sync.together import together

log = structlog.get_logger("posbridge.sync")

PRODUCTS, STOCK, DISCOUNTS, CUSTOMERS = "products", "stock", "discounts", "customers"
#: Products staged and applied in one transaction: short enough that a sale never waits for it.
CHUNK = 250

#: Pages of stock that may wait for the products: 200,000 levels are 30 MB.
STOCK_AHEAD = 200

#: Gives what is done to each product before it is kept here, as the settings say now.
Tidying = Callable[[], Awaitable[Callable[[Product], Product]]]

T = TypeVar("T")
_Packed = tuple[Page[StockLevel], bytes]
_LEVELS = TypeAdapter(tuple[StockLevel, ...])


@dataclass
class Pulled:
    """How many of each were read."""

    products: int = 0
    variants: int = 0
    stock: int = 0
    customers: int = 0
    orders: int = 0
    discounts: int = 0

    def add(self, other: Pulled) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


class Pull:
    """Reads one connection after another; each stream of a connection has its own cursor.

    `tidy` gives, at the beginning of a run, what is done to each product before it is kept.
    """

    def __init__(
        self,
        store: Store,
        registry: PlatformServiceRegistry,
        clock: Callable[[], datetime],
        tidy: Tidying | None = None,
    ) -> None:
        self._store, self._registry, self._clock, self._tidying = store, registry, clock, tidy
        self._no_codes: set[str] = set()

    async def run(self, connection: Connection) -> Pulled:
        """Products with prices, stock, codes, customers: each stream that the platform has. Raises ConnectorError."""
        services, result = await self._registry.services(connection), Pulled()
        async with AsyncExitStack() as stack:
            # Stock is on its way from the start: what changes there while products are read comes with the next pull.
            stock = None
            if services.inventory is not None:
                levels = services.inventory.levels(await self._cursor(connection.id, STOCK))
                stock = await stack.enter_async_context(Ahead(_packed(levels), STOCK_AHEAD))
            if services.products is not None:
                await self._read_products(connection, services, result)
            streams = [self._catalogue(connection, services, stock, result)]
            if services.discounts is not None:
                streams.append(self._discounts(connection, services, result))
            if services.customers is not None:
                streams.append(self._customers(connection, services, result))
            await together(streams)
        return result

    async def _catalogue(
        self, connection: Connection, services: PlatformServices, stock: Ahead[_Packed] | None, result: Pulled
    ) -> None:
        """Takes products over, then their stock."""
        if services.products is not None:
            await self._apply(connection, result)
        if stock is not None:
            await self._stock(connection, stock, result)

    async def sweep(self, connection: Connection) -> int:
        """Compares all product ids there with ours; what is missing twice is gone. Returns how many went.

        What is there and was never read (a list that moved while it was paged) makes the next pull read everything.
        """
        service = await self._registry.get_product_service(connection)
        ids: set[str] = set()
        whole = False
        async for page in service.ids():
            ids.update(page.items)
            whole = page.last
        went = await self._store.write(catalog_pull.sweep, connection.id, ids, self._clock(), complete=whole)
        if whole and ids:
            await self._forget_parked(connection.id, PRODUCTS, ids)
        known = await self._store.read(links.remote_ids, connection.id, "product")
        known.update(object_id for object_id in await self._parked(connection.id, PRODUCTS))
        if ids - known:
            log.info("products never read", connection=connection.id, count=len(ids - known))
            await self._store.write(sync_state.forget_cursor, connection.id, PRODUCTS, self._clock())
        return went

    async def _read_products(self, connection: Connection, services: PlatformServices, result: Pulled) -> None:
        assert services.products is not None
        run = await self._store.write(sync_state.begin_run, connection.id, PRODUCTS, self._clock())
        if not await self._store.read(sync_state.is_whole, connection.id, PRODUCTS):
            pages = services.products.changed_since(run.run_cursor or run.cursor or None)
            async with self._refusals(connection.id, PRODUCTS, in_run=bool(run.run_cursor)):
                await self._stage(connection, run.run_cursor, pages, result)

    async def _stage(
        self, connection: Connection, run_cursor: str, pages: AsyncIterator[Page[Product]], result: Pulled
    ) -> None:
        async with Ahead(pages) as found:
            async for page in found:
                await self._park(connection.id, PRODUCTS, page.parked, _known_again(page))
                await self._keep(connection.id, page, run_cursor)
                run_cursor = page.cursor
                result.products += len(page.items)
                result.variants += sum(len(product.variants) for product in page.items)

    @asynccontextmanager
    async def _refusals(self, connection_id: str, stream: str, *, in_run: bool) -> AsyncIterator[None]:
        """A place that the platform no longer knows: the next pull begins one step further back."""
        try:
            yield
        except (ValidationError, NotFound):
            await self._store.write(sync_state.drop_run, connection_id, stream, self._clock())
            if not in_run:
                await self._store.write(sync_state.forget_cursor, connection_id, stream, self._clock())
            raise

    async def _keep(self, connection_id: str, page: Page[Product], before: str) -> None:
        """The page in small parts; only its last part moves the cursor, and carries what is gone."""
        if self._tidying is not None:
            tidy = await self._tidying()
            page = replace(page, items=await asyncio.to_thread(lambda: [tidy(product) for product in page.items]))
        await self._store.write(_stage, connection_id, page, before, self._clock())

    async def _apply(self, connection: Connection, result: Pulled) -> None:
        facts = self._registry.connector(connection.platform).facts
        owns = facts.kind is Kind.POS
        while (await self._store.write(catalog_pull.apply_next, connection.id, self._clock(), owns=owns)) is not None:
            continue
        await self._store.write(sync_state.finish_run, connection.id, PRODUCTS, self._clock())
        if not result.products and not await self._store.read(links.remote_ids, connection.id, "product"):
            # Nothing of this connection is known: one empty answer must not be the end of it.
            await self._store.write(sync_state.forget_cursor, connection.id, PRODUCTS, self._clock())

    async def _stock(self, connection: Connection, pages: Ahead[_Packed], result: Pulled) -> None:
        async with self._refusals(connection.id, STOCK, in_run=False):
            async for page, body in pages:
                ids = await self._store.write(_take_over, connection.id, body, self._clock())
                result.stock += len(ids)
                await self._move_cursor(connection.id, STOCK, page, ids)

    async def _discounts(self, connection: Connection, services: PlatformServices, result: Pulled) -> None:
        """All codes, of a whole read; a single empty answer takes none away, two in a row are believed."""
        assert services.discounts is not None
        found: list[Discount] = []
        odd: set[str] = set()
        whole = False
        async for page in services.discounts.active():
            found.extend(page.items)
            await self._park(connection.id, DISCOUNTS, page.parked, _known_again(page))
            odd.update(drift.object_id for drift in page.parked)
            whole = page.last
        if whole:
            await self._forget_parked(connection.id, DISCOUNTS, odd)
        believed = whole and (bool(found) or connection.id in self._no_codes)
        (self._no_codes.discard if found or not whole else self._no_codes.add)(connection.id)
        write = discounts.replace if believed else discounts.upsert
        await self._store.write(write, connection.id, found, self._clock(), self._store.vault)
        result.discounts += len(found)

    async def _customers(self, connection: Connection, services: PlatformServices, result: Pulled) -> None:
        assert services.customers is not None
        pages = services.customers.changed_since(await self._cursor(connection.id, CUSTOMERS))
        async with self._refusals(connection.id, CUSTOMERS, in_run=False), Ahead(pages) as found:
            async for page in found:
                await self._store.write(customers.take_over, connection.id, page.items, self._store.vault)
                result.customers += len(page.items)
                await self._move_cursor(connection.id, CUSTOMERS, page, _known_again(page))

    async def _cursor(self, connection_id: str, stream: str) -> str | None:
        return (await self._store.read(sync_state.stream, connection_id, stream)).cursor or None

    async def _move_cursor(self, connection_id: str, stream: str, page: Page[T], understood: Iterable[str]) -> None:
        await self._park(connection_id, stream, page.parked, understood)
        if page.cursor:
            await self._store.write(sync_state.set_cursor, connection_id, stream, page.cursor, self._clock())

    async def _park(
        self, connection_id: str, stream: str, parked: Sequence[SchemaDrift], understood: Iterable[str]
    ) -> None:
        """Objects that could not be understood are named once, until they are understood; the rest goes on."""
        known = await self._parked(connection_id, stream)
        problems = {drift.object_id: drift.message for drift in parked}
        if new := sorted(problems.keys() - known.keys()):
            log.warning("objects not understood", connection=connection_id, stream=stream, ids=new)
        if problems.items() - known.items():
            await self._store.write(sync_state.park_objects, connection_id, stream, problems, self._clock())
        if mended := sorted(known.keys() & set(understood)) if known else []:
            await self._store.write(sync_state.unpark_objects, connection_id, stream, mended)

    async def _forget_parked(self, connection_id: str, stream: str, there: Set[str]) -> None:
        """What is no longer among those `there` need not be understood any more."""
        if gone := sorted((await self._parked(connection_id, stream)).keys() - there):
            await self._store.write(sync_state.unpark_objects, connection_id, stream, gone)

    async def _parked(self, connection_id: str, stream: str) -> dict[str, str]:
        rows = await self._store.read(sync_state.parked, connection_id)
        return {object_id: why for _, name, object_id, why in rows if name == stream}


def _known_again(page: Page[Any]) -> set[str]:
    """Ids that are no riddle any more: read, or gone."""
    return {*(each.id for each in page.items), *page.deleted}


async def _packed(pages: AsyncIterator[Page[StockLevel]]) -> AsyncIterator[_Packed]:
    """Pages without their levels, and the levels as JSON: many may wait, and none is looked through for garbage."""
    try:
        async for page in pages:
            yield replace(page, items=()), await asyncio.to_thread(_LEVELS.dump_json, tuple(page.items))
    finally:
        if isinstance(pages, AsyncGenerator):
            await pages.aclose()


def _take_over(tx: Transaction, connection_id: str, body: bytes, now: datetime) -> list[str]:
    """Keeps the levels of a packed page; the platform's ids of their variants."""
    levels = _LEVELS.validate_json(body)
    inventory.take_over(tx, connection_id, levels, now)
    return [level.variant_id for level in levels]


def _stage(tx: Transaction, connection_id: str, page: Page[Product], before: str, now: datetime) -> None:
    parts = list(_chunks(page.items)) or [()]
    for number, part in enumerate(parts, 1):
        end = number == len(parts)
        sync_state.stage(
            tx, connection_id, PRODUCTS, now, body=catalog_pull.page_body(part), items=len(part),
            cursor=page.cursor if end else before, last=page.last and end, deleted=page.deleted if end else (),
        )  # fmt: skip


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    each = iter(items)
    while part := tuple(itertools.islice(each, CHUNK)):
        yield part
